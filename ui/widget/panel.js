// The panel: a question, its answer under it, and the next question. `set` is what the script tag
// says, `inside` whether the panel stands in the page instead of behind a button.

const SMALL = matchMedia("(max-width: 40em)");
const TOUCH = matchMedia("(pointer: coarse)");
const CALM = matchMedia("(prefers-reduced-motion: reduce)");
const BUSY = "Looking through the policies…";
const WELCOME =
  "Ask as you would ask a colleague. You get the rule word for word, and where it stands.";

function makePanel(set, inside, typed) {
  const send = line(set.base, set.script);
  const state = { school: set.school, schools: [], turns: [], busy: false, about: null };

  const of = el("div", { class: "cv-of" });
  const log = el("div", {
    class: "cv-log",
    role: "region",
    "aria-label": "Questions and answers",
    tabindex: inside ? null : "0",
  });
  const status = el("div", { role: "status", class: "cv-hidden" });
  const box = el("textarea", {
    id: "question",
    rows: "2",
    autocomplete: "off",
    enterkeyhint: "send",
    keydown: (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) submit(event);
    },
  });
  box.value = typed;
  const go = el("button", { class: "cv-go", type: "submit" }, "Ask");
  const form = el(
    "form",
    { class: "cv-form", submit },
    el("label", { for: "question" }, "Your question"),
    el("div", { class: "cv-line" }, box, go),
  );
  const page = away();
  const anew = el("button", { class: "cv-quiet", type: "button", click: forget }, "Start again");
  const foot = el("footer", { class: "cv-foot cv-line" }, page, anew);
  const standing = el("p", { class: "cv-standing" });
  const close = el("button", { class: "cv-close", type: "button", "aria-label": "Close" }, "✕");
  close.addEventListener("click", shut);
  const panel = el(
    inside ? "section" : "dialog",
    { id: "panel", class: "cv-panel", "aria-label": set.title },
    // In a page of somebody's own, the heading that is seen is theirs.
    inside
      ? el("div", null, el("h2", { class: "cv-hidden" }, set.title), of)
      : el("header", { class: "cv-head" }, el("div", null, el("h2", null, set.title), of), close),
    log,
    form,
    foot,
    status,
  );
  const button = el("button", {
    class: "cv-launch",
    type: "button",
    "aria-haspopup": "dialog",
    "aria-expanded": "false",
    "aria-controls": "panel",
    click: open,
  });
  button.append(icon(), el("span", null, set.label));
  if (!inside) {
    panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.isComposing) shut(event);
    });
    panel.addEventListener("cancel", shut);
    panel.addEventListener("click", (event) => {
      const beside = event.target === panel && event.clientY < panel.getBoundingClientRect().top;
      if (beside) shut(event);
    });
  }

  function open() {
    if (panel.open) return;
    // A sheet over the whole of a phone holds the focus; a panel beside the page does not.
    if (SMALL.matches) panel.showModal();
    else panel.show();
    button.setAttribute("aria-expanded", "true");
    start(true);
  }

  function shut(event) {
    event.preventDefault();
    panel.close();
    button.setAttribute("aria-expanded", "false");
    button.focus();
  }

  function start(focus) {
    if (focus) box.focus({ preventScroll: inside });
    if (!state.turns.length) welcome();
    hello().catch((trouble) => {
      if (!state.turns.length) welcome(trouble);
    });
  }

  // What the server says of itself, and which schools there are; asked again where that failed.
  async function hello() {
    try {
      return await (state.about ?? (state.about = greet()));
    } catch (error) {
      state.about = null;
      throw error;
    }
  }

  async function greet() {
    const about = await send("widget.json");
    const credentials = about.signs_in ? "include" : "same-origin";
    const ask = (path, body) => send(`api/v1/${path}`, { body, credentials, seconds: about.seconds });
    state.schools = (await ask("schools")).schools;
    standing.textContent = printable(about.standing);
    nameSchool();
    if (!state.turns.length) welcome();
    return { ...about, ask, base: set.base };
  }

  function nameSchool() {
    const wanted = set.school.toLowerCase();
    const known = state.schools.find((one) =>
      [one.key, one.name].some((name) => name.toLowerCase() === wanted),
    );
    if (known) choose(known.key);
    const only = known ?? (!wanted && state.schools.length === 1 ? state.schools[0] : null);
    if (only) return of.replaceChildren(el("p", null, printable(only.name)));
    if (wanted || state.schools.length < 2) return;
    const select = el("select", { id: "school", change: () => choose(select.value) });
    const all = [{ key: "", name: "All schools" }, ...state.schools];
    select.append(...all.map((one) => el("option", { value: one.key }, printable(one.name))));
    of.replaceChildren(el("label", { for: "school" }, "School"), select);
  }

  function choose(school) {
    state.school = school;
    const select = of.querySelector("select");
    if (select) select.value = school;
    page.href = fullPage(set, school, "");
  }

  // A link to the chat, with what is asked, or else with what stands in the box when it is pressed.
  function away({ question, school } = {}) {
    const address = () => fullPage(set, school ?? state.school, question ?? box.value.trim());
    const link = el("a", { class: "cv-open", target: "_blank", rel: "noopener", href: address() });
    link.addEventListener("click", () => (link.href = address()));
    link.append("Open the full page", hidden(" (in a new tab)"));
    return link;
  }

  function submit(event) {
    event.preventDefault();
    const question = box.value.trim();
    if (question) ask(question, state.school);
    else box.focus();
  }

  async function ask(question, school) {
    if (state.busy) return;
    const earlier = state.turns.filter((one) => one.school === school && one.answered);
    const turn = begin(question, school);
    busy(true);
    show(turn);
    say(BUSY);
    try {
      const about = await hello();
      const history = earlier.map((one) => one.question).slice(-about.recalled);
      const body = { question, history };
      if (school) body.school = school;
      if (set.role) body.role = set.role;
      say(settle(turn, await about.ask("ask", body), about));
      if (box.value.trim() === question) box.value = "";
    } catch (error) {
      const known = error instanceof Trouble;
      if (!known) console.warn("Chapter & Verse:", error);
      if (!box.value.trim()) box.value = question; // what was asked is never lost
      const trouble = known ? error : new Trouble("unread");
      turn.body.replaceChildren(alerted(trouble, () => ask(question, school), turn));
      say(trouble.message);
    }
    busy(false);
    show(turn);
  }

  // A turn as an article that waits for its answer; one that met with trouble makes room for it.
  function begin(question, school) {
    const asked = el("h3", { class: "cv-question", tabindex: "-1" }, hidden("You asked: "));
    asked.append(printable(question));
    const scope = el("p", { class: "cv-asked-of" });
    const body = el("div", { class: "cv-answer" }, el("p", { class: "cv-busy" }, BUSY));
    const node = el("article", { class: "cv-turn" }, asked, scope, body);
    const turn = { question, school, asked, scope, body, node, answered: false };
    state.turns = state.turns.filter((one) => one.answered);
    state.turns.forEach((one) => one.body.querySelector(".cv-options")?.remove());
    state.turns.push(turn);
    log.replaceChildren(...state.turns.map((one) => one.node), standing);
    return turn;
  }

  // Puts an answer into its turn; returns what is to be said of it.
  function settle(turn, answer, about) {
    const made = answerOf(answer, about);
    if (answer.options.length) made.push(options(turn, answer.options));
    const kept = about.feedback && answer.id && !["clarify", "failed"].includes(answer.status);
    const tell = (thumb, word) => about.ask("feedback", { id: answer.id, thumb, word });
    if (kept) made.push(thumbs(answer.id, tell, say));
    turn.scope.textContent = scopeOf(answer.scope, state.schools);
    turn.body.replaceChildren(...made);
    turn.answered = true;
    return spoken(answer, about.words);
  }

  // Pressing an offered school asks the same of that school; anything else is asked itself.
  function options(turn, offered) {
    const pick = (option) => {
      const school = state.schools.find((one) => [one.name, one.key].includes(option));
      if (!school) return ask(option, state.school);
      choose(school.key);
      return ask(turn.question, school.key);
    };
    const buttons = offered.map((option) => {
      const given = { class: "cv-option", type: "button", click: () => pick(option) };
      return el("button", given, printable(option));
    });
    const row = { class: "cv-options", role: "group", "aria-label": "Please say which" };
    return el("div", row, ...buttons);
  }

  function welcome(trouble) {
    // A page that may not ask has nothing to offer but the link.
    form.hidden = foot.hidden = trouble?.kind === "refused" && !box.value.trim();
    if (!trouble) return log.replaceChildren(el("p", { class: "cv-welcome" }, WELCOME), standing);
    log.replaceChildren(alerted(trouble, () => start(true)));
    say(trouble.message);
    if (form.hidden) take(log.querySelector("a"));
  }

  function alerted(trouble, again, turn) {
    const retry = el("button", { class: "cv-option", type: "button", click: again }, "Try again");
    return el(
      "div",
      { class: "cv-trouble" },
      el("p", null, printable(trouble.message)),
      el("p", { class: "cv-line" }, away(turn), trouble.kind === "refused" ? "" : retry),
    );
  }

  function forget() {
    state.turns = [];
    busy(false);
    welcome();
    box.focus();
  }

  function busy(now) {
    state.busy = now;
    box.readOnly = now;
    go.setAttribute("aria-disabled", String(now));
    log.setAttribute("aria-busy", String(now));
    anew.hidden = now || !state.turns.length;
  }

  // The same words again would not be spoken: the region is emptied first.
  function say(words) {
    status.textContent = "";
    setTimeout(() => (status.textContent = printable(words)), 50);
  }

  function show(turn) {
    const behavior = CALM.matches ? "auto" : "smooth";
    const scrolls = getComputedStyle(log).overflowY === "auto" ? log : panel;
    const top = turn.asked.getBoundingClientRect().top - scrolls.getBoundingClientRect().top;
    if (inside) turn.asked.scrollIntoView({ block: "nearest", behavior });
    else scrolls.scrollTo({ top: scrolls.scrollTop + top - 12, behavior });
    // A button that was pressed is gone; and a phone's keyboard makes room for the answer.
    const held = panel.getRootNode().activeElement;
    const tap = TOUCH.matches && turn.answered && held === box;
    if (tap || !held) take(turn.asked);
  }

  // Focus an element, unless somebody is busy elsewhere on the page.
  function take(element) {
    const held = document.activeElement ?? document.body;
    const free = [document.body, panel.getRootNode().host].includes(held);
    if (free && (panel.open || inside)) element.focus({ preventScroll: true });
  }

  busy(false);
  choose(set.school);
  return { elements: inside ? [panel] : [button, panel], start };
}
