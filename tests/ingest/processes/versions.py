"""Two versions of a folder of policies, and what an index holds of them."""

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
    """Version B has more rules than A, and a file that A lacks."""
    files = {
        "register.toml": REGISTER.format(v=version),
        "oak/phones.txt": rules("Staff", version, 8 if version == "A" else 12),
        "oak/old.txt": rules("Pupils", version, 3),
        "elm/phones.txt": rules("Visitors", version, 4),
        "elm/cameras.txt": rules("Parents", version, 3) if version == "B" else "",
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
    found: dict[tuple[str, str], list[str]] = {}
    for school in ("oak", "elm"):
        for status in ("current", "superseded"):
            shelf = index.shelf(school, status)
            assert len(shelf.passages) == len(shelf.vectors)
            for passage in shelf.passages:
                text = index.text(passage.text_sha256)
                assert passage.clause.span.of(text) == passage.clause.text
                found.setdefault((school, status), []).append(passage.clause.text)
                found.setdefault(("titles", ""), []).append(passage.policy.title)
    version = found["oak", "current"][0][-2]
    sizes = {place: len(texts) for place, texts in found.items() if place[0] != "titles"}
    if version == "A":
        assert sizes == {("oak", "current"): 8, ("oak", "superseded"): 3, ("elm", "current"): 4}
    else:
        assert sizes == {("oak", "current"): 12, ("oak", "superseded"): 3, ("elm", "current"): 7}
    for (school, _), texts in found.items():
        if school != "titles":
            assert {text[-2] for text in texts} == {version}
    assert {title[-1] for title in found["titles", ""] if title[-2] == " "} == {version}
    return version
