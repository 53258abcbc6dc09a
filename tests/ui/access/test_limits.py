"""A limit once set is not lost by uploading, by a new version, or by an unreadable file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from assistant.seen import see
from assistant.sight import Sight
from ingest.documents import Policy
from ingest.index import open_index
from ingest.sync import ingest
from ui import upload
from ui.read_waiting import read_waiting
from ui.take_in import accept
from ui.upload import Decision

STAFF = Sight(audiences=frozenset({"staff"}))
REGISTER = """
[[school]]
key = "oak"
name = "Oak Primary School"
[[policy]]
school = "oak"
source = "pay.txt"
audience = ["governors"]
"""
PAY = "Senior Pay Policy\n\nAdopted: May 2024\n\n1.1 The head may get a bonus of £{} a year.\n"


def put_live(home: Path, name: str, text: str, **decided: Any) -> Policy:
    """Drop a file, accept it as it was read but for what is decided; its policy."""

    def quiet(*_: object) -> None: ...

    assert upload.keep(home, [(name, text.encode())]) == []
    (found,) = read_waiting(home, "oak", quiet).files
    read = {
        "name": found.name,
        "sha256": found.sha256,
        "school": "oak",
        "school_name": "Oak Primary School",
        "title": found.title.value,
        "adopted": found.adopted.value,
        "review_due": found.review_due.value,
    }
    accept(home, [Decision(**(read | decided))], quiet)
    return next(d.policy for d in open_index(home).manifest.documents if d.sha256 == found.sha256)


def seen_by_staff(home: Path) -> list[str]:
    return [d.source for d in see(open_index(home), STAFF).manifest.documents]


@pytest.fixture
def home(new_home: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "policies"
    folder.mkdir()
    (folder / "pay.txt").write_text(PAY.format("7,000"), "utf-8")
    (folder / "register.toml").write_text(REGISTER, "utf-8")
    ingest(folder, new_home)
    return new_home


def test_an_uploaded_policy_is_for_whom_its_uploader_says(home: Path) -> None:
    text = "Bonus Rules\n\n1.1 Governors must meet in June.\n"
    assert put_live(home, "rules.txt", text, audience="governors").audience == ("governors",)
    assert seen_by_staff(home) == []
    assert put_live(home, "rules.txt", text, audience="staff").audience == ("staff",)
    assert seen_by_staff(home) == ["oak/rules.txt"]


def test_the_same_file_uploaded_again_keeps_its_limit(home: Path) -> None:
    assert put_live(home, "copy.txt", PAY.format("7,000")).audience == ("governors",)
    assert put_live(home, "copy.txt", PAY.format("7,000"), title="Pay").audience == ("governors",)
    assert seen_by_staff(home) == []


def test_a_new_version_that_is_uploaded_keeps_the_limit_of_the_old_one(home: Path) -> None:
    newer = PAY.format("9,000").replace("May 2024", "May 2026")
    policy = put_live(home, "pay-2026.txt", newer)
    assert policy.supersedes and policy.audience == ()
    assert seen_by_staff(home) == []


def test_a_new_limit_does_not_wait_until_its_file_can_be_read(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "policies"
    register = folder / "register.toml"
    register.write_text(REGISTER.replace("governors", "staff"), "utf-8")
    ingest(folder, home)
    assert seen_by_staff(home) == ["pay.txt"]
    register.write_text(REGISTER, "utf-8")
    (folder / "pay.txt").write_bytes(b"\x00" * 100)
    ingest(folder, home)
    (held,) = open_index(home).manifest.documents
    assert held.stale and held.policy.audience == ("governors",)
    assert seen_by_staff(home) == []
