"""An index whose vectors a real Chroma server keeps."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import chromadb
import pytest
from chroma_server import chroma_run

from ingest.documents import IngestError
from ingest.index import open_index
from ingest.rollback import roll_back
from ingest.sync import ingest

RULES = "# Phones\n\n1. Staff must not film.\n\n2. Staff may text parents.\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with chroma_run(tmp_path_factory.mktemp("chroma")) as url:
        yield url


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "phones.md").write_text(RULES)
    return tmp_path / "policies"


@pytest.fixture
def home(tmp_path: Path, furnish) -> Path:
    return furnish(tmp_path / "home")


def names(server: str) -> list[str]:
    port = int(server.rpartition(":")[2])
    client = chromadb.HttpClient("127.0.0.1", port)
    return sorted(collection.name for collection in client.list_collections())


def rules(home: Path) -> list[str]:
    return [p.clause.text for p in open_index(home).shelf("oak").passages]


def add(folder: Path, name: str) -> None:
    (folder / f"{name}.md").write_text(f"# {name.title()}\n\n1. Staff must lock the {name}.\n")


def test_the_server_keeps_the_vectors_and_the_home_has_no_files_of_chroma(server, folder, home):
    ingest(folder, home, school="Oak", server=server)
    mine = open_index(home).manifest.prefix
    assert f"{mine}school-oak-current" in names(server)
    assert not list(home.glob("generations/*/chroma"))
    assert rules(home) == ["Staff must not film.", "Staff may text parents."]


def test_a_damaged_snapshot_is_made_anew_from_the_server(server, folder, home):
    ingest(folder, home, school="Oak", server=server)
    whole = open_index(home).shelf("oak")
    (snapshot,) = home.glob("generations/*/school-oak-current.npz")
    snapshot.write_bytes(b"damaged")
    again = open_index(home).shelf("oak")
    assert again.passages == whole.passages
    assert (again.vectors == whole.vectors).all()


def test_of_generations_that_are_gone_the_server_keeps_nothing_and_of_other_homes_all(
    server, folder, home, tmp_path, furnish
):
    other = furnish(tmp_path / "other")
    ingest(folder, other, school="Elm", server=server)
    theirs = open_index(other).manifest.prefix
    for name in ("gate", "shed", "barn", "door"):
        add(folder, name)
        ingest(folder, home, school="Oak", server=server)
        for manifest in home.glob("generations/*/manifest.json"):  # as if long ago
            manifest.touch()
    live = {path.name for path in home.glob("generations/*")}
    mine = "-".join(open_index(home).manifest.prefix.split("-")[:2])
    kept = {name.split("-school-")[0].split("-", 2)[2] for name in names(server) if mine in name}
    assert kept == live
    assert any(name.startswith(theirs) for name in names(server))


def test_going_back_goes_back_on_the_server_too(server, folder, home):
    ingest(folder, home, school="Oak", server=server)
    add(folder, "gate")
    ingest(folder, home, school="Oak", server=server)
    assert len(rules(home)) == 3
    roll_back(home)
    for snapshot in home.glob("generations/*/*.npz"):
        snapshot.write_bytes(b"damaged")
    assert len(rules(home)) == 2


def test_an_ingest_that_names_no_server_stays_with_the_one_before(server, folder, home):
    ingest(folder, home, school="Oak", server=server)
    add(folder, "gate")
    ingest(folder, home, school="Oak")
    assert open_index(home).manifest.server == server
    moved = ingest(folder, home, school="Oak", server="")
    assert moved.changed and open_index(home).manifest.server == ""
    assert list(home.glob("generations/*/chroma"))


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("http://127.0.0.1:9", "does not answer"),
        ("ftp://127.0.0.1", "is no address of a Chroma server"),
        ("http://127.0.0.1:port", "is no address of a Chroma server"),
        ("http://user:secret@127.0.0.1", "is no address of a Chroma server"),
    ],
)
def test_without_the_server_nothing_changes_and_it_is_said(folder, home, address, said):
    ingest(folder, home, school="Oak")
    before = open_index(home).manifest.generation
    add(folder, "gate")
    with pytest.raises(IngestError, match=said):
        ingest(folder, home, school="Oak", server=address)
    assert open_index(home).manifest.generation == before
    assert len(list(home.glob("generations/*"))) == 1


def test_a_password_in_the_address_is_not_printed(folder, home):
    with pytest.raises(IngestError) as told:
        ingest(folder, home, school="Oak", server="http://user:secret@127.0.0.1")
    assert "secret" not in str(told.value)


def test_answering_asks_no_server(server, folder, home, tmp_path):
    ingest(folder, home, school="Oak", server=server)
    moved = tmp_path / "moved"
    shutil.copytree(home, moved)
    manifest = next(moved.glob("generations/*/manifest.json"))
    manifest.write_text(manifest.read_text().replace(server, "http://127.0.0.1:9"))
    assert len(rules(moved)) == 2
