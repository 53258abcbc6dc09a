from __future__ import annotations

import datetime as dt
import re
from html.parser import HTMLParser
from itertools import cycle, pairwise
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant import compose
from assistant.answer import Answer, AnswerStatus, Part, Quote, Scope, Verdict
from ingest.documents import flow
from ui import render, words


class Page(HTMLParser):
    """Tags in order, and the text of each kind of element."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.text, self.open, self.by_tag = [], "", [], {}
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, tuple(attrs)))
        name = "group" if ("role", "group") in attrs else tag
        self.open.append((tag, name))
        self.by_tag.setdefault(name, []).append("")

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag

    def handle_data(self, data):
        self.text += data
        for name in {name for _, name in self.open}:
            self.by_tag[name][-1] += data


def test_a_verdict_is_a_word_beside_its_symbol(answer):
    page = Page(render.html(answer()))
    assert "✕ Not permitted" in page.text
    assert ("span", (("class", "cv-symbol"), ("aria-hidden", "true"))) in page.tags


def test_a_verdict_that_may_be_mistaken_is_no_plain_one(answer):
    told = answer(answer=f"{compose.UNSURE} Staff must not: text parents.")
    page = Page(render.html(told))
    assert "? Not sure: not permitted" in page.text
    assert any("cv-unsure" in dict(attrs).get("class", "") for _, attrs in page.tags)
    assert "Not sure: not permitted" in render.markdown(told)
    assert render.spoken(told).startswith("Not sure: not permitted.")


def test_every_verdict_and_status_has_words_of_its_own():
    given_words = {words.verdict("answered", v) for v in get_args(Verdict)}
    assert len(given_words) == len(get_args(Verdict))
    assert all(words.verdict(s, "not_covered")[1] for s in get_args(AnswerStatus))


def test_a_bullet_stands_after_its_lead_in_within_the_quotation(answer):
    (quoted,) = Page(render.html(answer())).by_tag["blockquote"]
    assert quoted == "Staff must not:text parents;"
    assert "> Staff must not:\n> - text parents;" in render.markdown(answer())


def test_bullets_of_one_list_share_their_lead_in_and_others_repeat_theirs(answer, quote):
    same = (quote(), quote("ring parents;", clause="2.5"))
    other = quote("post photos.", lead_in="Parents must not:", lead_in_start=90, lead_in_end=105)
    page = Page(render.html(answer(quotes=(*same, other))))
    assert page.by_tag["blockquote"] == [
        "Staff must not:text parents;ring parents;",
        "Parents must not:post photos.",
    ]
    assert "clauses 2.4, 2.5" in page.text


def test_equal_lead_ins_of_two_schools_are_not_joined(answer, quote):
    elm = quote("text parents;", school="Elm Primary School", source="elm/phones.txt")
    assert len(Page(render.html(answer(quotes=(quote(), elm)))).by_tag["blockquote"]) == 2


def test_a_quote_closes_line_breaks_and_changes_nothing_else(answer, quote):
    text = "Staff  may “not”\ntext — ever, in mid-\nterm."
    page = Page(render.html(answer(quotes=(quote(text, lead_in=""),))))
    assert page.by_tag["blockquote"] == [flow(text)]
    assert page.by_tag["blockquote"] == ["Staff may “not” text — ever, in mid-term."]


def test_a_citation_names_policy_school_clause_heading_and_page(answer, quote):
    (caption,) = Page(render.html(answer(quotes=(quote(page=3),)))).by_tag["figcaption"]
    said = "Phone Policy Oak Primary School clause 2.4 Phones on trips page 3"
    assert caption.split() == [*said.split(), *"(opens the policy in a new tab)".split()]
    assert "  Phone Policy, Oak Primary School, clause 2.4, Phones on trips, page 3" in (
        render.markdown(answer(quotes=(quote(page=3),)))
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"status": "superseded"}, "no longer in force"),
        ({"status": "draft"}, "Draft"),
        ({"origin": "union"}, "Union guidance, not school policy"),
        ({"origin": "guidance"}, "Guidance from an authority"),
        ({"kind": "exception"}, "Exception"),
        ({"kind": "condition"}, "Condition"),
        ({"kind": "register"}, "About the policy itself"),
        ({"kind": "related"}, "not the rule"),
        ({"flags": ("ocr",)}, "Read from a scan"),
        ({"flags": ("stale",)}, "could not be read"),
    ],
)
def test_what_is_not_the_rule_in_force_is_labelled(answer, quote, changes, said):
    labelled = answer(quotes=(quote(**changes),))
    assert said in render.html(labelled)
    assert said in render.markdown(labelled)


def test_unknown_flags_are_ignored(answer, quote):
    assert "sparkling" not in render.html(answer(quotes=(quote(flags=("sparkling",)),)))


def test_silence_names_the_closest_clause_and_whom_to_ask(answer):
    silent = answer(
        status="not_covered",
        verdict="not_covered",
        answer="The policies do not say.",
        quotes=(),
        closest="Phone Policy, 2.4",
        ask="the Headteacher",
    )
    for shown in (Page(render.html(silent)).text, render.markdown(silent)):
        assert "Not covered" in shown
        assert "Closest, but not an answer: Phone Policy, 2.4" in shown
        assert "Whom to ask: the Headteacher" in shown


def test_whom_to_ask_is_said_once(answer):
    silent = answer(status="not_covered", answer="They don’t say. Ask: the Head.", ask="the Head")
    assert render.markdown(silent).count("the Head") == 1
    assert Page(render.html(silent)).text.count("the Head") == 1


def test_each_school_of_a_comparison_has_its_own_verdict_and_quotes(answer, quote):
    elm = quote("Staff may text.", school="Elm Primary School", lead_in="", clause="")
    both = answer(
        verdict="conditional",
        quotes=(elm, quote()),
        parts=(
            Part(school="Oak Primary School", verdict="not_permitted", answer="No.", quotes=(1,)),
            Part(school="Elm Primary School", verdict="permitted", answer="Yes.", quotes=(0,)),
            Part(school="Ash Primary School", verdict="not_covered", answer="It does not say."),
        ),
    )
    page = Page(render.html(both))
    assert page.by_tag["h3"] == ["Oak Primary School", "Elm Primary School", "Ash Primary School"]
    oak, elm_part, ash = page.by_tag["group"]
    assert "Not permitted" in oak and "text parents;" in oak
    assert "Permitted" in elm_part and "Staff may text." in elm_part
    assert "Not covered" in ash
    assert "It differs" in page.text and "Only under conditions" not in page.text
    text = render.markdown(both)
    assert text.index("Oak Primary School: ✕ Not permitted") < text.index("text parents;")
    assert text.index("text parents;") < text.index("Elm Primary School: ✓ Permitted")


RULE = {"lead_in": "", "clause": "", "heading": ("Phones", "On trips")}


def test_an_exception_stands_in_one_group_with_the_rule_it_follows(answer, quote):
    rule = quote("Staff must not text parents.", **RULE)
    exception = quote("In an emergency they may.", kind="exception", **RULE)
    page = Page(render.html(answer(quotes=(rule, exception, quote()))))
    tied = [attrs for tag, attrs in page.tags if ("class", "cv-tied") in attrs]
    assert [dict(attrs)["role"] for attrs in tied] == ["group"]
    first, second, third = page.by_tag["figure"]
    assert "Staff must not text parents." in first
    assert second.startswith("Exception to the rule above") and "In an emergency" in second
    assert "Exception" not in third
    text = render.markdown(answer(quotes=(rule, exception)))
    assert "Exception to the rule above:\n> In an emergency they may." in text


def test_an_exception_from_under_another_heading_is_tied_to_no_rule(answer, quote):
    rule = quote("Staff must not text parents.", **RULE)
    other = quote("In an emergency they may.", kind="exception", **RULE | {"heading": ("Fire",)})
    html = render.html(answer(quotes=(rule, other)))
    assert "cv-tied" not in html
    assert ">Exception</p>" in html and "to the rule above" not in html


def test_a_citation_opens_the_policy_at_its_clause(answer, quote):
    named = quote(sha256="ab" * 32, clause_id="0123456789abcdef", source="oak/a&b.txt")
    (link,) = [dict(a) for tag, a in Page(render.html(answer(quotes=(named,)))).tags if tag == "a"]
    at = "file=abababababababab&of=oak%2Fa%26b.txt&clause=0123456789abcdef"
    assert link["href"] == f"policies?{at}"
    assert link["target"] == "_blank"


@pytest.fixture
def both(answer, quote):
    """Oak forbids, Elm allows, and Ash is silent, each with its own notice or whom to ask."""
    elm = quote("Staff may text.", school="Elm Primary School", lead_in="", clause="", heading=())
    return lambda **changes: answer(
        **{
            "verdict": "conditional",
            "quotes": (quote(), elm),
            "parts": (
                Part(
                    school="Oak Primary School", verdict="not_permitted", answer="No.", quotes=(0,)
                ),
                Part(
                    school="Elm Primary School", verdict="permitted", answer="Yes.", quotes=(1, 9)
                ),
                Part(school="Ash Primary School", verdict="not_covered", answer="It is silent."),
            ),
            "notices": ("Oak Primary School: It is overdue.", "All of it is inferred."),
            "ask": "Oak Primary School: the Head; Elm Primary School: the office; "
            "Ash Primary School: Mrs Ash; or the trust",
            **changes,
        }
    )


def test_several_schools_are_compared_in_a_table(both):
    page = Page(render.html(both()))
    assert page.by_tag["th"][:4] == ["School", "Verdict", "Clause", "Whom to ask"]
    rows = page.by_tag["tr"][1:]
    opens = " (opens the policy in a new tab)"
    assert rows == [
        f"Oak Primary School✕ Not permittedclause 2.4{opens}the Head",
        f"Elm Primary School✓ PermittedPhone Policy{opens}the office",
        "Ash Primary School? Not coverednoneMrs Ash; or the trust",
    ]
    assert page.by_tag["h3"] == ["Oak Primary School", "Elm Primary School"]  # Ash said nothing
    oak, elm = page.by_tag["group"]
    assert "It is overdue." in oak and "overdue" not in elm
    assert page.text.count("All of it is inferred.") == 1
    assert page.text.count("the Head") == 1


def test_whom_to_ask_stays_one_line_where_it_is_not_said_school_by_school(both):
    page = Page(render.html(both(ask="the trust")))
    assert page.by_tag["th"][:4] == ["School", "Verdict", "Clause", "Oak Primary School"]
    assert "If in doubt, ask: the trust" in page.text
    assert "Ash Primary School" in page.by_tag["h3"]


def test_several_questions_of_several_schools_are_a_section_each(both):
    parts = tuple(
        Part(school=school, question=asked, verdict="not_permitted", answer="No.", quotes=(0,))
        for asked in ("Can I text?", "Can I ring?")
        for school in ("Oak Primary School", "Elm Primary School")
    )
    page = Page(render.html(both(parts=parts, quotes=both().quotes[:1])))
    assert page.by_tag["h3"] == ["Can I text?", "Can I ring?"]
    assert page.by_tag["h4"] == ["Oak Primary School", "Elm Primary School"] * 2
    assert len(page.by_tag["table"]) == 2
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert all(after <= before + 1 for before, after in pairwise(levels))


def version(quote, text, status, **changes):
    return quote(text, status=status, source=f"oak/{status}.txt", **RULE, **changes)


def test_a_clause_before_and_now_stands_side_by_side_with_its_changed_words_marked(answer, quote):
    now = version(quote, "Staff must never text parents.", "current")
    before = version(quote, "Staff should not text parents.", "superseded")
    page = Page(render.html(answer(answer="It says: … Before: …", quotes=(now, before))))
    left, right = page.by_tag["figure"]
    assert left.startswith("Before") and "Superseded: no longer in force" in left
    assert right.startswith("Now") and "Superseded" not in right
    assert page.by_tag["del"] == ["should not"]
    assert page.by_tag["ins"] == ["must never"]
    assert page.by_tag["blockquote"] == [
        "Staff should not text parents.",
        "Staff must never text parents.",
    ]
    assert "It says: … Before: …" not in page.text  # the two sides say the same words


def test_a_clause_that_one_version_alone_has_is_not_paired_with_another(answer, quote):
    new = version(quote, "Staff must lock their phones away at eight.", "current")
    gone = version(quote, "Visitors sign in at the office.", "superseded")
    page = Page(render.html(answer(quotes=(new, gone))))
    assert "Only in the version in force" in page.text
    assert "Only in the earlier version" in page.text
    assert "del" not in page.by_tag and "ins" not in page.by_tag


@pytest.mark.parametrize(
    ("before", "said", "marked"),
    [
        ("Staff must not text.", "The same in both", False),
        ("Staff must not text", "The same words in both", True),
        ("Staff must not ring.", "Reworded", True),
    ],
)
def test_what_became_of_a_clause_is_said_in_words(answer, quote, before, said, marked):
    pair = (
        version(quote, "Staff must not text.", "current"),
        version(quote, before, "superseded"),
    )
    html = render.html(answer(quotes=pair))
    assert f'aria-label="{said}"' in html
    assert ("<ins>" in html) is marked


def test_a_bullet_keeps_its_lead_in_when_versions_are_compared(answer, quote):
    now, before = quote(), quote("ring parents;", status="superseded", source="oak/old.txt")
    page = Page(render.html(answer(quotes=(now, before))))
    assert page.by_tag["blockquote"] == [
        "Staff must not: ring parents;",
        "Staff must not: text parents;",
    ]


def test_a_superseded_cover_line_is_no_version_of_a_clause(answer, quote):
    line = quote("Adopted: 2020", kind="register", status="superseded", lead_in="")
    assert "cv-versions" not in render.html(answer(quotes=(quote(), line)))


def test_an_answer_can_be_copied_linked_to_and_printed_and_a_question_back_cannot(answer):
    assert Page(render.html(answer(), turn=3)).by_tag["button"] == [
        "Copy answer",
        "Copy link",
        "Print",
    ]
    assert 'data-turn="3"' in render.html(answer(), turn=3)
    assert "<button" not in render.html(answer(status="clarify"))


def test_a_quote_of_no_part_is_still_shown(answer, quote):
    parts = (Part(school="Oak", verdict="permitted", answer="Yes.", quotes=(7,)),)
    shown = answer(parts=parts, quotes=(quote(),))
    assert "text parents;" in render.html(shown)
    assert "text parents;" in render.markdown(shown)


def test_options_and_what_was_understood_are_shown(answer):
    asked = answer(status="clarify", options=("Oak", "Elm"), understood="about: At which school?")
    assert Page(render.html(asked)).by_tag["ul"][0] == "OakElm"
    assert "Taken to be about: At which school?" in render.html(asked)
    assert "- Oak\n- Elm" in render.markdown(asked)
    assert "<li>Oak" not in render.html(asked, offer=False)


def test_plain_text_fits_eighty_columns_and_has_no_escape_codes(answer, quote):
    long = answer(
        answer="No. " * 60,
        quotes=(quote("text parents " * 40), quote("ring " * 50, lead_in="")),
        notices=("This policy was due for review in 2018. " * 5, "Another."),
        ask="the Headteacher " * 10,
        understood="\x1b[31mred\x1b[0m",
    )
    text = render.markdown(long)
    assert max(map(len, text.splitlines())) <= 80
    assert "\x1b" not in text


def test_an_address_longer_than_the_line_stays_whole(answer, quote):
    address = "http://www.example.org/" + "x" * 90
    assert address in render.markdown(answer(quotes=(quote(address),)))


def test_an_error_shows_the_question_and_the_commands_it_names():
    page = Page(render.problem("<b>Can I?</b>", "It is gone; run `verse ingest <folder>`."))
    assert "<b>Can I?</b>" in page.text
    assert page.by_tag["code"] == ["verse ingest <folder>"]


def test_headings_descend_one_by_one_and_regions_are_named(answer):
    page = Page(render.html(answer(), turn=4))
    assert [tag for tag, _ in page.tags if tag in ("h1", "h2", "h3", "h4")] == ["h2", "h3"]
    named = [dict(attrs)["aria-labelledby"] for tag, attrs in page.tags if tag in ("article",)]
    ids = [dict(attrs).get("id") for _, attrs in page.tags]
    assert set(named) <= set(ids)
    assert len(set(filter(None, ids))) == len([i for i in ids if i])


def test_what_is_announced_is_short_and_complete(answer, quote):
    assert render.spoken(answer()) == (
        "Not permitted. No, staff must not text parents. 1 quote below."
    )
    assert render.spoken(answer(quotes=(quote(), quote()))).endswith("2 quotes below.")


HOSTILE = st.one_of(
    st.sampled_from(
        [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            '" onmouseover="alert(1)',
            "' autofocus onfocus='alert(1)",
            "</blockquote></article><h1>hello</h1>",
            "<!-- --><![CDATA[ ]]>",
            "&lt;b&gt;&#60;b&#62;",
            "javascript:alert(1)",
            "`<b>`",
            "**bold** [link](http://x) :material/home: $x$",
        ]
    ),
    st.text(min_size=1),
).filter(lambda text: text.strip() != "")


KINDS_AND_STATUSES = st.lists(
    st.tuples(st.sampled_from(["rule", "exception"]), st.sampled_from(["current", "superseded"])),
    min_size=3,
    max_size=3,
)


@st.composite
def answers(draw):
    """Answers whose every word is somebody else's."""
    texts = cycle(draw(st.lists(HOSTILE, min_size=3, max_size=6)))
    say = lambda: next(texts)  # noqa: E731
    school, heading, asks = say(), say(), say()
    quotes = tuple(
        Quote.model_construct(
            text=say(), kind=kind, lead_in=say() if i else "", lead_in_start=i, lead_in_end=i,
            school=school, policy=say(), status=status, clause=say(), heading=(heading,),
            outer_lead_ins=(), modality="statement", source=say(), sha256=say(), text_sha256="",
            page=1, start=0, end=1, origin="union", flags=(), clause_id=say(),
        )
        for i, (kind, status) in enumerate(draw(KINDS_AND_STATUSES))
    )  # fmt: skip
    parts = tuple(
        Part.model_construct(
            school=named, question=asked, verdict="permitted", answer=say(), quotes=(0, 1)
        )
        for named, asked in ((school, ""), (school, asks), (say(), asks))
    )[draw(st.integers(0, 3)) :]
    return Answer.model_construct(
        id=None, question=say(), history=(), verdict="conditional", answer=say(), quotes=quotes,
        scope=Scope(school=None, role="staff", as_of=dt.date(2026, 1, 1)), status="answered",
        notices=(say(), say()), ask=say(), parts=parts, options=(say(),), understood=say(),
        closest=say(), confidence=0.5,
    )  # fmt: skip


