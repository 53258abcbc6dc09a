"""`verse ingest`, and what can be wrong with a home."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import filelock
import pytest

from ingest.embedding import TUNED

TRIP = "Can I text a parent on a trip?"
PAGE = "Phone Policy\n\n1.1 Staff must not text parents from their own phones.\n"


@pytest.fixture
def own_home(home: Path, new_home: Path) -> Path:
    """A copy of the indexed home that a test may break."""
    for name in ("documents", "generations"):
        shutil.copytree(home / name, new_home / name)
    shutil.copy(home / "CURRENT", new_home / "CURRENT")
    return new_home


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two schools with one policy each."""
    for school in ("oak", "elm"):
        (tmp_path / "policies" / school).mkdir(parents=True)
        (tmp_path / "policies" / school / "phones.txt").write_text(PAGE, "utf-8")
    return tmp_path / "policies"


def test_without_an_index_a_process_says_so_in_one_sentence(spawn, tmp_path):
    spawn("ask", TRIP, home=tmp_path / "none").one_sentence(1, "no index", "verse ingest")


def test_without_an_index_asking_fails_and_names_ingest(verse, new_home, tmp_path):
    verse("--home", new_home, "ask", TRIP).one_sentence(1, str(new_home), "verse ingest")
    asked = tmp_path / "q.jsonl"
    asked.write_text(json.dumps({"question": TRIP}), "utf-8")
    verse("--home", new_home, "ask", "--batch", asked).one_sentence(1, "verse ingest")


def test_a_missing_model_is_named(verse, own_home):
    shutil.rmtree(own_home / "models")
    verse("--home", own_home, "ask", TRIP).one_sentence(1, "missing", "verse ingest")


def test_a_damaged_model_is_named(verse, own_home):
    graph = own_home / "models" / TUNED / "model.onnx"
    graph.unlink()  # it is a link to the tests' one copy, which must stay whole
    graph.write_bytes(b"not a model")
    verse("--home", own_home, "ask", TRIP).one_sentence(1, "damaged", "verse ingest")


@pytest.mark.parametrize("name", ["CURRENT", "manifest.json"])
@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"{}", b"../../etc"])
def test_a_damaged_index_is_named(verse, own_home, name, content):
    path = own_home / name if name == "CURRENT" else next(own_home.rglob(name))
    path.write_bytes(content)
    verse("--home", own_home, "ask", TRIP).one_sentence(1, str(own_home), "verse ingest")


def test_an_index_whose_shelves_are_damaged_answers_from_chroma_or_says_so(verse, own_home):
    kept = verse("--home", own_home, "ask", TRIP, "--school", "dothill", "--json").answer
    shelves = [path for path in own_home.rglob("*") if path.suffix == ".npz"]
    assert shelves
    for path in shelves:
        path.write_bytes(path.read_bytes()[:-100])
    again = verse("--home", own_home, "ask", TRIP, "--school", "dothill", "--json").answer
    assert again["quotes"] == kept["quotes"]
    for path in own_home.rglob("chroma"):
        shutil.rmtree(path)
    ran = verse("--home", own_home, "ask", TRIP, "--school", "dothill")
    ran.one_sentence(1, "damaged", "verse ingest")


def test_a_stored_document_that_was_changed_is_not_quoted(verse, own_home):
    for path in (own_home / "documents").rglob("*"):
        if path.is_file():
            path.write_bytes(path.read_bytes().replace(b"may not", b"may now"))
    ran = verse("--home", own_home, "ask", TRIP, "--school", "dothill", "--json")
    assert ran.answer["status"] in ("not_covered", "failed")
    assert ran.answer["quotes"] == []


def test_an_index_made_with_another_model_is_refused(verse, home, monkeypatch):
    monkeypatch.setenv("VERSE_EMBEDDING_MODEL", "some/other-model")
    ran = verse("--home", home, "ask", TRIP)
    ran.one_sentence(1, "some/other-model", "chapter-and-verse-retriever-1", "verse ingest")


