// A customer's talk with the business: what was said, what waits to be sent, and who is there.

import { type Api, Refused } from "./api.js";
import { Connection } from "./connection.js";
import { type Own, Sending } from "./sending.js";
import type { Store } from "./storage.js";
import type { Happening } from "./stream.js";
import { Timeline } from "./timeline.js";
import { type Problem, Trouble } from "./trouble.js";
import type { History, Message, Offered, Session, Situation, Uploaded } from "./wire.js";

/** When to look for an answer that no stream has brought. */
const LOOK_AFTER_MS = [2_000, 5_000, 12_000, 30_000];

export interface Watcher {
  changed(): void;
  /** New messages for the customer, after those that were there when the page opened. */
  arrived(messages: Message[]): void;
  /** The talk was begun afresh, here or in another tab. */
  begun(): void;
}

export class Talk {
  readonly timeline = new Timeline();
  session: Session | null = null;
  situation: Situation = { conversation: null, thinking: false };
  opening = false;
  earlier = false;

  readonly #api: Api;
  readonly #store: Store;
  readonly #sending: Sending;
  readonly #connection: Connection;
  readonly #trouble: Trouble;
  readonly #watcher: Watcher;
  #lastHeard = 0;
  #unwatch: (() => void) | null = null;

  constructor(api: Api, store: Store, watcher: Watcher) {
    this.#api = api;
    this.#store = store;
    this.#watcher = watcher;
    this.#trouble = new Trouble(() => watcher.changed());
    this.#sending = new Sending(api, store, this.timeline, {
      ready: () => this.session !== null,
      changed: () => watcher.changed(),
      sent: (clientId, at) => {
        this.#recovered();
        this.#lookFor(clientId, at);
      },
      sessionEnded: () => this.#endSession(),
      failed: (error) => this.#trouble.met(error, () => void this.#sending.flush()),
    });
    this.#connection = new Connection(api, {
      cursor: () => this.timeline.last?.cursor ?? null,
      happened: (event) => this.#happened(event),
      ask: () => this.#catchUp(),
      connected: () => this.#connected(),
      failed: (error) => this.#lost(error),
    });
  }

  /** Whether this browser has talked with the business before. */
  get known(): boolean {
    return this.#store.get("token") !== null;
  }

  get problem(): Problem | null {
    return this.#trouble.problem;
  }

  get own(): readonly Own[] {
    return this.#sending.own;
  }

  get thinking(): boolean {
    if (this.opening && !this.timeline.last) return true;
    if (this.problem || this.situation.conversation?.control === "person") return false;
    return this.situation.thinking || this.#sending.underWay;
  }

  get unread(): number {
    return this.timeline.countAfter(this.#store.get("read"));
  }

  get choices(): readonly Offered[] {
    return this.#sending.any ? [] : this.timeline.choices();
  }

  start(): void {
    window.addEventListener("online", this.#online);
    window.addEventListener("offline", this.#offline);
    this.#unwatch = this.#store.watch("token", (token) => this.#tokenChanged(token));
    void this.#open(false);
  }

  stop(): void {
    window.removeEventListener("online", this.#online);
    window.removeEventListener("offline", this.#offline);
    this.#unwatch?.();
    this.#trouble.cancel();
    this.#connection.stop();
  }

  say(text: string, files: Uploaded[]): void {
    this.#sending.add(text, null, files);
  }

  press(button: Offered): void {
    this.#sending.add(button.title, button.id, []);
  }

  startOver(): Promise<void> {
    return this.#open(true);
  }

  async returnToAssistant(): Promise<void> {
    try {
      await this.#api.returnToAssistant();
      await this.#catchUp();
      this.#recovered();
    } catch (error) {
      this.#trouble.met(error);
    }
  }

  async showEarlier(): Promise<void> {
    const first = this.timeline.first;
    if (!first) return;
    try {
      const history = await this.#api.readBefore(first.cursor);
      this.timeline.takeEarlier(history.messages.map((message) => this.#withAddresses(message)));
      this.earlier = history.earlier;
      this.#watcher.changed();
    } catch (error) {
      this.#trouble.met(error);
    }
  }

  markRead(): void {
    const cursor = this.timeline.last?.cursor;
    if (cursor && this.#store.get("read") !== cursor) this.#store.set("read", cursor);
  }

  /** Tries at once what waits for its time. */
  retryNow(): void {
    this.#trouble.cancel();
    if (!this.session) return void (this.opening || this.#open(false));
    this.#connection.hurry();
    void this.#sending.flush();
  }

  // -- the session

  async #open(fresh: boolean): Promise<void> {
    this.#trouble.cancel();
    this.opening = true;
    this.#watcher.changed();
    try {
      const session = await this.#store.exclusively("session", () => this.#sessionFromServer(fresh));
      this.#enter(session, fresh);
    } catch (error) {
      this.#trouble.met(error, () => void this.#open(fresh));
    } finally {
      this.opening = false;
      this.#watcher.changed();
    }
  }

  async #sessionFromServer(fresh: boolean): Promise<Session> {
    this.#api.token = this.#store.get("token"); // another tab may just have got one
    const session = await this.#api.openSession(fresh);
    this.#keepToken(session.token);
    return session;
  }

  #enter(session: Session, fresh: boolean): void {
    if (fresh) this.#forget(true);
    this.session = session;
    this.earlier = session.earlier;
    this.#apply(session, true);
    this.#recovered();
    this.#sending.restore();
    this.#connection.start();
    if (fresh) this.#watcher.begun();
    void this.#sending.flush();
  }

  #keepToken(token: string): void {
    this.#api.token = token;
    if (this.#store.get("token") !== token) this.#store.set("token", token);
  }

  /** Another tab has a new token: the same talk goes on, or one was begun afresh. */
  #tokenChanged(token: string | null): void {
    if (!token || !this.session) return;
    if (subject(token) === subject(this.session.token)) {
      this.#api.token = token;
      return;
    }
    this.#forget(false);
    this.#leave();
    this.#watcher.begun();
    void this.#open(false);
  }

  /** The server knows our session no more: what waits is sent in a new one. */
  #endSession(): void {
    if (this.#store.get("token") === this.#api.token) this.#store.remove("token");
    this.#leave();
    void this.#open(false);
  }

  #leave(): void {
    this.#connection.stop();
    this.session = null;
  }

  #forget(everything: boolean): void {
    this.#sending.forget(everything);
    this.timeline.clear();
    this.#store.remove("read");
  }

  // -- hearing

  #happened(event: Happening): void {
    this.#lastHeard = Date.now();
    const told: unknown = JSON.parse(event.data);
    if (event.type === "message") this.#take([told as Message], false);
    else if (event.type === "situation") this.situation = told as Situation;
    else if (event.type === "token") this.#keepToken((told as { token: string }).token);
    this.#watcher.changed();
  }

  async #catchUp(): Promise<void> {
    for (;;) {
      const history = await this.#api.read(this.timeline.last?.cursor ?? null);
      this.#apply(history, false);
      if (!history.later) return;
    }
  }

  #apply(history: History, opening: boolean): void {
    this.situation = { conversation: history.conversation, thinking: history.thinking };
    this.#take(history.messages, opening);
    this.#watcher.changed();
  }

  #take(messages: Message[], opening: boolean): void {
    const fresh = this.timeline.take(messages.map((message) => this.#withAddresses(message)));
    this.#sending.settle();
    const forCustomer = fresh.filter((message) => message.author !== "contact");
    if (!opening && forCustomer.length) this.#watcher.arrived(forCustomer);
  }

  /** Files have addresses relative to the server's, not to the site's. */
  #withAddresses(message: Message): Message {
    if (!message.files) return message;
    const files = message.files.map((file) => ({ ...file, url: file.url && new URL(file.url, this.#api.base).href }));
    return { ...message, files };
  }

  /** A stream that a proxy holds back must not hide the answer. */
  #lookFor(clientId: string, sentAt: number): void {
    for (const pause of LOOK_AFTER_MS) {
      setTimeout(() => {
        const heard = this.#lastHeard >= sentAt && this.timeline.has(clientId);
        if (this.session && !heard) this.#catchUp().catch(() => undefined);
      }, pause);
    }
  }

  #connected(): void {
    this.#recovered();
    void this.#sending.flush();
  }

  #lost(error: Refused): boolean {
    if (error.status === 401) {
      this.#endSession();
      return false;
    }
    this.#trouble.show(error);
    return true;
  }

  // -- trouble

  #recovered(): void {
    if (this.problem !== "busy" || !this.#sending.waits) this.#trouble.over();
  }

  readonly #online = (): void => {
    this.#connection.restart();
    this.retryNow();
  };

  readonly #offline = (): void => {
    this.#trouble.offline();
    this.#connection.restart();
  };
}

/** Whom a token is for. */
function subject(token: string): string {
  try {
    const claims = token.split(".")[1]!.replace(/-/g, "+").replace(/_/g, "/");
    return String((JSON.parse(atob(claims)) as { sub?: unknown }).sub);
  } catch {
    return token;
  }
}
