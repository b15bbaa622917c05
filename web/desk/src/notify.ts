// Telling an agent who looks elsewhere: the tab's title, a notification and a tone. The last two are off until wanted.

import { chime } from "../../src/view/sound.js";
import type { Counts } from "./live.js";
import { say } from "./words.js";

const WANTED = "desk:notify";
const SOUND = "desk:sound";
const title = document.title;
let last: Counts | null = null;

export function startNotifying(): void {
  document.body.addEventListener("desk:counts", (event) => heard((event as CustomEvent<Counts>).detail));
  for (const [name, key] of [["notifications", WANTED], ["sound", SOUND]] as const) {
    for (const box of document.querySelectorAll<HTMLInputElement>(`input[data-desk-toggle="${name}"]`)) {
      box.checked = localStorage.getItem(key) === "on";
      box.addEventListener("change", () => void toggled(box, key));
    }
  }
}

async function toggled(box: HTMLInputElement, key: string): Promise<void> {
  if (key === WANTED && box.checked && (await Notification.requestPermission()) !== "granted") box.checked = false;
  localStorage.setItem(key, box.checked ? "on" : "off");
  if (key === SOUND && box.checked) chime();
}

function heard(counts: Counts): void {
  const before = last;
  last = counts;
  const news = counts.waiting + counts.unread;
  document.title = news ? `(${news}) ${title}` : title;
  if (!before) return;
  const waiting = counts.waiting > before.waiting;
  if (!waiting && counts.unread <= before.unread) return;
  if (localStorage.getItem(SOUND) === "on") chime();
  if (localStorage.getItem(WANTED) === "on" && document.hidden && Notification.permission === "granted") {
    // No words of a customer's: notifications are shown on locked screens.
    const shown = new Notification(say(waiting ? "someone_waits" : "someone_wrote"), { tag: "deskhand" });
    shown.onclick = () => {
      window.focus();
      shown.close();
    };
  }
}
