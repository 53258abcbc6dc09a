"""Make the index agree with a folder of policies: decide first, then apply in one step."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ingest import blocks, furniture, headings, identity, labels, sentences, structure
from ingest.documents import Document, IngestError, NoFolder, Passage, hash_text
from ingest.embedding import BUNDLED, Embedder, Vectors, exported, open_embedder
from ingest.folder import Contents, Failure, File, list_files, read_files
from ingest.home import (
    IndexDamaged,
    IndexMissing,
    clear,
    locked,
    next_generation,
    store_document,
    switch,
)
from ingest.index import (
    FORMAT,
    Held,
    Index,
    Manifest,
    build_generation,
    in_context,
    open_index,
    passages_of,
    salvage,
    shelve,
)
from ingest.kept import Kept, carry_over, failed, keep_stale
from ingest.readers import READERS
from ingest.register import Register, School, read_register

# steps so far, steps in all, what is being done
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Report:
    """What an ingest did; `failures` are sentences of the form "file: reason; what to do"."""

    changed: bool = False
    generation: str = ""
    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()
    documents: tuple[dict[str, object], ...] = ()
    embedded: int = 0  # clauses that were embedded, not taken from the last generation


def ingest(
    folder: Path,
    home: Path,
    *,
    school: str | None = None,
    model: str = BUNDLED,
    progress: Progress | None = None,
) -> Report:
    """Index a folder into a home; readers see the old index or the new one, never half.

    `school` names the school of files that no register names. Raises IngestError when nothing can
    be indexed at all; a single bad file is only reported.
    """
    say = progress or (lambda _done, _all, _what: None)
    folder = folder.resolve()
    if not folder.is_dir():
        raise NoFolder(f"There is no folder {folder}; name the folder that holds the policies.")
    with locked(home):
        previous = _previous(home)
        register = read_register(folder / "register.toml")
        files, failures = list_files(folder)
        made_from = _fingerprint(folder, files, failures, register, school)
        before = (
            [d for d in previous.manifest.documents if d.folder == str(folder)] if previous else []
        )
        if previous is not None and _up_to_date(previous, str(folder), made_from, model):
            return Report(
                generation=previous.manifest.generation,
                unchanged=tuple(d.source for d in before),
                failures=previous.manifest.failures.get(str(folder), ()),
            )
        if not files and not any(failed(failures, held.source) for held in before):
            raise IngestError(_nothing(folder, len(before), failures))
        say(0, len(files), "reading")
        contents = read_files(files, register, school, previous.schools if previous else ())
        contents.failures[:0] = failures
        kept = keep_stale(before, contents.failures, previous)
        if not contents.documents and not kept:
            raise IngestError(f"Nothing in {folder} could be indexed: {contents.failures[0]}.")
        try:
            embedder = open_embedder(home, model, export=True)
            return _apply(
                folder, home, made_from, register, contents, kept, previous, embedder, say
            )
        except OSError as error:
            raise IngestError(
                f"The index in {home} could not be written ({error.strerror or error}); what it "
                "held still answers: free space there, then run `verse ingest` again."
            ) from error


def _apply(
    folder: Path,
    home: Path,
    made_from: str,
    register: Register,
    contents: Contents,
    kept: Kept,
    previous: Index | None,
    embedder: Embedder,
    say: Progress,
) -> Report:
    for file, document, _ in contents.documents:
        store_document(home, file.data, document.text)
    read = [
        (Held(str(folder), file.source, file.sha256, document.text_sha256, policy), document)
        for file, document, policy in contents.documents
    ]
    read += kept
    carried, taken = carry_over(folder, read, previous)
    everything = [*carried, *read]
    passages = [p for held, doc in everything for p in passages_of(doc, held.policy)]
    vectors, embedded = _embed(passages, previous, embedder, say)
    schools = _schools(register, everything, previous)
    folders = dict(previous.manifest.folders) if previous else {}
    before = previous.manifest.failures if previous else {}
    # A folder that lost a file to this one is read anew next time, so that it can have it back.
    live = {held.folder for held, _ in everything} - taken
    folders = {f: h for f, h in folders.items() if f in live} | {str(folder): made_from}
    manifest = Manifest(
        generation=next_generation(home),
        fingerprint=hash_text(json.dumps(sorted(folders.items()))),
        model=embedder.model.name,
        model_sha256=embedder.model.sha256,
        schools=schools,
        documents=tuple(held for held, _ in everything),
        snapshots={},
        folders=folders,
        failures={f: kept for f, kept in before.items() if f in folders}
        | {str(folder): tuple(map(str, contents.failures))},
    )
    build_generation(home, manifest, shelve(passages, vectors))
    switch(home, manifest.generation)
    return _report(folder, manifest, contents, previous, read, embedded)


def _previous(home: Path) -> Index | None:
    """The index that answers, else the newest that can be read, else None."""
    try:
        index = open_index(home)
    except (IndexMissing, IndexDamaged):
        return salvage(home)
    clear(home)  # what a killed ingest left takes space that this one may need
    return index


def _up_to_date(index: Index, folder: str, made_from: str, model: str) -> bool:
    manifest = index.manifest
    same = manifest.folders.get(folder) == made_from and manifest.model == model
    return same and exported(index.home, model) == manifest.model_sha256 and index.is_whole()


def _nothing(folder: Path, before: int, failures: list[Failure]) -> str:
    reasons = f" ({failures[0]})" if failures else ""
    if before:
        return (
            f"{folder} holds no policies now{reasons}, though {before} were indexed from it; "
            "nothing was removed: put the files back, or delete the home to start afresh."
        )
    return (
        f"{folder} holds no file that can be read{reasons}; put policies there as "
        f"{', '.join(READERS)}."
    )


def _fingerprint(
    folder: Path,
    files: list[File],
    failures: list[Failure],
    register: Register,
    school: str | None,
) -> str:
    """Changes whenever the same folder would be indexed differently."""
    code = "".join(
        hashlib.sha256(Path(module.__file__ or "").read_bytes()).hexdigest()
        for module in (blocks, furniture, headings, identity, labels, sentences, structure)
    )
    parts = [
        FORMAT,
        code,
        register.model_dump_json(),
        school,
        [(f.source, f.sha256) for f in files],
        [str(f) for f in failures],
    ]
    return hash_text(json.dumps([str(folder), parts]))


def _embed(
    passages: list[Passage], previous: Index | None, embedder: Embedder, say: Progress
) -> tuple[Vectors, int]:
    """One vector a passage; text that the last generation embedded is not embedded again."""
    known: dict[str, Vectors] = {}
    if previous is not None and previous.manifest.model_sha256 == embedder.model.sha256:
        for school in previous.schools:
            for status in ("current", "superseded"):
                try:
                    shelf = previous.shelf(school.key, status)
                except IndexDamaged:
                    continue
                known.update(zip(shelf.texts, shelf.vectors, strict=True))
    texts = [in_context(passage) for passage in passages]
    new = sorted(set(texts) - known.keys())
    done = 0

    def count(more: int) -> None:
        nonlocal done
        done += more
        say(done, len(new), "embedding")

    say(0, len(new), "embedding")
    known.update(zip(new, embedder.embed(new, count), strict=True))
    if not texts:
        return np.zeros((0, 0), np.float32), 0
    return np.stack([known[text] for text in texts]).astype(np.float32), len(new)


def _schools(
    register: Register, everything: Iterable[tuple[Held, Document]], previous: Index | None
) -> tuple[School, ...]:
    """Every school that has a document, as the newest register that lists it describes it."""
    listed = {s.key: s for s in (previous.schools if previous else ())}
    listed |= {s.key: s for s in register.school}
    found: dict[str, School] = {}
    for held, _ in everything:
        key = held.policy.school
        plain = School(key=key, name=held.policy.school_name, body=held.policy.body)
        found[key] = listed.get(key, plain)
    return tuple(found.values())


def _report(
    folder: Path,
    manifest: Manifest,
    contents: Contents,
    previous: Index | None,
    read: list[tuple[Held, Document]],
    embedded: int,
) -> Report:
    documents = previous.manifest.documents if previous else ()
    before = {d.source: d.sha256 for d in documents if d.folder == str(folder)}
    after = {held.source: held.sha256 for held, _ in read}
    rows = tuple(
        {
            "source": held.source,
            "school": held.policy.school,
            "title": held.policy.title,
            "status": held.policy.status,
            "clauses": len(structure.rules(document.clauses)),
            "words_lost": round(words_lost(document), 4),
        }
        for held, document in read
    )
    return Report(
        changed=True,
        generation=manifest.generation,
        added=tuple(s for s in after if s not in before),
        updated=tuple(s for s in after if s in before and after[s] != before[s]),
        removed=tuple(s for s in before if s not in after),
        unchanged=tuple(s for s in after if before.get(s) == after[s]),
        failures=tuple(map(str, contents.failures)),
        documents=rows,
        embedded=embedded,
    )


def words_lost(document: Document) -> float:
    """Share of a document's words that stand in no labelled piece."""
    lost = list(document.text)
    for clause in document.clauses:
        if clause.kind != "unknown":
            lost[clause.span.start : clause.span.end] = " " * len(clause.text)
    words = [w for w in "".join(lost).split() if any(c.isalpha() for c in w)]
    return len(words) / max(1, len(document.text.split()))
