// Whether an answer helped, and a word on why. `tell(thumb, word)` resolves to what became of it,
// {kept, said}; `say` speaks to screen readers.

const NAMES = { up: "Helpful", down: "Not helpful" };

function thumbs(id, tell, say) {
  let chosen = "";
  const said = el("p", { class: "cv-said" });
  const word = el("input", { id: `why-${id}`, maxlength: "500", autocomplete: "off" });
  const send = el("button", { class: "cv-option" }, "Send");
  const why = el(
    "form",
    { class: "cv-why", hidden: true },
    el("label", { for: word.id }, "Why? A few words, if you like; please name nobody."),
    el("div", { class: "cv-line" }, word, send),
  );
  const buttons = Object.entries(NAMES).map(([thumb, name]) => {
    const made = el("button", { class: "cv-option", type: "button", "aria-pressed": "false" }, name);
    // A thumb given twice is taken back.
    made.addEventListener("click", () => give(thumb === chosen ? "" : thumb));
    made.dataset.thumb = thumb;
    return made;
  });
  why.addEventListener("submit", (event) => {
    event.preventDefault();
    if (word.value.trim()) give(chosen, word.value.trim());
  });

  async function give(thumb, words = "") {
    let told;
    try {
      const became = await tell(thumb, words);
      told = became.said || (thumb ? "Thank you. That is kept." : "Your answer was taken back.");
      if (became.kept) {
        chosen = thumb;
        for (const one of buttons) {
          one.setAttribute("aria-pressed", String(one.dataset.thumb === thumb));
        }
        if (words) buttons.find((one) => one.dataset.thumb === thumb).focus();
        why.hidden = !thumb || Boolean(words);
        word.value = "";
      }
    } catch (error) {
      told = error instanceof Trouble ? error.message : SAID.unread;
    }
    said.textContent = printable(told);
    say(told);
  }

  return el("div", { class: "cv-thumbs" }, el("div", { class: "cv-line" }, ...buttons), why, said);
}
