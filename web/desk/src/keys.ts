// Shortcuts: single keys, outside of fields, and to be turned off by those whom they get in the way of. An element
// says its key itself: `data-key="t"` is clicked, or focused if it is a field.

const OFF = "desk:keys";

export function startKeys(): void {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (localStorage.getItem(OFF) === "off" || document.querySelector("dialog[open]")) return;
    if (event.key === "j" || event.key === "k") step(event.key === "j" ? 1 : -1);
    else if (!press(event.key)) return;
    event.preventDefault();
  });
  for (const box of document.querySelectorAll<HTMLInputElement>('input[data-desk-toggle="keys"]')) {
    box.checked = localStorage.getItem(OFF) !== "off";
    box.addEventListener("change", () => localStorage.setItem(OFF, box.checked ? "on" : "off"));
  }
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]") !== null;
}

function press(key: string): boolean {
  const element = [...document.querySelectorAll<HTMLElement>("[data-key]")].find(
    (one) => one.dataset["key"] === key && one.checkVisibility() && !(one as HTMLButtonElement).disabled,
  );
  if (!element) return false;
  if (element.matches("input:not([type=radio], [type=checkbox]), textarea")) element.focus();
  else element.click();
  document.getElementById(element.dataset["focus"] ?? "")?.focus();
  return true;
}

function step(by: number): void {
  const rows = [...document.querySelectorAll<HTMLElement>("[data-row]")];
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + by))];
  next?.querySelector<HTMLElement>("a")?.focus();
}
