"""How text divides into clauses, one claim and one small text each."""

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.clauses.sentences import split_sentences
from ingest.clauses.structure import find_clauses
from ingest.documents import Span, flow
from ingest.extract import Mark

Rules = Callable[[str], list[tuple[str, str, str]]]
Labels = Callable[[str], list[tuple[str, str]]]

CORPUS = Path(__file__).parents[2] / "corpus"

TWICE = """2.5 Personal reputation

2.5.1 Staff are encouraged to check their settings.

2.5 Communication with pupils

2.5.1 Staff are advised not to add pupils as friends.
"""


def test_one_number_used_twice_gives_two_clauses_told_apart_by_their_heading():
    one, other = (c for c in find_clauses(TWICE) if c.kind == "clause")
    assert one.number == other.number == "2.5.1"
    assert one.heading == ("2.5 Personal reputation",)
    assert other.heading == ("2.5 Communication with pupils",)
    assert one.id != other.id


def test_st_nicholas_numbers_2_5_1_to_2_5_6_exist_twice_under_two_headings():
    text = (CORPUS / "st-nicholas" / "social-media.txt").read_bytes().decode()
    found = [c for c in find_clauses(text) if c.kind in ("clause", "lead_in")]
    for n in range(1, 7):
        twins = [c for c in found if c.number == f"2.5.{n}" and not c.lead_in]
        assert len({c.id for c in twins}) == len(twins) >= 2
        assert {c.heading[-1].partition(" ")[2].split()[0] for c in twins} == {
            "Reputation",
            "Communication",
        }


def test_the_same_words_twice_are_two_clauses_with_two_identities():
    one, other = find_clauses("Ask the head first.\n\nAsk the head first.\n")
    assert one.text == other.text
    assert one.id != other.id


def test_a_clause_keeps_its_identity_when_the_document_changes_elsewhere_or_lines_break_anew():
    before = "Phones\n\n1.1 Staff must not text\nparents.\n\n1.2 Staff may ring.\n"
    after = "Phones\n\n1.1 Staff must not text parents.\n\n1.2 Staff must not ring.\n"
    one = next(c for c in find_clauses(before) if c.number == "1.1")
    same = next(c for c in find_clauses(after) if c.number == "1.1")
    assert one.id == same.id


def test_numbered_items_carry_the_negation_of_their_lead_in_and_not_that_of_another_list(
    rules: Rules,
):
    text = """2.4 Personal information

Staff should:

2.4.1 keep their numbers private;

2.4.2 use the school e-mail address.

Staff defined in paragraph should **not**:

2.4.5 use school cameras for personal use;

2.4.6 use their own phones to contact parents.

2.5 Social contact

2.5.1 Staff should be polite.
"""
    forbidden = "Staff defined in paragraph should **not**:"
    assert rules(text) == [
        ("2.4.1", "Staff should:", "keep their numbers private;"),
        ("2.4.2", "Staff should:", "use the school e-mail address."),
        ("2.4.5", forbidden, "use school cameras for personal use;"),
        ("2.4.6", forbidden, "use their own phones to contact parents."),
        ("2.5.1", "", "Staff should be polite."),
    ]


def test_bullets_below_a_numbered_lead_in_are_cited_by_its_number(rules: Rules):
    text = "2.4.4 Adults should not:\n\n\uf0b7 text pupils;\n\n\uf0b7 ring them.\n"
    assert rules(text) == [
        ("2.4.4", "Adults should not:", "text pupils;"),
        ("2.4.4", "Adults should not:", "ring them."),
    ]


def test_what_stands_before_a_lead_in_is_a_rule_of_its_own(rules: Rules):
    text = "Phones are useful. Staff should not:\n\n- text pupils;\n- ring them.\n"
    assert rules(text) == [
        ("", "", "Phones are useful."),
        ("", "Staff should not:", "text pupils;"),
        ("", "Staff should not:", "ring them."),
    ]


def test_a_sentence_after_the_list_no_longer_belongs_to_its_lead_in(rules: Rules):
    text = "Staff should not:\n\n- text pupils;\n- ring them.\n\nThe head may allow it. Ask.\n"
    assert [lead for _, lead, _ in rules(text)] == ["Staff should not:"] * 2 + [""] * 2


