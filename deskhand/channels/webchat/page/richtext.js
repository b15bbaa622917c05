// Text to DOM nodes. No string ever becomes HTML: every node is made here, and every word is a text node.

const INLINE =
  /\*\*([^*\n]{1,400})\*\*|\[([^\]\n]{1,300})\]\(([^)\s]{1,2000})\)|(https?:\/\/[^\s<>"']{1,2000})|([\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5})/g;
const ITEM = /^\s{0,3}(?:(\d{1,3})[.)]|[-*•])\s+(.*)$/;
const SAFE = new Set(["http:", "https:", "mailto:"]);

/** The address if a link may lead there, else null. */
export function safeUrl(address) {
  try {
    const url = new URL(address);
    return SAFE.has(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

export function link(address, label) {
  const href = safeUrl(address);
  if (href === null) return document.createTextNode(label);
  const anchor = document.createElement("a");
  anchor.href = href;
  anchor.textContent = label;
  if (!href.startsWith("mailto:")) {
    anchor.target = "_blank";
    anchor.rel = "noopener noreferrer nofollow";
  }
  return anchor;
}

/** Paragraphs, numbered and bulleted lists, line breaks, bold and links. */
export function richText(text) {
  const fragment = document.createDocumentFragment();
  let list = null;
  let paragraph = null;
  for (const line of text.split("\n")) {
    const item = ITEM.exec(line);
    if (item) {
      paragraph = null;
      list = continueList(fragment, list, item[1]);
      list.append(element("li", inline(item[2])));
    } else if (line.trim() === "") {
      paragraph = null;
    } else {
      list = null;
      if (paragraph) paragraph.append(document.createElement("br"), inline(line));
      else fragment.append((paragraph = element("p", inline(line))));
    }
  }
  return fragment;
}

function continueList(fragment, list, number) {
  const tag = number ? "OL" : "UL";
  if (list && list.tagName === tag) return list;
  const fresh = document.createElement(tag);
  if (number && number !== "1") fresh.start = Number(number);
  fragment.append(fresh);
  return fresh;
}

function inline(text) {
  const fragment = document.createDocumentFragment();
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    fragment.append(text.slice(end, match.index), inlineNode(match));
    end = match.index + match[0].length;
  }
  fragment.append(text.slice(end));
  return fragment;
}

function inlineNode([whole, bold, label, address, url, email]) {
  if (bold) return element("strong", inline(bold));
  if (label) return link(address, label);
  if (email) return link(`mailto:${email}`, email);
  const trailing = /[.,;:!?)\]]+$/.exec(url)?.[0] ?? "";
  const fragment = document.createDocumentFragment();
  const bare = trailing ? whole.slice(0, -trailing.length) : whole;
  fragment.append(link(bare, bare), trailing);
  return fragment;
}

function element(tag, content) {
  const node = document.createElement(tag);
  node.append(content);
  return node;
}
