// A live region must stand in the page before it speaks, and Streamlit replaces what it draws:
// so this one is kept, told of each new answer once, and brings that answer into view.
export default function ({ data, parentElement }) {
  const region = parentElement.querySelector('[role="status"]');
  if (String(data.asked) === (region.dataset.asked ?? "0")) return;
  region.dataset.asked = String(data.asked);
  region.textContent = data.said;
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
