"""Files that were dropped on the page and wait to be checked: kept by safe names, none yet live.

`HOME/uploads` is a folder of policies like any other: `SCHOOL/FILE` and `register.toml`. What waits
is in `uploads/.waiting`, which no ingest of `uploads` looks into.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import shutil
import threading
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from ingest.documents import Audience, IngestError
from ingest.home import write_whole
from ingest.policy.dates import period
from ui.words import printable

MOST_BYTES = 50_000_000  # of one file
MOST_MEGABYTES = MOST_BYTES // 1_000_000
_MOST_WAITING = 200  # files
_LONGEST_NAME = 100  # bytes, with its suffix
_LONGEST_VALUE = 200  # characters
_KEEPING = threading.Lock()  # two tabs may drop files of one name at once
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_READ = ".read.json"
# Names that mean something else: to an ingest, or to Windows.
_TAKEN = re.compile(
    r"(?:register\.toml|readme\.(?:md|txt)|desktop\.ini|thumbs\.db"
    r"|(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?)",
    re.I,
)

NOT_HERE = (
    "Policies can be added and removed only where the chat answers on its own machine alone; on "
    "a server, put the files in a folder there and run `verse ingest`."
)

Standing = Literal["current", "superseded", "draft"]
_FROZEN = ConfigDict(frozen=True, extra="ignore")


class Value(BaseModel):
    """Something that was read off a file, and where it stands there."""

    model_config = _FROZEN

    value: str = ""
    origin: str = ""


class Found(BaseModel):
    """What was read off a waiting file; `trouble` says why nothing could be."""

    model_config = _FROZEN

    name: str
    sha256: str
    school: str = ""  # key of a school that has policies, or ""
    school_name: str = ""
    title: Value = Value()
    status: Value = Value()
    adopted: Value = Value()
    review_due: Value = Value()
    clauses: int = 0
    pages: int | None = None
    warnings: tuple[str, ...] = ()
    here_as: str = ""  # the policy that is this very file, where there is one
    trouble: str = ""


class Reading(BaseModel):
    """What was read off all waiting files together."""

    model_config = _FROZEN

    files: tuple[Found, ...] = ()


class Decision(BaseModel):
    """What its uploader wants to be known of a file: as it was read, or corrected."""

    model_config = _FROZEN

    name: str
    sha256: str
    school: str
    school_name: str
    title: str
    status: Standing = "current"
    adopted: str = ""
    review_due: str = ""
    audience: Audience | Literal[""] = ""  # "": that of the version before, else staff


@dataclass(frozen=True)
class Waiting:
    """A file that is not live yet."""

    name: str
    path: Path
    size: int
    sha256: str


def on_loopback(address: str | None) -> bool:
    """True where a server with this address answers nobody but its own machine."""
    return address in _LOOPBACK


def can_ocr() -> bool:
    """Scans are read wherever that is possible, so that no later ingest of the folder drops one."""
    return shutil.which("tesseract") is not None


def uploads(home: Path) -> Path:
    return home / "uploads"


def waiting_folder(home: Path) -> Path:
    return uploads(home) / ".waiting"


def safe_name(name: str) -> str:
    """A file's name that is nothing but a name, on every system, whatever was sent as one."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", printable(name)))[-1]
    stem, dot, suffix = last.rpartition(".")
    if not (dot and re.fullmatch(r"[A-Za-z0-9]{1,10}", suffix)):
        stem, dot, suffix = last, "", ""
    stem = re.sub(r"[^\w ()&,'’+-]+", "-", stem)
    stem = re.sub(r"\s+", " ", stem).strip(" -_'’")
    room = _LONGEST_NAME - len(f"{dot}{suffix}".encode())
    stem = stem.encode()[:room].decode("utf-8", "ignore").rstrip(" -_'’") or "policy"
    made = f"{stem}{dot}{suffix.lower()}"
    return f"policy-{made}"[-_LONGEST_NAME:] if _TAKEN.fullmatch(made) else made


def free_name(name: str, taken: Iterable[str]) -> str:
    """The name, or with a number behind it where it is taken; case does not tell names apart."""
    used = {one.casefold() for one in taken}
    stem, dot, suffix = name.rpartition(".") if "." in name else (name, "", "")
    tries = (f"{stem}-{count}{dot}{suffix}" for count in range(2, len(used) + 3))
    return (
        name if name.casefold() not in used else next(t for t in tries if t.casefold() not in used)
    )


