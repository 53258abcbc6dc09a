"""The trained reader: served without torch, checked by its hash, and never needed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import assistant.reader
from assistant.answer import Question
from assistant.ask import Assistant
from assistant.reader import LENGTH, NAME, Reader, make_reader, open_reader
from ingest.sync import ingest

QUESTION = "staff: can i text a mum from the coach"
CLAUSES = [
    "Mobile phones | Trips | Staff must not text parents from their own phones.",
    "Mobile phones | Trips | Phones are kept in the locker during lessons.",
    "Food | Menus | The cook prints the menu on Mondays.",
    "Mobile phones | " + "The office answers the telephone from eight until four. " * 30,
]


@pytest.fixture(scope="module")
def reader(models: Path) -> Reader:
    opened, warning = open_reader(models.parent)
    assert opened is not None
    assert warning == ""
    return opened


def test_the_clause_that_governs_is_told_from_others_and_forbids(reader: Reader):
    judged = reader.judge(QUESTION, CLAUSES)
    assert judged[0].governs > max(judged[1].governs, judged[2].governs) + 2
    verdicts = dict(zip(assistant.reader.VERDICTS, judged[0].verdicts, strict=True))
    assert max(verdicts, key=lambda name: verdicts[name]) == "not_permitted"


def test_a_judgement_does_not_hang_on_what_else_is_read(reader: Reader):
    together = reader.judge(QUESTION, CLAUSES)
    backwards = reader.judge(QUESTION, CLAUSES[::-1])[::-1]
    for one, other in zip(together, backwards, strict=True):
        assert one.governs == pytest.approx(other.governs, abs=1e-3)
        assert one.verdicts == pytest.approx(other.verdicts, abs=1e-3)


def test_nothing_to_read_gives_no_judgements(reader: Reader):
    assert reader.judge(QUESTION, []) == []


def test_questions_and_clauses_of_any_length_and_letters_are_read(reader: Reader):
    odd = ["", "\udcff", "🙂" * 3000, "word " * 5000, "\0", "我可以吗"]
    for question in odd:
        assert len(reader.judge(question, odd)) == len(odd)
    assert LENGTH >= 128


def test_reading_imports_no_torch(models: Path):
    code = (
        "import sys; from pathlib import Path; from assistant.reader import open_reader;"
        f"print(len(open_reader(Path({str(models.parent)!r}))[0].judge('a', ['b', 'c'])));"
        "print(sorted({'torch', 'transformers', 'sentence_transformers'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["2", "[]"]


def one_bit_off(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.unlink()  # it may be linked to a file that others use
    path.write_bytes(data)


def test_without_the_reader_a_sentence_says_so_and_questions_are_answered(
    home: Path, tmp_path: Path
):
    bare = tmp_path / "bare"
    shutil.copytree(home, bare)
    shutil.rmtree(bare / "models" / NAME)
    opened = Assistant.open(bare)
    assert opened.warning.startswith("The trained reader is missing from ")
    assert "run `verse ingest`" in opened.warning
    answer = opened.ask(Question(question="can i text a parent on a trip", school="dothill"))
    assert answer.quotes


def test_a_damaged_reader_is_not_used_and_ingesting_makes_it_anew(home: Path, tmp_path: Path):
    bare = tmp_path / "bare"
    shutil.copytree(home, bare)
    one_bit_off(bare / "models" / NAME / "model.onnx")
    opened, warning = open_reader(bare)
    assert opened is None
    assert "is damaged" in warning
    assert "\n" not in warning
    assert Assistant.open(bare).warning == warning
    assert make_reader(bare) == ""
    assert Assistant.open(bare).warning == ""


@pytest.mark.parametrize("damage", [Path.unlink, one_bit_off])
def test_missing_or_damaged_weights_are_a_sentence_and_the_index_is_made(
    damage: Callable[[Path], None],
    new_home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    from ui.cli import main

    weights = tmp_path / "reader.safetensors"
    shutil.copy(assistant.reader.WEIGHTS, weights)
    damage(weights)
    monkeypatch.setattr(assistant.reader, "WEIGHTS", weights)
    shutil.rmtree(new_home / "models" / NAME)
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "phones.txt").write_text("1. Staff must not text parents.\n", "utf-8")
    assert (
        main(["--home", str(new_home), "ingest", str(tmp_path / "policies"), "--school", "oak"])
        == 0
    )
    said = capsys.readouterr().err
    assert f"The reader's weights, {weights}, are " in said
    assert main(["--home", str(new_home), "ask", "can i text parents"]) == 0
    printed = capsys.readouterr()
    assert "The trained reader is missing" in printed.err
    assert "Staff must not text parents." in printed.out


def test_the_reader_can_be_switched_off(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    from ui.cli import main

    monkeypatch.setattr(Reader, "judge", lambda *_: pytest.fail("the reader was asked"))
    monkeypatch.setenv("VERSE_READER", "off")
    asked = ["--home", str(home), "ask", "can i text a parent on a trip", "--school", "dothill"]
    assert main(asked) == 0
    assert capsys.readouterr().err == ""


def test_ingesting_makes_no_reader_when_it_is_off(
    tmp_path: Path, new_home: Path, monkeypatch: pytest.MonkeyPatch
):
    from ui.cli import main

    shutil.rmtree(new_home / "models" / NAME)
    monkeypatch.setenv("VERSE_READER", "off")
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "phones.txt").write_text("1. Staff must not text parents.\n", "utf-8")
    ingest(tmp_path / "policies", new_home, school="oak")
    assert (
        main(["--home", str(new_home), "ingest", str(tmp_path / "policies"), "--school", "oak"])
        == 0
    )
    assert not (new_home / "models" / NAME).exists()
