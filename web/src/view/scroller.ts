// The conversation stays at its end while new messages come, unless somebody reads further up.

const NEAR_END = 160;

export class Scroller {
  stick = true;
  /** Pictures arrive late, and the field below grows. */
  readonly #sizes = new ResizeObserver(() => this.changed());
  #watched: HTMLElement | null = null;

  constructor(private readonly root: ShadowRoot) {}

  /** To be told of each scrolling. */
  scrolled(): void {
    const box = this.box;
    if (box) this.stick = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END;
  }

  /** To be told of each change of what is shown. */
  changed(): void {
    const box = this.box;
    if (box !== this.#watched) this.#watch(box);
    if (box && this.stick) box.scrollTop = box.scrollHeight;
  }

  toEnd(): void {
    this.stick = true;
    this.changed();
  }

  /** What is in sight stays there, though `work` adds something above it. */
  async keepPlace(work: () => Promise<unknown>): Promise<void> {
    const box = this.box;
    const below = box ? box.scrollHeight - box.scrollTop : 0;
    this.stick = false;
    await work();
    if (box) box.scrollTop = box.scrollHeight - below;
  }

  #watch(box: HTMLElement | null): void {
    this.#sizes.disconnect();
    this.#watched = box;
    const log = this.root.querySelector("#log");
    for (const element of [box, log]) if (element) this.#sizes.observe(element);
  }

  get box(): HTMLElement | null {
    return this.root.querySelector("#scroller");
  }
}
