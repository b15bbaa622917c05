import { svg, html, type TemplateResult } from "lit";

function icon(paths: TemplateResult): TemplateResult {
  return html`<svg
    viewBox="0 0 24 24" width="22" height="22" fill="none" stroke="currentColor" stroke-width="2"
    stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false"
  >${paths}</svg>`;
}

export const bubble = icon(svg`<path d="M21 11.5a8.4 8.4 0 0 1-9 8.4 9.4 9.4 0 0 1-3.6-.7L3.5 20.5l1.4-4.1A8.4 8.4 0 0 1 12 3.1a8.6 8.6 0 0 1 9 8.4Z"/>`);
export const down = icon(svg`<path d="m6 9 6 6 6-6"/>`);
export const up = icon(svg`<path d="M12 19V5M5.5 11.5 12 5l6.5 6.5"/>`);
export const clip = icon(svg`<path d="m20.5 11.5-8.3 8.3a5.4 5.4 0 0 1-7.7-7.7l8.4-8.3a3.6 3.6 0 0 1 5.1 5.1l-8.3 8.3a1.8 1.8 0 0 1-2.6-2.6l7.7-7.6"/>`);
export const again = icon(svg`<path d="M3.5 4.5v5h5"/><path d="M4.2 9.5A8.5 8.5 0 1 1 3.5 13"/>`);
export const soundOn = icon(svg`<path d="M4 9.5v5h3.5L12 18.5v-13L7.5 9.5Z"/><path d="M15.5 9a4 4 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11"/>`);
export const soundOff = icon(svg`<path d="M4 9.5v5h3.5L12 18.5v-13L7.5 9.5Z"/><path d="m16 9.5 5 5m0-5-5 5"/>`);
export const cross = icon(svg`<path d="m6 6 12 12M18 6 6 18"/>`);
export const page = icon(svg`<path d="M13.5 3H7a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2V8.5Z"/><path d="M13.5 3v5.5H19"/>`);
