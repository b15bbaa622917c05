// Messages that are not yet with the server. They survive a reload, and any tab may send them; each keeps the id it was
// made with, so that the server recognises one that it has already taken.

import type { Store } from "./storage.js";
import type { Outgoing, Uploaded } from "./wire.js";

const PREFIX = "out:";

export interface Waiting {
  key: string;
  outgoing: Outgoing;
  /** What the customer sees: the typed words or the button's title. */
  shown: string;
  files: Uploaded[];
}

export class Outbox {
  readonly #store: Store;
  #count = 0;

  constructor(store: Store) {
    this.#store = store;
  }

  /** In the order in which they were written. */
  items(): Waiting[] {
    return this.#store.keys(PREFIX).flatMap((key) => parsed(this.#store.get(key)) ?? []);
  }

  add(shown: string, buttonId: string | null, files: Uploaded[]): Waiting {
    const id = uuid();
    const outgoing: Outgoing = buttonId ? { id, button_id: buttonId } : { id };
    if (!buttonId && shown) outgoing.text = shown;
    if (files.length) outgoing.files = files.map((file) => file.id);
    // A key for each message, so that tabs that write at the same time lose none.
    const order = `${Date.now().toString().padStart(15, "0")}${(this.#count++).toString().padStart(6, "0")}`;
    const waiting = { key: `${PREFIX}${order}:${id}`, outgoing, shown, files };
    this.#store.set(waiting.key, JSON.stringify(waiting));
    return waiting;
  }

  remove(waiting: Waiting): void {
    this.#store.remove(waiting.key);
  }

  clear(): void {
    for (const key of this.#store.keys(PREFIX)) this.#store.remove(key);
  }
}

function parsed(value: string | null): Waiting | null {
  try {
    return value ? (JSON.parse(value) as Waiting) : null;
  } catch {
    return null;
  }
}

/** A random UUID. `crypto.randomUUID` is missing on plain-http addresses other than localhost. */
export function uuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
