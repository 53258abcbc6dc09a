"""Every file ends in clauses or in one sentence, and costs nobody but itself."""

from __future__ import annotations

import io
import json
import re
import signal
import subprocess
import sys
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pypdf
import pytest
from reportlab.pdfgen import canvas

from ingest.apart import Call, run_apart

RULE = "Staff must not text parents from their own phones."
READ = None  # what is expected of a file that is read in spite of all
SENTENCE = re.compile(r"[a-z][^;\n]{5,160}; [a-z][^\n]{5,120}[^\n.]")  # what it is; what to do

PAGE = (
    b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
    b"/Resources<</Font<</F 5 0 R>>>>>>"
)
FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
DRAWN = f"BT /F 12 Tf 72 700 Td ({RULE}) Tj ET ".encode()


def pdf(
    content: bytes = DRAWN,
    pages: bytes = b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
    page: bytes = PAGE,
    also: bytes = b"",
) -> bytes:
    packed = zlib.compress(content, 9)
    stream = b"<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(packed), packed)
    made = b"%PDF-1.5\n"
    places = []
    for number, one in enumerate((b"<</Type/Catalog/Pages 2 0 R>>", pages, page, stream, FONT), 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    table = b"xref\n0 6\n0000000000 65535 f \n" + table + b"trailer<</Size 6/Root 1 0 R>>\n"
    return made + also + table + b"startxref\n%d\n%%%%EOF" % (len(made) + len(also))


def locked(password: str) -> bytes:
    writer, packed = pypdf.PdfWriter(), io.BytesIO()
    writer.append(io.BytesIO(pdf()))
    writer.encrypt(password, "owner", algorithm="RC4-128")
    writer.write(packed)
    return packed.getvalue()


def long_pdf(pages: int) -> bytes:
    packed = io.BytesIO()
    drawing = canvas.Canvas(packed)
    for _ in range(pages):
        drawing.showPage()
    drawing.save()
    return packed.getvalue()


def word(part: str = "", change: Callable[[bytes], bytes] = bytes) -> bytes:
    """A Word file, with one part of it changed."""
    document, packed = docx.Document(), io.BytesIO()
    document.add_paragraph(RULE)
    document.save(packed)
    changed = io.BytesIO()
    with zipfile.ZipFile(packed) as old, zipfile.ZipFile(changed, "w", 8) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
    return changed.getvalue()


def before_end(more: bytes) -> Callable[[bytes], bytes]:
    return lambda part: part.replace(b"<w:sectPr", more + b"<w:sectPr", 1)


def laughing(part: bytes) -> bytes:
    names = [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12)]
    entities = f'<!DOCTYPE l [<!ENTITY a0 "ha">{"".join(names)}]>'.encode()
    head, _, body = part.partition(b"?>")
    return head + b"?>" + entities + body.replace(RULE.encode(), b"&a11;")


def opendocument(body: str) -> bytes:
    urn, packed = "urn:oasis:names:tc:opendocument:xmlns", io.BytesIO()
    names = " ".join(f'xmlns:{n}="{urn}:{n}:1.0"' for n in ("office", "text", "table"))
    with zipfile.ZipFile(packed, "w", 8) as new:
        new.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        inner = f"<office:body><office:text>{body}</office:text></office:body>"
        new.writestr(
            "content.xml", f"<office:document-content {names}>{inner}</office:document-content>"
        )
    return packed.getvalue()


BOMB = b"<w:p><w:r><w:t>Staff must. </w:t></w:r></w:p>" * 400_000
DEEP = b"<w:sdt><w:sdtContent>" * 3000 + b"</w:sdtContent></w:sdt>" * 3000
WIDE = "<table:table-cell table:number-columns-repeated='2000000000'>"
KEPT = f"<text:p>{RULE}</text:p>"

