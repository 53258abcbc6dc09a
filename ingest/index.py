"""A generation of the index: what Chroma stores, a snapshot of each shelf, and a manifest.

A school's shelf is served from its snapshot, in memory, because embedded Chroma is not safe across
processes and half a second slow to import.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from ingest.documents import Document, Passage, Policy, flow
from ingest.embedding import Vectors
from ingest.exported import hash_file
from ingest.home import IndexDamaged, answering, stored_bytes, stored_text, write_whole
from ingest.policy.register import School, as_record, from_record
from ingest.snapshot import passage_of, read_snapshot, row_of, write_snapshot
from ingest.store import Store, Stored, put, sweep, take

_PLAIN = ("fingerprint", "model", "model_sha256", "folders", "failures", "server", "prefix")
FORMAT = 3  # of the files below; another number means: build anew


@dataclass(frozen=True)
class Held:
    """A document in the index and the folder that brought it."""

    folder: str
    source: str
    sha256: str
    text_sha256: str
    policy: Policy
    stale: str = ""  # why the file could not be read again since
    names: tuple[str, ...] = ()  # earlier ones, oldest first
    ocr: tuple[int, ...] = ()  # pages that were read off a picture

    @property
    def status(self) -> str:
        return "superseded" if self.policy.status == "superseded" else "current"


@dataclass(frozen=True)
class Manifest:
    """What a generation holds and what made it."""

    generation: str
    fingerprint: str  # of everything that went in; equal means nothing to do
    model: str
    model_sha256: str
    schools: tuple[School, ...]
    documents: tuple[Held, ...]
    snapshots: dict[str, str]  # file name → sha256
    folders: dict[str, str]  # folder → what its files and register hashed to
    failures: dict[str, tuple[str, ...]]  # folder → what of it could not be indexed, and why
    server: str = ""  # of Chroma, where the vectors are kept there
    prefix: str = ""  # how this generation's collections begin there


@dataclass(frozen=True)
class Shelf:
    """A school's passages, either all in force or all superseded, with their vectors."""

    passages: tuple[Passage, ...]
    vectors: Vectors

    @cached_property
    def texts(self) -> tuple[str, ...]:
        return tuple(in_context(passage) for passage in self.passages)


def in_context(passage: Passage, line: str = "") -> str:
    """What is embedded: the clause after the policy's title, its headings and its lead-in.

    A `line` stands for the clause where one sentence of it is meant.
    """
    heading = " | ".join(flow(part) for part in passage.clause.heading)
    return " | ".join(
        part for part in (passage.policy.title, heading, line or passage.clause.reading) if part
    )


class Index:
    """One generation, opened for reading; shelves are loaded when first asked for."""

    def __init__(self, home: Path, manifest: Manifest) -> None:
        self.home = home
        self.manifest = manifest
        self._shelves: dict[tuple[str, str], Shelf] = {}

    @property
    def schools(self) -> tuple[School, ...]:
        return self.manifest.schools

    def policies(self, school: str) -> tuple[Policy, ...]:
        return tuple(d.policy for d in self.manifest.documents if d.policy.school == school)

    def shelf(self, school: str, status: str = "current") -> Shelf:
        """All passages of a school that are in force, or all that are superseded."""
        key = (school, status)
        if key not in self._shelves:
            self._shelves.setdefault(key, self._load(school, status))
        return self._shelves[key]

    def text(self, text_sha256: str) -> str:
        """The stored text of a document, checked against its hash."""
        return stored_text(self.home, text_sha256)

    def is_whole(self) -> bool:
        """Every document and every snapshot is as it was written."""
        folder = self.home / "generations" / self.manifest.generation
        try:
            for held in self.manifest.documents:
                stored_bytes(self.home, held.sha256)
                stored_bytes(self.home, held.text_sha256)
            return all(
                hash_file(folder / f"{name}.npz") == digest
                for name, digest in self.manifest.snapshots.items()
            )
        except (IndexDamaged, OSError):
            return False

    def _load(self, school: str, status: str) -> Shelf:
        folder = self.home / "generations" / self.manifest.generation
        name = _collection(school, status)
        digest = self.manifest.snapshots.get(name)
        if digest is None:
            return Shelf((), np.zeros((0, 0), np.float32))
        try:
            rows, vectors = read_snapshot(folder / f"{name}.npz", digest)
        except (OSError, ValueError, KeyError):
            rows, vectors = _from_chroma(_store(folder, self.manifest), name)
        # Two folders may each bring a file of one name, so the name alone does not tell them.
        held = {
            (d.source, d.text_sha256): (d.policy, d.sha256)
            for d in self.manifest.documents
            if d.policy.school == school
        }
        try:
            passages = tuple(passage_of(row, held) for row in rows)
        except (LookupError, TypeError, ValueError) as error:
            raise IndexDamaged(
                f"The index in {self.home} is damaged ({name}); run `verse ingest` to rebuild it."
            ) from error
        return Shelf(passages, vectors)


