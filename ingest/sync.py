"""Make the index agree with a folder of policies: decide first, then apply in one step."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from ingest.clauses.references import refer_to_policies
from ingest.documents import Document, IngestError, NoFolder, hash_text
from ingest.embedding import TUNED, Embedder, default_model, exported, open_embedder
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
    open_index,
    passages_of,
    salvage,
    shelve,
    tidy,
)
from ingest.kept import Kept, carry_over, failed, keep_stale
from ingest.parsed import code_hash, forget, parse_all
from ingest.parsing import Task
from ingest.policy.register import Register, School, read_register
from ingest.policy.versions import chain
from ingest.readers import READERS
from ingest.report import Report, compare, named_before, row
from ingest.store import prefix_for
from ingest.vectors import Progress, vectors_of


@dataclass(frozen=True)
class Asked:
    """What an ingest is to do; `school` is that of files which no register names."""

    folder: Path
    home: Path
    school: str | None = None
    model: str = TUNED
    ocr: bool = False
    dry_run: bool = False
    may_empty: bool = False
    server: str | None = None


@dataclass(frozen=True)
class _Plan:
    """What was decided: all that applying needs."""

    asked: Asked
    made_from: str  # of what the folder holds; equal means nothing to do
    register: Register
    contents: Contents
    before: tuple[Held, ...]  # what the index holds of this folder
    previous: Index | None
    everything: Kept  # what the index is to hold, of this folder and of others
    taken: set[str]  # folders of which this one takes files over

    def report(self, changed: bool, generation: str, embedded: int = 0) -> Report:
        folder = str(self.asked.folder)
        ours = [(held, document) for held, document in self.everything if held.folder == folder]
        return Report(
            changed=changed,
            generation=generation,
            **asdict(compare(self.before, [held for held, _ in ours])),
            failures=tuple(map(str, self.contents.failures)),
            documents=tuple(row(held, document) for held, document in ours),
            embedded=embedded,
        )


def ingest(
    folder: Path,
    home: Path,
    *,
    school: str | None = None,
    model: str | None = None,
    ocr: bool = False,
    dry_run: bool = False,
    may_empty: bool = False,
    server: str | None = None,
    progress: Progress | None = None,
) -> Report:
    """Index a folder into a home; readers see the old index or the new one, never half.

    `school` names the school of files that no register names. `model` is the embedding model, our
    own unless another is named. `ocr` reads pages that are pictures.
    `dry_run` changes nothing and reports what would change. `may_empty` says that a folder that
    holds no policy any more was emptied on purpose, not unplugged or moved. `server` is the address
    of a Chroma server that keeps the vectors, "" for files in the home, None for where they are.
    Raises IngestError when nothing can be indexed at all; a single bad file is only reported.
    """
    say = progress or (lambda _done, _all, _what: None)
    model = model or default_model()[0]
    asked = Asked(folder.resolve(), home, school, model, ocr, dry_run, may_empty, server)
    if not asked.folder.is_dir():
        raise NoFolder(f"There is no folder {folder}; name the folder that holds the policies.")
    with locked(home):
        try:
            found = _decide(asked, say)
            if isinstance(found, Report):
                return found
            if dry_run:
                generation = found.previous.manifest.generation if found.previous else ""
                return found.report(changed=False, generation=generation)
            return _apply(found, open_embedder(home, model, export=True), say)
        except OSError as error:
            raise IngestError(
                f"The index in {home} could not be written ({error.strerror or error}); what it "
                "held still answers: free space there, then run `verse ingest` again."
            ) from error


def _decide(asked: Asked, say: Progress) -> _Plan | Report:
    """What is to be done, or the report where that is nothing."""
    folder = asked.folder
    previous = _previous(asked.home)
    register = read_register(folder / "register.toml")
    files, failures = list_files(folder)
    made_from = _fingerprint(asked, files, failures, register)
    documents = previous.manifest.documents if previous else ()
    before = tuple(held for held in documents if held.folder == str(folder))
    if previous is not None and _up_to_date(previous, str(folder), made_from, asked):
        return Report(
            generation=previous.manifest.generation,
            unchanged=tuple(held.source for held in before),
            failures=previous.manifest.failures.get(str(folder), ()),
        )
    emptied = asked.may_empty and before and not files
    if not (files or emptied or any(failed(failures, held.source) for held in before)):
        raise IngestError(_nothing(folder, len(before), failures))

    def parsed(wanted: Sequence[File]) -> Iterator[tuple[int, Document | str]]:
        tasks = [Task(file.source, file.path, file.sha256, asked.ocr) for file in wanted]
        pages = 0
        say(0, len(tasks), "reading")
        for done, (position, document) in enumerate(parse_all(asked.home, tasks), 1):
            if isinstance(document, Document):
                pages += document.extract.pages or 1
            say(done, len(tasks), f"reading ({pages} pages) {wanted[position].source}")
            yield position, document

    known = previous.schools if previous else ()
    contents = read_files(files, parsed, register, asked.school, known)
    contents.failures[:0] = failures
    kept = keep_stale(before, contents.failures, previous, register)
    if not (contents.documents or kept or emptied):
        if before:
            raise IngestError(_nothing(folder, len(before), contents.failures))
        raise IngestError(f"Nothing in {folder} could be indexed: {contents.failures[0]}.")
    read = _held(folder, contents, before) + kept
    carried, taken = carry_over(folder, read, previous)
    everything = _related([*carried, *read])
    return _Plan(asked, made_from, register, contents, before, previous, everything, taken)


def _held(folder: Path, contents: Contents, before: Sequence[Held]) -> Kept:
    now = [
        Held(
            str(folder),
            file.source,
            file.sha256,
            document.text_sha256,
            policy,
            ocr=document.extract.ocr,
        )
        for file, document, policy in contents.documents
    ]
    documents = [document for _, document, _ in contents.documents]
    return list(zip(named_before(before, now), documents, strict=True))


def _related(everything: Kept) -> Kept:
    """Each document with its place among its school's: versions chained, references resolved."""
    policies = chain([(document, held.policy) for held, document in everything])
    documents = refer_to_policies(
        [(policy, document) for policy, (_, document) in zip(policies, everything, strict=True)]
    )
    return [
        (replace(held, policy=policy), document)
        for (held, _), (policy, document) in zip(everything, documents, strict=True)
    ]


