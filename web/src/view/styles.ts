// How it looks. Sites change the variables that begin with --deskhand-; those that begin with --_ are ours.

import { css } from "lit";

const light = css`
  color-scheme: light;
  --_surface: var(--deskhand-surface, #ffffff);
  --_head: var(--deskhand-header, #f3f7f3);
  --_text: var(--deskhand-text, #17241d);
  --_muted: var(--deskhand-muted, #55665c);
  --_line: var(--deskhand-line, #d8e3da);
  --_accent: var(--deskhand-accent, #1f6b4a);
  --_accent-text: var(--deskhand-accent-text, #17553a);
  --_on-accent: var(--deskhand-on-accent, #ffffff);
  --_theirs: var(--deskhand-bubble, #eaf3ec);
  --_warn: #8a3b12;
  --_warn-back: #fdf1e7;
  --_focus: var(--deskhand-focus, #0f6fd1);
  --_shadow: 0 12px 48px rgb(16 40 27 / 0.22);
`;

const dark = css`
  color-scheme: dark;
  --_surface: var(--deskhand-surface-dark, #131c17);
  --_head: var(--deskhand-header-dark, #111a15);
  --_text: var(--deskhand-text-dark, #e6efe9);
  --_muted: var(--deskhand-muted-dark, #9fb3a7);
  --_line: var(--deskhand-line-dark, #2a3a31);
  --_accent: var(--deskhand-accent-dark, #2c7d57);
  --_accent-text: var(--deskhand-accent-text-dark, #8fd3af);
  --_on-accent: var(--deskhand-on-accent-dark, #ffffff);
  --_theirs: var(--deskhand-bubble-dark, #1e2b24);
  --_warn: #f3b78d;
  --_warn-back: #33231a;
  --_focus: var(--deskhand-focus-dark, #7cb8ff);
  --_shadow: 0 12px 48px rgb(0 0 0 / 0.6);
`;

