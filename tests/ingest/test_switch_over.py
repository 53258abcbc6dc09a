"""Readers see the old index or the new one, whole, whatever befalls the writer."""

import contextlib
import errno
import json
import os
import random
import runpy
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ingest.documents import IngestError
from ingest.home import IndexDamaged, current_generation, document_path
from ingest.index import Index, open_index
from ingest.sync import ingest

PROCESSES = Path(__file__).parent / "processes"
versions = runpy.run_path(str(PROCESSES / "versions.py"))
write_version: Callable[[Path, str], None] = versions["write_version"]
read_version: Callable[[Index], str] = versions["read_version"]


@pytest.fixture(scope="module")
def built(
    furnish: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Path, Path]:
    """A folder, another school's folder, and a home that held version B and then version A."""
    place = tmp_path_factory.mktemp("built")
    folder, other, home = place / "policies", place / "other", furnish(place / "home")
    other.mkdir()
    (other / "a.txt").write_text("Staff of Ash must ask.\n", "utf-8")
    ingest(other, home, school="Ash")
    for version in ("B", "A"):
        write_version(folder, version)
        ingest(folder, home)
    return folder, other, home


@pytest.fixture
def folder(built: tuple[Path, Path, Path]) -> Path:
    write_version(built[0], "A")
    return built[0]


@pytest.fixture
def old_home(built: tuple[Path, Path, Path], new_home: Path) -> Path:
    """A copy of that home, to be ruined."""
    for name in ("documents", "generations"):
        shutil.copytree(built[2] / name, new_home / name)
    shutil.copy2(built[2] / "CURRENT", new_home)
    return new_home


