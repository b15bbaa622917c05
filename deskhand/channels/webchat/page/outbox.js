// Messages that are not yet with the server. They survive a reload; each keeps the id it was made with, so that
// the server recognises one that it has already taken.

const KEY = "deskhand-outbox";

export class Outbox {
  constructor() {
    try {
      this.items = JSON.parse(sessionStorage.getItem(KEY)) ?? [];
    } catch {
      this.items = [];
    }
  }

  get first() {
    return this.items[0];
  }

  add(text, buttonId) {
    const item = { id: uuid(), text, buttonId };
    this.items.push(item);
    this.#save();
    return item;
  }

  remove(id) {
    this.items = this.items.filter((item) => item.id !== id);
    this.#save();
  }

  clear() {
    this.items = [];
    this.#save();
  }

  #save() {
    try {
      sessionStorage.setItem(KEY, JSON.stringify(this.items));
    } catch {
      // Private windows may refuse storage; the messages then live as long as the page.
    }
  }
}

/** A random UUID. `crypto.randomUUID` is missing on plain-http addresses other than localhost. */
function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