def _apply(plan: _Plan, embedder: Embedder, say: Progress) -> Report:
    home, folder, previous = plan.asked.home, plan.asked.folder, plan.previous
    for file, document, _ in plan.contents.documents:
        data = file.path.read_bytes()  # one file at a time: a folder may be larger than memory
        if hashlib.sha256(data).hexdigest() != file.sha256:
            raise IngestError(f"{file.path} was changed meanwhile; run `verse ingest` again.")
        store_document(home, data, document.text)
    everything = plan.everything
    passages = [p for held, doc in everything for p in passages_of(doc, held.policy)]
    vectors, embedded = vectors_of(passages, previous, embedder, say)
    schools = _schools(plan.register, everything, previous)
    folders = dict(previous.manifest.folders) if previous else {}
    before = previous.manifest.failures if previous else {}
    # A folder that lost a file to this one is read anew next time, so that it can have it back.
    live = {held.folder for held, _ in everything} - plan.taken
    folders = {f: h for f, h in folders.items() if f in live} | {str(folder): plan.made_from}
    generation = next_generation(home)
    server = plan.asked.server
    if server is None:
        server = previous.manifest.server if previous else ""
    prefix = previous.manifest.prefix if previous else ""
    manifest = Manifest(
        generation=generation,
        fingerprint=hash_text(json.dumps(sorted(folders.items()))),
        model=embedder.model.name,
        model_sha256=embedder.model.sha256,
        schools=schools,
        documents=tuple(held for held, _ in everything),
        snapshots={},
        folders=folders,
        failures={f: kept for f, kept in before.items() if f in folders}
        | {str(folder): tuple(map(str, plan.contents.failures))},
        server=server,
        prefix=prefix_for(generation, prefix) if server else "",
    )
    build_generation(home, manifest, shelve(passages, vectors))
    switch(home, manifest.generation)
    tidy(home, manifest)
    forget(home, {held.sha256 for held, _ in everything})
    return plan.report(changed=True, generation=manifest.generation, embedded=embedded)


def _previous(home: Path) -> Index | None:
    """The index that answers, else the newest that can be read, else None."""
    try:
        index = open_index(home)
    except (IndexMissing, IndexDamaged):
        return salvage(home)
    clear(home)  # what a killed ingest left takes space that this one may need
    return index


def _up_to_date(index: Index, folder: str, made_from: str, asked: Asked) -> bool:
    manifest, model = index.manifest, asked.model
    same = manifest.folders.get(folder) == made_from and manifest.model == model
    same = same and asked.server in (None, manifest.server)
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
    asked: Asked, files: list[File], failures: list[Failure], register: Register
) -> str:
    """Changes whenever the same folder would be indexed differently."""
    parts = [
        FORMAT,
        code_hash(),
        register.model_dump_json(),
        asked.school,
        asked.ocr,
        [(f.source, f.sha256) for f in files],
        [str(f) for f in failures],
    ]
    return hash_text(json.dumps([str(asked.folder), parts]))


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
