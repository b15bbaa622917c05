// The messages that are shown, in order. Whatever comes twice, late or from two sides at once is in it once.

import type { Message, Offered } from "./wire.js";

export class Timeline {
  messages: readonly Message[] = [];

  get last(): Message | undefined {
    return this.messages.at(-1);
  }

  get first(): Message | undefined {
    return this.messages[0];
  }

  /** Adds what is new, in place, and renews what was there. Returns what is new. */
  take(told: readonly Message[]): Message[] {
    const known = new Set(this.messages.map((message) => message.id));
    const fresh = told.filter((message) => !known.has(message.id));
    const renewed = new Map(told.map((message) => [message.id, message]));
    const all = this.messages.map((message) => renewed.get(message.id) ?? message);
    for (const message of fresh) insert(all, message);
    this.messages = all;
    return fresh;
  }

  /** Adds older messages, told in order, above all others. */
  takeEarlier(told: readonly Message[]): void {
    const known = new Set(this.messages.map((message) => message.id));
    this.messages = [...told.filter((message) => !known.has(message.id)), ...this.messages];
  }

  clear(): void {
    this.messages = [];
  }

  has(clientId: string): boolean {
    return this.messages.some((message) => message.client_id === clientId);
  }

  /** The buttons that may be pressed now: the newest offered since the customer's last words. */
  choices(): readonly Offered[] {
    for (let index = this.messages.length - 1; index >= 0; index--) {
      const message = this.messages[index]!;
      if (message.author === "contact") return [];
      if (message.buttons?.length) return message.buttons;
    }
    return [];
  }

  /** How many messages for the customer come after the one with this cursor; all, if it is not here. */
  countAfter(cursor: string | null): number {
    const read = this.messages.findIndex((message) => message.cursor === cursor);
    return this.messages.slice(read + 1).filter((message) => message.author !== "contact").length;
  }
}

/** Conversations follow each other as they are told; within one, numbers tell the order. */
function insert(all: Message[], message: Message): void {
  const its = (place: number): boolean => all[place]?.conversation === message.conversation;
  let place = all.length;
  while (place > 0 && !its(place - 1)) place--;
  if (place === 0) place = all.length; // the first of its conversation
  while (its(place - 1) && all[place - 1]!.seq > message.seq) place--;
  all.splice(place, 0, message);
}
