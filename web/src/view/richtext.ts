// Text to templates. No string ever becomes HTML: every word is a text node.

import { html, type TemplateResult } from "lit";

const INLINE =
  /\*\*([^*\n]{1,400})\*\*|\[([^\]\n]{1,300})\]\(([^)\s]{1,2000})\)|(https?:\/\/[^\s<>"']{1,2000})|([\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5})/g;
const ITEM = /^\s{0,3}(?:(\d{1,3})[.)]|[-*•])\s+(.*)$/;
const SAFE = new Set(["http:", "https:", "mailto:"]);

type Piece = TemplateResult | string;

/** The address if a link may lead there, else null. */
export function safeUrl(address: string): string | null {
  try {
    const url = new URL(address);
    return SAFE.has(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

export function link(address: string, label: string): Piece {
  const href = safeUrl(address);
  if (href === null) return label;
  if (href.startsWith("mailto:")) return html`<a href=${href}>${label}</a>`;
  return html`<a href=${href} target="_blank" rel="noopener noreferrer nofollow" aria-describedby="new-tab">${label}</a>`;
}

/** Paragraphs, numbered and bulleted lists, line breaks, bold and links. */
export function richText(text: string): TemplateResult[] {
  return blocks(text).map((block) => {
    if (block.kind === "p") {
      return html`<p>${block.lines.map((line, index) => [index ? html`<br />` : "", inline(line)])}</p>`;
    }
    const items = block.lines.map((line) => html`<li>${inline(line)}</li>`);
    return block.kind === "ol" ? html`<ol start=${block.start}>${items}</ol>` : html`<ul>${items}</ul>`;
  });
}

interface Block {
  kind: "p" | "ol" | "ul";
  start: number;
  lines: string[];
}

function blocks(text: string): Block[] {
  const all: Block[] = [];
  let broken = true; // an empty line ends a paragraph; a list goes on after it
  for (const line of text.split("\n")) {
    const item = ITEM.exec(line);
    if (!item && line.trim() === "") {
      broken = true;
      continue;
    }
    const kind = !item ? "p" : item[1] ? "ol" : "ul";
    let open = all.at(-1);
    if (open?.kind !== kind || (broken && kind === "p")) {
      all.push((open = { kind, start: Number(item?.[1] ?? 1), lines: [] }));
    }
    broken = false;
    open.lines.push(item ? item[2]! : line);
  }
  return all;
}

function inline(text: string): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    pieces.push(text.slice(end, match.index), ...inlinePiece(match));
    end = match.index + match[0].length;
  }
  pieces.push(text.slice(end));
  return pieces;
}

function inlinePiece([whole, bold, label, address, url, email]: RegExpMatchArray): Piece[] {
  if (bold) return [html`<strong>${inline(bold)}</strong>`];
  if (label && address) return [link(address, label)];
  if (email) return [link(`mailto:${email}`, email)];
  const trailing = /[.,;:!?)\]]+$/.exec(url ?? "")?.[0] ?? "";
  const bare = trailing ? whole.slice(0, -trailing.length) : whole;
  return [link(bare, bare), trailing];
}
