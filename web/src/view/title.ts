// A page in the background says in its title that something came.

export class Title {
  #own: string | null = null;
  #count = 0;

  arrived(count: number): void {
    if (!document.hidden) return;
    this.#own ??= document.title;
    this.#count += count;
    document.title = `(${this.#count}) ${this.#own}`;
  }

  looked(): void {
    if (this.#own === null) return;
    document.title = this.#own;
    this.#own = null;
    this.#count = 0;
  }
}