def keep(home: Path, files: Iterable[tuple[str, bytes]]) -> list[str]:
    """Put dropped files with those that wait; sentences about those that were not kept.

    A file that waits already, by its bytes, is not kept twice. Raises IngestError where the home
    cannot be written.
    """
    with _KEEPING:
        return _keep(home, files)


def _keep(home: Path, files: Iterable[tuple[str, bytes]]) -> list[str]:
    troubles = []
    there = waiting(home)
    for name, data in files:
        called = safe_name(name)
        digest = hashlib.sha256(data).hexdigest()
        if len(data) > MOST_BYTES:
            troubles.append(
                f"{called} is larger than {MOST_MEGABYTES} MB, the most a file may have; save it "
                "smaller, or split it."
            )
        elif not data:
            troubles.append(f"{called} is empty; save the policy's text in it.")
        elif len(there) >= _MOST_WAITING:
            troubles.append(
                f"{called} was not kept: {_MOST_WAITING} files wait already; deal with them first."
            )
        elif all(one.sha256 != digest for one in there):
            called = free_name(called, (one.name for one in there))
            path = waiting_folder(home) / called
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                write_whole(path, data)
            except OSError as error:
                raise IngestError(
                    f"{called} could not be kept ({error.strerror or error}); free space in "
                    f"{home}, then drop it again."
                ) from error
            there.append(Waiting(called, path, len(data), digest))
    return troubles


def waiting(home: Path) -> list[Waiting]:
    """The files that wait, by name."""
    found = []
    with contextlib.suppress(OSError):
        for path in sorted(waiting_folder(home).iterdir()):
            if path.is_file() and not path.is_symlink() and not path.name.startswith("."):
                stat = path.stat()
                digest = _digest(path, stat.st_size, stat.st_mtime_ns)
                found.append(Waiting(path.name, path, stat.st_size, digest))
    return found


@lru_cache(maxsize=_MOST_WAITING)
def _digest(path: Path, _size: int, _changed: int) -> str:
    """The page asks at every turn, and a file may have 50 MB."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def discard(home: Path, digests: Iterable[str]) -> None:
    """Let go of waiting files, by their hashes."""
    gone = set(digests)
    for one in waiting(home):
        if one.sha256 in gone:
            with contextlib.suppress(OSError):
                one.path.unlink()


def remember_reading(home: Path, reading: Reading) -> None:
    with contextlib.suppress(OSError):  # it is read again where it cannot be kept
        write_whole(waiting_folder(home) / _READ, reading.model_dump_json().encode())


def last_reading(home: Path, files: Sequence[Waiting]) -> Reading | None:
    """What was read off these very files; None where they are to be read yet."""
    try:
        reading = Reading.model_validate_json((waiting_folder(home) / _READ).read_bytes())
    except (OSError, ValidationError):
        return None
    known = {(found.name, found.sha256): found for found in reading.files}
    if any((file.name, file.sha256) not in known for file in files):
        return None
    return Reading(files=tuple(known[file.name, file.sha256] for file in files))


def trouble_with(decision: Decision, found: Found) -> str:
    """Why a decision cannot be taken, as one sentence; "" where it can."""
    called = found.name
    if not decision.school_name.strip():
        return f"{called}: name the school that this policy belongs to."
    if not decision.title.strip():
        return f"{called}: give the policy a title."
    for what, value, read in (
        ("adopted", decision.adopted, found.adopted.value),
        ("next review", decision.review_due, found.review_due.value),
    ):
        if value.strip() == read.strip():
            continue
        if not value.strip():
            return (
                f"{called}: the file gives a date for “{what}” ({read}), which can be corrected "
                "here but not left out."
            )
        if period(value) is None:
            return f"{called}: {value!r} is no date; write it like 12 March 2026 or March 2026."
    for value in (decision.title, decision.school_name, decision.adopted, decision.review_due):
        if len(value) > _LONGEST_VALUE:
            return f"{called}: keep each value to {_LONGEST_VALUE} characters."
    return ""