def start(script: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(PROCESSES / script), *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def watch_while_writing(folder: Path, home: Path, times: int, readers: int) -> None:
    """Readers in processes of their own ask all the while a writer switches over."""
    with contextlib.ExitStack() as stack:
        reading = [stack.enter_context(start("reader.py", home)) for _ in range(readers)]
        for reader in reading:
            assert reader.stdout is not None
            assert reader.stdout.readline() == "reading\n"
        writer = stack.enter_context(start("writer.py", folder, home, times))
        said, complaint = writer.communicate(timeout=240)
        assert said.split() == [("B", "A")[n % 2] for n in range(times)], complaint
        for reader in reading:
            seen = json.loads(reader.communicate("stop", timeout=60)[0])
            assert set(seen["seen"]) == {"A", "B"}, seen
            assert seen["generations"] >= times // 2


def test_a_reader_in_another_process_sees_one_version_whole_while_a_writer_switches(
    folder: Path, old_home: Path
):
    watch_while_writing(folder, old_home, times=12, readers=1)


@pytest.mark.heavy
def test_many_readers_see_one_version_whole_while_a_writer_switches_many_times(
    folder: Path, old_home: Path
):
    watch_while_writing(folder, old_home, times=40, readers=3)


def test_an_index_that_was_open_before_still_serves_its_version_whole(folder: Path, old_home: Path):
    index = open_index(old_home)
    for version in "CBC":
        write_version(folder, version)
        ingest(folder, old_home)
    assert read_version(index) == "A"


def kill_at(folder: Path, home: Path, seconds: float) -> None:
    """Kill a writer this long after it has switched over for the first time."""
    with start("writer.py", folder, home, 1000) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline().strip() == "B"
        time.sleep(seconds)
        writer.send_signal(signal.SIGKILL)


def check_and_mend(folder: Path, home: Path) -> None:
    assert read_version(open_index(home)) in "AB"
    write_version(folder, "A")
    ingest(folder, home)
    index = open_index(home)
    assert read_version(index) == "A"
    for generation in (home / "generations").iterdir():
        assert generation.name <= index.manifest.generation
        assert (generation / "manifest.json").is_file()
    assert [path.name for path in home.rglob(".*")] == []


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
@pytest.mark.parametrize("seed", range(4))
def test_a_killed_writer_leaves_an_index_that_answers_and_can_be_written_again(
    seed: int, folder: Path, old_home: Path
):
    kill_at(folder, old_home, random.Random(seed).uniform(0, 0.6))
    check_and_mend(folder, old_home)


@pytest.mark.heavy
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
def test_a_writer_killed_at_many_moments_leaves_an_index_that_answers(folder: Path, old_home: Path):
    moments = random.Random(2)
    for _ in range(25):
        kill_at(folder, old_home, moments.uniform(0, 1.5))
        check_and_mend(folder, old_home)


def test_a_writer_killed_at_its_very_first_ingest_leaves_a_home_that_can_be_written(
    folder: Path, new_home: Path
):
    """What it built has no CURRENT yet."""
    ingest(folder, new_home)
    (new_home / "CURRENT").unlink()
    half = new_home / "generations" / "00000099-half"
    half.mkdir()
    (half / "x.npz").write_bytes(b"half")
    with pytest.raises(IngestError, match="There is no index"):
        open_index(new_home)
    assert ingest(folder, new_home).changed
    assert read_version(open_index(new_home)) == "A"
    assert not half.exists()


@contextlib.contextmanager
def full_disk(monkeypatch: pytest.MonkeyPatch, room: int) -> Iterator[list[str]]:
    """A disk on which only so many more files can be brought to disk or renamed."""
    done: list[str] = []
    real = {"fsync": os.fsync, "replace": os.replace}

    def limited(name: str) -> Callable[..., None]:
        def act(*arguments: object) -> None:
            if len(done) >= room:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            done.append(name)
            real[name](*arguments)

        return act

    with monkeypatch.context() as patch:
        for name in real:
            patch.setattr(os, name, limited(name))
        yield done


def test_a_disk_that_fills_up_at_any_write_leaves_the_last_good_index_answering(
    folder: Path, old_home: Path, monkeypatch: pytest.MonkeyPatch
):
    before = current_generation(old_home)
    write_version(folder, "C")
    kept = len(list((old_home / "generations").iterdir()))
    for room in range(100):
        with full_disk(monkeypatch, room) as done:
            try:
                ingest(folder, old_home)
            except IngestError as error:
                assert "could not be written (No space left on device)" in str(error)
                assert "\n" not in str(error)
            else:
                break
        assert len(done) == room
        assert current_generation(old_home) == before
        assert read_version(open_index(old_home)) == "A"
        assert len(list((old_home / "generations").iterdir())) <= kept  # nothing half-built
    assert room >= 7
    assert read_version(open_index(old_home)) == "C"


@pytest.mark.skipif(sys.platform != "linux", reason="needs a limit on file sizes")
@pytest.mark.parametrize("kilobytes", [0, 1, 40, 100])
def test_a_real_failure_to_write_anything_larger_is_one_sentence_and_loses_nothing(
    kilobytes: int, folder: Path, old_home: Path
):
    """Chroma's own files fail too, not only ours."""
    write_version(folder, "B")
    code = (
        "import resource, sys; from pathlib import Path; from ingest.sync import ingest\n"
        "from ingest.documents import IngestError; import chromadb, onnxruntime\n"
        f"limit = {kilobytes * 1024}; resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))\n"
        "try: ingest(Path(sys.argv[1]), Path(sys.argv[2]))\n"
        "except IngestError as error: print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder), str(old_home)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\n") == 1
    assert "could not be written" in done.stdout
    assert read_version(open_index(old_home)) == "A"
    ingest(folder, old_home)
    assert read_version(open_index(old_home)) == "B"


def test_old_generations_are_cleared_once_no_reader_can_still_be_opening_them(
    folder: Path, old_home: Path
):
    for _ in range(2):
        for version in ("B", "A"):
            write_version(folder, version)
            ingest(folder, old_home)
    for manifest in old_home.glob("generations/*/manifest.json"):
        os.utime(manifest, (0, 0))
    ingest(folder, old_home)
    left = sorted(path.name for path in (old_home / "generations").iterdir())
    assert len(left) == 2
    assert left[-1] == current_generation(old_home)


def answering(home: Path) -> Path:
    return home / "generations" / str(current_generation(home))


def snapshots(home: Path) -> list[Path]:
    return sorted(answering(home).glob("*.npz"))


def test_a_damaged_snapshot_is_served_from_chroma_and_mended_by_the_next_ingest(
    folder: Path, old_home: Path
):
    damaged, missing, cut, _ = snapshots(old_home)
    damaged.write_bytes(damaged.read_bytes()[::-1])
    missing.unlink()
    cut.write_bytes(cut.read_bytes()[:-1])
    assert read_version(open_index(old_home)) == "A"
    report = ingest(folder, old_home)
    assert (report.changed, report.embedded) == (True, 0)
    shutil.rmtree(answering(old_home) / "chroma")
    assert read_version(open_index(old_home)) == "A"


def test_snapshot_and_chroma_hold_the_same(old_home: Path):
    index = open_index(old_home)
    served = index.shelf("oak")
    for snapshot in snapshots(old_home):
        snapshot.unlink()
    stored = open_index(old_home).shelf("oak")
    assert stored.passages == served.passages
    assert stored.vectors == pytest.approx(served.vectors)


def damage_chroma_too(home: Path) -> None:
    for snapshot in snapshots(home):
        snapshot.unlink()
    shutil.rmtree(answering(home) / "chroma")


def garble_chroma_too(home: Path) -> None:
    for snapshot in snapshots(home):
        snapshot.unlink()
    for path in (answering(home) / "chroma").rglob("*"):
        if path.is_file():
            path.write_bytes(b"garbage" * 1000)


def cut_manifest(home: Path) -> None:
    path = answering(home) / "manifest.json"
    path.write_bytes(path.read_bytes()[:-200])


def other_manifest(home: Path) -> None:
    path = answering(home) / "manifest.json"
    facts = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(facts | {"failures": ["x"]}), "utf-8")


