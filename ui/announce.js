// A live region must stand in the page before it speaks, and Streamlit replaces what it draws:
// so this one is kept, told of each new answer once, and brings that answer into view.
export default function ({ data, parentElement }) {
  const region = parentElement.querySelector('[role="status"]');
  // Kept beside the page, not in it: whoever comes back from another place hears nothing twice.
  const told = (window.chapterAndVerseTold ??= {});
  const say = (words) => {
    region.textContent = ""; // the same words again would not be spoken
    setTimeout(() => (region.textContent = words), 50);
  };
  const news = told.session !== data.session || told.asked !== data.asked;
  if (!news && data.heard && told.heard !== data.heard) say(data.heard);
  Object.assign(told, { session: data.session, asked: data.asked, heard: data.heard });
  if (!news || !data.asked) return;
  say(data.said);
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const show = (tries) => {
    const question = document.getElementById(`turn-${data.turn}-question`);
    if (!question) return tries && requestAnimationFrame(() => show(tries - 1));
    // A button that was pressed is gone now; whoever uses a keyboard goes on from the question.
    if (document.activeElement === document.body) question.focus({ preventScroll: true });
    question.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
  };
  show(60);
}
