// What every page of the desk needs.

/** htmx's requests carry the page's secret, as its forms do. */
function sendSecret(): void {
  document.body.addEventListener("htmx:configRequest", (event) => {
    const secret = document.querySelector<HTMLMetaElement>("meta[name=csrf-token]")?.content;
    const { headers } = (event as CustomEvent<{ headers: Record<string, string> }>).detail;
    if (secret) headers["x-csrf-token"] = secret;
  });
}

/** On a phone the list of pages is folded. */
function startMenu(): void {
  const button = document.querySelector<HTMLButtonElement>("[data-menu]");
  const list = document.getElementById("nav");
  if (!button || !list) return;
  const fold = (folded: boolean): void => {
    list.classList.toggle("folded", folded);
    button.setAttribute("aria-expanded", String(!folded));
  };
  fold(true);
  button.addEventListener("click", () => fold(button.getAttribute("aria-expanded") === "true"));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !list.contains(document.activeElement)) return;
    fold(true);
    button.focus();
  });
}

/** Pages of who is signed out by now are not shown again by the back button. */
function forgetWhenLeft(): void {
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
}

/** A form is sent once, however often its button is pressed. */
function sendOnce(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("hx-post")) return;
    if (form.dataset["sent"]) event.preventDefault();
    form.dataset["sent"] = "yes";
  });
}

export function startFrame(): void {
  document.documentElement.classList.add("scripted");
  sendSecret();
  startMenu();
  forgetWhenLeft();
  sendOnce();
}