def open_index(home: Path) -> Index:
    """The generation that answers now."""
    for attempt in range(5):
        name = answering(home)
        try:
            return Index(home, read_manifest(home, name))
        except FileNotFoundError:
            time.sleep(0.05 * attempt)  # switched over and cleared away under our feet
        except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
            raise IndexDamaged(
                f"The index in {home} is damaged ({type(error).__name__} in its manifest); "
                "run `verse ingest` to rebuild it."
            ) from error
    raise IndexDamaged(
        f"The index in {home} names generation {name}, which is gone; "
        "run `verse ingest` to rebuild it."
    )


def salvage(home: Path) -> Index | None:
    """The newest generation that can be read, when the one that answers cannot.

    What its folders held is forgotten, so that each is read again at its next ingest.
    """
    folder = home / "generations"
    names = sorted((p.name for p in folder.iterdir()), reverse=True) if folder.is_dir() else []
    for name in names:
        with contextlib.suppress(OSError, ValueError, LookupError, TypeError, AttributeError):
            return Index(home, replace(read_manifest(home, name), folders={}))
    return None


def read_manifest(home: Path, generation: str) -> Manifest:
    path = home / "generations" / generation / "manifest.json"
    data = json.loads(path.read_text("utf-8"))
    if data["format"] != FORMAT:
        raise ValueError(f"format {data['format']}")
    return Manifest(
        generation=generation,
        fingerprint=data["fingerprint"],
        model=data["model"],
        model_sha256=data["model_sha256"],
        schools=tuple(School.model_validate(s) for s in data["schools"]),
        documents=tuple(
            Held(
                **{
                    **d,
                    "policy": from_record(d["policy"]),
                    "names": tuple(d["names"]),
                    "ocr": tuple(d["ocr"]),
                }
            )
            for d in data["documents"]
        ),
        snapshots=data["snapshots"],
        folders=data["folders"],
        failures={f: tuple(reasons) for f, reasons in data["failures"].items()},
        server=data.get("server", ""),
        prefix=data.get("prefix", ""),
    )


def build_generation(
    home: Path, manifest: Manifest, shelved: dict[tuple[str, str], Shelf]
) -> Manifest:
    """Write a whole generation aside, or nothing; `switch` makes it answer."""
    folder = home / "generations" / manifest.generation
    folder.mkdir(parents=True)
    try:
        return _fill(folder, manifest, shelved)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)  # a full disk wants the space back
        raise


def _fill(folder: Path, manifest: Manifest, shelved: dict[tuple[str, str], Shelf]) -> Manifest:
    snapshots: dict[str, str] = {}

    def stored() -> Iterable[Stored]:
        for (school, status), shelf in shelved.items():
            name = _collection(school, status)
            rows = [row_of(passage) for passage in shelf.passages]
            snapshots[name] = write_snapshot(folder / f"{name}.npz", rows, shelf.vectors)
            yield Stored(name, rows, shelf.texts, shelf.vectors)

    put(_store(folder, manifest), stored())
    manifest = replace(manifest, snapshots=snapshots)
    record = {
        "format": FORMAT,
        **{k: getattr(manifest, k) for k in _PLAIN},
        "snapshots": snapshots,
        "schools": [s.model_dump() for s in manifest.schools],
        "documents": [{**asdict(d), "policy": as_record(d.policy)} for d in manifest.documents],
    }
    write_whole(folder / "manifest.json", json.dumps(record, ensure_ascii=False).encode())
    return manifest


def shelve(passages: Iterable[Passage], vectors: Vectors) -> dict[tuple[str, str], Shelf]:
    """Passages and vectors by school and status."""
    groups: dict[tuple[str, str], list[tuple[Passage, Any]]] = {}
    for passage, vector in zip(passages, vectors, strict=True):
        status = "superseded" if passage.policy.status == "superseded" else "current"
        groups.setdefault((passage.policy.school, status), []).append((passage, vector))
    return {
        key: Shelf(tuple(p for p, _ in rows), np.stack([v for _, v in rows]).astype(np.float32))
        for key, rows in groups.items()
    }


def passages_of(document: Document, policy: Policy) -> list[Passage]:
    """What of a document may be quoted as a rule, once per clause."""
    text_sha256 = document.text_sha256
    return [
        Passage(clause, policy, document.sha256, text_sha256)
        for clause in document.clauses
        if clause.kind == "clause"
    ]


def _collection(school: str, status: str) -> str:
    return f"school-{school}-{status}"


def _store(folder: Path, manifest: Manifest) -> Store:
    return Store(folder / "chroma", manifest.server, manifest.prefix)


def tidy(home: Path, manifest: Manifest) -> None:
    """Remove what a Chroma server holds of generations that this home has let go."""
    wanted = {manifest.prefix}
    folder = home / "generations"
    for path in folder.iterdir() if manifest.server else ():
        with contextlib.suppress(OSError, ValueError, LookupError, TypeError, AttributeError):
            wanted.add(read_manifest(home, path.name).prefix)
    sweep(_store(folder, manifest), wanted - {""})


def _from_chroma(store: Store, name: str) -> tuple[list[list[Any]], Vectors]:
    """The slow way to a shelf, for when its snapshot is damaged."""
    try:
        return take(store, name)
    except Exception as error:
        raise IndexDamaged(
            f"The index in {store.folder.parent} is damaged ({name}); run `verse ingest` to "
            "rebuild it."
        ) from error