def test_a_home_that_is_a_file_is_named(verse, tmp_path, folder):
    (tmp_path / "file").write_text("")
    for home in (tmp_path / "file", tmp_path / "file" / "home"):
        verse("--home", home, "ask", TRIP).one_sentence(1, str(home))
        verse("--home", home, "ingest", folder).one_sentence(1, str(home), "--home")


def test_a_home_that_cannot_be_written_still_answers(verse, own_home):
    for path in [own_home, *own_home.rglob("*")]:
        if path.is_dir():
            path.chmod(0o555)
    try:
        assert verse("--home", own_home, "ask", TRIP, "--school", "dothill").status == 0
    finally:
        for path in [own_home, *own_home.rglob("*")]:
            if path.is_dir():
                path.chmod(0o755)


def test_ingest_reports_as_one_json_object_and_a_second_time_changes_nothing(
    verse, new_home, folder
):
    ran = verse("--home", new_home, "ingest", folder, "--json")
    assert ran.status == 0
    report = ran.answer
    assert report["changed"] is True
    assert sorted(report["added"]) == ["elm/phones.txt", "oak/phones.txt"]
    assert report["failures"] == []
    again = verse("ingest", folder, "--json", "--home", new_home)
    assert (again.status, again.answer["changed"]) == (0, False)
    assert sorted(again.answer["unchanged"]) == ["elm/phones.txt", "oak/phones.txt"]
    asked = verse("--home", new_home, "ask", "can i text parents from my own phone", "--json")
    assert [part["school"] for part in asked.answer["parts"]] == ["Elm", "Oak"]


def test_a_file_that_cannot_be_read_is_named_and_the_others_are_indexed(verse, new_home, folder):
    (folder / "oak" / "notes.xyz").write_bytes(b"?")
    (folder / "elm" / "empty.txt").write_bytes(b"")
    ran = verse("--home", new_home, "ingest", folder, "--json")
    assert ran.status == 3
    assert len(ran.answer["added"]) == 2
    assert len(ran.answer["failures"]) == 2
    shown = verse("--home", new_home, "ingest", folder)
    assert shown.status == 3
    assert "notes.xyz" in shown.out
    assert "empty.txt" in shown.out


def test_ingest_reads_corpus_in_the_current_directory_unless_told_otherwise(
    verse, new_home, folder
):
    verse("--home", new_home, "ingest").one_sentence(2, "corpus")
    shutil.copytree(folder, "corpus")
    assert verse("--home", new_home, "ingest").status == 0


def test_a_school_is_named_for_files_that_no_register_names(verse, new_home, tmp_path):
    (tmp_path / "loose").mkdir()
    (tmp_path / "loose" / "phones.txt").write_text(PAGE, "utf-8")
    verse("--home", new_home, "ingest", tmp_path / "loose").one_sentence(1, "--school")
    named = verse("--home", new_home, "ingest", tmp_path / "loose", "--school", "St Jude’s School")
    assert named.status == 0
    asked = verse("--home", new_home, "ask", "can i text parents from my own phone", "--json")
    assert asked.answer["quotes"][0]["school"] == "St Jude’s School"


def test_a_second_ingest_waits_its_turn_and_asking_goes_on(verse, own_home, folder):
    with filelock.FileLock(own_home / "ingest.lock"):
        verse("--home", own_home, "ingest", folder).one_sentence(1, "Another ingest")
        assert verse("--home", own_home, "ask", TRIP, "--school", "dothill").status == 0


def test_an_ingest_that_fails_leaves_the_last_index_answering(verse, own_home, tmp_path):
    kept = verse("--home", own_home, "ask", TRIP, "--school", "dothill", "--json").answer
    (tmp_path / "bare").mkdir()
    assert verse("--home", own_home, "ingest", tmp_path / "bare").status == 1
    (tmp_path / "bare" / "register.toml").write_text("[[", "utf-8")
    verse("--home", own_home, "ingest", tmp_path / "bare").one_sentence(1, "register.toml")
    again = verse("--home", own_home, "ask", TRIP, "--school", "dothill", "--json").answer
    assert again["quotes"] == kept["quotes"]