def old_format(home: Path) -> None:
    path = answering(home) / "manifest.json"
    facts = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(facts | {"format": 0}), "utf-8")


def lose_generation(home: Path) -> None:
    shutil.rmtree(answering(home))


def stored(home: Path, school: str) -> Path:
    documents = open_index(home).manifest.documents
    digest = next(d.text_sha256 for d in documents if d.policy.school == school)
    return document_path(home, digest)


def lose_document(home: Path) -> None:
    stored(home, "oak").unlink()


def edit_document(home: Path) -> None:
    path = stored(home, "oak")
    path.write_bytes(path.read_bytes().replace(b"must", b"may "))


def garbage_in_current(home: Path) -> None:
    (home / "CURRENT").write_bytes(b"\x00\xff\xfe garbage")


def escape_in_current(home: Path) -> None:
    (home / "CURRENT").write_text("../../../etc", "utf-8")


def nothing_in_current(home: Path) -> None:
    (home / "CURRENT").write_bytes(b"")


def unknown_in_current(home: Path) -> None:
    (home / "CURRENT").write_text("99999999-abcdef", "utf-8")


def folder_for_current(home: Path) -> None:
    (home / "CURRENT").unlink()
    (home / "CURRENT").mkdir()


DAMAGES = [
    damage_chroma_too,
    garble_chroma_too,
    cut_manifest,
    other_manifest,
    old_format,
    lose_generation,
    lose_document,
    edit_document,
    garbage_in_current,
    escape_in_current,
    nothing_in_current,
    unknown_in_current,
]


@pytest.mark.parametrize("damage", [*DAMAGES, folder_for_current], ids=lambda d: d.__name__)
def test_a_damaged_index_is_one_sentence_that_says_how_to_rebuild(
    damage: Callable[[Path], None], old_home: Path
):
    damage(old_home)
    with pytest.raises(IndexDamaged) as error:
        read_version(open_index(old_home))
    words = str(error.value)
    assert "\n" not in words
    assert words.endswith(("run `verse ingest` to rebuild it.", "to rebuild the index."))


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda d: d.__name__)
def test_ingesting_again_mends_a_damaged_index_and_loses_no_other_folder(
    damage: Callable[[Path], None], folder: Path, old_home: Path
):
    damage(old_home)
    ingest(folder, old_home)
    index = open_index(old_home)
    assert read_version(index) == "A"
    assert [p.clause.text for p in index.shelf("ash").passages] == ["Staff of Ash must ask."]


def test_a_lost_document_of_another_folder_is_one_sentence_naming_the_folder(
    built: tuple[Path, Path, Path], folder: Path, old_home: Path
):
    stored(old_home, "ash").unlink()
    write_version(folder, "B")
    with pytest.raises(IndexDamaged, match=rf"run `verse ingest {built[1]}` first, or delete"):
        ingest(folder, old_home)
    assert read_version(open_index(old_home)) == "A"
    ingest(built[1], old_home, school="Ash")
    ingest(folder, old_home)
    assert read_version(open_index(old_home)) == "B"