@pytest.mark.parametrize("glyph", ["\uf0b7", "\uf0d8", "•", "-", "*", "o "])
def test_a_bullet_is_known_by_its_glyph_and_the_glyph_is_no_part_of_the_rule(
    glyph: str, rules: Rules
):
    text = f"Staff should not:\n{glyph} Text parents;\n{glyph} Ring\npupils.\n"
    assert rules(text) == [
        ("", "Staff should not:", "Text parents;"),
        ("", "Staff should not:", "Ring pupils."),
    ]


def test_a_bullet_alone_on_its_line_belongs_to_the_text_below_it(rules: Rules):
    assert rules("Staff should not:\n•\ntext parents;\n•\nring pupils.\n") == [
        ("", "Staff should not:", "text parents;"),
        ("", "Staff should not:", "ring pupils."),
    ]


def test_a_blank_line_inside_a_bullet_does_not_break_it(rules: Rules):
    text = "You should not:\n\uf0b7 engage in\n\nmessages with parents\n\uf0b7 text pupils\n"
    assert rules(text) == [
        ("", "You should not:", "engage in messages with parents"),
        ("", "You should not:", "text pupils"),
    ]


SPACED = """Use of phones
All staff should know these rules when they use a phone anywhere in the building.
 Staff should not use phones
in class.
 Phones should be kept safe.
 Staff must not take photographs.
 Staff should not text pupils.
 SLT should set an example.
"""


def test_a_leading_space_marks_a_bullet_where_all_glyphs_were_lost(rules: Rules):
    words = [words for _, _, words in rules(SPACED)]
    assert words[1:3] == ["Staff should not use phones in class.", "Phones should be kept safe."]
    assert len(words) == 6


def test_a_leading_space_marks_no_bullet_where_the_document_has_bullets_of_its_own(rules: Rules):
    pages = "2.1 Staff should report what they see to the\n Headteacher at once.\n\n" * 6
    assert (
        rules(pages + "• Ask the head.\n")[:6]
        == [("2.1", "", "Staff should report what they see to the Headteacher at once.")] * 6
    )


@pytest.mark.parametrize("gap", ["\n\n", "\n\f", "\f", "\n\n\n\f\n"])
def test_a_sentence_broken_across_a_page_is_one_clause(gap: str, rules: Rules):
    text = f"2.1 Staff whose practice deviates from this may{gap}bring their trust into question.\n"
    assert rules(text) == [
        ("2.1", "", "Staff whose practice deviates from this may bring their trust into question.")
    ]


def test_a_new_sentence_after_a_page_break_is_a_clause_of_its_own(rules: Rules):
    text = "Staff must not text parents.\n\fPupils must hand in phones.\n"
    assert len(rules(text)) == 2


def test_the_page_of_a_clause_is_counted_from_form_feeds_and_unknown_without():
    paged = find_clauses("Staff must ask.\n\fPupils must ask.\n\f\fParents must ask.\n")
    assert [c.page for c in paged] == [1, 2, 4]
    assert find_clauses("Staff must ask.\n")[0].page is None


def test_signature_lines_are_no_clauses(labels: Labels):
    text = "Staff must ask.\n\nSigned.....Date.....\n\n(Head teacher)\n\nSigned ____________\n"
    assert labels(text) == [
        ("clause", "Staff must ask."),
        ("signature", "Signed.....Date....."),
        ("signature", "(Head teacher)"),
        ("signature", "Signed ____________"),
    ]


def test_a_web_address_in_mid_document_is_no_clause_and_breaks_no_list(labels: Labels):
    text = "Staff must ask first.\n\nhttps://www.oak.sch.uk/phones.pdf\n\nPupils must ask too.\n"
    assert labels(text) == [
        ("clause", "Staff must ask first."),
        ("furniture", "https://www.oak.sch.uk/phones.pdf"),
        ("clause", "Pupils must ask too."),
    ]


def test_a_list_of_links_is_no_clause(labels: Labels):
    text = (
        "Please use the websites below for further information\n\n"
        "Facebook privacy:\n\n<http://www.facebook.com/privacy>\n"
    )
    assert {kind for kind, _ in labels(text)} == {"links"}


def test_a_version_table_is_no_clause(labels: Labels):
    text = (
        "Policy Revision History\n\nVersion\tAuthor\tApproved\n"
        "V. 1\tK Pratt\tBoard of Directors\nV. 2 July 2021\tH Folkes\tGoverning Body\n"
    )
    assert [kind for kind, _ in labels(text)] == ["heading"] + ["version_table"] * 3


