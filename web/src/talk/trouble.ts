// What is wrong, as far as the customer should know, and when to try again.

import { Refused } from "./api.js";

const SHORTEST_PAUSE_SECONDS = 3;
const LONGEST_PAUSE_SECONDS = 60;

export type Problem = "offline" | "unreachable" | "busy";

export class Trouble {
  problem: Problem | null = null;
  #failures = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly changed: () => void) {}

  /** Shows it, and tries again after a pause that grows, or that the server asked for. */
  met(error: unknown, again?: () => void): void {
    if (!(error instanceof Refused)) console.error(error);
    const refused = error instanceof Refused ? error : new Refused(0, "broken", "");
    this.show(refused);
    if (!again) return;
    this.cancel();
    const growing = Math.min(LONGEST_PAUSE_SECONDS, SHORTEST_PAUSE_SECONDS * 2 ** this.#failures++);
    this.#retry = setTimeout(again, (refused.retryAfterSeconds ?? growing) * 1000);
  }

  show(refused: Refused): void {
    this.#set(refused.status === 429 ? "busy" : navigator.onLine ? "unreachable" : "offline");
  }

  offline(): void {
    this.#set("offline");
  }

  over(): void {
    this.#failures = 0;
    if (this.problem !== null) this.#set(null);
  }

  /** Nothing is tried again until it goes wrong again. */
  cancel(): void {
    clearTimeout(this.#retry);
  }

  #set(problem: Problem | null): void {
    this.problem = problem;
    this.changed();
  }
}
