"""Marks never change what is said, names are nothing but names, the register reads back."""

from __future__ import annotations

import re
import tomllib
from html import escape
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ingest.documents import flow
from ingest.policy.register import Register, RegisteredFact, RegisteredPolicy, School, read_register
from ui.marks import differing, safe, shown
from ui.page_image import find
from ui.register_file import with_policy, without, written
from ui.upload import free_name, safe_name
from ui.words import printable

TEXT = st.text(
    st.one_of(st.characters(), st.sampled_from("<>&\"' \n\t-staff must not 1.2")), max_size=80
)
LETTERS = st.text("abcxyz", min_size=1, max_size=60)


def bare(html):
    return re.sub(r"</?(?:ins|del)>", "", html)


@given(TEXT, TEXT)
@example("<b>must</b>", "<i>must</i> not")
@example("a b c", "a x c")
def test_marked_text_less_its_tags_is_the_escaped_text(old, new):
    left, right = differing(old, new)
    assert bare(left) == shown(old) == escape(printable(flow(old)), quote=True)
    assert bare(right) == shown(new)
    assert "<ins>" not in left and "<del>" not in right


@given(TEXT)
def test_what_has_not_changed_is_not_marked(text):
    assert differing(text, text) == (shown(text), shown(text))


@given(TEXT)
def test_escaped_text_opens_no_tag_and_ends_no_attribute(text):
    assert not set(safe(text)) & set("<>\"'")


def test_changed_words_are_marked_together_and_unchanged_ones_are_not():
    old, new = "Staff must not text parents.", "Staff may text parents after six."
    assert differing(old, new) == (
        "Staff <del>must not</del> text parents.",
        "Staff <ins>may</ins> text parents<ins> after six</ins>.",
    )


def test_another_kind_of_apostrophe_or_dash_is_no_change_of_words():
    old, new = 'The school\'s "duty" - always.', "The school’s “duty” – never."
    assert differing(old, new) == (
        "The school&#x27;s &quot;duty&quot; - <del>always</del>.",
        "The school’s “duty” – <ins>never</ins>.",
    )


@given(st.one_of(TEXT, st.text(st.sampled_from("./\\ ~$:*?\0\u202eCONnul.pdfé"), max_size=40)))
@example("../../etc/passwd")
@example("..\\..\\boot.ini")
@example("register.toml")
@example("C:\\fakepath\\Policy.PDF")
@example("~$policy.docx")
@example("nul.txt")
@example(".read.json")
@example("é" * 300 + ".docx")
def test_a_safe_name_is_one_plain_name_whatever_was_sent(name):
    made = safe_name(name)
    assert made and not re.search(r"[/\\\0:*?\"<>|\x00-\x1f]", made)
    assert not made.startswith((".", "~", "-", " ")) and not made.endswith((".", " "))
    assert len(made.encode()) <= 100
    assert (Path("/folder") / made).parent == Path("/folder")
    assert made.casefold() not in {"register.toml", "readme.md", "readme.txt", "con", "nul.txt"}
    assert safe_name(made) == made


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Behaviour Policy (2025).PDF", "Behaviour Policy (2025).pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\fakepath\\Trips & visits.docx", "Trips & visits.docx"),
        ("Règlement d’école.odt", "Règlement d’école.odt"),
        ("", "policy"),
        (".pdf", "policy.pdf"),
        ("register.toml", "policy-register.toml"),
        ("v1.2 final.docx", "v1-2 final.docx"),
    ],
)
def test_a_safe_name_keeps_what_people_call_the_file(sent, kept):
    assert safe_name(sent) == kept


@given(st.lists(st.sampled_from(["a.pdf", "A.pdf", "a-2.pdf", "a-3.PDF", "b"])), st.just("a.pdf"))
def test_a_free_name_is_taken_by_no_other_file_whatever_its_case(taken, name):
    made = free_name(name, taken)
    assert made.casefold() not in {one.casefold() for one in taken}
    assert made.endswith(".pdf")


VALUE = st.text(min_size=1, max_size=40).filter(lambda text: text.strip())


@given(VALUE, VALUE, VALUE)
@example('a "b" \\ c', "x\n[[policy]]\ny", "\x7f\x00é\U0001f600")
def test_a_register_reads_back_as_it_was_written(title, where, name):
    fact = RegisteredFact.model_validate({"value": title, "from": where})
    policy = RegisteredPolicy(school="oak", source="oak/a.pdf", title=fact)
    school = School(key="oak", name=name, aliases=(where,))
    register = with_policy(Register(), policy, [school])
    back = Register.model_validate(tomllib.loads(written(register).decode()))
    assert back.policy[0].title is not None
    assert back.policy[0].title.value == printable(title)
    assert back.policy[0].title.origin == printable(where)
    assert back.school[0].name == printable(name)
    assert (len(back.policy), len(back.school)) == (1, 1)


def test_a_policy_taken_out_of_the_register_takes_its_school_with_it(tmp_path):
    schools = [School(key="oak", name="Oak"), School(key="elm", name="Elm")]
    register = Register()
    for key in ("oak", "elm"):
        register = with_policy(
            register, RegisteredPolicy(school=key, source=f"{key}/a.pdf"), schools
        )
    left = without(register, ["elm/a.pdf"], schools)
    (tmp_path / "register.toml").write_bytes(written(left))
    back = read_register(tmp_path / "register.toml")
    assert [s.key for s in back.school] == ["oak"]
    assert [p.source for p in back.policy] == ["oak/a.pdf"]


@given(LETTERS, LETTERS, LETTERS)
def test_words_that_stand_on_a_page_are_found_whole(before, wanted, after):
    page = before + wanted + after
    [(start, end)] = find(page, wanted, len(before) / len(page))
    assert page[start:end] == wanted


@given(LETTERS, LETTERS)
def test_nothing_is_marked_outside_the_page(page, wanted):
    runs = find(page, wanted)
    assert all(0 <= start < end <= len(page) for start, end in runs)
    assert runs == sorted(runs)


def test_of_two_places_with_the_same_words_the_nearer_is_marked():
    page = "must ask" + "x" * 50 + "must ask" + "y" * 10
    assert find(page, "must ask", 0.0) == [(0, 8)]
    assert find(page, "must ask", 0.7) == [(58, 66)]


def test_a_clause_that_a_page_break_parts_is_marked_on_both_pages():
    clause = "abcdefghijklmnopqrstuvwxyz0123456789"
    first, second = "9" * 100 + clause[:20], clause[20:] + "9" * 100
    assert find(first, clause) == [(100, 120)]
    assert find(second, clause) == [(0, 16)]


def test_a_beginning_that_another_clause_shares_is_not_marked_in_its_stead():
    page = "stafffromtheofficemustring" + "z" * 200
    assert find(page, "stafffromtheofficemaynotringafterlessons") == []
