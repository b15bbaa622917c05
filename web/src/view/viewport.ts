// Phones shrink the visible part when the keyboard comes up; not all of them shrink the page.

/** Keeps `--_height` and `--_top` at what can be seen. Returns what ends it. */
export function followKeyboard(host: HTMLElement, changed: () => void): () => void {
  const visible = window.visualViewport;
  if (!visible) return () => undefined;
  const fit = (): void => {
    const covered = visible.scale === 1 && window.innerHeight - visible.height > 80;
    if (covered) {
      host.style.setProperty("--_height", `${visible.height}px`);
      host.style.setProperty("--_top", `${visible.offsetTop}px`);
    } else {
      host.style.removeProperty("--_height");
      host.style.removeProperty("--_top");
    }
    changed();
  };
  visible.addEventListener("resize", fit);
  visible.addEventListener("scroll", fit);
  return () => {
    visible.removeEventListener("resize", fit);
    visible.removeEventListener("scroll", fit);
  };
}
