"""reStructuredText is read as its words, and reaches for nothing outside itself."""

from pathlib import Path

import pytest

from ingest.documents import IngestError
from ingest.extract import Extract, Mark
from ingest.readers.rst import read_rst

POLICY = """\
===============
Lettings Policy
===============

:Author: J. Smith
:Date: 2023-05-01
:Next review: May 2025

Rules
=====

Hirers *must* sign [#f]_ the form
before use.

1.1 Hirers pay.
1.2 Staff check.

c) first
#) second

   - inner

(iv) fourth

Deposit
   The sum paid
   in advance.

.. warning:: No smoking.

.. csv-table:: Charges
   :header: Room, Fee

   Hall, £10

+------+--------+
| Hall | day    |
+      +--------+
|      | night  |
+------+--------+

Dogs
----

| one line
| another

.. a note to ourselves
.. [#f] In ink.
"""


def lines(extract: Extract) -> list[tuple[str, Mark]]:
    """Every line with its mark."""
    marks = {mark.start: mark for mark in extract.marks}
    found, start = [], 0
    for line in extract.text.split("\n"):
        found.append((line, marks[start]))
        start += len(line) + 1
    return found


@pytest.fixture(scope="module")
def policy() -> Extract:
    return read_rst(POLICY.encode())


def test_a_policy_is_read_a_line_a_paragraph(policy: Extract):
    assert [(line, mark.role) for line, mark in lines(policy)] == [
        ("Lettings Policy", "title"),
        ("Author: J. Smith", ""),
        ("Date: 2023-05-01", ""),
        ("Next review: May 2025", ""),
        ("Rules", ""),
        ("Hirers must sign the form before use.", ""),
        ("1.1 Hirers pay.", ""),
        ("1.2 Staff check.", ""),
        ("c) first", ""),
        ("d) second", ""),
        ("• inner", ""),
        ("(iv) fourth", ""),
        ("Deposit\tThe sum paid in advance.", "row"),
        ("Warning", ""),
        ("No smoking.", ""),
        ("Charges", "caption"),
        ("Room\tFee", "header"),
        ("Hall\t£10", "row"),
        ("Hall\tday", "row"),
        ("Hall\tnight", "row"),
        ("Dogs", ""),
        ("one line", ""),
        ("another", ""),
        ("1 In ink.", "footnote"),
    ]


def test_sections_lists_and_lines_are_marked(policy: Extract):
    marked = dict(lines(policy))
    assert marked["Rules"].heading == 1
    assert marked["Dogs"].heading == 2
    assert marked["1.1 Hirers pay."].heading == 0
    assert marked["d) second"].indent == 1
    assert marked["• inner"].indent == 2
    assert marked["another"].begins is False
    assert policy.text[: marked["1 In ink."].anchor].endswith("must sign")


def test_its_fields_become_properties(policy: Extract):
    assert policy.properties == {
        "title": "Lettings Policy",
        "author": "J. Smith",
        "modified": "2023-05-01",
    }


@pytest.mark.parametrize(
    "directive",
    [
        ".. include:: {}",
        ".. literalinclude:: {}",
        ".. csv-table:: x\n   :file: {}",
        ".. raw:: html\n   :file: {}",
        ".. raw:: html\n\n   <b>secret</b>",
        ".. role:: r(raw)\n   :format: html\n\n:r:`<b>ink</b>`",
        ".. figure:: {}",
    ],
)
def test_nothing_is_fetched_or_run(directive: str, tmp_path: Path, capfd: pytest.CaptureFixture):
    secret = tmp_path / "secret.txt"
    secret.write_text("secret", "utf-8")
    extract = read_rst(f"Staff must knock.\n\n{directive.format(secret)}\n".encode())
    assert extract.text.startswith("Staff must knock.")
    assert "secret" not in extract.text.replace(str(secret), "")
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"a\0b", "no plain text"),
        (b"* " * 3000 + b"x", "nested too deeply"),
        (b"word " * 5000, "over 20,000 characters"),
    ],
)
def test_what_cannot_be_read_is_refused_with_advice(data: bytes, said: str):
    with pytest.raises(IngestError, match=said):
        read_rst(data)


def test_broken_markup_still_gives_its_words():
    text = read_rst(b"Rules\n==\n\nStaff *must ``knock`.\n\n.. nonsense::\n\n|gap| [9]_").text
    assert "Staff *must ``knock`." in text
