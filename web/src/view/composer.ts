// Where the customer writes: grows with the text, counts near the limit, sends with Enter.

import { html, nothing, type TemplateResult } from "lit";
import type { Words } from "../strings/index.js";
import type { Store } from "../talk/storage.js";
import type { Uploading } from "../talk/wire.js";
import { type Chosen, type Files, MOST_FILES } from "./files.js";
import * as icons from "./icons.js";

const NEAR = 300;
const DRAFT = "draft";

export interface Composing {
  words: Words;
  most: number;
  uploads: Uploading | null;
  changed(): void;
  send(text: string): void;
}

export class Composer {
  text: string;

  constructor(
    private readonly drafts: Store,
    private readonly root: ShadowRoot,
    readonly files: Files,
  ) {
    this.text = drafts.get(DRAFT) ?? "";
  }

  focus(): void {
    this.#field?.focus({ preventScroll: true });
  }

  /** The field is as high as its text, up to the limit that the style sets. */
  fit(): void {
    const field = this.#field;
    if (!field) return;
    if (field.value !== this.text) field.value = this.text;
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight}px`;
  }

  render(about: Composing): TemplateResult {
    const { words, uploads } = about;
    const left = about.most - [...this.text.trim()].length;
    return html`
      ${this.#chips(about)}
      <form id="composer" class="composer" @submit=${(event: Event) => this.#submit(event, about)}>
        ${uploads ? this.#attach(about, uploads) : nothing}
        <label class="unseen" for="text">${words.say("yourMessage")}</label>
        <textarea
          id="text" rows="1" dir="auto" placeholder=${words.say("write")} autocomplete="off" enterkeyhint="send"
          aria-describedby="counter"
          @input=${() => this.#input(about)}
          @keydown=${(event: KeyboardEvent) => this.#keydown(event)}
          @paste=${(event: ClipboardEvent) => this.#paste(event, about)}
        ></textarea>
        <button type="submit" id="send" class="round" aria-label=${words.say("send")} title=${words.say("send")}
          ?disabled=${!this.#sendable(about.most)}>${icons.up}</button>
      </form>
      <p id="counter" class=${left < 0 ? "counter over" : "counter"} aria-live="polite" ?hidden=${left > NEAR}>
        ${left < 0 ? words.say("charactersTooMany", { count: -left }) : words.say("charactersLeft", { count: left })}
      </p>
    `;
  }

  #attach(about: Composing, uploads: Uploading): TemplateResult {
    const label = about.words.say("attach");
    return html`
      <input type="file" id="files" multiple hidden accept=${uploads.types.join(",")}
        @change=${(event: Event) => this.#picked(event.target as HTMLInputElement, uploads)} />
      <button type="button" id="attach" class="round plain" aria-label=${label} title=${label}
        @click=${() => this.root.querySelector<HTMLInputElement>("#files")?.click()}>${icons.clip}</button>
    `;
  }

  #chips({ words, uploads }: Composing): TemplateResult | typeof nothing {
    const { chosen, refused } = this.files;
    if (!chosen.length && !refused) return nothing;
    const filling = { size: words.size(uploads?.max_bytes ?? 0), count: MOST_FILES };
    return html`
      <ul class="chips">${chosen.map((one) => html`<li>${this.#chip(one, words, filling)}</li>`)}</ul>
      ${refused ? html`<p class="fault" role="alert">${words.say(refused.fault, { ...filling, name: refused.name })}</p>` : nothing}
    `;
  }

  #chip(one: Chosen, words: Words, filling: Record<string, string | number>): TemplateResult {
    const name = one.file.name;
    const state = one.fault
      ? words.say(one.fault, { ...filling, name })
      : one.uploaded
        ? words.size(one.file.size)
        : `${words.say("uploading", { name: "" }).trim()} …`;
    const remove = words.say("removeFile", { name });
    return html`<span class="chip ${one.fault ? "bad" : one.uploaded ? "" : "busy"}">
      ${icons.page}<span class="chip-text"><bdi>${name}</bdi><small>${state}</small></span>
      <button type="button" class="round plain small" aria-label=${remove} title=${remove}
        @click=${() => this.files.remove(one)}>${icons.cross}</button>
    </span>`;
  }

  #sendable(most: number): boolean {
    const length = [...this.text.trim()].length;
    return length <= most && !this.files.busy && (length > 0 || this.files.ready.length > 0);
  }

  #input(about: Composing): void {
    this.text = this.#field?.value ?? "";
    this.drafts.set(DRAFT, this.text);
    this.fit();
    about.changed();
  }

  #keydown(event: KeyboardEvent): void {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    (event.target as HTMLTextAreaElement).form?.requestSubmit();
  }

  #paste(event: ClipboardEvent, about: Composing): void {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length || !about.uploads) return;
    event.preventDefault();
    this.files.add(files, about.uploads);
  }

  #picked(input: HTMLInputElement, uploads: Uploading): void {
    this.files.add([...(input.files ?? [])], uploads);
    input.value = "";
    this.focus();
  }

  #submit(event: Event, about: Composing): void {
    event.preventDefault();
    if (!this.#sendable(about.most)) return;
    const text = this.text.trim();
    this.text = "";
    this.drafts.remove(DRAFT);
    about.send(text);
    this.fit();
    this.focus();
  }

  get #field(): HTMLTextAreaElement | null {
    return this.root.querySelector("#text");
  }
}
