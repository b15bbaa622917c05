// <deskhand-chat>: a button in the corner that opens a chat, or with mode="page" a chat that fills its place.

import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { type Strings, Words } from "./strings/index.js";
import { Api } from "./talk/api.js";
import { Store } from "./talk/storage.js";
import { Talk } from "./talk/talk.js";
import type { Message } from "./talk/wire.js";
import { Composer } from "./view/composer.js";
import { Files } from "./view/files.js";
import * as icons from "./view/icons.js";
import { panel, titleOf } from "./view/panel.js";
import { Scroller } from "./view/scroller.js";
import { chime } from "./view/sound.js";
import { styles } from "./view/styles.js";
import { Title } from "./view/title.js";
import { followKeyboard } from "./view/viewport.js";

const MOST_CHARACTERS = 4_000;
/** Where this script was loaded from: the server's address, unless the element names another. */
const SCRIPT =
  (document.currentScript as HTMLScriptElement | null)?.src ??
  document.querySelector<HTMLScriptElement>('script[src*="/deskhand-chat.js"]')?.src ??
  "";

export class DeskhandChat extends LitElement {
  static override styles = styles;
  static override properties = {
    server: {},
    mode: { reflect: true },
    theme: { reflect: true },
    open: { type: Boolean, reflect: true },
    lang: {},
    assistant: {},
    business: {},
    logo: {},
    strings: { type: Object },
    sound: { state: true },
    unseen: { state: true },
  };

  /** The chat's address, such as https://chat.example.com/webhooks/webchat/. */
  declare server: string;
  declare mode: "floating" | "page";
  declare theme: "light" | "dark" | "auto";
  declare open: boolean;
  declare assistant: string;
  declare business: string;
  declare logo: string;
  /** Words of the site's own, by their keys in `strings/en.ts`. */
  declare strings: Partial<Strings>;
  declare sound: boolean;
  declare unseen: boolean;

  #talk: Talk | null = null;
  #composer: Composer | null = null;
  #store: Store | null = null;
  #drafts: Store | null = null;
  #words: Words | null = null;
  #announce = false;
  #started = false;
  #scroller: Scroller | null = null;
  #sure: HTMLDialogElement | null = null;
  readonly #title = new Title();
  #endings: (() => void)[] = [];

  constructor() {
    super();
    this.server = "";
    this.mode = "floating";
    this.theme = "auto";
    this.open = false;
    this.assistant = "";
    this.business = "";
    this.logo = "";
    this.strings = {};
    this.sound = false;
    this.unseen = false;
  }

