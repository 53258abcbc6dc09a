// Copying, printing, and links that carry a question behind "#", where no server reads it.
const BOX = '[data-testid="stChatInputTextArea"]';
const LONGEST = 4000; // characters of a question

const say = (words) => {
  const region = document.querySelector('[role="status"].cv-hidden');
  if (!region) return;
  region.textContent = "";
  setTimeout(() => (region.textContent = words), 50);
};

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Without https a browser offers only the old way.
    const held = document.createElement("textarea");
    held.value = text;
    held.className = "cv-hidden";
    document.body.append(held);
    const before = document.activeElement;
    held.select();
    const done = document.execCommand("copy");
    held.remove();
    before?.focus({ preventScroll: true });
    return done;
  }
}

function link(question) {
  const fragment = new URLSearchParams({ q: question });
  return `${location.origin}${location.pathname}${location.search}#${fragment}`;
}

const press = async (event) => {
  const button = event.target.closest?.(".cv-tool");
  if (!button) return;
  const { turns } = window.chapterAndVerseShared;
  const turn = turns[Number(button.dataset.turn) - 1];
  if (button.dataset.do === "print") return window.print();
  if (!turn) return;
  const wanted = button.dataset.do === "copy" ? turn.plain : link(turn.question);
  const words = (await copy(wanted)) ? "Copied" : "Not copied: select the text and copy it";
  const name = (button.dataset.name ??= button.textContent);
  button.textContent = words;
  say(words);
  clearTimeout(button.timer);
  button.timer = setTimeout(() => (button.textContent = name), 2500);
};

const linked = (address) => {
  const [, fragment = ""] = address.split(/#(.*)/s);
  return (new URLSearchParams(fragment).get("q") ?? "").trim().slice(0, LONGEST);
};

// The question of a link is put into the box and never asked: that is for whoever reads it to do.
function fill(question, tries = 300) {
  const box = document.querySelector(BOX);
  if (!box) return tries && requestAnimationFrame(() => fill(question, tries - 1));
  Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(box, question);
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.focus();
  say("The question of the link is in the box. Press Enter to ask it.");
}

const opened = () => {
  const question = linked(location.href);
  if (question) fill(question);
};

export default function ({ data }) {
  const first = !window.chapterAndVerseShared;
  window.chapterAndVerseShared = data;
  if (first) {
    document.addEventListener("click", press);
    window.addEventListener("hashchange", opened);
    // Streamlit may have rewritten the address by now; the browser knows the one it opened.
    const [visit] = performance.getEntriesByType("navigation");
    const question = linked(location.href) || linked(visit?.name ?? "");
    if (question && !data.turns.length) fill(question);
  }
  if (data.turns.length && linked(location.href)) {
    history.replaceState(history.state, "", location.pathname + location.search);
  }
}
