"""`read` takes a file for what it is, and loads no library it does not need."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.clean import clean
from ingest.documents import IngestError
from ingest.extract import Extract, Mark
from ingest.readers import READERS, read
from ingest.readers.tidy import tidy


def test_a_page_under_a_wrong_name_is_read_and_said_to_be():
    extract = read(b"<!doctype html><p>Staff must knock.</p>", "oak/phones.docx")
    assert extract.text == "Staff must knock."
    assert extract.warnings == (
        "Its name ends in .docx, but it is a web page and was read as one.",
    )


def test_a_right_name_needs_no_warning():
    assert read(b"<p>Staff must knock.</p>", "PHONES.HTM").warnings == ()


def test_text_is_kept_as_it_is():
    text = "\ufeffRules\r\n\tStaff\u00a0must knock.\f\n"
    for name in ("a.txt", "a.md", "a.markdown"):
        assert read(text.encode(), name).text == text


@pytest.mark.parametrize("name", ["a.html", "a.rst", "a.txt"])
def test_a_file_without_words_is_refused(name: str):
    with pytest.raises(IngestError):
        read(b".. note to self\n" if name == "a.rst" else b" \n", name)


def test_a_reader_is_loaded_when_it_is_called():
    code = "import sys, ingest.readers; print([m for m in sys.modules if m in sys.argv[1:]])"
    libraries = ["lxml", "docutils", "pypdf", "pypdfium2", "PIL", "odf"]
    done = subprocess.run(
        [sys.executable, "-c", code, *libraries], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_every_suffix_is_in_lower_case_with_its_dot():
    assert all(suffix.startswith(".") and suffix == suffix.lower() for suffix in READERS)


def test_what_a_reader_overlooked_is_left_out_and_marks_move_with_the_text():
    text = "ru\u200ble one\u00ad\n\ftwo\u202e ﬁne\nnote"
    marks = (Mark(0), Mark(text.index("two")), Mark(text.index("note"), anchor=text.index("ﬁ")))
    tidied = tidy(Extract(text, marks))
    assert tidied.text == "rule one\u00ad\n\ftwo fine\nnote"
    assert [tidied.text[mark.start :][:3] for mark in tidied.marks] == ["rul", "two", "not"]
    assert tidied.text[: tidied.marks[2].anchor].endswith("two ")


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=40))
def test_tidied_text_is_clean_and_tidy_leaves_it_alone(text: str):
    starts = [0, *(at + 1 for at, c in enumerate(text) if c == "\n")]
    tidied = tidy(Extract(text, tuple(Mark(start) for start in starts)))
    whole = tidied.text.replace("\u00ad\n", "\n").removesuffix("\u00ad")
    assert clean(whole, keep="\n\t\f") == whole
    assert tidied.text.count("\n") == text.count("\n")
    new = [0, *(at + 1 for at, c in enumerate(tidied.text) if c == "\n")]
    assert [mark.start for mark in tidied.marks] == new
