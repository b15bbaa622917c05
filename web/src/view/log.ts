// What was said.

import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { Words } from "../strings/index.js";
import type { Own } from "../talk/sending.js";
import type { Talk } from "../talk/talk.js";
import type { FileShown, Message } from "../talk/wire.js";
import * as icons from "./icons.js";
import { link, richText, safeUrl } from "./richtext.js";

export interface Naming {
  assistant: string;
  business: string;
}

type Line = { key: string; template: TemplateResult };

export function log(talk: Talk, words: Words, naming: Naming, announce: boolean): TemplateResult {
  return html`<div id="log" role="log" aria-live=${announce ? "polite" : "off"} aria-label=${words.say("messages")}>
    ${repeat(lines(talk, words, naming), (line) => line.key, (line) => line.template)}
  </div>`;
}

function lines(talk: Talk, words: Words, naming: Naming): Line[] {
  const now = new Date();
  const all: Line[] = [];
  let previous: Message | null = null;
  for (const message of talk.timeline.messages) {
    const moment = new Date(message.sent_at);
    const day = moment.toDateString();
    if (!previous || new Date(previous.sent_at).toDateString() !== day) {
      all.push(divider(`day:${day}`, "day", words.day(moment, now)));
    }
    if (previous && previous.conversation !== message.conversation) {
      all.push(divider(`new:${message.conversation}`, "divider", words.say("newConversation")));
    }
    const first = previous?.author !== message.author || previous.name !== message.name;
    all.push({ key: keyOf(message), template: shown(message, first, words, naming) });
    previous = message;
  }
  for (const own of talk.own) {
    const first = previous?.author !== "contact";
    all.push({ key: own.waiting.outgoing.id, template: waiting(own, first, words) });
    previous = { author: "contact", sent_at: now.toISOString() } as Message;
  }
  return all;
}

/** The customer's own keep their element when they turn from waiting to stored. */
function keyOf(message: Message): string {
  return message.client_id ?? message.id;
}

function divider(key: string, kind: string, text: string): Line {
  return { key, template: html`<p class=${kind}>${text}</p>` };
}

function shown(message: Message, first: boolean, words: Words, naming: Naming): TemplateResult {
  const line = words.line(message.code, { ...naming });
  if (message.author === "system") return html`<p class="message system" dir="auto">${line ?? message.text}</p>`;
  const when = words.time(new Date(message.sent_at));
  const byline = html`${speaker(message, words, naming)} · ${when}`;
  const visible = first && message.author !== "contact";
  return html`<article class="message ${message.author} ${first ? "first" : ""}">
    <p class=${visible ? "byline" : "unseen"}>${byline}</p>
    ${message.withdrawn ? withdrawn(words) : content(line === null ? message : { ...message, text: line }, when, words)}
  </article>`;
}

function content(message: Message, when: string, words: Words): TemplateResult {
  const image = message.image ? safeUrl(message.image) : null;
  return html`
    ${image ? picture(image, words.say("image")) : nothing}
    ${message.files?.map((file) => attachment(file, words)) ?? nothing}
    ${message.text ? bubble(message.author === "contact" ? message.text : richText(message.text), when) : nothing}
    ${message.citations?.length ? sources(message, words) : nothing}
  `;
}

/** The words run as they are written, the bubble as the page does. */
function bubble(content: unknown, when: string | typeof nothing): TemplateResult {
  return html`<div class="bubble" title=${when}><div dir="auto">${content}</div></div>`;
}

function attachment(file: FileShown, words: Words): TemplateResult {
  const url = safeUrl(file.url);
  if (url && file.kind === "image") {
    return picture(url, file.name);
  }
  const label = html`${icons.page}<span class="chip-text"><bdi>${file.name}</bdi><small>${words.size(file.size)}</small></span>`;
  if (!url) return html`<span class="chip sent">${label}</span>`;
  return html`<a class="chip sent" href=${url} target="_blank" rel="noopener" aria-describedby="new-tab">${label}</a>`;
}

/** Where the site's policy does not let it through, its name stands there as a link. */
function picture(url: string, name: string): TemplateResult {
  return html`<a class="picture-link" href=${url} target="_blank" rel="noopener noreferrer" aria-describedby="new-tab"
    ><img class="picture" src=${url} alt=${name}
  /></a>`;
}

function sources(message: Message, words: Words): TemplateResult {
  const cited = message.citations ?? [];
  return html`<div class="sources">
    ${words.say(cited.length === 1 ? "source" : "sources")}
    <ul>${cited.map((citation) => html`<li>${link(citation.url, citation.title)}</li>`)}</ul>
  </div>`;
}

function withdrawn(words: Words): TemplateResult {
  return html`<div class="bubble withdrawn">${words.say("withdrawn")}</div>`;
}

function speaker(message: Message, words: Words, naming: Naming): string {
  if (message.author === "contact") return words.say("you");
  if (message.author === "agent") return message.name ?? words.say("team", { business: naming.business });
  return `${naming.assistant} · ${words.say("assistant")}`;
}

function waiting(own: Own, first: boolean, words: Words): TemplateResult {
  const { shown: text, files } = own.waiting;
  const state = { sending: "pending", waiting: "pending waiting", sent: "", refused: "failed" }[own.state];
  return html`<article class="message contact ${state} ${first ? "first" : ""}">
    <p class="unseen">${words.say("you")}</p>
    ${files.map((file) => attachment({ ...file, url: "" }, words))}
    ${text ? bubble(text, nothing) : nothing}
    ${delivery(own, words)}
  </article>`;
}

function delivery(own: Own, words: Words): TemplateResult | typeof nothing {
  if (own.state === "waiting") return html`<p class="delivery">${words.say("waiting")}</p>`;
  if (own.state !== "refused") return nothing;
  const reason = words.error(own.refusal?.code ?? "other");
  return html`<p class="delivery">${words.say("notSent", { reason })}</p>`;
}
