// Brings the place that a link names into view, once, and puts the keyboard there.
export default function ({ data, parentElement }) {
  const spot = parentElement.querySelector("span");
  const before = spot.dataset.token;
  if (before === data.token) return;
  spot.dataset.token = data.token;
  if (before === undefined && !data.jump) return; // a page that has just opened is at its top
  const show = (tries) => {
    const place = document.getElementById(data.place);
    if (!place) return tries && requestAnimationFrame(() => show(tries - 1));
    place.focus({ preventScroll: true });
    place.scrollIntoView({ block: data.jump ? "center" : "start" });
  };
  show(120);
}