  /** The chat's address, with a slash at its end. */
  get base(): string {
    const given = this.server || SCRIPT.replace(/static\/[^/]*$/, "") || "./";
    return new URL(given.endsWith("/") ? given : `${given}/`, document.baseURI).href;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("visibilitychange", this.#looked);
    this.#endings = [
      () => document.removeEventListener("visibilitychange", this.#looked),
      followKeyboard(this, () => this.#scroller?.changed()),
    ];
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const end of this.#endings) end();
    this.#talk?.stop();
    this.#talk = null;
    this.#started = false;
  }

  override willUpdate(changes: PropertyValues<this>): void {
    if (!this.#talk) this.#make();
    if (!this.#words || changes.has("strings") || changes.has("lang")) this.#words = this.#chooseWords();
    if (!this.#started && (this.#visible || this.#talk?.known)) {
      this.#started = true;
      this.#talk?.start();
    }
  }

  override updated(changes: PropertyValues<this>): void {
    this.#composer?.fit();
    this.#sure ??= this.renderRoot.querySelector("dialog");
    if (changes.has("open") && changes.get("open") !== undefined) this.#moveFocus();
    this.#scroller?.changed();
    this.#looked();
  }

  override render(): TemplateResult {
    const words = this.#words!;
    const floating = this.mode !== "page";
    return html`
      <div class="app" part="panel" dir=${this.#direction} lang=${words.language}
        role=${floating ? "dialog" : nothing} aria-label=${floating ? words.say("conversation") : nothing}
        ?hidden=${!this.#visible}
        @keydown=${this.#key} @dragover=${this.#dragged} @drop=${this.#dropped}>
        ${this.#visible ? this.#panel(words, floating) : nothing}
      </div>
      ${floating ? this.#launcher(words) : nothing} ${this.#dialog(words)}
    `;
  }

  #panel(words: Words, floating: boolean): TemplateResult {
    const talk = this.#talk!;
    const changed = (): void => this.requestUpdate();
    return panel({
      talk,
      words,
      floating,
      naming: this.#naming,
      logo: this.logo || `${this.base}static/icon.svg`,
      announce: this.#announce,
      sound: this.sound,
      unseen: this.unseen,
      composer: this.#composer!.render({
        words,
        most: talk.session?.max_characters ?? MOST_CHARACTERS,
        uploads: talk.session?.uploads ?? null,
        changed,
        send: (text) => this.#say(text),
      }),
      press: (button, byKeyboard) => {
        this.#scroller?.toEnd();
        talk.press({ ...button, title: titleOf(button, words) });
        if (byKeyboard) this.#composer?.focus();
      },
      askToStartOver: () => this.#sure?.showModal(),
      toggleSound: () => this.#toggleSound(),
      close: () => this.hide(),
      returnToAssistant: () => {
        void talk.returnToAssistant().then(() => this.#composer?.focus());
      },
      showEarlier: () => void this.#scroller?.keepPlace(() => talk.showEarlier().then(() => this.updateComplete)),
      retry: () => talk.retryNow(),
      scrolled: () => {
        this.#scroller?.scrolled();
        if (this.#scroller?.stick) this.unseen = false;
      },
      showEnd: () => {
        this.unseen = false;
        this.#scroller?.toEnd();
      },
    });
  }

  #launcher(words: Words): TemplateResult {
    const unread = this.open ? 0 : (this.#talk?.unread ?? 0);
    const label =
      unread > 1 ? words.say("openUnread", { count: unread }) : words.say(unread ? "openUnreadOne" : "open");
    return html`<button type="button" id="launcher" class="launcher" part="launcher" dir=${this.#direction}
      aria-label=${label} aria-expanded=${this.open} ?hidden=${this.open} @click=${() => this.show()}>
      ${icons.bubble}
      ${unread ? html`<span class="badge" part="badge" aria-hidden="true">${unread > 9 ? "9+" : unread}</span>` : nothing}
    </button>`;
  }

  #dialog(words: Words): TemplateResult {
    return html`<dialog id="sure" aria-labelledby="sure-title" dir=${this.#direction} lang=${words.language}
      @close=${this.#decided}>
      <form method="dialog">
        <h2 id="sure-title">${words.say("sureTitle")}</h2>
        <p>${words.say("sureText")}</p>
        <div class="row">
          <button value="no" class="quiet">${words.say("keepThis")}</button>
          <button value="yes" class="strong">${words.say("startOver")}</button>
        </div>
      </form>
    </dialog>`;
  }

  // -- for the site's own scripts

  show(): void {
    if (this.mode === "page") return;
    this.open = true;
    this.#drafts?.set("open", "yes");
    this.dispatchEvent(new CustomEvent("deskhand-open", { bubbles: true, composed: true }));
  }

  hide(): void {
    if (this.mode === "page") return;
    this.open = false;
    this.#drafts?.remove("open");
    this.dispatchEvent(new CustomEvent("deskhand-close", { bubbles: true, composed: true }));
  }

  // -- what happens

  #make(): void {
    const api = new Api(this.base);
    const scope = new URL(this.base).host + new URL(this.base).pathname;
    const store = (this.#store = new Store(scope, () => localStorage));
    this.sound = store.get("sound") === "on";
    this.#talk = new Talk(api, store, {
      changed: () => this.requestUpdate(),
      arrived: (messages) => this.#arrived(messages),
      begun: () => {
        this.#announce = false;
        this.#scroller?.toEnd();
        setTimeout(() => this.#announceFromNow(), 500);
      },
    });
    const drafts = (this.#drafts = new Store(scope, () => sessionStorage));
    // It stays open from page to page, but not on a phone, where it would cover each of them.
    if (drafts.get("open") && !matchMedia("(max-width: 30rem)").matches) this.open = true;
    const root = this.renderRoot as ShadowRoot;
    this.#scroller = new Scroller(root);
    this.#composer = new Composer(drafts, root, new Files(api, () => this.requestUpdate()));
    setTimeout(() => this.#announceFromNow(), 1_000);
  }

  /** A screen reader speaks what is added, but not the history that is loaded. */
  #announceFromNow(): void {
    this.#announce = true;
    this.requestUpdate();
  }

  #say(text: string): void {
    this.#scroller?.toEnd();
    this.#talk?.say(text, this.#composer?.files.take() ?? []);
  }

  #arrived(messages: Message[]): void {
    if (this.sound) chime();
    if (!this.#scroller?.stick) this.unseen = true;
    this.#title.arrived(messages.length);
    const detail = { count: messages.length };
    this.dispatchEvent(new CustomEvent("deskhand-message", { detail, bubbles: true, composed: true }));
  }

  readonly #looked = (): void => {
    if (document.hidden) return;
    this.#title.looked();
    if (this.#visible) this.#talk?.markRead();
  };

  #toggleSound(): void {
    this.sound = !this.sound;
    this.#store?.set("sound", this.sound ? "on" : "off");
    if (this.sound) chime();
  }

