// A live region must stand in the page before it speaks, and Streamlit replaces what it draws:
// so this one is kept, told of each new answer once, and brings that answer into view.
const OFFERED = ".st-key-examples, .st-key-follow-ups, .st-key-options";

export default function ({ data, parentElement }) {
  const region = parentElement.querySelector('[role="status"]');
  // Kept beside the page, not in it: whoever comes back from another place hears nothing twice.
  const told = (window.chapterAndVerseTold ??= {});
  const say = (words) => {
    region.textContent = ""; // the same words again would not be spoken
    setTimeout(() => (region.textContent = words), 50);
  };
  const news = told.session !== data.session || told.asked !== data.asked;
  const heard = told.heard === data.heard ? "" : data.heard;
  Object.assign(told, { session: data.session, asked: data.asked, heard: data.heard });
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