# A machine that does other things as well is slow at times; that says nothing of our code.
BUSY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

OURS = set(
    "article h2 h3 h4 p div span strong section figure blockquote ul li figcaption cite a button"
    " table caption thead tbody tr th td ins del".split()
)
ATTRIBUTES = set(
    "class id tabindex aria-hidden aria-label aria-labelledby role scope href target type"
    " data-do data-turn".split()
)


@settings(BUSY)
@given(answers())
def test_no_tag_or_attribute_of_a_question_policy_or_answer_survives(given_answer):
    html = render.html(given_answer)
    page = Page(html)
    assert {tag for tag, _ in page.tags} <= OURS
    names = {name for _, attrs in page.tags for name, _ in attrs}
    assert names <= ATTRIBUTES
    links = [dict(attrs)["href"] for tag, attrs in page.tags if tag == "a"]
    assert all(re.fullmatch(r"policies\?[\w.&=%+~-]*", link) for link in links)
    assert page.open == []
    html.encode("utf-8")


@settings(BUSY)
@given(answers())
def test_every_quote_reaches_the_reader_whole(given_answer):
    page = Page(render.html(given_answer))
    shown = " ".join(" ".join(page.by_tag["blockquote"]).split())
    for quote in given_answer.quotes:
        assert " ".join(words.printable(flow(quote.text)).split()) in shown


@settings(BUSY)
@given(answers())
def test_plain_text_obeys_no_control_codes(given_answer):
    text = render.markdown(given_answer)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", text)
    text.encode("utf-8")


@settings(BUSY)
@given(HOSTILE)
def test_a_button_label_holds_no_live_markdown(text):
    label = render.label(text)
    assert not re.search(r"(?<!\\)[*_`\[\]<$]", label.replace("\\\\", ""))
    assert not re.search(r":\w", label)
