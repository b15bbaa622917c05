// The conversation: what is shown, what waits to be sent, and keeping up with the server.

import * as api from "./api.js";
import { focusComposer, startComposer } from "./composer.js";
import { Outbox } from "./outbox.js";
import * as view from "./view.js";

const POLL_ASSISTANT_MS = 15_000;
const POLL_PERSON_MS = 2_500;
const LONGEST_PAUSE_MS = 30_000;
const OFFLINE = "You seem to be offline. What you write is kept and sent when you are back.";
const UNREACHABLE = "The chat cannot be reached right now. What you write is kept and sent as soon as it can.";

const outbox = new Outbox();
const state = { conversation: null, lastSeq: 0, control: "assistant", opened: false, sending: false, failures: 0 };
let pollTimer;
let retryTimer;

async function open(fresh = false) {
  clearTimeout(retryTimer);
  view.showTyping(!state.opened || fresh);
  try {
    const session = await api.openSession(fresh);
    if (fresh) forget();
    apply(session);
    state.opened = true;
    recovered();
    for (const item of outbox.items) if (!view.hasPending(item.id)) view.addPending(item);
    setTimeout(() => view.announceAdditions(true), 500);
    flush();
    schedulePoll();
  } catch (error) {
    failed(error, () => open(fresh));
  } finally {
    view.showTyping(false);
  }
}

function forget() {
  outbox.clear();
  state.conversation = null;
  state.lastSeq = 0;
  view.announceAdditions(false);
  view.clearLog();
}

/** Show what the server told. Returns false when it spoke of a newer conversation that must be read from its start. */
function apply(told, sent) {
  const { conversation, messages } = told;
  if (!conversation) return true;
  if (state.conversation !== conversation.id) {
    if (state.conversation !== null) {
      view.addDivider("New conversation");
      if (messages.length && messages[0].seq > 1) {
        state.conversation = conversation.id;
        state.lastSeq = 0;
        return false;
      }
    }
    state.conversation = conversation.id;
    state.lastSeq = 0;
  }
  if (sent) settle(sent, told);
  for (const message of messages) {
    if (message.seq <= state.lastSeq) continue;
    state.lastSeq = message.seq;
    if (!(sent && message.seq === told.own_seq)) view.addMessage(message);
    updateChoices(message);
    if (message.author !== "contact" && document.hidden) document.title = `(new) ${title}`;
  }
  if (state.control !== conversation.control) view.showControl(conversation.control);
  state.control = conversation.control;
  return true;
}

function settle(sent, told) {
  const own = told.messages.find((message) => message.seq === told.own_seq);
  view.settlePending(sent.id, told.own_seq > state.lastSeq ? own : null);
}

function updateChoices(message) {
  if (message.author === "contact") view.offer([]);
  else if (message.buttons?.length) view.offer(message.buttons, press);
}

function say(text) {
  enqueue(text);
}

function press(button, byKeyboard) {
  enqueue(button.title, button.id);
  if (byKeyboard) focusComposer();
}

function enqueue(text, buttonId) {
  view.offer([]);
  view.addPending(outbox.add(text, buttonId));
  flush();
}

/** Send what waits, one by one and in order. */
async function flush() {
  if (state.sending || !state.opened) return;
  state.sending = true;
  clearTimeout(retryTimer);
  clearTimeout(pollTimer);
  try {
    while (outbox.first) await sendFirst(outbox.first);
  } catch (error) {
    for (const item of outbox.items) view.markWaiting(item.id);
    failed(error, flush);
  } finally {
    state.sending = false;
    view.showTyping(false);
    schedulePoll();
  }
}

async function sendFirst(item) {
  view.showTyping(state.control === "assistant");
  try {
    const told = await api.sendMessage(item);
    outbox.remove(item.id);
    if (!apply(told, item)) await catchUp();
    recovered();
  } catch (error) {
    if (!(error instanceof api.Refused) || error.passing) throw error;
    if (error.code === "no_session") {
      apply(await api.openSession());
      return;
    }
    outbox.remove(item.id);
    view.failPending(item.id, error.message);
    await catchUp();
  }
}

async function poll() {
  if (state.sending || (document.hidden && state.control !== "person")) return schedulePoll();
  try {
    await catchUp();
    recovered();
  } catch (error) {
    if (error.code === "no_session") return open();
    failed(error, poll);
    return;
  }
  schedulePoll();
}

async function catchUp() {
  if (!apply(await api.readMessages(state.lastSeq))) apply(await api.readMessages(0));
}

function schedulePoll() {
  clearTimeout(pollTimer);
  const hurry = state.control === "person" && !document.hidden;
  pollTimer = setTimeout(poll, hurry ? POLL_PERSON_MS : POLL_ASSISTANT_MS);
}

function failed(error, again) {
  if (!(error instanceof api.Refused)) console.error(error);
  state.failures += 1;
  const pause = error.retryAfterSeconds
    ? error.retryAfterSeconds * 1000
    : Math.min(LONGEST_PAUSE_MS, 1000 * 2 ** (state.failures - 1));
  const now = () => {
    clearTimeout(retryTimer);
    again();
  };
  view.showStatus(explain(error), error.status === 429 ? null : now);
  clearTimeout(retryTimer);
  retryTimer = setTimeout(again, pause);
}

function explain(error) {
  if (error.status === 429) return "That was a lot at once. Please wait a moment: what you wrote is sent by itself.";
  return navigator.onLine ? UNREACHABLE : OFFLINE;
}

function recovered() {
  state.failures = 0;
  view.showStatus(null);
}

async function back() {
  try {
    apply(await api.returnToAssistant());
    recovered();
    focusComposer();
  } catch (error) {
    failed(error, poll);
  }
}

function startOver() {
  const sure = document.getElementById("sure");
  sure.addEventListener("close", () => sure.returnValue === "yes" && open(true), { once: true });
  sure.returnValue = "no";
  sure.showModal();
}

/** Phones shrink the visible part when the keyboard comes up; not all of them shrink the page. */
function followKeyboard() {
  const visible = window.visualViewport;
  if (!visible) return;
  const fit = () => {
    const covered = visible.scale === 1 && window.innerHeight - visible.height > 80;
    document.documentElement.style.setProperty("--app-height", covered ? `${visible.height}px` : "100dvh");
    if (covered) window.scrollTo(0, 0);
    view.scrollToEnd();
  };
  visible.addEventListener("resize", fit);
}

const title = document.title;
document.addEventListener("visibilitychange", () => {
  if (document.hidden || !state.opened) return;
  document.title = title;
  poll();
});
window.addEventListener("online", () => (state.opened ? (outbox.first ? flush() : poll()) : open()));
window.addEventListener("offline", () => view.showStatus(OFFLINE));
document.getElementById("back").addEventListener("click", back);
document.getElementById("start-over").addEventListener("click", startOver);
startComposer(say);
followKeyboard();
open();
