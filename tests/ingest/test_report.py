"""What the report of an ingest says of each document, for whoever has to put it right."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from reportlab.pdfgen.canvas import Canvas

from ingest.documents import Document, Fact, Policy
from ingest.index import Held
from ingest.parsing import Task, parse
from ingest.report import Row, row

STATED = Fact("12 September 2024", "cover", also=(Fact("July 2021", "footer"),))
SUPPOSED = Fact("23 December 2013", "inferred: the file was modified then")
UNSURE = Fact("current", "inferred: we cannot tell whether it or “b.pdf” is newer")


def shown(document: Document, facts: dict[str, Fact]) -> Row:
    policy = Policy("oak", "Oak School", "Visitors", document.source, facts=facts)
    return row(Held("", document.source, "", "", policy), document)


def test_what_a_document_says_twice_and_differently_is_a_warning(
    document: Callable[..., Document],
) -> None:
    found = shown(document("Staff must knock.\n"), {"adopted": STATED, "review_due": SUPPOSED})
    said = "(cover: 12 September 2024; footer: July 2021)"
    assert found.warnings == (f"It contradicts itself on when it was adopted {said}.",)
    assert found.inferred == ("review_due",)


def test_two_documents_in_force_of_which_neither_is_known_to_be_newer_are_a_warning(
    document: Callable[..., Document],
) -> None:
    (warning,) = shown(document("Staff must knock.\n"), {"status": UNSURE}).warnings
    assert warning == (
        "We cannot tell whether it or “b.pdf” is newer; name the newer one in register.toml."
    )


def test_word_s_hollow_bullets_and_the_word_before_a_number_are_not_lost(
    document: Callable[..., Document],
) -> None:
    text = "Rule 1: Belts must be worn.\n\nRule 2: Sit down.\n\nRule 3: Be quiet.\n"
    assert shown(document(text), {}).words_lost == 0


def test_the_one_page_of_a_document_is_page_1(tmp_path: Path) -> None:
    file = tmp_path / "a.pdf"
    canvas = Canvas(str(file))
    canvas.drawString(72, 700, "Staff must knock before they enter.")
    canvas.save()
    task = Task("a.pdf", file, hashlib.sha256(file.read_bytes()).hexdigest())
    assert {clause.page for clause in parse(task).clauses} == {1}
    plain = tmp_path / "a.txt"
    plain.write_text("Staff must knock before they enter.\n")
    task = Task("a.txt", plain, hashlib.sha256(plain.read_bytes()).hexdigest())
    assert {clause.page for clause in parse(task).clauses} == {None}
