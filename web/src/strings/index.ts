// Which words to use, and how times and numbers are written.

import { ar } from "./ar.js";
import { de } from "./de.js";
import { en, type Strings } from "./en.js";
import { es } from "./es.js";
import { fr } from "./fr.js";

export type { Strings } from "./en.js";

const LANGUAGES: Record<string, Strings> = { ar, de, en, es, fr };
const RIGHT_TO_LEFT = new Set(["ar", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"]);

export type Key = keyof Strings;
export type Filling = Record<string, string | number>;

/** The words of one language, with the site's own on top. */
export class Words {
  readonly direction: "ltr" | "rtl";
  readonly #strings: Strings;
  readonly #numbers: Intl.NumberFormat;
  readonly #times: Intl.DateTimeFormat;
  readonly #days: Intl.DateTimeFormat;

  constructor(
    readonly language: string,
    overrides: Partial<Strings>,
  ) {
    const primary = language.toLowerCase().split("-")[0] ?? "en";
    this.direction = RIGHT_TO_LEFT.has(primary) ? "rtl" : "ltr";
    this.#strings = { ...(LANGUAGES[primary] ?? en), ...overrides };
    const locale = supported(language);
    this.#numbers = new Intl.NumberFormat(locale);
    this.#times = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });
    this.#days = new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long" });
  }

  say(key: Key, filling: Filling = {}): string {
    return this.#strings[key].replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = filling[name];
      return typeof value === "number" ? this.#numbers.format(value) : (value ?? whole);
    });
  }

  /** The words for an error of the server, by its code. */
  error(code: string): string {
    const key = `error_${code}`;
    return this.say(key in this.#strings ? (key as Key) : "error_other");
  }

  /** The words for a line that the server itself says, by its code; null for what the assistant or a person said. */
  line(code: string | undefined, filling: Filling = {}): string | null {
    const key = `line_${code}`;
    return code !== undefined && key in this.#strings ? this.say(key as Key, filling) : null;
  }

  time(moment: Date): string {
    return this.#times.format(moment);
  }

  day(moment: Date, now: Date): string {
    const days = Math.round((startOfDay(now) - startOfDay(moment)) / 86_400_000);
    if (days === 0) return this.say("today");
    if (days === 1) return this.say("yesterday");
    return this.#days.format(moment);
  }

  size(bytes: number): string {
    const [amount, unit] = bytes < 1_000_000 ? [Math.ceil(bytes / 1_000), "kB"] : [bytes / 1_000_000, "MB"];
    return `${this.#numbers.format(Math.round(amount * 10) / 10)} ${unit}`;
  }
}

function startOfDay(moment: Date): number {
  return new Date(moment.getFullYear(), moment.getMonth(), moment.getDate()).getTime();
}

/** The language if browsers know it, else the browser's own. */
function supported(language: string): string | undefined {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(language)[0];
  } catch {
    return undefined;
  }
}
