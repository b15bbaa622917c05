// Where an agent writes: a reply to the customer or a note for colleagues. What was typed stays in this browser until it
// is sent, whatever happens to the page or the desk.

import { Completion, type Choice } from "./completion.js";
import { draftKey, giveBack, Outbox, type Outgoing } from "./outbox.js";
import { say } from "./words.js";

type Mode = "reply" | "note";

interface Answered {
  xhr: XMLHttpRequest;
  requestConfig: { path: string };
}

export class Composer {
  readonly #conversation: string;
  readonly #agent: string;
  readonly #field: HTMLTextAreaElement;
  readonly #completion: Completion;
  readonly #outbox: Outbox;
  readonly #notice: HTMLElement;
  readonly #outgoing: HTMLElement;
  #draft = "";
  #writesNext = false;

  constructor(private readonly form: HTMLFormElement) {
    this.#conversation = form.dataset["conversation"] ?? "";
    this.#agent = form.dataset["agent"] ?? "";
    this.#field = form.querySelector("textarea")!;
    this.#notice = document.getElementById("composer-notice")!;
    this.#outgoing = document.getElementById("outgoing")!;
    this.#completion = new Completion(this.#field, document.getElementById("completions")!, {
      "/": (word) => this.#complete("canned", word),
      "@": (word) => (this.#mode === "note" ? this.#complete("colleagues", word) : Promise.resolve([])),
    });
    this.#outbox = new Outbox(this.#agent, csrf(), {
      changed: (waiting) => this.#showOutgoing(waiting),
      settled: (message, fate, why) => this.#settled(message, fate === "refused" ? why : ""),
    });
  }

  start(): void {
    this.#field.addEventListener("input", () => this.#typed());
    this.#field.addEventListener("keydown", (event) => this.#key(event));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    for (const radio of this.#modes()) {
      radio.addEventListener("change", () => this.#modeChanged());
      // With the pointer: who goes through the choices by keyboard stays among them.
      radio.addEventListener("click", (event) => event.detail && this.#field.focus());
    }
    document.addEventListener("click", (event) => this.#insertClicked(event.target as Element));
    document.body.addEventListener("htmx:afterSwap", () => this.#mayReplyChanged());
    // Not at `afterRequest`, which is not told when the live stream was quicker and has replaced the button.
    document.body.addEventListener("htmx:beforeSwap", (event) => this.#answered(event as CustomEvent<Answered>));
    this.#mayReplyChanged();
    this.#restore();
    this.#outbox.start();
  }

  get #mode(): Mode {
    return this.#modes().find((radio) => radio.checked)?.value === "note" ? "note" : "reply";
  }

  #modes(): HTMLInputElement[] {
    return [...this.form.querySelectorAll<HTMLInputElement>("input[name=mode]")];
  }

  get #mayReply(): boolean {
    return document.getElementById("talk-state")?.dataset["mayReply"] === "yes";
  }

  get #key_(): string {
    return draftKey(this.#agent, this.#conversation, this.#mode === "note");
  }

  #send(): void {
    const text = this.#field.value.trim();
    if (!text || (this.#mode === "reply" && !this.#mayReply)) return;
    const note = this.#mode === "note";
    this.#field.value = "";
    this.#typed();
    this.#notice.textContent = "";
    this.#outbox.put({ conversation: this.#conversation, text, note, draft: note ? "" : this.#draft });
    this.#draft = "";
    this.#field.focus();
  }

  #typed(): void {
    const text = this.#field.value;
    if (text) localStorage.setItem(this.#key_, text);
    else localStorage.removeItem(this.#key_);
    if (!text) this.#draft = "";
    this.#fit();
  }

  #restore(): void {
    this.#field.value = localStorage.getItem(this.#key_) ?? "";
    this.#fit();
  }

  #fit(): void {
    // Through the object model, which a policy without inline styles allows.
    this.#field.style.height = "auto";
    this.#field.style.height = `${Math.min(this.#field.scrollHeight + 2, 280)}px`;
  }

  #modeChanged(): void {
    this.form.dataset["mode"] = this.#mode;
    this.#restore();
    this.#mayReplyChanged();
  }

  #mayReplyChanged(): void {
    this.form.dataset["mode"] = this.#mode;
    const closed = this.#mode === "reply" && !this.#mayReply;
    this.#field.disabled = closed;
    this.form.querySelector<HTMLButtonElement>(".field button")!.disabled = closed;
    if (closed || !this.#writesNext) return;
    this.#writesNext = false;
    // Nothing behind an open dialog can be focused.
    const dialog = document.querySelector("dialog[open]");
    if (dialog) dialog.addEventListener("close", () => this.#field.focus(), { once: true });
    else this.#field.focus();
  }

  /** Who takes over writes next: elsewhere their first letters would be shortcuts. */
  #answered(event: CustomEvent<Answered>): void {
    const { xhr, requestConfig } = event.detail;
    if (xhr.status >= 400 || !requestConfig.path.endsWith("/takeover")) return;
    this.#writesNext = true;
    this.#mayReplyChanged();
  }

  #key(event: KeyboardEvent): void {
    if (event.isComposing || this.#completion.key(event)) return;
    if (event.key === "Escape") this.#field.blur();
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    this.#send();
  }

  #insertClicked(target: Element): void {
    const button = target.closest<HTMLElement>("[data-insert]");
    const source = button && document.getElementById(button.dataset["insert"] ?? "");
    if (!button || !source) return;
    const reply = this.#modes().find((radio) => radio.value === "reply");
    if (reply && !reply.checked) reply.click();
    this.#field.value = source.textContent?.trim() ?? "";
    this.#typed();
    this.#draft = button.dataset["draft"] ?? "";
    this.#field.focus();
  }

  async #complete(what: string, word: string): Promise<Choice[]> {
    try {
      const path = `/conversations/${this.#conversation}/${what}?word=${encodeURIComponent(word)}`;
      const answer = await fetch(path, { headers: { accept: "application/json" } });
      return answer.ok ? ((await answer.json()) as { choices: Choice[] }).choices : [];
    } catch {
      return []; // it can be typed by hand
    }
  }

  // -- on its way

  #showOutgoing(waiting: Outgoing[]): void {
    const here = waiting.filter((one) => one.conversation === this.#conversation);
    this.#outgoing.replaceChildren(
      ...here.map((one) => {
        const entry = document.createElement("div");
        entry.className = `entry outgoing ${one.note ? "note" : "agent"}`;
        const text = document.createElement("p");
        text.textContent = one.text;
        const state = document.createElement("span");
        state.className = "delivery";
        state.textContent = say("on_its_way");
        entry.append(text, state);
        return entry;
      }),
    );
    this.#outgoing.hidden = !here.length;
  }

  #settled(message: Outgoing, why: string): void {
    document.body.dispatchEvent(new CustomEvent("desk:changed"));
    if (!why) return;
    giveBack(message);
    if (message.conversation !== this.#conversation) return;
    this.#notice.textContent = why;
    this.#restore();
  }
}

export function csrf(): string {
  return document.querySelector<HTMLMetaElement>("meta[name=csrf-token]")?.content ?? "";
}
