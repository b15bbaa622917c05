// Talking to the server. Addresses are relative to the page, wherever it is mounted.

const TIMEOUT_MS = 60_000;

/** What the server refused, or that it could not be reached (`status` 0). */
export class Refused extends Error {
  constructor(status, code, message, retryAfterSeconds) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /** Sending the same again later can help. */
  get passing() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

export const openSession = (fresh = false) => call("POST", "session", { new: fresh });
export const sendMessage = (item) =>
  call("POST", "messages", item.buttonId ? { id: item.id, button_id: item.buttonId } : { id: item.id, text: item.text });
export const readMessages = (after) => call("GET", `messages?after=${after}`);
export const returnToAssistant = () => call("POST", "return", {});

async function call(method, path, body) {
  let response;
  let data = null;
  try {
    response = await fetch(path, {
      method,
      credentials: "same-origin",
      cache: "no-store",
      headers: body ? { "content-type": "application/json" } : {},
      body: body ? JSON.stringify(body) : undefined,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    data = await response.json().catch(() => null);
  } catch {
    throw new Refused(0, "unreachable", "The chat cannot be reached.");
  }
  if (response.ok && data) return data;
  const error = data?.error ?? {};
  throw new Refused(
    response.ok ? 502 : response.status,
    error.code ?? "unavailable",
    error.message ?? "The chat has a problem on our side.",
    Number(response.headers.get("retry-after")) || undefined,
  );
}
