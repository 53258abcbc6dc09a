// What a reload or a restarted server would lose is kept by the browser: the conversation and a
// half-typed question in this tab until it is closed, school and role from one visit to the next.
const TAB = "chapter-and-verse-tab";
const CHOICE = "chapter-and-verse-choice";
const DRAFT = "chapter-and-verse-draft";
const BOX = '[data-testid="stChatInputTextArea"]';

// A browser may forbid its storage; then nothing is kept and everything else works.
const read = (store, key) => {
  try {
    return JSON.parse(window[store].getItem(key));
  } catch {
    return null;
  }
};
const write = (store, key, value) => {
  try {
    if (value === null) window[store].removeItem(key);
    else window[store].setItem(key, JSON.stringify(value));
  } catch {
    return;
  }
};

// React hears of a value only when the element's own setter is followed by an event.
function set(box, text) {
  Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(box, text);
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

function fill(text) {
  const box = document.querySelector(BOX);
  if (!box || box.value) return Boolean(box);
  set(box, text);
  return true;
}

const keep = (event) => {
  if (event.target.matches?.(BOX)) write("sessionStorage", DRAFT, event.target.value || null);
};

// A question that was sent to a server which then went away is neither in the box nor answered.
const PATIENCE = 4; // seconds
function watch(seen) {
  const box = document.querySelector(BOX);
  const draft = read("sessionStorage", DRAFT);
  const lost = box && !box.value && draft && !document.querySelector(".cv-busy");
  seen.waited = lost ? (seen.waited ?? 0) + 1 : 0;
  if (seen.waited < PATIENCE) return;
  fill(draft);
  seen.back = draft;
  const region = document.querySelector('[role="status"].cv-hidden');
  if (region) region.textContent = "Your question was not answered; it is back in the box.";
}

export default function ({ data, parentElement, setTriggerValue }) {
  document.addEventListener("input", keep, true); // the same listener is added once
  const seen = (window.chapterAndVerseSeen ??= {});
  seen.timer ??= setInterval(() => watch(seen), 1000);
  const draft = read("sessionStorage", DRAFT);
  const answered = Boolean(draft && data.answered) && draft.trim() === data.answered.trim();
  const anew = seen.mount !== parentElement || seen.session !== data.session;
  if (anew && draft && !answered) {
    const put = (tries) => fill(draft) || (tries && requestAnimationFrame(() => put(tries - 1)));
    put(300);
  }
  seen.mount = parentElement;
  if (seen.session !== data.session) {
    seen.session = data.session;
    const turns = read("sessionStorage", TAB) ?? [];
    const choice = read("localStorage", CHOICE) ?? {};
    if (!data.recalled && (turns.length || choice.school || choice.role)) {
      setTriggerValue("recalled", { turns, school: choice.school, role: choice.role });
      return;
    }
  }
  write("sessionStorage", TAB, data.turns.length ? data.turns : null);
  write("localStorage", CHOICE, data.choice);
  if (!answered) return;
  // Once it is answered, the question that was typed is in the conversation.
  write("sessionStorage", DRAFT, null);
  const box = document.querySelector(BOX);
  if (seen.back && box && box.value.trim() === data.answered.trim()) {
    set(box, "");
  }
  seen.back = null;
}
