// Talking to the server.

import type { History, Outgoing, Session, Uploaded } from "./wire.js";

const TIMEOUT_MS = 60_000;
const UPLOAD_TIMEOUT_MS = 300_000;

/** What the server refused, or that it could not be reached (`status` 0). */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly retryAfterSeconds?: number,
  ) {
    super(message);
  }

  /** Sending the same again later can help. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

export class Api {
  token: string | null = null;

  /** `base` ends with a slash. */
  constructor(readonly base: string) {}

  openSession(fresh: boolean): Promise<Session> {
    return this.#json("POST", "session", { new: fresh });
  }

  send(message: Outgoing): Promise<unknown> {
    return this.#json("POST", "messages", message);
  }

  read(after: string | null): Promise<History> {
    return this.#json("GET", after ? `messages?after=${encodeURIComponent(after)}` : "messages");
  }

  readBefore(cursor: string): Promise<History> {
    return this.#json("GET", `messages?before=${encodeURIComponent(cursor)}`);
  }

  returnToAssistant(): Promise<unknown> {
    return this.#json("POST", "return", {});
  }

  upload(file: File, signal: AbortSignal): Promise<Uploaded> {
    const headers = { "content-type": file.type || "application/octet-stream" };
    const path = `uploads?name=${encodeURIComponent(file.name)}`;
    const limited = AbortSignal.any?.([signal, AbortSignal.timeout(UPLOAD_TIMEOUT_MS)]) ?? signal;
    return this.#answer(path, { method: "POST", headers, body: file, signal: limited });
  }

  /** The stream of events after `cursor`. The answer's body is still to be read. */
  async events(cursor: string | null, signal: AbortSignal): Promise<Response> {
    const headers: Record<string, string> = { accept: "text/event-stream" };
    if (cursor) headers["last-event-id"] = cursor;
    return this.#checked(await this.#fetch("events", { headers, signal }));
  }

  #json<T>(method: string, path: string, body?: object): Promise<T> {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    if (!body) return this.#answer(path, { method, signal });
    const headers = { "content-type": "application/json" };
    return this.#answer(path, { method, headers, body: JSON.stringify(body), signal });
  }

  async #answer<T>(path: string, init: RequestInit): Promise<T> {
    const response = await this.#checked(await this.#fetch(path, init));
    try {
      return (await response.json()) as T;
    } catch {
      throw new Refused(0, "unreachable", "The answer broke off.");
    }
  }

  async #fetch(path: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers);
    if (this.token) headers.set("authorization", `Bearer ${this.token}`);
    try {
      return await fetch(this.base + path, { ...init, headers, credentials: "omit", cache: "no-store" });
    } catch {
      throw new Refused(0, "unreachable", "The chat cannot be reached.");
    }
  }

  async #checked(response: Response): Promise<Response> {
    if (response.ok) return response;
    const body = (await response.json().catch(() => null)) as { error?: { code?: string; message?: string } } | null;
    throw new Refused(
      response.status,
      body?.error?.code ?? "unavailable",
      body?.error?.message ?? "The chat has a problem on our side.",
      Number(response.headers.get("retry-after")) || undefined,
    );
  }
}
