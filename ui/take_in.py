"""What changes the uploaded policies: take in what waits, remove one, go back to the state before.

Each is all or nothing: where the index cannot be made anew, the folder is put back as it was.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import filelock

from ingest.documents import Audience, IngestError
from ingest.folder import File, list_files
from ingest.home import IndexMissing, stored_bytes, write_whole
from ingest.index import Index, Manifest, open_index
from ingest.policy.register import (
    Register,
    RegisteredPolicy,
    School,
    read_register,
    school_key,
)
from ingest.rollback import generation_before, roll_back
from ingest.sync import ingest
from ingest.vectors import Progress
from ui.register_file import with_policy, without, written
from ui.upload import (
    Decision,
    Found,
    Waiting,
    can_ocr,
    discard,
    free_name,
    last_reading,
    trouble_with,
    uploads,
    waiting,
    waiting_folder,
)

_KEPT = 20  # earlier registers


@contextlib.contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Nobody else changes the uploaded policies meanwhile."""
    uploads(home).mkdir(parents=True, exist_ok=True)
    lock = filelock.FileLock(uploads(home) / ".lock")
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout as error:
        raise IngestError(
            "Somebody else is adding or removing policies right now; wait a moment, then try again."
        ) from error
    try:
        yield
    finally:
        lock.release()


def accept(home: Path, decisions: Sequence[Decision], say: Progress) -> dict[str, Any]:
    """Put waiting files live as decided; the ingest's report as plain data.

    Raises IngestError, and changes nothing, where it cannot be done for all of them.
    """
    with _alone(home):
        files = {(file.name, file.sha256): file for file in waiting(home)}
        reading = last_reading(home, list(files.values()))
        found = {(f.name, f.sha256): f for f in reading.files} if reading else {}
        register = before = read_register(_register(home))
        index = _index(home)
        added: list[Path] = []
        sources: dict[str, Decision] = {}
        try:
            for decision in decisions:
                key = (decision.name, decision.sha256)
                if key not in files or key not in found:
                    raise IngestError(
                        f"{decision.name} does not wait any more; look at the list again."
                    )
                if trouble := trouble_with(decision, found[key]):
                    raise IngestError(trouble)
                school = _school(decision, index)
                source = _source(home, school, files[key], index)
                path = uploads(home) / source
                if not path.exists():
                    path.parent.mkdir(parents=True, exist_ok=True)
                    write_whole(path, files[key].path.read_bytes())
                    added.append(path)
                policy = _registered(source, school, decision, found[key], index)
                register = with_policy(register, policy, (*_schools(index), school))
                sources[source] = decision
            report = _ingest(home, register, index, say)
        except BaseException:
            _put_back(home, before, added)
            raise
        read = {row["source"] for row in report["documents"]}
        failed = sources.keys() - read
        if failed:  # they would fail again at every upload
            for source in failed:
                (uploads(home) / source).unlink(missing_ok=True)
            _write(home, without(register, failed, _schools(index)), report["generation"])
        discard(home, [d.sha256 for source, d in sources.items() if source in read])
        return report


def remove(home: Path, sha256: str, source: str, say: Progress) -> dict[str, Any]:
    """Take an uploaded policy out; the ingest's report as plain data.

    Raises IngestError, and changes nothing, where the policy was brought by another folder.
    """
    with _alone(home):
        index = open_index(home)
        folder = str(uploads(home).resolve())
        same = [d for d in index.manifest.documents if (d.sha256, d.source) == (sha256, source)]
        held = next((d for d in same if d.folder == folder), None)
        if held is None and same:
            raise IngestError(
                f"“{same[0].policy.title}” was not uploaded here: take {source} out of "
                f"{same[0].folder}, then run `verse ingest {same[0].folder}`."
            )
        if held is None:
            raise IngestError("That policy is not here any more; look at the list again.")
        before = read_register(_register(home))
        path = uploads(home) / held.source
        try:
            path.unlink(missing_ok=True)
            left = without(before, [held.source], _schools(index))
            return _ingest(home, left, index, say)
        except BaseException:
            write_whole(path, stored_bytes(home, held.sha256))
            _write(home, before)
            raise


def go_back(home: Path) -> Manifest:
    """Let the state before answer again, and make the uploaded files and register agree with it."""
    with _alone(home):
        before = generation_before(home)
        now = roll_back(home)
        folder = uploads(home).resolve()
        held = {d.source: d.sha256 for d in now.documents if d.folder == str(folder)}
        for file in list_files(folder)[0]:
            if held.get(file.source) != file.sha256:
                _let_go(home, file)
        for source, digest in held.items():
            path = folder / source
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                write_whole(path, stored_bytes(home, digest))
        register = _register_at(home, before.generation if before else "")
        gone = [policy.source for policy in register.policy if policy.source not in held]
        _write(home, without(register, gone, now.schools), now.generation)
        return now


