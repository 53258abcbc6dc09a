"""Going back to the state before, and folders that were emptied on purpose."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.documents import IngestError
from ingest.home import IndexMissing, current_generation, locked
from ingest.index import open_index
from ingest.rollback import generation_before, roll_back
from ingest.sync import ingest

OLD = "Phone Policy\n\n1. Staff must not text parents.\n"
NEW = "Phone Policy\n\n1. Staff may text parents after six.\n"


@pytest.fixture(scope="module")
def built(furnish: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that first forbade texting and now permits it, for tests to copy."""
    place = tmp_path_factory.mktemp("built")
    folder, home = place / "policies", furnish(place / "home")
    folder.mkdir()
    for text in (OLD, NEW):
        (folder / "phones.txt").write_text(text, "utf-8")
        ingest(folder, home, school="Oak Primary School")
    return home


@pytest.fixture
def home(built: Path, new_home: Path) -> Path:
    for name in ("documents", "generations"):
        shutil.copytree(built / name, new_home / name)
    shutil.copy2(built / "CURRENT", new_home)
    return new_home


def rule(home: Path) -> str:
    [passage] = open_index(home).shelf("oak-primary-school").passages
    return passage.clause.text


def test_going_back_brings_the_old_rule_and_going_back_again_the_new_one(home: Path) -> None:
    assert rule(home) == "Staff may text parents after six."
    roll_back(home)
    assert rule(home) == "Staff must not text parents."
    roll_back(home)
    assert rule(home) == "Staff may text parents after six."


def test_what_answers_again_has_a_name_that_readers_have_not_seen(home: Path) -> None:
    before, current = generation_before(home), current_generation(home)
    assert before is not None and current is not None
    now = roll_back(home)
    assert now.generation == current_generation(home)
    assert now.generation > current > before.generation
    assert now.documents == before.documents


def test_an_ingest_after_going_back_takes_the_folder_as_it_is(home: Path, built: Path) -> None:
    roll_back(home)
    report = ingest(built.parent / "policies", home, school="Oak Primary School")
    assert report.changed
    assert rule(home) == "Staff may text parents after six."


def test_where_no_earlier_state_is_kept_a_sentence_says_so(home: Path) -> None:
    before = generation_before(home)
    assert before is not None
    shutil.rmtree(home / "generations" / before.generation)
    current = current_generation(home)
    assert generation_before(home) is None
    with pytest.raises(IngestError, match="nothing to go back to"):
        roll_back(home)
    assert current_generation(home) == current


def test_a_damaged_state_is_not_gone_back_to(home: Path) -> None:
    before = generation_before(home)
    assert before is not None
    for snapshot in (home / "generations" / before.generation).glob("*.npz"):
        snapshot.write_bytes(b"broken")
    with pytest.raises(IngestError, match="is damaged"):
        roll_back(home)
    assert rule(home) == "Staff may text parents after six."


def test_nothing_is_gone_back_to_while_an_ingest_writes(home: Path) -> None:
    with locked(home), pytest.raises(IngestError, match="Another ingest"):
        roll_back(home)
    assert rule(home) == "Staff may text parents after six."


def test_a_home_without_an_index_has_no_state_before(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing):
        generation_before(tmp_path)


def test_a_copy_that_fails_leaves_nothing_half_built(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    names = {path.name for path in (home / "generations").iterdir()}
    monkeypatch.setattr("ingest.rollback.write_whole", full)
    with pytest.raises(IngestError, match="No space left"):
        roll_back(home)
    assert {path.name for path in (home / "generations").iterdir()} == names
    assert rule(home) == "Staff may text parents after six."


def test_a_folder_emptied_on_purpose_leaves_the_index_and_others_stay(
    home: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "trips.txt").write_text("Trips Policy\n\n1. Staff must carry a whistle.\n", "utf-8")
    ingest(other, home, school="Oak Primary School")
    (other / "trips.txt").unlink()
    with pytest.raises(IngestError, match="nothing was removed"):
        ingest(other, home, school="Oak Primary School")
    report = ingest(other, home, school="Oak Primary School", may_empty=True)
    assert report.removed == ("trips.txt",)
    assert rule(home) == "Staff may text parents after six."


def test_a_home_may_lose_its_last_policy_on_purpose_and_take_one_again(
    home: Path, built: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "policies"
    shutil.copytree(built.parent / "policies", folder)
    ingest(folder, home, school="Oak Primary School")  # takes over the only document
    (folder / "phones.txt").unlink()
    ingest(folder, home, may_empty=True)
    assert open_index(home).manifest.documents == ()
    (folder / "phones.txt").write_text(OLD, "utf-8")
    ingest(folder, home, school="Oak Primary School")
    assert rule(home) == "Staff must not text parents."
