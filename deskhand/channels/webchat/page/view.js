// Everything that touches the page's elements.

import { link, richText } from "./richtext.js";

const $ = (id) => document.getElementById(id);
const { assistant, business } = document.body.dataset;
const time = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const log = $("log");
const scroller = $("scroller");
const choices = $("choices");

const SPEAKERS = {
  contact: "You",
  assistant: `${assistant} · AI assistant`,
  agent: `${business} team`,
};

/** Show a message of the server's. Messages that still wait to be sent stay below it. */
export function addMessage(message) {
  const stay = nearEnd() || message.author === "contact";
  const waiting = log.querySelector(".pending");
  log.insertBefore(message.author === "system" ? systemLine(message.text) : messageNode(message), waiting);
  if (stay) scrollToEnd();
}

export function addPending(item) {
  const node = messageNode({ author: "contact", text: item.text });
  node.classList.add("pending");
  node.dataset.id = item.id;
  log.append(node);
  scrollToEnd();
}

/** The pending message is with the server, which keeps it as `message`: null when that is on the page already. */
export function settlePending(id, message) {
  const node = pendingNode(id);
  if (!node) return;
  if (message) {
    node.before(messageNode(message));
    scrollToEnd();
  }
  node.remove();
}

export function failPending(id, reason) {
  const node = pendingNode(id);
  if (!node) return;
  node.classList.replace("pending", "failed");
  setDelivery(node, `Not sent. ${reason}`);
  scrollToEnd();
}

export function markWaiting(id) {
  const node = pendingNode(id);
  if (node) setDelivery(node, "Waiting to be sent");
}

export function hasPending(id) {
  return pendingNode(id) !== null;
}

export function addDivider(text) {
  const node = textNode("p", "divider", text);
  log.insertBefore(node, log.querySelector(".pending"));
}

export function clearLog() {
  log.replaceChildren();
  offer([]);
}

export function offer(buttons, onPress) {
  choices.replaceChildren(
    ...buttons.map((button) => {
      const node = textNode("button", "", button.title);
      node.type = "button";
      node.addEventListener("click", (event) => onPress(button, event.detail === 0));
      return node;
    }),
  );
  choices.hidden = buttons.length === 0;
  if (buttons.length) scrollToEnd();
}

export function showTyping(visible) {
  $("typing").hidden = !visible;
  if (visible) scrollToEnd();
}

export function showControl(control) {
  const person = control === "person";
  $("person").hidden = !person;
  $("notice").hidden = person;
  $("speaker").textContent = person ? `${business} team` : assistant;
  $("subtitle").textContent = person ? "A person answers here" : `AI assistant of ${business}`;
  scrollToEnd();
}

/** A problem and what happens next, or null when all is well. */
export function showStatus(text, onRetry) {
  $("status").hidden = !text;
  if ($("status-text").textContent !== (text ?? "")) $("status-text").textContent = text ?? "";
  $("retry").hidden = !onRetry;
  $("retry").onclick = onRetry ?? null;
}

/** From now on a screen reader speaks what is added. */
export function announceAdditions(on) {
  log.setAttribute("aria-live", on ? "polite" : "off");
}

export function scrollToEnd() {
  requestAnimationFrame(() => scroller.scrollTo({ top: scroller.scrollHeight }));
}

function nearEnd() {
  return scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 160;
}

function pendingNode(id) {
  return log.querySelector(`.pending[data-id="${CSS.escape(id)}"]`);
}

function messageNode(message) {
  const node = document.createElement("article");
  node.className = `message ${message.author}`;
  const previous = [...log.querySelectorAll(":scope > :not(.pending)")].at(-1);
  const first = !previous?.classList.contains(message.author);
  node.classList.toggle("first", first);
  const speaker = SPEAKERS[message.author];
  const when = message.sent_at ? time.format(new Date(message.sent_at)) : "";
  const byline = textNode("p", first && message.author !== "contact" ? "byline" : "unseen", speaker);
  if (when) byline.append(` · ${when}`);
  const bubble = document.createElement("div");
  bubble.className = "bubble";
  bubble.dir = "auto";
  bubble.append(message.author === "contact" ? message.text : richText(message.text));
  if (when) bubble.title = when;
  node.append(byline);
  if (message.text) node.append(bubble);
  if (message.citations?.length) node.append(sources(message.citations));
  return node;
}

function sources(citations) {
  const node = textNode("div", "sources", citations.length === 1 ? "Source: " : "Sources: ");
  const list = document.createElement("ul");
  for (const cited of citations) {
    const item = document.createElement("li");
    item.append(link(cited.url, cited.title));
    list.append(item);
  }
  node.append(list);
  return node;
}

function systemLine(text) {
  return textNode("p", "message system", text);
}

function setDelivery(node, text) {
  const line = node.querySelector(".delivery") ?? textNode("p", "delivery", "");
  line.textContent = text;
  node.append(line);
}

function textNode(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.textContent = text;
  return node;
}
