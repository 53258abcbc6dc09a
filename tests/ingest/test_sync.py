"""Ingest makes the index agree with the folder, changes nothing else, and loses nothing."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import pytest

from assistant.answer import AssistantError
from assistant.library import Library
from ingest.documents import Document, IngestError, NoFolder
from ingest.embedding import TUNED
from ingest.folder import list_files
from ingest.home import IndexMissing
from ingest.index import open_index
from ingest.parsing import Task, parse_apart
from ingest.sync import ingest

TEXT = "Staff must not text parents."
RING = "Staff may ring the office."
PUPILS = "Pupils must hand in their phones."
FILES = {"oak/phones.txt": f"{TEXT}\n\n{RING}\n", "elm/phones.txt": f"{PUPILS}\n"}

Put = Callable[..., Path]
HeldIn = Callable[..., dict[str, list[str]]]


def newest(home: Path) -> float:
    return max(path.stat().st_mtime_ns for path in home.rglob("*") if path.name != "ingest.lock")


def sentence(error: pytest.ExceptionInfo[IngestError]) -> str:
    """The message, checked to be one line that ends like a sentence."""
    words = str(error.value)
    assert "\n" not in words
    assert words.endswith(".")
    return words


def test_a_folder_is_indexed_as_it_stands(put: Put, new_home: Path, held: HeldIn):
    report = ingest(put(FILES), new_home)
    assert report.changed
    assert report.added == ("elm/phones.txt", "oak/phones.txt")
    assert report.embedded == 3
    assert report.failures == ()
    assert held() == {"elm/phones.txt": [PUPILS], "oak/phones.txt": [TEXT, RING]}
    row = next(row for row in report.documents if row.school == "oak")
    assert (row.status, row.clauses, row.words_lost) == ("current", 2, 0)


def test_ingesting_twice_changes_nothing(put: Put, new_home: Path):
    folder = put(FILES)
    first = ingest(folder, new_home)
    before = newest(new_home)
    time.sleep(0.02)
    second = ingest(folder, new_home)
    assert not second.changed
    assert second.generation == first.generation
    assert second.unchanged == first.added
    assert newest(new_home) == before


def test_touching_a_file_without_changing_it_changes_nothing(put: Put, new_home: Path):
    folder = put(FILES)
    ingest(folder, new_home)
    os.utime(folder / "oak/phones.txt", (0, 0))
    assert not ingest(folder, new_home).changed


def test_files_are_added_updated_and_removed(put: Put, new_home: Path, held: HeldIn):
    ingest(put(FILES), new_home)
    later = {"oak/phones.txt": f"{TEXT}\n", "elm/phones.txt": None, "ash/a.md": f"{RING}\n"}
    report = ingest(put(later), new_home)
    assert report.added == ("ash/a.md",)
    assert report.updated == ("oak/phones.txt",)
    assert report.removed == ("elm/phones.txt",)
    assert held() == {"ash/a.md": [RING], "oak/phones.txt": [TEXT]}
    assert {school.key for school in open_index(new_home).schools} == {"ash", "oak"}


def test_only_what_the_same_folder_brought_is_removed(put: Put, new_home: Path, held: HeldIn):
    ingest(put(FILES, "one"), new_home)
    ingest(put({"ash/a.txt": f"{RING}\n", "ash/b.txt": f"{TEXT}\n"}, "two"), new_home)
    report = ingest(put({"ash/a.txt": None}, "two"), new_home)
    assert report.removed == ("ash/a.txt",)
    assert set(held()) == {"oak/phones.txt", "elm/phones.txt", "ash/b.txt"}


def test_the_same_text_from_another_folder_is_taken_over_not_doubled(
    put: Put, new_home: Path, held: HeldIn
):
    one = put(FILES, "one")
    ingest(one, new_home)
    two = put({"oak/mobiles.txt": FILES["oak/phones.txt"]}, "two")
    assert ingest(two, new_home).embedded == 2  # under another title
    assert held() == {"elm/phones.txt": [PUPILS], "oak/mobiles.txt": [TEXT, RING]}


def test_what_was_taken_over_comes_back_when_the_other_folder_lets_it_go(
    put: Put, new_home: Path, held: HeldIn
):
    one = put(FILES, "one")
    ingest(one, new_home)
    two = put({"oak/phones.txt": FILES["oak/phones.txt"], "oak/a.txt": f"{PUPILS}\n"}, "two")
    ingest(two, new_home)
    put({"oak/phones.txt": None}, "two")
    ingest(two, new_home)
    ingest(one, new_home)
    assert held() == {
        "oak/a.txt": [PUPILS],
        "elm/phones.txt": [PUPILS],
        "oak/phones.txt": [TEXT, RING],
    }


def test_two_folders_may_bring_files_of_one_name_for_one_school(put: Put, new_home: Path):
    ingest(put({"oak/phones.txt": f"{TEXT}\n"}, "one"), new_home)
    ingest(put({"oak/phones.txt": f"{RING}\n"}, "two"), new_home)
    index = open_index(new_home)
    passages = index.shelf("oak").passages
    assert [p.clause.text for p in passages] == [TEXT, RING]
    assert [p.clause.span.of(index.text(p.text_sha256)) for p in passages] == [TEXT, RING]


def test_the_same_file_serves_two_schools(put: Put, new_home: Path):
    ingest(put({"oak/a.txt": f"{TEXT}\n", "elm/a.txt": f"{TEXT}\n"}), new_home)
    index = open_index(new_home)
    for school in ("oak", "elm"):
        (passage,) = index.shelf(school).passages
        assert passage.policy.school == school


def test_unchanged_clauses_are_not_embedded_again(put: Put, new_home: Path):
    ingest(put(FILES), new_home)
    changed = {"oak/phones.txt": f"{TEXT}\n\nStaff must ask first.\n\n{RING}\n"}
    assert ingest(put(changed), new_home).embedded == 1
    assert ingest(put({"elm/phones.txt": None}), new_home).embedded == 0


def test_progress_is_told_to_the_end(put: Put, new_home: Path):
    heard: list[tuple[int, int, str]] = []
    ingest(put(FILES), new_home, progress=lambda *step: heard.append(step))
    assert heard[-1] == (3, 3, "embedding")


BAD_FILES = {
    "oak/binary.txt": (b"\x89PNG\0\0", "is no plain text; save it as text"),
    "oak/half.txt": (b"\xff\xfea", "is damaged UTF-16 text; save it again as UTF-8"),
    "oak/empty.txt": (b"", "is empty; save the policy's text in it"),
    "oak/blank.txt": (b" \n\f\n", "is empty; save the policy's text in it"),
    "oak/scan.pdf": (b"%PDF-1.7", "is damaged and no page of it can be read; open it and save"),
    "oak/old.wpd": (b"wp", "is a .wpd file whose content is not known; save it as PDF or Word"),
    "oak/nothing": (b"x", "is a file without a suffix whose content is not known; save it as"),
    "stray.txt": (b"Staff must ask.\n", "no school is known for it; name one with --school"),
}


@pytest.mark.parametrize("source", BAD_FILES)
def test_a_bad_file_is_reported_and_the_others_are_indexed(
    source: str, put: Put, new_home: Path, held: HeldIn
):
    content, reason = BAD_FILES[source]
    report = ingest(put(FILES | {source: content}), new_home)
    (failure,) = report.failures
    assert failure.startswith(f"{source}: {reason}")
    assert set(held()) == set(FILES)
    again = ingest(put({}), new_home)
    assert (again.changed, again.failures) == (False, report.failures)


def test_a_bad_file_that_comes_or_goes_is_noticed_though_no_policy_changed(
    put: Put, new_home: Path
):
    ingest(put(FILES), new_home)
    assert len(ingest(put({"oak/scan.pdf": b"%PDF"}), new_home).failures) == 1
    assert ingest(put({"oak/scan.pdf": None}), new_home).failures == ()


def test_hidden_files_office_locks_and_readmes_are_no_policies(put: Put, new_home: Path):
    files = {".git/a.txt": "x", "oak/.b.txt": "x", "~$c.docx": "x", "README.md": "x"}
    report = ingest(put(FILES | files), new_home)
    assert (report.failures, len(report.added)) == ((), 2)


@pytest.mark.parametrize(
    ("link", "target"),
    [
        ("oak/out.txt", "../../secret/a.txt"),
        ("oak/away", "../../secret"),
        ("oak/gone.txt", "nowhere.txt"),
        ("oak/loop.txt", "loop.txt"),
    ],
)
def test_a_link_out_of_the_folder_or_to_nowhere_is_reported_and_not_followed(
    link: str, target: str, put: Put, new_home: Path, held: HeldIn
):
    put({"a.txt": "The safe opens with 1234.\n"}, "secret")
    folder = put(FILES)
    (folder / link).symlink_to(target)
    report = ingest(folder, new_home)
    (failure,) = report.failures
    assert failure.startswith(f"{link}: ")
    assert failure.count("; ") == 1
    assert set(held()) == set(FILES)


def test_a_link_within_the_folder_is_read_where_it_leads(put: Put, new_home: Path):
    folder = put(FILES)
    (folder / "again").symlink_to("oak", target_is_directory=True)
    report = ingest(folder, new_home)
    assert (report.failures, len(report.added)) == ((), 2)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has such names")
def test_a_name_in_no_encoding_is_reported(put: Put, new_home: Path, held: HeldIn):
    folder = put(FILES)
    (Path(os.fsdecode(os.fsencode(folder) + b"/oak/\xff.txt"))).write_text("x", "utf-8")
    report = ingest(folder, new_home)
    assert report.failures == ("oak/\\udcff.txt: has a name that is not UTF-8; rename it",)
    assert set(held()) == set(FILES)


def test_files_and_folders_that_may_not_be_opened_are_reported(
    open_folder: Path, request: pytest.FixtureRequest
):
    for name in ("a", "b", "c/d"):
        (open_folder / name).mkdir(parents=True)
        (open_folder / name / "x.txt").write_text("x", "utf-8")
    (open_folder / "a" / "x.txt").chmod(0)
    (open_folder / "c").chmod(0)
    request.getfixturevalue("without_rights")
    files, failures = list_files(open_folder)
    assert [file.source for file in files] == ["b/x.txt"]
    assert sorted(map(str, failures)) == [
        "a/x.txt: cannot be read (Permission denied); check its permissions",
        "c: cannot be opened (Permission denied); check its permissions",
    ]


def test_a_text_in_the_old_windows_encoding_is_read(put: Put, new_home: Path, held: HeldIn):
    ingest(put({"oak/a.txt": "Staff’s phones must be “off”.\n".encode("cp1252")}), new_home)
    assert held() == {"oak/a.txt": ["Staff’s phones must be “off”."]}


def test_a_file_that_fails_today_keeps_yesterday_s_clauses_flagged_stale(
    put: Put, new_home: Path, held: HeldIn
):
    ingest(put(FILES), new_home)
    report = ingest(put({"oak/phones.txt": b"a\0\0"}), new_home)
    assert len(report.failures) == 1
    assert held()["oak/phones.txt"] == [TEXT, RING]
    stale = {d.source: d.stale for d in open_index(new_home).manifest.documents}
    assert stale["oak/phones.txt"].startswith("is no plain text")
    assert stale["elm/phones.txt"] == ""
    mended = ingest(put({"oak/phones.txt": f"{TEXT}\n"}), new_home)
    assert mended.failures == ()
    assert {d.stale for d in open_index(new_home).manifest.documents} == {""}


def test_a_folder_whose_only_file_fails_today_keeps_its_clauses_flagged_stale(
    put: Put, new_home: Path, held: HeldIn
):
    ingest(put({"oak/phones.txt": f"{TEXT}\n"}), new_home)
    report = ingest(put({"oak/phones.txt": b"\0\0"}), new_home)
    assert report.failures
    assert held() == {"oak/phones.txt": [TEXT]}
    assert open_index(new_home).manifest.documents[0].stale


def test_an_emptied_folder_is_refused_and_the_index_kept(put: Put, new_home: Path, held: HeldIn):
    ingest(put(FILES), new_home)
    folder = put(dict.fromkeys(FILES) | {"oak/scan.pdf": b"%PDF"})
    with pytest.raises(IngestError) as error:
        ingest(folder, new_home)
    words = sentence(error)
    assert "holds no policies now" in words
    assert "2 were indexed from it; nothing was removed" in words
    assert set(held()) == set(FILES)


def test_a_folder_without_any_policy_is_refused(put: Put, new_home: Path):
    with pytest.raises(IngestError) as error:
        ingest(put({"oak/scan.pdf": b"%PDF"}), new_home)
    assert "could be indexed: oak/scan.pdf: is a .pdf file whose content" in sentence(error)
    with pytest.raises(IngestError) as error:
        ingest(put({"stray.txt": "x"}, "other"), new_home)
    assert "Nothing in" in sentence(error)
    with pytest.raises(IndexMissing, match="run `verse ingest`"):
        open_index(new_home)


def test_a_folder_that_does_not_exist_is_wrong_usage(tmp_path: Path, new_home: Path):
    with pytest.raises(NoFolder, match=r"There is no folder .*; name the folder") as error:
        ingest(tmp_path / "nowhere", new_home)
    assert error.value.wrong_usage


def test_a_policy_without_a_single_rule_is_indexed_and_answers_nothing(put: Put, new_home: Path):
    report = ingest(put({"oak/a.txt": "Signed.........Date........\n"}), new_home)
    assert report.documents[0].clauses == 0
    index = open_index(new_home)
    assert [school.key for school in index.schools] == ["oak"]
    assert index.shelf("oak").passages == ()


def test_a_hostile_file_is_indexed_like_any_other(put: Put, new_home: Path, held: HeldIn):
    ingest(
        put(FILES | {"oak/dashes.txt": "-" * 200_000 + " x\n", "oak/a.txt": "a" * 200_000}),
        new_home,
    )
    assert held()["oak/phones.txt"] == [TEXT, RING]


def test_a_home_that_is_a_file_or_cannot_be_made_is_one_sentence(put: Put, tmp_path: Path):
    (tmp_path / "file").write_text("x", "utf-8")
    for home in (tmp_path / "file", tmp_path / "file" / "home"):
        with pytest.raises(IngestError) as error:
            ingest(put(FILES), home)
        assert "cannot be written" in sentence(error)
        assert "choose another with --home or VERSE_HOME" in sentence(error)


def test_a_home_one_may_not_write_to_is_one_sentence(
    open_folder: Path, request: pytest.FixtureRequest
):
    (open_folder / "policies").mkdir()
    open_folder.chmod(0o555)
    request.getfixturevalue("without_rights")
    with pytest.raises(IngestError) as error:
        ingest(open_folder / "policies", open_folder / "home")
    assert "cannot be written (Permission denied)" in sentence(error)


def test_a_second_ingest_at_the_same_time_is_refused_in_one_sentence(
    put: Put, new_home: Path, held: HeldIn
):
    folder = put(FILES)
    ingest(folder, new_home)
    code = (
        "import sys; from pathlib import Path; from ingest.home import locked\n"
        f"with locked(Path({str(new_home)!r})):\n"
        "    print('locked', flush=True); sys.stdin.read()\n"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"locked\n"
        with pytest.raises(IngestError) as error:
            ingest(folder, new_home)
        assert "Another ingest is writing to" in sentence(error)
        assert set(held()) == set(FILES)
        other.kill()
    assert not ingest(folder, new_home).changed


def test_an_index_remembers_its_model_and_refuses_another(
    put: Put, new_home: Path, other_model: Path
):
    ingest(put(FILES), new_home)
    with pytest.raises(AssistantError) as error:
        Library.open(new_home, str(other_model))
    words = str(error.value)
    assert f"was made with the embedding model {TUNED!r}" in words
    assert "run `verse ingest` to rebuild it" in words
    assert Library.open(new_home).index.schools


def test_ingesting_with_another_model_embeds_everything_anew(
    put: Put, new_home: Path, other_model: Path
):
    folder = put(FILES)
    ingest(folder, new_home)
    report = ingest(folder, new_home, model=str(other_model))
    assert (report.changed, report.embedded) == (True, 3)
    assert Library.open(new_home, str(other_model)).index.shelf("oak").vectors.shape == (2, 16)
    with pytest.raises(AssistantError, match="was made with the embedding model"):
        Library.open(new_home, TUNED)
    assert Library.open(new_home).embedder.model.name == str(other_model)  # asked for no other


def test_a_lost_model_is_made_anew_though_no_policy_changed(
    put: Put, new_home: Path, other_model: Path
):
    """`verse ask` says to run `verse ingest`, so that must help."""
    folder, name = put(FILES), str(other_model)
    ingest(folder, new_home, model=name)
    shutil.rmtree(new_home / "models")
    with pytest.raises(IngestError, match="run `verse ingest`"):
        Library.open(new_home, name)
    ingest(folder, new_home, model=name)
    assert Library.open(new_home, name).index.schools


def test_a_dry_run_says_what_would_change_and_changes_nothing(
    put: Put, new_home: Path, held: HeldIn
):
    ingest(put(FILES), new_home)
    before = held()
    folder = put({"oak/phones.txt": None, "oak/new.txt": "Staff must knock.\n"})
    report = ingest(folder, new_home, dry_run=True)
    assert (report.added, report.removed, report.changed) == (
        ("oak/new.txt",),
        ("oak/phones.txt",),
        False,
    )
    assert held() == before
    assert ingest(folder, new_home).added == ("oak/new.txt",)


def test_a_dry_run_needs_no_index(put: Put, new_home: Path):
    report = ingest(put(FILES), new_home, dry_run=True)
    assert set(report.added) == set(FILES)
    with pytest.raises(IngestError):
        open_index(new_home)


def test_a_renamed_file_keeps_its_history_and_is_neither_added_nor_removed(
    put: Put, new_home: Path
):
    text = f"# Phones policy\n\n{TEXT}\n"
    ingest(put(FILES | {"oak/phones.txt": text}), new_home)
    for old, new in pairwise(("oak/phones.txt", "oak/mobiles.txt", "oak/devices.txt")):
        report = ingest(put({old: None, new: text}), new_home)
        assert (report.renamed, report.added, report.removed) == (((old, new),), (), ())
        assert report.embedded == 0
    names = {d.source: d.names for d in open_index(new_home).manifest.documents}
    assert names["oak/devices.txt"] == ("oak/phones.txt", "oak/mobiles.txt")
    assert names["elm/phones.txt"] == ()


def test_a_file_that_has_not_changed_is_not_read_again(
    put: Put, new_home: Path, monkeypatch: pytest.MonkeyPatch
):
    ingest(put(FILES), new_home)
    read: list[str] = []

    def watched(tasks: Sequence[Task]) -> Iterator[tuple[int, Document | str]]:
        read.extend(task.source for task in tasks)
        return parse_apart(tasks)

    monkeypatch.setattr("ingest.parsed.parse_apart", watched)
    ingest(put({"oak/new.txt": "Staff must knock.\n"}), new_home)
    assert read == ["oak/new.txt"]


def test_a_damaged_cache_of_parsed_files_costs_only_time(put: Put, new_home: Path, held: HeldIn):
    ingest(put(FILES), new_home)
    before = held()
    for path in (new_home / "parsed").iterdir():
        path.write_bytes(path.read_bytes()[:-9])
    ingest(put({"oak/new.txt": "Staff must knock.\n"}), new_home)
    assert held() == before | {"oak/new.txt": ["Staff must knock."]}


def test_the_report_tells_pages_shares_and_dates_of_each_document(put: Put, new_home: Path):
    text = "Phones Policy\nApproved by governors: May 2024\n\n1.1 Staff must lock phones away.\n"
    (row,) = ingest(put({"oak/phones.txt": text}), new_home).documents
    assert (row.pages, row.clauses, row.words_lost) == (None, 1, 0)
    assert row.words_in_clauses is not None and row.words_labelled is not None
    assert 0.3 < row.words_in_clauses < 0.7
    assert 0.3 < row.words_labelled < 0.7
    assert row.dates["adopted"] == "May 2024"