  readonly #decided = (): void => {
    const dialog = this.#sure;
    if (dialog?.returnValue === "yes") void this.#talk?.startOver();
    if (dialog) dialog.returnValue = "";
  };

  readonly #key = (event: KeyboardEvent): void => {
    if (event.key === "Escape" && !event.defaultPrevented && this.mode !== "page") {
      event.stopPropagation();
      this.hide();
    }
  };

  readonly #dragged = (event: DragEvent): void => {
    if (this.#talk?.session?.uploads && event.dataTransfer?.types.includes("Files")) event.preventDefault();
  };

  readonly #dropped = (event: DragEvent): void => {
    const uploads = this.#talk?.session?.uploads;
    const files = [...(event.dataTransfer?.files ?? [])];
    if (!uploads || !files.length) return;
    event.preventDefault();
    this.#composer?.files.add(files, uploads);
  };

  // -- where things are

  get #visible(): boolean {
    return this.mode === "page" || this.open;
  }

  get #naming(): { assistant: string; business: string } {
    const session = this.#talk?.session;
    return {
      assistant: this.assistant || (session?.assistant ?? ""),
      business: this.business || (session?.business ?? ""),
    };
  }

  get #direction(): "ltr" | "rtl" {
    const nearest = this.getAttribute("lang") ? this : this.closest<HTMLElement>("[dir]");
    const given = this.dir || nearest?.dir;
    return given === "rtl" || given === "ltr" ? given : this.#words!.direction;
  }

  #chooseWords(): Words {
    const language = this.lang || this.closest<HTMLElement>("[lang]")?.lang || navigator.language || "en";
    return new Words(language, this.strings);
  }

  #moveFocus(): void {
    // A phone's keyboard would cover the conversation that was just opened.
    const touch = matchMedia("(pointer: coarse)").matches;
    if (!this.open) this.renderRoot.querySelector<HTMLElement>("#launcher")?.focus();
    else if (touch) this.renderRoot.querySelector<HTMLElement>("#scroller")?.focus();
    else this.#composer?.focus();
    this.#scroller?.toEnd();
  }
}
