// Replies on their way to the desk. Each is kept in this browser until the desk has it, under an id of its own: sent
// as often as needed, it is stored once.

import { say } from "./words.js";

const PREFIX = "desk:outbox:";
const PAUSES_MS = [500, 1_000, 2_000, 5_000, 10_000];
/** What is older was not seen being sent: it goes back into the field, and the agent decides. */
const STALE_MS = 10 * 60_000;

export interface Outgoing {
  id: string;
  conversation: string;
  agent: string;
  text: string;
  note: boolean;
  draft: string;
  at: number;
}

/** Where what is typed, and what was refused, waits for the agent. */
export function draftKey(agent: string, conversation: string, note: boolean): string {
  return `desk:text:${agent}:${conversation}:${note ? "note" : "reply"}`;
}

/** Puts the words back where the agent wrote them, before what was typed meanwhile. */
export function giveBack(message: Outgoing): void {
  const key = draftKey(message.agent, message.conversation, message.note);
  const typed = localStorage.getItem(key);
  localStorage.setItem(key, typed ? `${message.text}\n${typed}` : message.text);
}

export type Fate = "stored" | "refused";

interface Hooks {
  changed(waiting: Outgoing[]): void;
  /** `why` is the desk's own sentence. */
  settled(message: Outgoing, fate: Fate, why: string): void;
}

export class Outbox {
  #sending = false;
  #askedAgain = false;
  #tries = 0;
  #timer = 0;

  constructor(
    private readonly agent: string,
    private readonly csrf: string,
    private readonly hooks: Hooks,
  ) {}

  start(): void {
    addEventListener("online", () => this.flush());
    document.body.addEventListener("desk:line", (event) => {
      if ((event as CustomEvent<{ heard: boolean }>).detail.heard && this.#tries) this.flush();
    });
    this.flush();
  }

  put(message: Omit<Outgoing, "id" | "agent" | "at">): void {
    const kept: Outgoing = { ...message, id: crypto.randomUUID(), agent: this.agent, at: Date.now() };
    localStorage.setItem(PREFIX + kept.id, JSON.stringify(kept));
    this.hooks.changed(this.waiting());
    this.flush();
  }

  waiting(): Outgoing[] {
    const found: Outgoing[] = [];
    for (const key of Object.keys(localStorage)) {
      if (!key.startsWith(PREFIX)) continue;
      try {
        const one = JSON.parse(localStorage.getItem(key) ?? "") as Outgoing;
        if (one.agent === this.agent) found.push(one);
      } catch {
        localStorage.removeItem(key);
      }
    }
    return found.sort((a, b) => a.at - b.at);
  }

  /** Sends what waits. Asked for while that goes on, it is done once more: there may be more by then. */
  flush(): void {
    if (this.#sending) {
      this.#askedAgain = true;
      return;
    }
    clearTimeout(this.#timer);
    this.#sending = true;
    this.#askedAgain = false;
    // One tab at a time; the others find nothing left.
    void navigator.locks.request("desk:outbox", () => this.#all()).finally(() => {
      this.#sending = false;
      if (this.#askedAgain) this.flush();
    });
  }

  async #all(): Promise<void> {
    for (const message of this.waiting()) {
      const fate = Date.now() - message.at > STALE_MS ? await this.#stale(message) : await this.#send(message);
      if (!fate) {
        this.#timer = window.setTimeout(() => this.flush(), PAUSES_MS[Math.min(this.#tries, PAUSES_MS.length - 1)]);
        this.#tries += 1;
        this.hooks.changed(this.waiting());
        return;
      }
      this.#tries = 0;
      localStorage.removeItem(PREFIX + message.id);
      this.hooks.changed(this.waiting());
      this.hooks.settled(message, ...fate);
    }
  }

  /** Null: nobody knows, try again. */
  async #send(message: Outgoing): Promise<[Fate, string] | null> {
    const body = new URLSearchParams({ id: message.id, text: message.text, draft: message.draft });
    const path = `/conversations/${message.conversation}/${message.note ? "notes" : "messages"}`;
    const answer = await this.#fetch(path, { method: "POST", body });
    if (!answer || answer.status >= 500 || answer.status === 429) return null;
    if (answer.ok) return ["stored", ""];
    return ["refused", await reasonOf(answer)];
  }

  async #stale(message: Outgoing): Promise<[Fate, string] | null> {
    const path = `/conversations/${message.conversation}/${message.note ? "notes" : "messages"}/${message.id}`;
    const answer = await this.#fetch(path, {});
    if (!answer || answer.status >= 500) return null;
    return answer.ok ? ["stored", ""] : ["refused", say("not_sent_before")];
  }

  async #fetch(path: string, options: RequestInit): Promise<Response | null> {
    const headers = { accept: "application/json", "x-csrf-token": this.csrf };
    try {
      return await fetch(path, { ...options, headers, redirect: "manual", signal: AbortSignal.timeout(20_000) });
    } catch {
      return null;
    }
  }
}

async function reasonOf(answer: Response): Promise<string> {
  if (answer.type === "opaqueredirect" || answer.status === 401) return say("signed_out");
  try {
    const body = (await answer.json()) as { error?: string };
    return body.error ?? say("refused");
  } catch {
    return say("refused");
  }
}