def _ingest(home: Path, register: Register, index: Index | None, say: Progress) -> dict[str, Any]:
    _write(home, register)
    report = ingest(
        uploads(home),
        home,
        model=index.manifest.model if index else None,
        ocr=can_ocr(),
        may_empty=True,
        progress=say,
    )
    _write(home, register, report.generation)
    return asdict(report)


def _index(home: Path) -> Index | None:
    try:
        return open_index(home)
    except IndexMissing:
        return None


def _schools(index: Index | None) -> tuple[School, ...]:
    return index.schools if index else ()


def _school(decision: Decision, index: Index | None) -> School:
    """The school decided on, as the index knows it; else a new one of that name."""
    key = decision.school or school_key(decision.school_name)
    new = School(
        key=school_key(decision.school_name), name=decision.school_name.strip(), name_from=_where()
    )
    return next((s for s in _schools(index) if s.key == key), new)


def _source(home: Path, school: School, file: Waiting, index: Index | None) -> str:
    """Where a file goes: where the same file of the school lies already, else under a free name."""
    documents = index.manifest.documents if index else ()
    folder = str(uploads(home).resolve())
    for held in documents:
        if (held.folder, held.policy.school, held.sha256) == (folder, school.key, file.sha256):
            return held.source
    place = uploads(home) / school.key
    names = [path.name for path in place.iterdir()] if place.is_dir() else []
    names += [Path(held.source).name for held in documents if held.policy.school == school.key]
    return f"{school.key}/{free_name(file.name, names)}"


def _registered(
    source: str, school: School, decision: Decision, found: Found, index: Index | None
) -> RegisteredPolicy:
    """Only what was corrected: for the rest the file itself goes on to say where it stands."""
    given: dict[str, object] = {}
    for name in ("title", "status", "adopted", "review_due"):
        value, read = getattr(decision, name).strip(), getattr(found, name).value
        if value and value != read.strip():
            given[name] = {"value": value, "from": _where()}
    given["audience"] = _audience(school, decision, index)
    return RegisteredPolicy.model_validate({"school": school.key, "source": source, **given})


def _audience(school: School, decision: Decision, index: Index | None) -> tuple[Audience, ...]:
    """Whom it is for: as decided, else as it was where the same file is here already."""
    if decision.audience:
        return (decision.audience,)
    documents = index.manifest.documents if index else ()
    same = (
        held.policy.audience
        for held in documents
        if (held.policy.school, held.sha256) == (school.key, decision.sha256)
    )
    return next(filter(None, same), ())


def _where() -> str:
    today = dt.date.today()
    return f"given by whoever uploaded it, {today.day} {today:%B %Y}"


def _register(home: Path) -> Path:
    return uploads(home) / "register.toml"


def _write(home: Path, register: Register, generation: str = "") -> None:
    """The register, and with a generation also a copy to go back to."""
    content = written(register)
    write_whole(_register(home), content)
    if generation:
        folder = uploads(home) / ".registers"
        with contextlib.suppress(OSError):
            folder.mkdir(exist_ok=True)
            write_whole(folder / f"{generation}.toml", content)
            for old in sorted(folder.glob("*.toml"))[:-_KEPT]:
                old.unlink()


def _register_at(home: Path, generation: str) -> Register:
    """The register as it was when a generation was made."""
    folder = uploads(home) / ".registers"
    names = sorted(p.stem for p in folder.glob("*.toml")) if folder.is_dir() else []
    known = [name for name in names if name <= generation]
    return read_register(folder / f"{known[-1]}.toml") if known else Register()


def _let_go(home: Path, file: File) -> None:
    """Delete a file, which is kept by its hash all the same; any other goes to those that wait."""
    try:
        stored_bytes(home, file.sha256)
    except IngestError:
        waiting_folder(home).mkdir(exist_ok=True)
        names = (one.name for one in waiting(home))
        file.path.replace(waiting_folder(home) / free_name(file.path.name, names))
    else:
        file.path.unlink()


def _put_back(home: Path, register: Register, added: Sequence[Path]) -> None:
    for path in added:
        with contextlib.suppress(OSError):
            path.unlink()
    with contextlib.suppress(OSError):
        _write(home, register)
