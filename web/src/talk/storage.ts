// What is kept in the browser: the session's token, messages that are not yet sent, what was read. Browsers may refuse
// all of it; things are then kept for as long as the page lives.

export class Store {
  readonly #fallback = new Map<string, string>();

  /** `scope` keeps the chats of several servers on one site apart. */
  constructor(
    readonly scope: string,
    private readonly kept: () => Storage,
  ) {}

  get(key: string): string | null {
    try {
      return this.kept().getItem(this.#full(key));
    } catch {
      return this.#fallback.get(key) ?? null;
    }
  }

  set(key: string, value: string): void {
    try {
      this.kept().setItem(this.#full(key), value);
    } catch {
      this.#fallback.set(key, value);
    }
  }

  remove(key: string): void {
    this.#fallback.delete(key);
    try {
      this.kept().removeItem(this.#full(key));
    } catch {
      // it was never there
    }
  }

  keys(prefix: string): string[] {
    const full = this.#full(prefix);
    let kept: string[] = [];
    try {
      kept = Object.keys(this.kept()).filter((key) => key.startsWith(full));
    } catch {
      // none
    }
    const own = [...this.#fallback.keys()].filter((key) => key.startsWith(prefix));
    return [...kept.map((key) => key.slice(this.#full("").length)), ...own].sort();
  }

  /** Calls back when another tab changes `key`. Returns what ends it. */
  watch(key: string, changed: (value: string | null) => void): () => void {
    const listen = (event: StorageEvent): void => {
      if (event.key === this.#full(key)) changed(event.newValue);
    };
    window.addEventListener("storage", listen);
    return () => window.removeEventListener("storage", listen);
  }

  /** Runs `work` while no other tab runs what holds the same lock. Without locks (plain http) it just runs. */
  async exclusively<T>(name: string, work: () => Promise<T>): Promise<T> {
    if (!navigator.locks) return work();
    return (await navigator.locks.request(this.#full(name), work)) as T;
  }

  #full(key: string): string {
    return `deskhand:${this.scope}:${key}`;
  }
}
