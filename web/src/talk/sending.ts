// What the customer has written and the page does not yet show as the server's: waiting, on its way, sent or refused.

import { type Api, Refused } from "./api.js";
import { Outbox, type Waiting } from "./outbox.js";
import type { Store } from "./storage.js";
import type { Timeline } from "./timeline.js";
import type { Uploaded } from "./wire.js";

export interface Own {
  waiting: Waiting;
  state: "sending" | "waiting" | "sent" | "refused";
  refusal?: Refused;
}

export interface Sender {
  /** Whether there is a session to send in. */
  ready(): boolean;
  changed(): void;
  sent(clientId: string, at: number): void;
  /** The server knows the session no more. */
  sessionEnded(): void;
  failed(error: unknown): void;
}

export class Sending {
  own: readonly Own[] = [];
  readonly #outbox: Outbox;
  #flushing = false;

  constructor(
    private readonly api: Api,
    private readonly store: Store,
    private readonly timeline: Timeline,
    private readonly sender: Sender,
  ) {
    this.#outbox = new Outbox(store);
  }

  /** Something is still to be sent or answered for. */
  get any(): boolean {
    return this.own.some((own) => own.state !== "refused");
  }

  get underWay(): boolean {
    return this.own.some((own) => own.state === "sending");
  }

  get waits(): boolean {
    return this.#outbox.items().length > 0;
  }

  add(shown: string, buttonId: string | null, files: Uploaded[]): void {
    const waiting = this.#outbox.add(shown, buttonId, files);
    this.own = [...this.own, { waiting, state: "sending" }];
    this.sender.changed();
    void this.flush();
  }

  /** Shows what an earlier page, or another tab, has left to be sent. */
  restore(): void {
    for (const waiting of this.#outbox.items()) {
      if (this.timeline.has(waiting.outgoing.id)) this.#outbox.remove(waiting);
      else if (!this.own.some((own) => own.waiting.key === waiting.key)) {
        this.own = [...this.own, { waiting, state: "sending" }];
      }
    }
  }

  /** The server's own form of a message takes the place of ours. */
  settle(): void {
    this.own = this.own.filter((own) => !this.timeline.has(own.waiting.outgoing.id));
  }

  forget(everything: boolean): void {
    if (everything) this.#outbox.clear();
    this.own = [];
  }

  /** Sends what waits, one by one and in order; by one tab at a time. */
  async flush(): Promise<void> {
    if (this.#flushing || !this.sender.ready()) return;
    this.#flushing = true;
    let more = false;
    try {
      await this.store.exclusively("outbox", async () => {
        for (let next = this.#outbox.items()[0]; next; next = this.#outbox.items()[0]) await this.#send(next);
      });
      // What was written while the last one ended waits still; the others are what another tab has sent meanwhile.
      const waiting = new Set(this.#outbox.items().map((item) => item.key));
      const isGone = (own: Own): boolean => !waiting.has(own.waiting.key);
      this.#mark(isGone, "sent", "waiting");
      this.#mark(isGone, "sent", "sending");
      more = waiting.size > 0;
    } catch (error) {
      this.#mark(() => true, "waiting", "sending");
      if (error instanceof Refused && error.status === 401) this.sender.sessionEnded();
      else this.sender.failed(error);
    } finally {
      this.#flushing = false;
      this.sender.changed();
    }
    if (more) await this.flush();
  }

  async #send(waiting: Waiting): Promise<void> {
    const its = (own: Own): boolean => own.waiting.key === waiting.key;
    this.#mark(its, "sending", "waiting");
    const at = Date.now();
    try {
      await this.api.send(waiting.outgoing);
    } catch (error) {
      if (!(error instanceof Refused) || error.passing || error.status === 401) throw error;
      this.#outbox.remove(waiting);
      this.own = this.own.map((own) => (its(own) ? { ...own, state: "refused", refusal: error } : own));
      this.sender.changed();
      return;
    }
    this.#outbox.remove(waiting);
    this.#mark(its, "sent", "sending");
    this.sender.sent(waiting.outgoing.id, at);
  }

  #mark(which: (own: Own) => boolean, state: Own["state"], before: Own["state"]): void {
    this.own = this.own.map((own) => (own.state === before && which(own) ? { ...own, state } : own));
    this.settle();
    this.sender.changed();
  }
}