# name → bytes and what is to be said of them
FILES: dict[str, tuple[bytes, str | None]] = {
    "nothing.txt": (b"", "is empty"),
    "nothing.pdf": (b"", "is empty"),
    "nought.docx": (b"\0" * 1000, "is empty"),
    "noise.pdf": (bytes(range(256)) * 20, "in no format we know"),
    "plain.pdf": (pdf(), READ),
    "begun.pdf": (pdf()[:200], "is damaged"),
    "endless.pdf": (pdf(pages=b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>"), "is damaged"),
    "boastful.pdf": (pdf(pages=b"<</Type/Pages/Kids[3 0 R]/Count 99999999>>"), READ),
    "long.pdf": (long_pdf(2001), "2,001 pages long"),
    "open-lock.pdf": (locked(""), READ),
    "locked.pdf": (locked("secret"), "is encrypted"),
    "blank.pdf": (pdf(b"q Q"), "holds no text"),
    "bomb.pdf": (pdf(DRAWN + b" " * 300_000_000), READ),
    "brackets.pdf": (pdf(also=b"9 0 obj" + b"[" * 100_000 + b"endobj\n"), READ),
    "boxless.pdf": (pdf(page=PAGE.replace(b"[0 0 595 842]", b"[0 0 0 0]")), READ),
    "word.pdf": (word(), READ),
    "page.docx": (f"<html><p>{RULE}</p></html>".encode(), READ),
    "plain.docx": (word(), READ),
    "begun.docx": (word()[:5000], "is damaged"),
    "bomb.docx": (word("word/document.xml", before_end(BOMB)), "zip bomb"),
    "laughs.docx": (word("word/document.xml", laughing), "holds XML entities"),
    "deep.docx": (word("word/document.xml", before_end(DEEP)), "is damaged"),
    "hollow.docx": (word("word/document.xml", lambda _: b""), "is damaged"),
    "wide.odt": (opendocument(f"{KEPT}<table:table>{WIDE}</table:table-cell></table:table>"), READ),
    "spaced.odt": (opendocument(f"{KEPT}<text:p>a<text:s text:c='2000000000'/>b</text:p>"), READ),
    "deep.html": (b"<div>" * 100_000 + RULE.encode(), "is nested too deeply"),
    "nosy.rst": (f".. include:: /etc/passwd\n\n{RULE}\n".encode(), READ),
    "deep.rst": ("".join(f"{'  ' * n}* a\n\n" for n in range(300)).encode(), "nested too deeply"),
    "stops.txt": (b"a." * 100_000, READ),
    "open.txt": (b"(" * 300_000 + RULE.encode(), READ),
    "gap.txt": (f"Staff{' ' * 300_000}{RULE}".encode(), READ),
    "row.txt": (f"{RULE} ".encode() * 1000, READ),
    "labels.txt": (b"Policy date " * 20_000 + RULE.encode(), READ),
    "mac.txt": (f"1. {RULE}\r2. {RULE}\r".encode(), READ),
    "wide.txt": (RULE.encode("utf-32"), READ),
    "stairs.txt": ("".join(f"{' ' * n}• Staff must:\n" for n in range(300)).encode(), READ),
    "lists.txt": (("• Staff must:\n" * 500 + RULE).encode(), READ),
}


@pytest.fixture(scope="module")
def said(
    tmp_path_factory: pytest.TempPathFactory, furnish: Callable[[Path], Path]
) -> tuple[int, dict[str, Any], str]:
    """Exit status, report and stderr of one ingest of them all."""
    folder = tmp_path_factory.mktemp("hostile")
    for name, (data, _) in FILES.items():
        (folder / name).write_bytes(data)
    home = furnish(folder.with_name("home"))
    verse = [sys.executable, "-m", "ui.cli", "--home", home]
    done = subprocess.run(
        [*verse, "ingest", folder, "--school", "Oak", "--json"],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout), done.stderr


def test_some_files_could_not_be_read_and_nothing_else_is_printed(said):
    status, _, noise = said
    assert (status, noise) == (3, "")


@pytest.mark.parametrize("name", FILES)
def test_every_file_ends_in_clauses_or_in_its_sentence(said, name: str):
    _, report, _ = said
    reasons = dict(failure.split(": ", 1) for failure in report["failures"])
    read = {row["source"]: row for row in report["documents"]}
    assert reasons.keys() | read.keys() == FILES.keys()
    _, expected = FILES[name]
    if expected is READ:
        assert name in read, reasons[name]
        assert read[name]["clauses"] > 0
    else:
        assert expected in reasons[name]
        assert SENTENCE.fullmatch(reasons[name])


def outcomes(*calls: Call, jobs: int = 2) -> list[bytes | str]:
    found = dict(run_apart(calls, jobs))
    return [found[position] for position in range(len(calls))]


def fake(function: Callable[..., Any], *arguments: Any, seconds: float = 30) -> Call:
    """What a hostile file might make its reader do."""
    return Call(function, arguments, seconds)


# Begins a long answer on every pipe, and never ends it.
STALLS = """
import os, struct, time
for pipe in range(3, 64):
    try:
        os.write(pipe, struct.pack("!i", 1000) + b"answer")
    except OSError:
        pass
time.sleep(60)
"""
GOOD = fake(bytes, b"read")


@pytest.mark.parametrize(
    ("hostile", "reason"),
    [
        (fake(time.sleep, 60, seconds=0.5), "took over 0.5 seconds"),
        (fake(pow, 3, 10**9, seconds=0.5), "took over 0.5 seconds"),  # in C, deaf to signals
        (fake(bytes, 3_000_000_000), "needs more memory"),
        (fake(signal.raise_signal, signal.SIGKILL), "needs more time or memory"),
        (fake(signal.raise_signal, signal.SIGSEGV), "crashed its reader"),
        (fake(sys.exit), "crashed its reader"),
        (fake(json.loads, "[" * 100_000), "nested too deeply"),
        (fake(json.loads, "?"), r"cannot be read \(JSONDecodeError\)"),
        (fake(bytes, 400_000_000), "more of its text than we can keep"),
        (fake(exec, STALLS, seconds=1), "needs more time"),
    ],
)
def test_a_file_that_breaks_its_reader_costs_itself_alone(hostile: Call, reason: str):
    answers = outcomes(GOOD, hostile, GOOD)
    assert answers[::2] == [b"read", b"read"]
    assert isinstance(answers[1], str)
    assert re.search(reason, answers[1])
    assert SENTENCE.fullmatch(answers[1])


def test_files_that_hang_are_waited_for_together():
    started = time.monotonic()
    outcomes(*(fake(time.sleep, 60, seconds=1) for _ in range(4)), jobs=4)
    assert time.monotonic() - started < 4


def test_a_long_answer_arrives_whole():
    assert outcomes(fake(bytes, 20_000_000)) == [bytes(20_000_000)]


def test_a_run_that_is_given_up_leaves_no_process_behind():
    run = run_apart([GOOD, fake(time.sleep, 60)], 2)
    assert next(run) == (0, b"read")
    started = time.monotonic()
    run.close()
    assert time.monotonic() - started < 3
