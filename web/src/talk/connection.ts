// Keeps up with the server: a stream while somebody looks, a question now and then while nobody does, and again and
// again, with growing pauses, after a failure.

import { type Api, Refused } from "./api.js";
import { follow, type Happening } from "./stream.js";

const SHORTEST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
/** Browsers allow six connections to a server over HTTP/1.1: tabs in the background give theirs back. */
const HIDDEN_FOR_MS = 20_000;
const ASK_WHEN_HIDDEN_MS = 30_000;
const ASK_WHEN_STREAMS_FAIL_MS = 4_000;
/** A proxy that collects an answer before it passes it on, or refuses streams, lets none through. */
const BAD_STREAMS_ARE_ENOUGH = 2;
const ASKS_BETWEEN_STREAMS = 15;

export interface Following {
  /** Where to go on from. */
  cursor(): string | null;
  happened(event: Happening): void;
  /** Asks for what is new, once. Throws `Refused`. */
  ask(): Promise<void>;
  connected(): void;
  /** Returns whether to go on trying. */
  failed(error: Refused): boolean;
}

export class Connection {
  readonly #api: Api;
  readonly #following: Following;
  #running: AbortController | null = null;
  #stream: AbortController | null = null;
  #wake: (() => void) | null = null;
  #hiddenTimer: ReturnType<typeof setTimeout> | undefined;
  #hidden = false;
  #failures = 0;
  #badStreams = 0;
  #asked = 0;

  constructor(api: Api, following: Following) {
    this.#api = api;
    this.#following = following;
  }

  start(): void {
    this.stop();
    this.#running = new AbortController();
    document.addEventListener("visibilitychange", this.#visibility);
    this.#visibility();
    void this.#run(this.#running.signal);
  }

  stop(): void {
    document.removeEventListener("visibilitychange", this.#visibility);
    clearTimeout(this.#hiddenTimer);
    this.#running?.abort();
    this.#stream?.abort();
    this.#wake?.();
  }

  /** Tries at once what would be tried later. */
  hurry(): void {
    this.#wake?.();
  }

  /** Gives the stream up and begins another. */
  restart(): void {
    this.#stream?.abort();
    this.#wake?.();
  }

  async #run(running: AbortSignal): Promise<void> {
    while (!running.aborted) {
      try {
        if (this.#hidden || this.#badStreams >= BAD_STREAMS_ARE_ENOUGH) await this.#askNowAndThen();
        else await this.#streamOnce();
      } catch (error) {
        if (running.aborted) return;
        const refused = error instanceof Refused ? error : new Refused(0, "broken", String(error));
        if (!this.#following.failed(refused)) return;
        await this.#pause(this.#pauseAfter(refused));
      }
    }
  }

  async #streamOnce(): Promise<void> {
    const stream = (this.#stream = new AbortController());
    let heard = false;
    const happened = (event: Happening): void => {
      heard = true;
      this.#following.happened(event);
    };
    try {
      await follow(this.#api, this.#following.cursor(), stream.signal, () => this.#worked(), happened);
    } catch (error) {
      if (stream.signal.aborted) return;
      if (!(error instanceof Refused) || error.status === 401 || error.status === 429) throw error;
      await this.#following.ask(); // only if this fails, too, is the server away
      this.#worked();
    }
    if (stream.signal.aborted) return;
    this.#badStreams = heard ? 0 : this.#badStreams + 1;
    // The server ended it, for a restart or for its own limits: all its pages must not be back in the same moment.
    await this.#pause(Math.random() * SHORTEST_PAUSE_MS);
  }

  async #askNowAndThen(): Promise<void> {
    await this.#following.ask();
    this.#worked();
    if (++this.#asked % ASKS_BETWEEN_STREAMS === 0) this.#badStreams = BAD_STREAMS_ARE_ENOUGH - 1;
    await this.#pause(this.#hidden ? ASK_WHEN_HIDDEN_MS : ASK_WHEN_STREAMS_FAIL_MS);
  }

  #worked(): void {
    this.#failures = 0;
    this.#following.connected();
  }

  #pauseAfter(refused: Refused): number {
    if (refused.retryAfterSeconds) return refused.retryAfterSeconds * 1000;
    const most = Math.min(LONGEST_PAUSE_MS, SHORTEST_PAUSE_MS * 2 ** this.#failures++);
    return most * (0.75 + Math.random() / 4);
  }

  async #pause(milliseconds: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = null;
  }

  readonly #visibility = (): void => {
    clearTimeout(this.#hiddenTimer);
    if (document.hidden) {
      this.#hiddenTimer = setTimeout(() => {
        this.#hidden = true;
        this.restart();
      }, HIDDEN_FOR_MS);
    } else if (this.#hidden) {
      this.#hidden = false;
      this.restart();
    }
  };
}