def test_a_table_of_rules_is_not_taken_for_a_version_table(labels: Labels):
    assert labels("Staff\tmust ask the head\nPupils\tmust not\n") == [
        ("clause", "Staff must ask the head"),
        ("clause", "Pupils must not"),
    ]


def test_whom_to_contact_is_a_clause_and_the_name_and_address_below_are_not(labels: Labels):
    text = (
        "If you need help contact your Child Protection Lead or:\n\n"
        "Ann Smith\nChild Protection\nann.smith@shire.gov.uk\n"
    )
    assert labels(text) == [
        ("clause", "If you need help contact your Child Protection Lead or:"),
        ("contact", "Ann Smith"),
        ("contact", "Child Protection"),
        ("contact", "ann.smith@shire.gov.uk"),
    ]


def test_the_second_appendix_of_weston_is_union_guidance_and_the_first_is_school_policy():
    text = (CORPUS / "weston" / "social-media.txt").read_bytes().decode()
    found = [c for c in find_clauses(text) if c.kind == "clause"]
    second = [c for c in found if "Appendix 2" in c.heading]
    assert second
    assert {c.origin for c in second} == {"union"}
    assert {c.origin for c in found if "Appendix 2" not in c.heading} == {"policy"}


@pytest.mark.parametrize(
    ("heading", "origin"),
    [
        ("Advice from the NASUWT", "union"),
        ("NEU guidance", "union"),
        ("Trade union representatives", "policy"),
        ("Advice on joining a union", "policy"),
    ],
)
def test_guidance_is_a_union_s_where_its_heading_says_so(heading: str, origin: str):
    assert find_clauses(f"{heading}\n\nStaff should ask.\n")[-1].origin == origin


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Staff must ask. Pupils may not.", 2),
        ("Staff use school devices, e.g. The iPad in Mr. Smith's room.", 1),
        ("Ask Mrs. Brown, Dr. Green or Rev. J. Smith first.", 1),
        ("Section no. 4 and paras. 5 apply.", 1),
        ("Phones are banned. They must be off.", 1),
        ("Phones are banned. This includes watches.", 1),
        ("Phones are banned. This policy includes watches.", 2),
        ("Do ask. Failure to do so may lead to action.", 1),
        ("Do ask. It is expected that staff ask.", 2),
        ("Is it allowed? Only if the head agrees.", 2),
        ("Ask first! Then (if need be) ask again.", 2),
        ("Calls should go via the office Staff should have phones switched off", 2),
        ("Staff should not go to the Staff room where phones are on.", 1),
        ("In school, it is for all Staff should they wish.", 1),
        ("Version 2.4 of the 3.5 mm plug.", 1),
    ],
)
def test_prose_is_cut_into_sentences_that_can_stand_alone(text: str, sentences: int):
    assert len(split_sentences(text, Span(0, len(text)))) == sentences


def test_a_bullet_that_lost_its_full_stop_gives_up_the_sentence_glued_to_it(rules: Rules):
    text = (
        "Staff should:\n- be aware that reporting is important Employees must know "
        "that misuse may lead to action.\n"
    )
    assert rules(text) == [
        ("", "Staff should:", "be aware that reporting is important"),
        ("", "", "Employees must know that misuse may lead to action."),
    ]


def test_paragraphs_that_lost_their_bullets_keep_their_lead_in(rules: Rules):
    text = "Staff should ensure that:\n\nPhone use is professional\n\nPhones are not cameras.\n"
    assert rules(text) == [
        ("", "Staff should ensure that:", "Phone use is professional"),
        ("", "Staff should ensure that:", "Phones are not cameras."),
    ]


def test_items_of_a_numbered_list_are_no_headings(labels: Labels):
    text = "To do\n\n1. Phones away\n2. Coats hung up\n3. Books out\n\nStaff must check this.\n"
    assert [kind for kind, _ in labels(text)] == ["heading"] + ["clause"] * 4


def test_a_numbered_line_that_names_and_does_not_state_is_a_heading():
    clauses = find_clauses("1. Phones\n\nStaff must ask.\n\n2. Cameras\n\nPupils must ask.\n")
    assert [(c.number, c.heading) for c in clauses if c.kind == "clause"] == [
        ("1", ("1. Phones",)),
        ("2", ("2. Cameras",)),
    ]


