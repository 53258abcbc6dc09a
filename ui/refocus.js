// Streamlit disables the tabs of a page for an instant while it draws them anew; whoever goes
// through them with the arrow keys would lose their place.
const lost = (event) => {
  const tab = event.target;
  const off = () => !tab.hasAttribute("tabindex"); // a click elsewhere leaves it one
  if (tab.getAttribute("role") !== "tab" || event.relatedTarget || !off()) return;
  const back = (tries) => {
    if (document.activeElement !== document.body || !tab.isConnected) return;
    if (!off()) tab.focus({ preventScroll: true });
    else if (tries) requestAnimationFrame(() => back(tries - 1));
  };
  back(300);
};

export default function () {
  document.addEventListener("focusout", lost); // the same listener is added once
}
