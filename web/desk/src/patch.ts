// Bringing a page up to date without losing the agent's place in it: only what the server made differently is
// replaced, so that open folds, the selection and the focus stay where nothing changed.
//
// An htmx extension: `hx-ext="patch" hx-swap="patch"`. The answer is a run of elements with ids. One whose id is in the
// page replaces it if the server wrote it differently than before; a new one goes behind the one before it in the
// answer, inside the element that the answer's `data-into` names.

import htmx from "htmx.org";
import { refreshTimes } from "./times.js";

const written = new Map<string, string>();

export function startPatching(): void {
  remember(document);
  htmx.defineExtension("patch", {
    isInlineSwap: (style: string) => style === "patch",
    handleSwap: (style: string, _target: Node, fragment: Node) => style === "patch" && patch(fragment as ParentNode),
  });
}

/** As the server wrote them, before any script touched them. */
function remember(root: ParentNode): void {
  for (const element of root.querySelectorAll("[data-patch]")) written.set(element.id, element.outerHTML);
}

export function patch(fragment: ParentNode): Element[] {
  const changed: Element[] = [];
  let before: Element | null = null;
  for (const given of [...fragment.querySelectorAll("[data-patch]")]) {
    const html = given.outerHTML;
    const known: HTMLElement | null = document.getElementById(given.id);
    if (known && written.get(given.id) === html) {
      before = known;
      continue;
    }
    written.set(given.id, html);
    if (known) replace(known, given);
    else if (!add(given, before)) continue;
    refreshTimes(given);
    changed.push(given);
    before = given;
  }
  return changed;
}

function add(given: Element, before: Element | null): boolean {
  const into = given.closest("[data-into]")?.getAttribute("data-into");
  const place = into ? document.getElementById(into) : null;
  if (!place) return false;
  if (before?.parentElement === place) before.after(given);
  else if (place.querySelector(":scope > [data-patch]")) place.querySelector(":scope > [data-patch]")?.before(given);
  else place.insertBefore(given, place.querySelector(":scope > :not([data-patch])[hidden]"));
  return true;
}

function replace(known: Element, given: Element): void {
  const open = new Set([...known.querySelectorAll("details[open]")].map((fold) => fold.id));
  for (const fold of given.querySelectorAll("details")) if (fold.id && open.has(fold.id)) fold.open = true;
  const focused = known.contains(document.activeElement) ? document.activeElement?.id : undefined;
  known.replaceWith(given);
  if (focused) document.getElementById(focused)?.focus();
}
