// The page's words, in the agent's language: the server writes them into the page, as JSON and not as a script.

let known: Record<string, string> | null = null;

/** The words under this key, with `{name}` filled in. The key itself where the page has none. */
export function say(key: string, values: Record<string, string | number> = {}): string {
  known ??= JSON.parse(document.getElementById("desk-words")?.textContent || "{}") as Record<string, string>;
  return (known[key] ?? key).replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
