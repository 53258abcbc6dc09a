"""A folder of policies as it stands on disk: which files can be read, and as what."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from ingest.documents import Document, IngestError, Policy
from ingest.policy.register import Register, School, describe
from ingest.policy.whose import Schools

_MAX_BYTES = 100_000_000
_IGNORED = {"register.toml", "readme.md", "readme.txt", "desktop.ini", "thumbs.db"}


@dataclass(frozen=True)
class File:
    """One file that may hold a policy."""

    source: str  # relative to the folder, with forward slashes
    path: Path
    sha256: str


@dataclass(frozen=True)
class Failure:
    """Why a file could not be indexed, and what to do about it."""

    source: str
    reason: str

    def __str__(self) -> str:
        return f"{self.source}: {self.reason}"


@dataclass
class Contents:
    """A folder's documents as read this time."""

    documents: list[tuple[File, Document, Policy]] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)


def list_files(folder: Path) -> tuple[list[File], list[Failure]]:
    """The files that may hold policies, and a reason for each that cannot be one."""
    files: list[File] = []
    paths, failures = _walk(folder)
    for path in paths:
        source = _source(path, folder)
        try:
            if not (folder / source).exists() and path.exists():
                failures.append(Failure(source, "has a name that is not UTF-8; rename it"))
            elif not path.resolve().is_relative_to(folder):
                failures.append(
                    Failure(source, "is a link out of the folder; copy the file itself here")
                )
            elif path.is_dir():
                continue  # a link to another place in the folder, whose files are read there
            elif not path.is_file():
                failures.append(Failure(source, "is no ordinary file; copy the file itself here"))
            elif path.stat().st_size > _MAX_BYTES:
                failures.append(Failure(source, "is over 100 MB; split it or save it as text"))
            else:
                with path.open("rb") as opened:
                    digest = hashlib.file_digest(opened, "sha256").hexdigest()
                files.append(File(source, path, digest))
        except (OSError, RuntimeError) as error:  # RuntimeError: a link that leads to itself
            reason = getattr(error, "strerror", None) or "a link that leads to itself"
            failures.append(Failure(source, f"cannot be read ({reason}); check its permissions"))
    return files, failures


def _walk(folder: Path) -> tuple[list[Path], list[Failure]]:
    """Every path below a folder that is not hidden, and the folders that cannot be opened."""
    paths: list[Path] = []
    failures: list[Failure] = []

    def unreadable(error: OSError) -> None:
        source = _source(Path(error.filename), folder)
        reason = f"cannot be opened ({error.strerror}); check its permissions"
        failures.append(Failure(source, reason))

    for parent, inside, names in os.walk(folder, onerror=unreadable):
        inside[:] = [name for name in inside if not name.startswith((".", "~$"))]
        links = [name for name in inside if (Path(parent) / name).is_symlink()]
        shown = [name for name in names if not name.startswith((".", "~$"))]
        names = [name for name in links + shown if name.lower() not in _IGNORED]
        paths += [Path(parent) / name for name in names]
    return sorted(paths), failures


def _source(path: Path, folder: Path) -> str:
    name = PurePosixPath(path.relative_to(folder)).as_posix()
    return name.encode("utf-8", "backslashreplace").decode()


def read_files(
    files: Sequence[File],
    parsed: Callable[[Sequence[File]], Iterable[tuple[int, Document | str]]],
    register: Register,
    school: str | None,
    known: Sequence[School] = (),
) -> Contents:
    """Text, clauses and policy of each file.

    `parsed` gives, for each file's position, its document or why there is none. `school` names the
    school of files that no register lists; `known` are schools of the index, so that a second
    folder of one school joins it.
    """
    contents = Contents()
    present = {file.source for file in files}
    for registered in register.policy:
        if registered.source not in present:
            contents.failures.append(
                Failure(
                    registered.source,
                    "is in register.toml but not in the folder; put it back or remove its entry",
                )
            )
    found = sorted(parsed(files), key=lambda pair: pair[0])
    documents = [(files[position], one) for position, one in found]
    schools = Schools(register, school, known, [d for _, d in documents if isinstance(d, Document)])
    for file, document in documents:
        try:
            if isinstance(document, str):
                raise IngestError(document)
            policy = describe(document, schools.of(document), register.of(file.source))
        except IngestError as error:
            reason = str(error).removeprefix(f"{file.source}: ")
            contents.failures.append(Failure(file.source, reason))
        else:
            contents.documents.append((file, document, policy))
    return contents
