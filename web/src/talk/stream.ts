// Server-Sent Events over fetch: unlike EventSource it can carry the session in a header, which keeps it out of
// addresses and logs.

import type { Api } from "./api.js";

/** The server says something at least every 15 seconds. */
const SILENCE_MS = 40_000;

export interface Happening {
  id: string | null;
  type: string;
  data: string;
}

/** Follows the stream after `cursor` until it ends, falls silent or is aborted. Throws `Refused` if it never began. */
export async function follow(
  api: Api,
  cursor: string | null,
  aborting: AbortSignal,
  began: () => void,
  happened: (event: Happening) => void,
): Promise<void> {
  const ending = new AbortController();
  const end = (): void => ending.abort();
  aborting.addEventListener("abort", end, { once: true });
  let watchdog = setTimeout(end, SILENCE_MS);
  try {
    const response = await api.events(cursor, ending.signal);
    if (!response.body) return;
    began();
    const parser = new Parser(happened);
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      clearTimeout(watchdog);
      watchdog = setTimeout(end, SILENCE_MS);
      parser.feed(value);
    }
  } catch (error) {
    if (error instanceof Error && error.name !== "AbortError" && error.name !== "TypeError") throw error;
  } finally {
    clearTimeout(watchdog);
    ending.abort();
    aborting.removeEventListener("abort", end);
  }
}

/** The event stream format of the HTML standard, as far as the server uses it: lines end with "\n". */
class Parser {
  #rest = "";
  #id: string | null = null;
  #type = "message";
  #data: string[] = [];

  constructor(private readonly happened: (event: Happening) => void) {}

  feed(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#take(line);
  }

  #take(line: string): void {
    if (line === "") return this.#dispatch();
    const colon = line.indexOf(":");
    if (colon <= 0) return;
    const value = line.slice(colon + 1).replace(/^ /, "");
    const field = line.slice(0, colon);
    if (field === "id") this.#id = value;
    else if (field === "event") this.#type = value;
    else if (field === "data") this.#data.push(value);
  }

  #dispatch(): void {
    const event = { id: this.#id, type: this.#type, data: this.#data.join("\n") };
    const any = this.#data.length > 0;
    [this.#id, this.#type, this.#data] = [null, "message", []];
    if (any) this.happened(event);
  }
}
