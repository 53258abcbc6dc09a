// An answer as elements. Whatever comes from a policy, a question or an answer becomes text and
// never markup; in quotes, line breaks and hyphenated line ends are closed, nothing else is changed.

const UNSAFE =
  /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]/gu;
const UNSEEN = /\u00ad[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*|[\u{e0000}-\u{e007f}]/gu;
const SPACES = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/g;

const printable = (text) => String(text ?? "").replace(UNSAFE, "\ufffd");
const flow = (text) =>
  String(text ?? "")
    .replace(UNSEEN, "")
    .replace(/([a-z])-\r?\n(?=[a-z])/g, "$1-")
    .replace(SPACES, " ")
    .replace(/^ | $/g, "");
const shown = (text) => printable(flow(text));

// An element with attributes, listeners (functions) and children; empty children are left out.
function el(tag, given, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(given ?? {})) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value !== false && value != null) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child !== "" && child != null));
  return made;
}
const hidden = (text) => el("span", { class: "cv-hidden" }, text);
const paragraph = (name, text, ...before) =>
  text ? el("p", { class: name }, ...before, printable(text)) : "";

const led = (quote) =>
  flow([...(quote.outer_lead_ins ?? []).map((lead) => lead.text), quote.lead_in].join(" "));
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
const listOf = (q) => [
  ...[q.text_sha256, q.source, q.lead_in_start, led(q), q.heading],
  ...[q.kind, q.page, q.status, q.origin, q.flags],
];
const under = (q) => [q.text_sha256, q.source, q.heading, q.status];

// Neighbouring bullets of one list stand together under the lead-in they share.
function groups(quotes) {
  const made = [];
  for (const quote of quotes) {
    const last = made[made.length - 1];
    if (last && quote.lead_in && same(listOf(last[last.length - 1]), listOf(quote))) {
      last.push(quote);
    } else made.push([quote]);
  }
  return made;
}

// Each rule with the exceptions and conditions that follow it under the same heading.
function families(quotes, words) {
  const made = [];
  for (const group of groups(quotes)) {
    const [quote] = group;
    const rule = made.length ? made[made.length - 1][0].slice(-1)[0] : null;
    const binds = rule && ["rule", "procedure"].includes(rule.kind);
    if (binds && words.tied[quote.kind] && same(under(rule), under(quote))) {
      made[made.length - 1].push(group);
    } else made.push([group]);
  }
  return made;
}

// Where a quote's policy can be read, at its clause; ui/policy_link.py reads such addresses.
function address(quote, base) {
  const given = { file: quote.sha256.slice(0, 16), of: quote.source, clause: quote.clause_id };
  if (!quote.clause_id) given.at = String(quote.start);
  const said = Object.entries(given).filter(([, value]) => value);
  return new URL(`policies?${new URLSearchParams(said)}`, base).href;
}

function citation(group) {
  const [quote] = group;
  const numbers = [...new Set(group.map((q) => q.clause).filter(Boolean))];
  const title = flow(quote.policy);
  const path = quote.heading.map(flow).filter((h) => h.toLowerCase() !== title.toLowerCase());
  return [
    title,
    flow(quote.school),
    numbers.length ? `clause${numbers.length > 1 ? "s" : ""} ${numbers.join(", ")}` : "",
    path.join(" › "),
    quote.page == null ? "" : `page ${quote.page}`,
  ].filter(Boolean);
}

function figure(group, kind, told) {
  const [quote] = group;
  const { words, base } = told;
  const spans = citation(group).flatMap((part) => [el("span", null, printable(part)), " "]);
  const labels = [words.statuses[quote.status], words.origins[quote.origin]];
  labels.push(...(quote.flags ?? []).map((flag) => words.flags[flag]));
  return el(
    "figure",
    { class: `cv-quote cv-kind-${quote.kind}` },
    paragraph("cv-kind", kind),
    el(
      "blockquote",
      null,
      quote.lead_in
        ? [
            el("p", { class: "cv-lead-in" }, printable(led(quote))),
            el("ul", null, ...group.map((q) => el("li", null, shown(q.text)))),
          ]
        : el("p", null, shown(quote.text)),
    ),
    el(
      "figcaption",
      null,
      labels.filter(Boolean).flatMap((said) => [el("span", { class: "cv-label" }, said), " "]),
      el(
        "cite",
        null,
        el(
          "a",
          { class: "cv-open", href: address(quote, base), target: "_blank", rel: "noopener" },
          spans.slice(0, -1),
          hidden(" (opens the policy in a new tab)"),
        ),
      ),
    ),
  );
}

