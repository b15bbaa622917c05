// How long something has waited grows while the page is open: `<time data-waits data-minutes="15">`.

const EVERY_MS = 15_000;
/** From this share of the allowed time on it is urgent. */
const SOON = 0.75;

export function startTimes(): void {
  refreshTimes(document);
  setInterval(() => refreshTimes(document), EVERY_MS);
}

export function refreshTimes(root: ParentNode): void {
  for (const element of root.querySelectorAll<HTMLTimeElement>("time[data-waits]")) {
    const seconds = Math.max(0, (Date.now() - Date.parse(element.dateTime)) / 1000);
    const text = duration(seconds);
    if (element.textContent !== text) element.textContent = text;
    const minutes = Number(element.dataset["minutes"]);
    if (minutes) element.dataset["sla"] = state(seconds / 60, minutes);
  }
}

function state(waited: number, allowed: number): string {
  if (waited >= allowed) return "late";
  return waited >= SOON * allowed ? "soon" : "fine";
}

/** As the server writes it: "0 min", "59 min", "2 h 5 min", "3 d". */
export function duration(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
  return `${Math.floor(hours / 24)} d`;
}
