// A list that opens under a text field while a word is typed: `/refund` for canned replies, `@ann` for colleagues.
// A listbox that the field controls: its chosen option is the field's active descendant.

export interface Choice {
  /** What is put in the place of the typed word. */
  text: string;
  label: string;
  hint: string;
}

export type Find = (word: string) => Promise<Choice[]>;

export class Completion {
  #choices: Choice[] = [];
  #at = 0;
  #from = 0;
  #asked = 0;

  constructor(
    private readonly field: HTMLTextAreaElement,
    private readonly list: HTMLElement,
    private readonly finders: Record<string, Find>,
  ) {
    field.addEventListener("input", () => void this.#look());
    field.addEventListener("blur", () => this.close());
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const option = (event.target as Element).closest<HTMLElement>("[role=option]");
      if (option) this.#choose(Number(option.dataset["place"]));
    });
  }

  get open(): boolean {
    return !this.list.hidden;
  }

  /** Whether the key was for the list. */
  key(event: KeyboardEvent): boolean {
    if (!this.open) return false;
    if (event.key === "ArrowDown") this.#move(1);
    else if (event.key === "ArrowUp") this.#move(-1);
    else if (event.key === "Enter" || event.key === "Tab") this.#choose(this.#at);
    else if (event.key === "Escape") this.close();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  close(): void {
    this.#asked += 1;
    this.list.hidden = true;
    this.field.removeAttribute("aria-activedescendant");
  }

  async #look(): Promise<void> {
    const asked = (this.#asked += 1);
    const before = this.field.value.slice(0, this.field.selectionStart);
    const word = /(?:^|\s)([/@])([^\s/@]{0,40})$/.exec(before);
    const find = word ? this.finders[word[1]!] : undefined;
    if (!word || !find) return this.close();
    const found = await find(word[2]!);
    if (asked !== this.#asked) return;
    this.#choices = found;
    this.#from = before.length - word[2]!.length - 1;
    this.#at = 0;
    if (found.length) this.#show();
    else this.close();
  }

  #show(): void {
    this.list.replaceChildren(
      ...this.#choices.map((choice, place) => {
        const option = document.createElement("li");
        option.id = `${this.list.id}-${place}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", String(place === this.#at));
        option.dataset["place"] = String(place);
        const label = document.createElement("strong");
        label.textContent = choice.label;
        const hint = document.createElement("span");
        hint.textContent = choice.hint;
        option.append(label, " ", hint);
        return option;
      }),
    );
    this.list.hidden = false;
    this.field.setAttribute("aria-activedescendant", `${this.list.id}-${this.#at}`);
  }

  #move(by: number): void {
    this.#at = (this.#at + by + this.#choices.length) % this.#choices.length;
    this.#show();
    this.list.children[this.#at]?.scrollIntoView({ block: "nearest" });
  }

  #choose(place: number): void {
    const choice = this.#choices[place];
    if (!choice) return;
    this.field.setRangeText(choice.text, this.#from, this.field.selectionStart, "end");
    this.close();
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
    this.close();
  }
}
