"""Dropped files: kept, read, put live, taken out, gone back on; whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import filelock
import pytest

from ingest.documents import IngestError
from ingest.home import current_generation, locked
from ingest.index import open_index
from ingest.rollback import generation_before
from ui import upload, upload_job, upload_view
from ui.read_waiting import read_waiting
from ui.take_in import accept, go_back, remove
from ui.upload import Decision

small = runpy.run_path(str(Path(__file__).with_name("policies_home.py")))
TRIPS = """Oak Primary School

Trips Policy

Adopted: May 2025

1. Staff must carry a whistle.

2. Volunteers must not drive pupils.
"""


@pytest.fixture(scope="module")
def built(furnish, tmp_path_factory):
    return small["make"](tmp_path_factory.mktemp("small"), furnish)


@pytest.fixture
def home(built, new_home):
    for name in ("documents", "generations", "parsed"):
        shutil.copytree(built / name, new_home / name)
    shutil.copy2(built / "CURRENT", new_home)
    return new_home


def quiet(_done, _all, _what):
    pass


def drop(home, name="trips.txt", text=TRIPS, school=""):
    """Drop a file and read it; what was read off each that waits."""
    assert upload.keep(home, [(name, text.encode())]) == []
    return read_waiting(home, school, quiet).files


def decided(found, **corrections):
    """A file taken as it was read, but for corrections."""
    return Decision(
        **{
            "name": found.name,
            "sha256": found.sha256,
            "school": found.school,
            "school_name": found.school_name,
            "title": found.title.value,
            "status": found.status.value,
            "adopted": found.adopted.value,
            "review_due": found.review_due.value,
            **corrections,
        }
    )


def live(home, part="uploads"):
    documents = open_index(home).manifest.documents
    return {d.source: d.policy for d in documents if part in d.folder}


def on_disk(home):
    folder = upload.uploads(home)
    return sorted(str(p.relative_to(folder)) for p in folder.glob("[!.]*/*"))


def test_a_dropped_file_waits_and_nothing_goes_live_by_reading_it(home):
    before = current_generation(home)
    [found] = drop(home)
    assert (found.school, found.school_name) == ("oak", "Oak Primary School")
    assert (found.title.value, found.adopted.value) == ("Trips Policy", "May 2025")
    assert (found.clauses, found.trouble) == (2, "")
    assert current_generation(home) == before
    assert live(home) == {}


def test_what_was_read_outlives_a_restart_until_the_files_change(home):
    [found] = drop(home)
    assert upload.last_reading(home, upload.waiting(home)).files == (found,)
    upload.keep(home, [("other.txt", b"1. Staff must ask.")])
    assert upload.last_reading(home, upload.waiting(home)) is None
    upload.discard(home, [hashlib.sha256(b"1. Staff must ask.").hexdigest()])
    assert upload.last_reading(home, upload.waiting(home)).files == (found,)


def test_an_accepted_file_answers_with_its_own_words_for_its_dates(home):
    [found] = drop(home)
    report = accept(home, [decided(found)], quiet)
    assert report["added"] == ("oak/trips.txt",)
    policy = live(home)["oak/trips.txt"]
    assert policy.facts["adopted"].span is not None
    assert policy.ask == "the office"  # the school is the one that was here
    assert upload.waiting(home) == []
    rules = [p.clause.text for p in open_index(home).shelf("oak").passages]
    assert "Staff must carry a whistle." in rules
    assert len(live(home, "policies")) == 4  # what other folders brought stays


def test_corrections_are_kept_with_where_they_come_from(home):
    [found] = drop(home)
    corrected = decided(found, title="Visits <b>Policy</b>", adopted="June 2025", status="draft")
    accept(home, [corrected], quiet)
    policy = live(home)["oak/trips.txt"]
    assert (policy.title, policy.status) == ("Visits <b>Policy</b>", "draft")
    assert policy.facts["adopted"].value == "June 2025"
    assert policy.facts["adopted"].origin.startswith("given by whoever uploaded it")


def test_a_new_school_is_made_by_its_name(home):
    [found] = drop(home, text=TRIPS.replace("Oak", "Ash"))
    assert (found.school, found.school_name) == ("", "Ash Primary School")
    accept(home, [decided(found)], quiet)
    assert live(home)["ash-primary-school/trips.txt"].school_name == "Ash Primary School"


def test_the_same_file_again_changes_details_and_adds_no_copy(home):
    [found] = drop(home)
    accept(home, [decided(found)], quiet)
    [again] = drop(home, "trips again.txt")
    assert again.here_as == "Trips Policy"
    accept(home, [decided(again, review_due="May 2029")], quiet)
    assert on_disk(home) == ["oak/trips.txt"]
    assert live(home)["oak/trips.txt"].facts["review_due"].value == "May 2029"


def test_a_new_version_under_an_old_name_replaces_no_file(home):
    [found] = drop(home)
    accept(home, [decided(found)], quiet)
    [newer] = drop(home, text=TRIPS.replace("May 2025", "May 2026").replace("whistle", "bell"))
    accept(home, [decided(newer)], quiet)
    assert on_disk(home) == ["oak/trips-2.txt", "oak/trips.txt"]
    assert {s: p.status for s, p in live(home).items()} == {
        "oak/trips.txt": "superseded",
        "oak/trips-2.txt": "current",
    }


def test_no_two_files_of_a_school_bear_one_name_whichever_folder_brought_them(home):
    [found] = drop(home, "phones-2025.txt")
    accept(home, [decided(found)], quiet)
    assert on_disk(home) == ["oak/phones-2025-2.txt"]


def test_a_file_that_cannot_be_read_says_why_and_does_not_hold_the_others_up(home):
    upload.keep(home, [("old.doc", b"{\\rtf1 hello"), ("trips.txt", TRIPS.encode())])
    files = {f.name: f for f in read_waiting(home, "", quiet).files}
    assert "rich text file" in files["old.doc"].trouble
    accept(home, [decided(files["trips.txt"])], quiet)
    assert list(live(home)) == ["oak/trips.txt"]
    assert [w.name for w in upload.waiting(home)] == ["old.doc"]


@pytest.mark.parametrize(
    ("correction", "said"),
    [
        ({"title": " "}, "give the policy a title"),
        ({"school": "", "school_name": ""}, "name the school"),
        ({"review_due": "soon"}, "'soon' is no date"),
        ({"adopted": ""}, "not left out"),
        ({"title": "x" * 500}, "200 characters"),
    ],
)
def test_what_cannot_be_right_is_said_and_nothing_changes(home, correction, said):
    [found] = drop(home)
    before = current_generation(home)
    with pytest.raises(IngestError, match=said):
        accept(home, [decided(found, **correction)], quiet)
    assert current_generation(home) == before
    assert on_disk(home) == []
    assert len(upload.waiting(home)) == 1


def test_a_decision_about_a_file_that_was_exchanged_meanwhile_is_not_taken(home):
    [found] = drop(home)
    upload.waiting(home)[0].path.write_text("1. Staff may do anything.", "utf-8")
    with pytest.raises(IngestError, match="does not wait any more"):
        accept(home, [decided(found)], quiet)
    assert live(home) == {}


def test_while_an_ingest_writes_nothing_is_taken_in_and_the_folder_is_as_before(home):
    [found] = drop(home)
    accept(home, [decided(found)], quiet)
    register = (upload.uploads(home) / "register.toml").read_bytes()
    [other] = drop(home, "dogs.txt", TRIPS.replace("Trips", "Dogs").replace("whistle", "lead"))
    with locked(home), pytest.raises(IngestError, match="Another ingest"):
        accept(home, [decided(other)], quiet)
    assert on_disk(home) == ["oak/trips.txt"]
    assert (upload.uploads(home) / "register.toml").read_bytes() == register
    assert [w.name for w in upload.waiting(home)] == ["dogs.txt"]


def test_two_people_do_not_change_the_uploads_at_once(home):
    [found] = drop(home)
    with (
        filelock.FileLock(upload.uploads(home) / ".lock"),
        pytest.raises(IngestError, match="Somebody else"),
    ):
        accept(home, [decided(found)], quiet)


def test_a_removed_policy_answers_no_more_and_its_older_version_is_in_force_again(home):
    [found] = drop(home)
    accept(home, [decided(found)], quiet)
    [newer] = drop(home, "trips 2026.txt", TRIPS.replace("2025", "2026").replace("bell", "gong"))
    accept(home, [decided(newer)], quiet)
    digest = newer.sha256
    assert live(home)["oak/trips.txt"].status == "superseded"
    remove(home, digest, "oak/trips 2026.txt", quiet)
    assert {s: p.status for s, p in live(home).items()} == {"oak/trips.txt": "current"}
    assert on_disk(home) == ["oak/trips.txt"]


def test_the_last_upload_can_be_removed_too(home):
    [found] = drop(home)
    accept(home, [decided(found)], quiet)
    remove(home, found.sha256, "oak/trips.txt", quiet)
    assert live(home) == {}
    assert len(live(home, "policies")) == 4


def test_a_policy_that_a_folder_brought_is_not_removed_and_the_folder_is_named(home):
    held = next(d for d in open_index(home).manifest.documents if d.source == "elm/dogs.txt")
    with pytest.raises(IngestError, match="was not uploaded here") as refused:
        remove(home, held.sha256, held.source, quiet)
    assert f"verse ingest {held.folder}" in str(refused.value)
    assert Path(held.folder, "elm/dogs.txt").is_file()


@pytest.mark.parametrize("source", ["../../CURRENT", "oak/none.txt", "register.toml"])
def test_what_is_not_in_the_index_cannot_be_removed(home, source):
    with pytest.raises(IngestError, match="not here any more"):
        remove(home, "0" * 64, source, quiet)
    assert (home / "CURRENT").is_file()


def test_a_removal_that_fails_puts_the_file_back(home):
    [found] = drop(home)
    accept(home, [decided(found)], quiet)
    with locked(home), pytest.raises(IngestError, match="Another ingest"):
        remove(home, found.sha256, "oak/trips.txt", quiet)
    path = upload.uploads(home) / "oak" / "trips.txt"
    assert path.read_text("utf-8") == TRIPS
    assert "oak/trips.txt" in live(home)


def test_going_back_undoes_an_upload_and_going_back_again_brings_it_with_its_details(home):
    [found] = drop(home)
    accept(home, [decided(found, title="Visits")], quiet)
    go_back(home)
    assert live(home) == {} and on_disk(home) == []
    go_back(home)
    assert live(home)["oak/trips.txt"].title == "Visits"
    assert on_disk(home) == ["oak/trips.txt"]


def test_after_going_back_the_next_upload_does_not_bring_the_undone_one(home):
    [found] = drop(home)
    accept(home, [decided(found)], quiet)
    go_back(home)
    [other] = drop(home, "dogs.txt", TRIPS.replace("Trips", "Dogs").replace("whistle", "lead"))
    accept(home, [decided(other)], quiet)
    assert list(live(home)) == ["oak/dogs.txt"]


def test_going_back_over_a_removal_brings_the_policy_back(home):
    [found] = drop(home)
    accept(home, [decided(found, title="Visits")], quiet)
    remove(home, found.sha256, "oak/trips.txt", quiet)
    go_back(home)
    assert live(home)["oak/trips.txt"].title == "Visits"
    assert (upload.uploads(home) / "oak" / "trips.txt").read_text("utf-8") == TRIPS


def test_what_going_back_would_change_is_named_before_it_is_done(home):
    [found] = drop(home)
    accept(home, [decided(found, title="Visits <b>")], quiet)
    rows = upload_view.undone(open_index(home).manifest, generation_before(home))
    assert rows == ["Taken out: “Visits &lt;b&gt;”."]
    go_back(home)
    rows = upload_view.undone(open_index(home).manifest, generation_before(home))
    assert rows == ["Brought back: “Visits &lt;b&gt;”."]


def test_files_that_cannot_be_policies_are_refused_with_the_limit(home, monkeypatch):
    monkeypatch.setattr(upload, "MOST_BYTES", 1000)
    troubles = upload.keep(home, [("big.pdf", b"x" * 1001), ("empty.txt", b""), ("a.txt", b"a")])
    assert len(troubles) == 2
    assert "big.pdf is larger than 50 MB" in troubles[0]
    assert "empty.txt is empty" in troubles[1]
    assert [w.name for w in upload.waiting(home)] == ["a.txt"]


def test_a_file_named_like_a_path_stays_among_those_that_wait(home):
    upload.keep(home, [("../../../CURRENT", b"1. Hello."), ("..\\register.toml", b"[[school]]")])
    folder = upload.waiting_folder(home)
    assert sorted(p.name for p in folder.iterdir()) == ["CURRENT", "policy-register.toml"]
    assert (home / "CURRENT").read_text("utf-8").startswith("0")


def test_the_same_bytes_wait_once_and_two_files_of_one_name_both_wait(home):
    upload.keep(home, [("a.txt", b"one"), ("b.txt", b"one"), ("a.txt", b"two")])
    assert [w.name for w in upload.waiting(home)] == ["a-2.txt", "a.txt"]


@pytest.mark.parametrize(
    ("address", "allowed"),
    [("127.0.0.1", True), ("localhost", True), ("::1", True), ("0.0.0.0", False), (None, False)],
)
def test_only_a_server_for_its_own_machine_takes_uploads(address, allowed):
    assert upload.on_loopback(address) is allowed


def test_a_job_reports_its_steps_and_its_result_from_a_process_of_its_own(home):
    upload.keep(home, [("trips.txt", TRIPS.encode())])
    *steps, end = upload_job.run(home, "read", school="")
    assert isinstance(end, upload_job.End) and end.trouble == ""
    assert end.result["files"][0]["title"]["value"] == "Trips Policy"
    assert steps and all(isinstance(step, upload_job.Step) for step in steps)
    assert upload.last_reading(home, upload.waiting(home)) is not None


def test_a_job_that_fails_ends_in_one_sentence(home):
    [end] = upload_job.run(home, "remove", sha256="0" * 64, source="x")
    assert end.trouble == "That policy is not here any more; look at the list again."
    [end] = upload_job.run(home, "no such thing")
    assert "broke off" in end.trouble and "Traceback" not in end.trouble


def test_a_job_goes_on_to_its_end_though_nobody_listens(home):
    upload.keep(home, [("trips.txt", TRIPS.encode())])
    order = json.dumps({"do": "read", "school": ""}).encode()
    inbox, outbox = os.pipe()
    os.close(inbox)  # the page was closed
    done = subprocess.run(
        [sys.executable, "-m", "ui.upload_job", str(home)],
        input=order,
        stdout=outbox,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(outbox)
    assert done.returncode == 0, done.stderr
    assert upload.last_reading(home, upload.waiting(home)) is not None


def test_what_was_taken_in_is_told_escaped():
    row = {"title": "<b>T</b>", "clauses": 1, "words_lost": 0.02, "source": "oak/t.txt"}
    told = upload_view.taken_in(
        {"added": ["oak/t.txt"], "updated": [], "documents": [row], "failures": ["<x>: is broken"]}
    )
    assert "<strong>&lt;b&gt;T&lt;/b&gt;</strong>: 1 clause, 2% of its words" in told
    assert "&lt;x&gt;: is broken." in told
