// The help button and its panel, in a shadow root of their own on anybody's page. Nothing is kept
// in the browser, nothing is asked of the server before the panel is seen, and the page needs to
// allow no more than this script and this server (script-src, connect-src).

const TAG = "chapter-and-verse";

const loaded =
  document.currentScript ??
  [...document.scripts].find((one) => /\/widget\.js([?#]|$)/.test(one.src));

// Set on the script tag as data-…, or after the script's address as ?…, for loaders that set none.
function settingsOf(script) {
  const address = new URL(script.src, document.baseURI);
  const given = (name) => script.dataset[name] ?? address.searchParams.get(name) ?? "";
  return {
    base: new URL(".", address).href,
    script: address.href,
    school: given("school").trim(),
    role: given("role").trim(),
    label: printable(given("label").trim() || "Ask our policies"),
    title: printable(given("title").trim() || "Ask our policies"),
    inside: given("inside").trim(),
    theme: given("theme").trim(),
    side: given("side").trim(),
  };
}

// The chat, with a question behind "#", where no server reads it.
function fullPage(set, school, question) {
  const page = new URL(set.base);
  if (school) page.searchParams.set("school", school);
  if (question) page.hash = new URLSearchParams({ q: question });
  return page.href;
}

function icon() {
  const make = (name, given) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(given)) made.setAttribute(key, value);
    return made;
  };
  const book = make("svg", { viewBox: "0 0 24 24", "aria-hidden": "true", class: "cv-icon" });
  const left = "M12 6.2C9.8 4.7 6.6 4.3 3 4.6v13.6c3.600-.3 6.800.1 9 1.600";
  const right = "c2.200-1.500 5.400-1.900 9-1.600V4.600c-3.600-.3-6.800.1-9 1.600zm0 0v13.600";
  book.append(make("path", { d: left + right }));
  return book;
}

function mount(script) {
  if (document.querySelector(TAG)) return; // a second tag, or a second load, makes no second button
  const set = settingsOf(script);
  const place = set.inside ? document.getElementById(set.inside) : null;
  const link = el("a", { href: fullPage(set, set.school, ""), target: "_blank", rel: "noopener" });
  link.textContent = set.label;
  // What an old browser cannot show, it links to.
  if (!("adoptedStyleSheets" in Document.prototype) || !window.HTMLDialogElement) {
    if (!place) document.body.append(el(TAG, null, link));
    return;
  }
  const root = el(TAG, { "data-theme": set.theme, "data-side": set.side });
  const shadow = root.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  shadow.adoptedStyleSheets = [sheet];
  const begun = place?.querySelector("textarea"); // typed before this script was there
  const typed = begun?.value ?? "";
  const panel = makePanel(set, Boolean(place), typed);
  shadow.append(el("div", { class: place ? "cv cv-inside" : "cv" }, ...panel.elements));
  // Keys typed here are not shortcuts of the page around us.
  for (const key of ["keydown", "keyup", "keypress"]) {
    shadow.addEventListener(key, (event) => event.stopPropagation());
  }
  const held = Boolean(begun) && begun === document.activeElement;
  if (place) place.replaceChildren(root);
  else document.body.append(root);
  if (place) panel.start(held);
}

if (loaded) {
  if (document.body) mount(loaded);
  else document.addEventListener("DOMContentLoaded", () => mount(loaded), { once: true });
}
