// A live region must stand in the page before it speaks, and Streamlit replaces what it draws:
// so this one is kept, told of each new answer once, and brings that answer into view.
const OFFERED = ".st-key-examples, .st-key-follow-ups, .st-key-options";
const BOX = '[data-testid="stChatInputTextArea"]';

export default function ({ data, parentElement }) {
  const region = parentElement.querySelector('[role="status"]');
  // Kept beside the page, not in it: whoever comes back from another place hears nothing twice.
  const told = (window.chapterAndVerseTold ??= {});
  const say = (words) => {
    region.textContent = ""; // the same words again would not be spoken
    setTimeout(() => (region.textContent = words), 50);
  };
  const news = told.session !== data.session || told.asked !== data.asked;
  const forgotten = told.session === data.session && told.turn > 0 && !data.turn;
  const heard = told.heard === data.heard ? "" : data.heard;
  const { session, asked, turn } = data;
  Object.assign(told, { session, asked, turn, heard: data.heard });
  if (forgotten) {
    // The button that was pressed is gone.
    document.querySelector(BOX)?.focus();
    say("A new conversation.");
  }
  // Whoever is quick has pressed a thumb before the answer was announced: both are said.
  const words = [news && data.asked ? data.said : "", heard].filter(Boolean).join(" ");
  if (words) say(words);
  if (!news || !data.asked) return;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const show = (tries) => {
    const question = document.getElementById(`turn-${data.turn}-question`);
    if (!question) return tries && requestAnimationFrame(() => show(tries - 1));
    // A button that was pressed is gone now, or soon will be, or stands for something else;
    // whoever uses a keyboard goes on from the question.
    const held = document.activeElement;
    if (held === document.body || held.closest(OFFERED)) question.focus({ preventScroll: true });
    question.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
  };
  show(60);
}