export const styles = css`
  :host {
    ${light}
    --_radius: var(--deskhand-radius, 20px);
    --_corner: calc(var(--_radius) * 0.35);
    font: var(--deskhand-font, 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", sans-serif);
    color: var(--_text);
    text-align: start;
    letter-spacing: normal;
    -webkit-text-size-adjust: 100%;
  }
  @media (prefers-color-scheme: dark) {
    :host(:not([theme="light"])) { ${dark} }
  }
  :host([theme="dark"]) { ${dark} }

  :host([mode="page"]) { display: block; height: var(--_height, 100%); }
  :host(:not([mode="page"])) {
    position: fixed; z-index: var(--deskhand-z-index, 2147483000); inset-block-end: 0; inset-inline-end: 0;
  }
  :host([hidden]) { display: none; }

  * { box-sizing: border-box; }
  [hidden] { display: none !important; }
  p, h1, h2, ul, ol { margin: 0; }
  button, textarea { font: inherit; color: inherit; letter-spacing: inherit; }
  button { cursor: pointer; touch-action: manipulation; }
  button:disabled { cursor: default; }
  :focus-visible { outline: 3px solid var(--_focus); outline-offset: 2px; }

  .unseen {
    position: absolute; width: 1px; height: 1px; margin: -1px; padding: 0; overflow: hidden;
    clip-path: inset(50%); white-space: nowrap; border: 0;
  }

  .app {
    display: flex; flex-direction: column; width: 100%; height: 100%; background: var(--_surface); overflow: hidden;
    container-type: inline-size;
  }
  :host(:not([mode="page"])) .app {
    position: fixed; inset-block-end: max(1.25rem, env(safe-area-inset-bottom)); inset-inline-end: 1.25rem;
    width: min(25rem, calc(100vw - 2.5rem)); height: min(44rem, calc(100dvh - 2.5rem));
    border: 1px solid var(--_line); border-radius: calc(var(--_radius) * 1.2); box-shadow: var(--_shadow);
    animation: rise 0.18s ease-out;
  }
  @keyframes rise { from { opacity: 0; transform: translateY(12px); } }

  .launcher {
    position: fixed; inset-block-end: max(1.25rem, env(safe-area-inset-bottom)); inset-inline-end: 1.25rem;
    display: grid; place-items: center; width: 60px; height: 60px; padding: 0; border: 0; border-radius: 50%;
    background: var(--_accent); color: var(--_on-accent); box-shadow: var(--_shadow);
  }
  .launcher svg { width: 28px; height: 28px; }
  .badge {
    position: absolute; inset-block-start: -4px; inset-inline-end: -4px; min-width: 24px; height: 24px; padding: 0 6px;
    border: 2px solid var(--_surface); border-radius: 999px; background: #b3261e; color: #fff;
    font-size: 0.78rem; font-weight: 700; line-height: 20px; text-align: center;
  }

  .bar {
    display: flex; align-items: center; gap: 0.35rem; background: var(--_head); border-block-end: 1px solid var(--_line);
    padding: calc(0.7rem + env(safe-area-inset-top)) 0.6rem 0.7rem 1rem;
  }
  .app[dir="rtl"] .bar { padding-inline: 1rem 0.6rem; }
  .mark { flex: none; border-radius: 13px; margin-inline-end: 0.45rem; }
  .who { flex: 1; min-width: 0; }
  .who h1, .who h2 { font-size: 1.08rem; line-height: 1.25; font-weight: 650; overflow-wrap: anywhere; }
  .who p { color: var(--_muted); font-size: 0.875rem; line-height: 1.3; }

  .quiet {
    flex: none; display: inline-flex; align-items: center; justify-content: center; gap: 0.4rem; min-height: 44px;
    padding: 0.4rem 0.9rem; border: 1px solid var(--_line); border-radius: 999px; background: transparent;
    color: var(--_accent-text); font-size: 0.9rem; font-weight: 550;
  }
  .quiet svg { width: 18px; height: 18px; }
  .strong {
    min-height: 44px; padding: 0.4rem 1.1rem; border: 0; border-radius: 999px; background: var(--_accent);
    color: var(--_on-accent); font-weight: 600;
  }
  .round {
    flex: none; display: grid; place-items: center; width: 44px; height: 44px; padding: 0; border: 0; border-radius: 50%;
    background: var(--_accent); color: var(--_on-accent);
  }
  .round.plain { background: transparent; color: var(--_muted); }
  .round.small { width: 32px; height: 32px; }
  .round.small svg { width: 16px; height: 16px; }
  .round:disabled { background: var(--_theirs); color: var(--_muted); }
  @container (max-width: 30rem) {
    #start-over { width: 44px; padding: 0; border-color: transparent; color: var(--_muted); }
    #start-over svg { width: 21px; height: 21px; }
    #start-over .label {
      position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap;
    }
  }

  .conversation {
    flex: 1; min-height: 0; overflow-y: auto; overscroll-behavior: contain; padding: 1rem 1rem 0.5rem;
    display: flex; flex-direction: column; scrollbar-gutter: stable; scrollbar-width: thin;
  }
  .conversation:focus-visible { outline-offset: -3px; }
  .notice, .day, .divider, .message.system {
    color: var(--_muted); font-size: 0.85rem; text-align: center; text-wrap: balance;
  }
  .notice { padding: 0.1rem 1rem 0.4rem; }
  .day { margin: 0.9rem 0 0.1rem; font-weight: 600; font-size: 0.8rem; }
  .divider { margin: 1.2rem 0 0.2rem; border-block-start: 1px solid var(--_line); padding-block-start: 0.8rem; }
  .earlier { align-self: center; margin-block: 0.3rem 0.5rem; }
  #log { display: flex; flex-direction: column; }

  .message { display: flex; flex-direction: column; align-items: flex-start; max-width: 86%; margin-block-start: 0.35rem; }
  .message.first { margin-block-start: 1rem; }
  .message.contact { align-self: flex-end; align-items: flex-end; }
  .message.system { align-self: center; max-width: 100%; margin: 1rem 0 0.4rem; font-size: 0.875rem; }
  .byline { color: var(--_muted); font-size: 0.8rem; margin: 0 0.25rem 0.25rem; }
  .bubble {
    padding: 0.62rem 0.95rem; border-radius: var(--_radius); border-end-start-radius: var(--_corner);
    background: var(--_theirs); overflow-wrap: anywhere; unicode-bidi: isolate; max-width: 100%; text-align: start;
  }
  .contact .bubble {
    background: var(--_accent); color: var(--_on-accent); border-radius: var(--_radius);
    border-end-end-radius: var(--_corner); white-space: pre-wrap;
  }
  .agent .bubble { background: var(--_surface); border: 1px solid var(--_line); }
  .bubble.withdrawn { background: transparent; border: 1px dashed var(--_line); color: var(--_muted); font-style: italic; }
  .bubble :is(p, ol, ul) + :is(p, ol, ul) { margin-block-start: 0.55rem; }
  .bubble :is(ol, ul) { padding-inline-start: 1.4rem; }
  .bubble li + li { margin-block-start: 0.2rem; }
  .bubble a, .sources a { color: var(--_accent-text); text-underline-offset: 2px; overflow-wrap: anywhere; }
  .sources { font-size: 0.85rem; color: var(--_muted); margin: 0.4rem 0.35rem 0; }
  .sources ul { display: inline; list-style: none; padding: 0; }
  .sources li { display: inline; }
  .sources li + li::before { content: " · "; }
  .picture {
    display: block; max-width: min(100%, 17rem); max-height: 15rem; border-radius: calc(var(--_radius) * 0.8);
    border: 1px solid var(--_line); object-fit: cover; background: var(--_theirs); margin-block-end: 0.3rem;
  }
  .waiting .bubble { background: var(--_surface); color: var(--_text); border: 1.5px dashed var(--_accent); }
  .failed .bubble { background: var(--_warn-back); color: var(--_text); border: 1px solid var(--_warn); }
  .delivery { color: var(--_muted); font-size: 0.8rem; margin: 0.2rem 0.35rem 0; }
  .failed .delivery { color: var(--_warn); }

  .typing {
    align-self: flex-start; display: flex; gap: 0.3rem; margin-block-start: 0.6rem; padding: 0.85rem 1rem;
    border-radius: var(--_radius); border-end-start-radius: var(--_corner); background: var(--_theirs);
  }
  .typing i { width: 0.5rem; height: 0.5rem; border-radius: 50%; background: var(--_muted); animation: breathe 1.2s infinite; }
  .typing i:nth-of-type(2) { animation-delay: 0.15s; }
  .typing i:nth-of-type(3) { animation-delay: 0.3s; }
  @keyframes breathe { 0%, 60%, 100% { opacity: 0.3; } 30% { opacity: 1; } }

  .choices { display: flex; flex-wrap: wrap; gap: 0.5rem; margin-block: 0.8rem 0.3rem; }
  .choices button {
    min-height: 44px; padding: 0.5rem 1rem; border: 1.5px solid var(--_accent); border-radius: 22px; background: var(--_surface);
    color: var(--_accent-text); font-weight: 550; text-align: start; overflow-wrap: anywhere;
  }
  @media (hover: hover) {
    .choices button:hover, .quiet:hover, .round.plain:hover { background: var(--_theirs); }
    .launcher:hover, .strong:hover, .round:not(.plain, :disabled):hover { filter: brightness(1.08); }
  }

  .foot { position: relative; padding: 0.5rem 0.8rem calc(0.8rem + env(safe-area-inset-bottom)); background: var(--_surface); }
  .newer {
    position: absolute; inset-block-end: calc(100% + 0.4rem); inset-inline: 0; width: max-content; margin-inline: auto; display: flex;
    align-items: center; gap: 0.4rem; min-height: 40px; padding: 0.3rem 0.9rem; border: 0; border-radius: 999px;
    background: var(--_text); color: var(--_surface); font-size: 0.88rem; box-shadow: 0 4px 16px rgb(0 0 0 / 0.25);
  }
  .newer svg { width: 16px; height: 16px; }
  .strip {
    display: flex; align-items: center; gap: 0.8rem; padding: 0.6rem 0.6rem 0.6rem 1rem; margin-block-end: 0.5rem;
    border-radius: calc(var(--_radius) * 0.8); background: var(--_theirs); font-size: 0.92rem;
  }
  .strip p { flex: 1; }
  .problem { background: var(--_warn-back); color: var(--_warn); min-height: 3rem; }
  .problem .quiet { color: inherit; border-color: currentColor; }
  .fault { color: var(--_warn); font-size: 0.88rem; margin: 0 0.4rem 0.5rem; }
  .chips { list-style: none; display: flex; flex-wrap: wrap; gap: 0.4rem; padding: 0; margin-block-end: 0.5rem; }
  .chips:empty { display: none; }
  .chip {
    display: inline-flex; align-items: center; gap: 0.5rem; max-width: 100%; padding: 0.25rem 0.4rem 0.25rem 0.7rem;
    border: 1px solid var(--_line); border-radius: 14px; background: var(--_theirs); color: var(--_text); font-size: 0.88rem;
    text-decoration: none;
  }
  .chip.sent { padding: 0.5rem 0.9rem 0.5rem 0.7rem; margin-block-end: 0.3rem; }
  .chip.bad { border-color: var(--_warn); background: var(--_warn-back); color: var(--_warn); }
  .chip.busy { border-style: dashed; }
  .chip > svg { flex: none; }
  .chip-text { display: flex; flex-direction: column; min-width: 0; line-height: 1.25; }
  .chip-text bdi { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; max-width: 14rem; }
  .chip-text small { color: var(--_muted); }
  .bad .chip-text small { color: inherit; }
  .composer {
    display: flex; align-items: flex-end; gap: 0.2rem; padding: 0.3rem; border: 1.5px solid var(--_line); border-radius: 26px;
    background: var(--_surface);
  }
  .composer:focus-within { border-color: var(--_accent); }
  .composer textarea {
    flex: 1; min-width: 0; max-height: 9.5rem; padding: 0.6rem 0.4rem; border: 0; outline: 0; resize: none;
    background: transparent; line-height: 1.45; text-align: start;
  }
  .composer > textarea:first-of-type:nth-child(-n + 2) { padding-inline-start: 0.8rem; }
  .composer textarea::placeholder { color: var(--_muted); opacity: 1; }
  .counter { font-size: 0.82rem; color: var(--_muted); padding: 0.35rem 0.9rem 0; text-align: end; }
  .counter.over { color: var(--_warn); font-weight: 600; }

  dialog {
    max-width: min(24rem, calc(100vw - 2rem)); border: 0; border-radius: 24px; padding: 1.5rem; background: var(--_surface);
    color: var(--_text); box-shadow: 0 20px 60px rgb(0 0 0 / 0.3);
  }
  dialog::backdrop { background: rgb(9 20 14 / 0.5); }
  dialog h2 { font-size: 1.15rem; margin-block-end: 0.5rem; }
  dialog p { color: var(--_muted); }
  dialog .row { display: flex; flex-wrap: wrap; justify-content: flex-end; gap: 0.6rem; margin-block-start: 1.3rem; }

  /* On a phone the open chat is the screen. */
  @media (max-width: 30rem), (max-height: 28rem) {
    :host(:not([mode="page"])) .app {
      inset: var(--_top, 0) 0 auto; width: 100%; height: var(--_height, 100dvh); border: 0; border-radius: 0;
    }
  }
  @container (min-width: 40rem) {
    .conversation { padding: 1.25rem 1.5rem 0.5rem; }
    .bar { padding: 1rem 1.5rem; }
    .foot { padding: 0.6rem 1.2rem 1.2rem; }
  }
  @media (max-height: 26rem) {
    .bar { padding-block: 0.3rem; }
    .mark { width: 30px; height: 30px; }
    .notice { display: none; }
  }
  @media (prefers-reduced-motion: reduce) {
    .typing i { animation: none; opacity: 0.6; }
    .app { animation: none !important; }
  }
  @media (forced-colors: active) {
    .bubble, .choices button, .quiet, .strong, .composer, .round, .launcher { border: 1px solid; }
  }
`;
