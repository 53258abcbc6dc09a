from __future__ import annotations

import datetime as dt
import re
from html.parser import HTMLParser
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
        self.open.append(tag)
        self.by_tag.setdefault(tag, []).append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data
        for tag in set(self.open):
            self.by_tag[tag][-1] += data


def test_a_verdict_is_a_word_beside_its_symbol(answer):
    page = Page(render.html(answer()))
    assert "✕ Not permitted" in page.text
    assert ("span", (("class", "cv-symbol"), ("aria-hidden", "true"))) in page.tags


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
    assert caption.split() == (
        "Phone Policy Oak Primary School clause 2.4 Phones on trips page 3".split()
    )
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
    oak, elm_part, ash = page.by_tag["section"]
    assert "Not permitted" in oak and "text parents;" in oak
    assert "Permitted" in elm_part and "Staff may text." in elm_part
    assert "Not covered" in ash
    assert "It differs" in page.text and "Only under conditions" not in page.text
    text = render.markdown(both)
    assert text.index("Oak Primary School: ✕ Not permitted") < text.index("text parents;")
    assert text.index("text parents;") < text.index("Elm Primary School: ✓ Permitted")


def test_a_quote_of_no_part_is_still_shown(answer, quote):
    parts = (Part(school="Oak", verdict="permitted", answer="Yes.", quotes=(7,)),)
    shown = answer(parts=parts, quotes=(quote(),))
    assert "text parents;" in render.html(shown)
    assert "text parents;" in render.markdown(shown)


def test_options_and_what_was_understood_are_shown(answer):
    asked = answer(status="clarify", options=("Oak", "Elm"), understood="At which school?")
    assert Page(render.html(asked)).by_tag["ul"][0] == "OakElm"
    assert "Taken to mean: At which school?" in render.html(asked)
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


@st.composite
def answers(draw):
    """Answers whose every word is somebody else's."""
    say = lambda: draw(HOSTILE)  # noqa: E731
    quotes = tuple(
        Quote.model_construct(
            text=say(), kind="rule", lead_in=say() if i else "", lead_in_start=i, lead_in_end=i,
            school=say(), policy=say(), status="superseded", clause=say(), heading=(say(),),
            modality="statement", source=str(i), sha256="", text_sha256="", page=1, start=0, end=1,
            origin="union", flags=(), clause_id="",
        )
        for i in range(3)
    )  # fmt: skip
    part = Part.model_construct(school=say(), verdict="permitted", answer=say(), quotes=(0, 1))
    return Answer.model_construct(
        id=None, question=say(), history=(), verdict="conditional", answer=say(), quotes=quotes,
        scope=Scope(school=None, role="staff", as_of=dt.date(2026, 1, 1)), status="answered",
        notices=(say(), say()), ask=say(), parts=(part,), options=(say(),), understood=say(),
        closest=say(), confidence=0.5,
    )  # fmt: skip


OURS = set(
    "article h2 h3 p div span strong section figure blockquote ul li figcaption cite".split()
)


@given(answers())
def test_no_tag_or_attribute_of_a_question_policy_or_answer_survives(given_answer):
    html = render.html(given_answer)
    page = Page(html)
    assert {tag for tag, _ in page.tags} <= OURS
    names = {name for _, attrs in page.tags for name, _ in attrs}
    assert names <= {"class", "id", "tabindex", "aria-hidden", "aria-label", "aria-labelledby"}
    assert page.open == []
    html.encode("utf-8")


@given(answers())
def test_every_quote_reaches_the_reader_whole(given_answer):
    page = Page(render.html(given_answer))
    shown = " ".join(page.by_tag["blockquote"])
    for quote in given_answer.quotes:
        assert words.printable(flow(quote.text)) in shown


@given(answers())
def test_plain_text_obeys_no_control_codes(given_answer):
    text = render.markdown(given_answer)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", text)
    text.encode("utf-8")


@given(HOSTILE)
def test_a_button_label_holds_no_live_markdown(text):
    label = render.label(text)
    assert not re.search(r"(?<!\\)[*_`\[\]<$]", label.replace("\\\\", ""))
    assert not re.search(r":\w", label)
