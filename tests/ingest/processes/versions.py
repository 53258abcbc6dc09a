"""Versions of a folder of policies, and which of them an index holds."""

from __future__ import annotations

from pathlib import Path

from ingest.index import Index

REGISTER = """
[[school]]
key = "oak"
name = "Oak School"

[[school]]
key = "elm"
name = "Elm School"

[[policy]]
school = "oak"
source = "oak/phones.txt"
title = {{ value = "Phones {v}", from = "us" }}

[[policy]]
school = "oak"
source = "oak/old.txt"
title = {{ value = "Old phones {v}", from = "us" }}
status = {{ value = "superseded", from = "us" }}
"""


def write_version(folder: Path, version: str) -> None:
    """All but version A have more rules than A, and a file that A lacks."""
    files = {
        "register.toml": REGISTER.format(v=version),
        "oak/phones.txt": rules("Staff", version, 8 if version == "A" else 12),
        "oak/old.txt": rules("Pupils", version, 3),
        "elm/phones.txt": rules("Visitors", version, 4),
        "elm/cameras.txt": rules("Parents", version, 3) if version != "A" else "",
    }
    for source, text in files.items():
        path = folder / source
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        if text:
            path.write_text(text, "utf-8")


def rules(who: str, version: str, count: int) -> str:
    return "\n\n".join(
        f"1.{n} {who} must obey rule {n} of version {version}." for n in range(count)
    )


def read_version(index: Index) -> str:
    """The version an index holds, all of it; raises AssertionError where it holds anything else."""
    sizes: list[int] = []
    versions: set[str] = set()
    for school, status in (("oak", "current"), ("oak", "superseded"), ("elm", "current")):
        shelf = index.shelf(school, status)
        assert len(shelf.passages) == len(shelf.vectors)
        sizes.append(len(shelf.passages))
        for passage in shelf.passages:
            text = index.text(passage.text_sha256)
            assert passage.clause.span.of(text) == passage.clause.text
            versions.add(passage.clause.text.removesuffix(".")[-1])
            if school == "oak":
                versions.add(passage.policy.title[-1])
    (version,) = versions
    assert sizes == ([8, 3, 4] if version == "A" else [12, 3, 7])
    return version