function quotations(quotes, told) {
  const { kinds, tied } = told.words;
  return families(quotes, told.words).map(([rule, ...hanging]) => {
    const first = figure(rule, kinds[rule[0].kind], told);
    if (!hanging.length) return first;
    const rest = hanging.map((group) => figure(group, tied[group[0].kind], told));
    const called = { class: "cv-tied", role: "group", "aria-label": "A rule and what limits it" };
    return el("div", called, first, ...rest);
  });
}

// Of a verdict that claims something, where the answer says that it may be mistaken.
const unsure = ({ verdict, answer }, words) =>
  answer.includes(words.unsure[0]) && !["informational", "not_covered"].includes(verdict);

function claimed(told, words) {
  const [symbol, said] = words.verdicts[told.verdict];
  return unsure(told, words) ? ["?", `${words.unsure[1]}: ${said.toLowerCase()}`] : [symbol, said];
}

const tone = (told, words) => (unsure(told, words) ? "unsure" : told.verdict);

function verdict(answer, words) {
  const { status, parts } = answer;
  if (status === "answered" && new Set(parts.map((part) => part.verdict)).size > 1) {
    return ["◐", "It differs: see each below"];
  }
  return words.unanswered[status] ?? claimed(answer, words);
}

const mark = ([symbol, said], tone) =>
  el(
    "p",
    { class: `cv-verdict cv-${tone}` },
    el("span", { class: "cv-symbol", "aria-hidden": "true" }, symbol),
    " ",
    el("strong", null, said),
  );

const notices = (all) =>
  all.length
    ? el(
        "ul",
        { class: "cv-notices", "aria-label": "Please note" },
        ...all.map((said) => el("li", null, printable(said))),
      )
    : "";

// One for each school or question, then the quotes of none.
function sections(answer, told, schools) {
  const several = schools.size > 1;
  const used = new Set(answer.parts.flatMap((part) => part.quotes));
  const heard = new Set();
  const made = answer.parts.map((part) => {
    const own = several && !heard.has(part.school) ? part.school : null;
    heard.add(part.school);
    const called = [part.question, several || !part.question ? part.school : ""];
    return el(
      "section",
      { class: "cv-part" },
      el("h4", null, printable(called.filter(Boolean).join(" – "))),
      mark(claimed(part, told.words), tone(part, told.words)),
      paragraph("cv-plain", part.answer),
      quotations(part.quotes.map((place) => answer.quotes[place]).filter(Boolean), told),
      notices(
        answer.notices
          .filter((said) => own !== null && whose(said, schools) === own)
          .map((said) => said.slice(own.length + 2)),
      ),
    );
  });
  const rest = answer.quotes.filter((_, place) => !used.has(place));
  if (rest.length) {
    const called = answer.parts.length ? "Also" : "Word for word";
    made.push(
      el("section", { class: "cv-quotes" }, el("h4", null, called), quotations(rest, told)),
    );
  }
  return made;
}

// The school of a comparison that a notice is about, which opens with its name.
const whose = (notice, schools) =>
  schools.size > 1 ? [...schools].find((school) => notice.startsWith(`${school}: `)) : undefined;

// `told`: the server's words, and where the policies are.
function answerOf(answer, told) {
  const schools = new Set(answer.parts.map((part) => part.school));
  const repeats =
    answer.parts.length && answer.parts.every((part) => answer.answer.includes(part.answer));
  const ask = answer.answer.includes(`Ask: ${answer.ask}.`) ? "" : answer.ask;
  const label = answer.status === "answered" ? "If in doubt, ask:" : "Whom to ask:";
  return [
    paragraph("cv-understood", answer.understood, "Taken to be "),
    mark(
      verdict(answer, told.words),
      answer.status === "answered" ? tone(answer, told.words) : answer.status,
    ),
    paragraph("cv-plain", repeats ? "" : answer.answer),
    ...sections(answer, told, schools),
    notices(answer.notices.filter((said) => whose(said, schools) === undefined)),
    paragraph("cv-closest", answer.closest, "Closest, but not an answer: "),
    paragraph("cv-ask", ask, el("strong", null, label), " "),
  ].filter(Boolean);
}

// What a screen reader announces when the answer arrives.
function spoken(answer, words) {
  const count = answer.quotes.length;
  const quotes = count ? ` ${count} quote${count === 1 ? "" : "s"} below.` : "";
  return printable(`${verdict(answer, words)[1]}. ${answer.answer}${quotes}`);
}

// Whose policies answered, to whom, and as of which day.
function scopeOf({ school, role, as_of }, schools) {
  const all = schools.length > 1 ? "All schools" : "";
  const named = schools.find((one) => one.key === school)?.name ?? all;
  const form = { day: "numeric", month: "long", year: "numeric" };
  const day = new Date(`${as_of}T12:00`).toLocaleDateString("en-GB", form);
  return printable([named, role, day].filter(Boolean).join(" · "));
}