def test_a_number_in_mid_sentence_begins_no_item(rules: Rules):
    text = "Incidents are to be reported to the head of the school within\n24. hours by staff.\n"
    assert len(rules(text)) == 1


def test_a_line_drawn_below_a_rule_makes_it_no_heading(labels: Labels):
    text = "Phones\n------\n\nStaff must not text parents.\n----------\n\nPupils may.\n"
    assert labels(text) == [
        ("heading", "Phones"),
        ("clause", "Staff must not text parents."),
        ("clause", "Pupils may."),
    ]


def test_markdown_headings_nest_by_their_hashes():
    text = (
        "# Phone Policy\n\n## Staff\n\nStaff must not text.\n\n### Trips\n\n- Staff may ring.\n\n"
        "## Pupils\n\nPupils must hand in phones.\n"
    )
    assert [(c.heading, c.text) for c in find_clauses(text) if c.kind == "clause"] == [
        (("Phone Policy", "Staff"), "Staff must not text."),
        (("Phone Policy", "Staff", "Trips"), "Staff may ring."),
        (("Phone Policy", "Pupils"), "Pupils must hand in phones."),
    ]


def test_a_long_list_of_names_does_not_nest_without_end():
    names = "\n\n".join(f"Ann Smith of Room {n}" for n in range(50))
    assert max(len(c.heading) for c in find_clauses(names)) <= 6


def test_a_byte_order_mark_changes_nothing_but_the_offsets():
    plain = find_clauses(TWICE)
    marked = find_clauses("\ufeff" + TWICE)
    assert [c.id for c in marked] == [c.id for c in plain]
    assert [c.span.start - 1 for c in marked] == [c.span.start for c in plain]


@pytest.mark.parametrize("source", sorted(p.relative_to(CORPUS) for p in CORPUS.glob("*/*.txt")))
def test_windows_line_ends_change_nothing_but_the_offsets(source: Path):
    text = (CORPUS / source).read_bytes().decode()
    windows = find_clauses(text.replace("\r\n", "\n").replace("\n", "\r\n"))
    assert Counter(c.id for c in windows) == Counter(c.id for c in find_clauses(text))


def test_a_word_hyphenated_at_a_line_end_is_shown_closed_whatever_the_line_end():
    assert flow("well-\nbeing and well-\r\nbeing") == "well-being and well-being"


def test_a_heading_with_a_colon_gives_the_items_below_it_their_meaning():
    text = (
        "Cleaning up\nHandlers must carry bags.\nDo not:\n• feed a dog\n• run\nPlease ask.\n"
        "Kit to bring:\n• boots\n"
    )
    headings = ("Cleaning", "Do not", "Kit")
    starts = [m.start() for m in re.finditer(r"[^\n]+", text)]
    marks = [
        Mark(start, begins=True, heading=2 if text.startswith(headings, start) else 0)
        for start in starts
    ]
    found = {c.text: c for c in find_clauses(text, marks) if c.kind == "clause"}
    assert found["feed a dog"].lead_in == found["run"].lead_in == "Do not:"
    assert found["Please ask."].heading == ("Cleaning up",)
    assert found["Please ask."].lead_in == ""
    assert found["boots"].lead_in == "Kit to bring:"
    assert found["boots"].heading == ("Kit to bring:",)


@pytest.mark.parametrize("heading", ["Please do not bring", "Staff must never", "Pupils may"])
def test_a_heading_that_breaks_off_leads_the_items_below_it(heading: str):
    clauses = find_clauses(f"# Lunches\n\n## {heading}\n\n- sweets or fizzy drinks\n- nuts\n")
    items = [clause for clause in clauses if clause.kind == "clause"]
    assert [(item.lead_in, item.text) for item in items] == [
        (heading, "sweets or fizzy drinks"),
        (heading, "nuts"),
    ]


@pytest.mark.parametrize("heading", ["Packed lunches", "What staff must do", "Dos and don’ts"])
def test_a_heading_that_only_names_leads_nothing(heading: str):
    clauses = find_clauses(f"# Lunches\n\n## {heading}\n\n- Bring a drink.\n- Bring a spoon.\n")
    assert {clause.lead_in for clause in clauses} == {""}
