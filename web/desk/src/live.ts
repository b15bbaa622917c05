// What the server tells while a page is open: Server-Sent Events, taken up again after every break.

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;
/** The server says something at least every 15 seconds. */
const SILENCE_MS = 40_000;

/** `waiting` and `unread` are numbers of conversations; `trouble` names what does not work, such as "assistant". */
export interface Counts {
  waiting: number;
  unread: number;
  views: Record<string, string>;
  trouble: string[];
}

/** Tells of it by events on the body: `desk:counts`, `desk:changed` and `desk:line` (whether we hear the server). */
export class Live {
  #source: EventSource | null = null;
  #pause = FIRST_PAUSE_MS;
  #watchdog = 0;
  #broke = false;

  constructor(private readonly url: string) {}

  start(): void {
    this.#open();
    // Back from the history, or from sleep: the stream is dead and nobody says so.
    addEventListener("pageshow", (event) => event.persisted && this.#again());
    addEventListener("online", () => this.#again());
    addEventListener("pagehide", () => this.#source?.close());
  }

  #open(): void {
    const source = (this.#source = new EventSource(this.url));
    this.#watch();
    source.onopen = () => this.#watch();
    source.onerror = () => {
      if (source === this.#source) this.#later();
    };
    source.addEventListener("counts", (event) => {
      this.#heard();
      tell("desk:counts", JSON.parse((event as MessageEvent<string>).data));
    });
    source.addEventListener("changed", () => {
      this.#heard();
      tell("desk:changed");
    });
    source.addEventListener("beat", (event) => {
      this.#heard();
      tell("desk:trouble", JSON.parse((event as MessageEvent<string>).data));
    });
  }

  #heard(): void {
    this.#pause = FIRST_PAUSE_MS;
    this.#watch();
    tell("desk:line", { heard: true });
    if (!this.#broke) return;
    this.#broke = false;
    tell("desk:changed"); // what happened meanwhile nobody told us
  }

  #watch(): void {
    clearTimeout(this.#watchdog);
    this.#watchdog = window.setTimeout(() => this.#later(), SILENCE_MS);
  }

  /** Not left to the browser: it gives up for good when a proxy answers with an error. */
  #later(): void {
    this.#source?.close();
    this.#source = null;
    this.#broke = true;
    clearTimeout(this.#watchdog);
    tell("desk:line", { heard: false });
    void tellIfSignedOut();
    this.#watchdog = window.setTimeout(() => this.#open(), this.#pause * (0.5 + Math.random() / 2));
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE_MS);
  }

  #again(): void {
    this.#pause = FIRST_PAUSE_MS;
    this.#later();
  }
}

/** An event source does not say why it failed. */
async function tellIfSignedOut(): Promise<void> {
  try {
    const answer = await fetch("/account", { headers: { accept: "application/json" }, redirect: "manual" });
    if (answer.status === 401) tell("desk:line", { heard: false, signedOut: true });
  } catch {
    // Nobody answers.
  }
}

function tell(name: string, detail: unknown = null): void {
  document.body.dispatchEvent(new CustomEvent(name, { detail }));
}
