// Where the customer writes: grows with the text, counts near the limit, sends with Enter.

const form = document.getElementById("composer");
const field = document.getElementById("text");
const button = document.getElementById("send");
const counter = document.getElementById("counter");
const most = Number(document.body.dataset.maxCharacters);
const NEAR = 300;
const DRAFT = "deskhand-draft";

export function startComposer(onSend) {
  field.value = readDraft();
  field.addEventListener("input", update);
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = field.value.trim();
    if (!text || [...text].length > most) return;
    field.value = "";
    update();
    field.focus();
    onSend(text);
  });
  update();
}

export function focusComposer() {
  field.focus({ preventScroll: true });
}

function update() {
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight}px`;
  const left = most - [...field.value.trim()].length;
  button.disabled = left < 0 || left === most;
  counter.hidden = left > NEAR;
  counter.classList.toggle("over", left < 0);
  counter.textContent =
    left < 0 ? `${(-left).toLocaleString()} characters too many` : `${left.toLocaleString()} characters left`;
  saveDraft(field.value);
}

function readDraft() {
  try {
    return sessionStorage.getItem(DRAFT) ?? "";
  } catch {
    return "";
  }
}

function saveDraft(text) {
  try {
    sessionStorage.setItem(DRAFT, text);
  } catch {
    // without storage a reload loses the draft, nothing else
  }
}
