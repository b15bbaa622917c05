// What the inbox and the conversation do beyond links and forms.

import { Composer, csrf } from "./composer.js";
import { startKeys } from "./keys.js";
import { type Counts, Live } from "./live.js";
import { startNotifying } from "./notify.js";
import { type Fate, giveBack, Outbox, type Outgoing } from "./outbox.js";
import { startPatching } from "./patch.js";
import { startTimes } from "./times.js";
import { say } from "./words.js";

export function startPages(): void {
  startPatching();
  startTimes();
  startKeys();
  startDialogs();
  startRequests();
  const live = document.querySelector<HTMLElement>("main [data-live]")?.dataset["live"] ?? document.body.dataset["live"];
  if (live) {
    startNotifying();
    startCounts();
    new Live(live).start();
  }
  markRead();
  const composer = document.querySelector<HTMLFormElement>("form#composer");
  if (composer) new Composer(composer).start();
  const inbox = document.querySelector<HTMLElement>(".inbox[data-agent]");
  if (inbox) sendWhatIsLeft(inbox.dataset["agent"] ?? "");
  const log = document.getElementById("log");
  if (log) followEnd(log);
}

/** Replies that could not be sent when their page was left. */
function sendWhatIsLeft(agent: string): void {
  const settled = (message: Outgoing, fate: Fate): void => {
    if (fate === "refused") giveBack(message);
  };
  new Outbox(agent, csrf(), { changed: () => undefined, settled }).start();
}

/** A button with `data-opens` opens the dialog of that id; a form that was answered well closes its dialog. */
function startDialogs(): void {
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    const opener = target.closest<HTMLElement>("[data-opens]");
    const dialog = opener && (document.getElementById(opener.dataset["opens"] ?? "") as HTMLDialogElement | null);
    if (dialog) {
      lookedUpFrom(dialog);
      dialog.showModal();
    }
    if (target.closest("[data-closes]")) target.closest("dialog")?.close();
  });
  document.body.addEventListener("htmx:afterRequest", (event) => {
    const { successful, elt } = (event as CustomEvent<{ successful: boolean; elt: Element }>).detail;
    if (!successful) return;
    elt.closest("dialog")?.close();
    for (const field of elt.closest("dialog")?.querySelectorAll("textarea") ?? []) field.value = field.defaultValue;
  });
}

/** What comes in behind an open dialog the agent has not seen: the dialog keeps what there was when they last looked. */
function lookedUpFrom(dialog: HTMLElement): void {
  dialog.dataset["seen"] = talkState()?.["seen"] ?? "";
}

function talkState(): DOMStringMap | undefined {
  return document.getElementById("talk-state")?.dataset;
}

/**
 * Every request carries the page's secret, and what the agent sees: so nobody acts on what has changed meanwhile. What
 * was read before an action was answered is older than that answer, and does not replace it.
 */
function startRequests(): void {
  let answered = 0;
  const begun = new WeakMap<XMLHttpRequest, number>();
  document.body.addEventListener("htmx:beforeRequest", (event) => {
    begun.set((event as CustomEvent<{ xhr: XMLHttpRequest }>).detail.xhr, answered);
  });
  document.body.addEventListener("htmx:configRequest", (event) => {
    const { detail } = event as CustomEvent<{ headers: Record<string, string>; parameters: Record<string, unknown>; path: string; elt: Element }>;
    detail.headers["x-csrf-token"] = csrf();
    const state = talkState();
    if (state && detail.elt.matches("form")) {
      detail.parameters["token"] = state["token"] ?? "";
      detail.parameters["seen"] = detail.elt.closest("dialog")?.dataset["seen"] ?? state["seen"] ?? "";
    }
    if (detail.elt.id === "list") {
      detail.path = location.pathname + location.search; // as it was filtered meanwhile
      detail.parameters["limit"] = String(document.querySelectorAll("[data-row]").length);
    }
  });
  // What the desk refuses it says in words, which are shown where the agent looks.
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    const { detail } = event as CustomEvent<{ xhr: XMLHttpRequest; target: Element; shouldSwap: boolean; requestConfig: { verb: string; elt: Element } }>;
    const { xhr, target, requestConfig } = detail;
    if (xhr.status < 400) {
      const acted = requestConfig.verb === "post";
      const old = !acted && target.id === "talk" && begun.get(xhr) !== answered;
      if (acted) {
        answered++;
        notice("");
      }
      // A button that is gone: the live stream was quicker and has replaced it. htmx reads from where the button stands
      // how to swap, and would put the answer in the place of the whole page.
      if (old || !requestConfig.elt.isConnected) {
        detail.shouldSwap = false;
        document.body.dispatchEvent(new CustomEvent("desk:changed"));
      }
      return;
    }
    const dialog = requestConfig.elt.closest("dialog");
    if (dialog) lookedUpFrom(dialog); // they are told, and may insist
    const answer = new DOMParser().parseFromString(xhr.responseText, "text/html").body.textContent?.trim();
    notice(answer && answer.length < 500 ? answer : say("not_done"));
  });
  document.body.addEventListener("htmx:sendError", () => notice(say("not_done")));
}

function notice(text: string): void {
  const place = document.querySelector("dialog[open] .notice") ?? document.getElementById("notice");
  if (place && place.textContent !== text) place.textContent = text;
}

/** An agent who looks at a conversation has read it. */
function markRead(): void {
  const talk = document.getElementById("talk");
  if (!talk) return;
  const tell = (): void => {
    const seen = talkState()?.["seen"];
    if (document.hidden || !seen || seen === talk.dataset["read"]) return;
    talk.dataset["read"] = seen;
    const body = new URLSearchParams({ seen });
    void fetch(`${location.pathname}/read`, { method: "POST", body, headers: { "x-csrf-token": csrf() } }).catch(() => {
      delete talk.dataset["read"];
    });
  };
  tell();
  document.addEventListener("visibilitychange", tell);
  document.body.addEventListener("htmx:afterSwap", tell);
}

function startCounts(): void {
  let heard = true;
  document.body.addEventListener("desk:counts", (event) => {
    const counts = (event as CustomEvent<Counts>).detail;
    for (const element of document.querySelectorAll<HTMLElement>("[data-count]")) {
      const count = counts.views[element.dataset["count"] ?? ""];
      if (count !== undefined) element.textContent = count;
    }
    if (heard) showLine(counts.trouble.map((what) => say(`trouble_${what}`)).join(" "));
  });
  document.body.addEventListener("desk:trouble", (event) => {
    const { trouble } = (event as CustomEvent<{ trouble: string[] }>).detail;
    showLine(trouble.map((what) => say(`trouble_${what}`)).join(" "));
  });
  document.body.addEventListener("desk:line", (event) => {
    const { heard: now, signedOut } = (event as CustomEvent<{ heard: boolean; signedOut?: boolean }>).detail;
    if (signedOut) showLine(say("signed_out"));
    else if (now !== heard) showLine(now ? "" : say("not_live"));
    heard = now;
  });
}

function showLine(text: string): void {
  const line = document.getElementById("trouble");
  if (!line) return;
  if (line.textContent !== text) line.textContent = text;
  line.hidden = !text;
}

/** The newest stays in sight for whoever looks at it, and nobody is moved who reads further up. */
function followEnd(log: HTMLElement): void {
  const toEnd = (): void => {
    log.scrollTop = log.scrollHeight;
  };
  let atEnd = true;
  toEnd();
  log.addEventListener("scroll", () => {
    atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  });
  new MutationObserver(() => atEnd && toEnd()).observe(log, { childList: true, subtree: true });
  new ResizeObserver(() => atEnd && toEnd()).observe(log);
}
