"""`verse eval run`: everything is kept, nothing is asked twice, an interruption loses nothing."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from eval.runs import RunError, find_run, measured_again, opened, read_config
from eval.systems import SystemFailed


@pytest.fixture
def runs(tmp_path):
    return tmp_path / "runs"


@pytest.fixture
def make(evaluate, runs):
    def call(*options, **others):
        words = ("--against", "none", "run", "--runs", str(runs), *options)
        return evaluate(*words, **others)

    return call


def folders(runs):
    return sorted(runs.iterdir())


def test_a_run_keeps_answers_scores_and_what_they_depend_on(make, runs):
    code, out, err = make()
    assert code == 0
    assert "dev: 3 questions" in out
    (folder,) = folders(runs)
    assert err == f"Saved in {folder}.\n"
    config = json.loads((folder / "config.json").read_text("utf-8"))
    assert config["as_of"] == "2026-11-20"
    assert config["model"] == "bag"
    assert config["code_version"]
    assert len(config["code_sha256"]) == len(config["sets"][0]["corpus_sha256"]) == 64
    assert config["bootstrap_seed"]
    lines = (folder / "answers.jsonl").read_text("utf-8").splitlines()
    assert len(lines) == 5
    scores = json.loads((folder / "scores.json").read_text("utf-8"))
    assert scores["sets"]["given"]["systems"]["Chapter & Verse"]["dev"]["n"] == 3


def test_scores_hold_no_test_question(make, runs):
    make()
    scores = (folders(runs)[0] / "scores.json").read_text("utf-8")
    assert "which phone [do i] use" in scores
    assert "the test phone question" not in scores


def test_a_question_answered_with_the_same_configuration_is_not_asked_again(make, runs, fake):
    _, first, _ = make()
    asked = len(fake.asked)
    code, again, err = make()
    assert (code, again) == (0, first)
    assert len(fake.asked) == asked
    assert "Nothing was asked" in err
    make("--afresh")
    assert len(fake.asked) == 2 * asked
    assert len(folders(runs)) == 2


def test_another_configuration_is_another_run(make, runs):
    make()
    make("--as-of", "2027-01-01")
    make("--split", "dev")
    assert len(folders(runs)) == 3


def test_a_gold_question_changed_since_is_asked_again(make, gold_file, fake):
    make()
    fake.asked.clear()
    written = gold_file.read_text("utf-8")
    gold_file.write_text(written.replace("is it raining", "is it snowing"), "utf-8")
    make()
    assert "is it snowing" in {asked.question for asked in fake.asked}


class Stops:
    """Answers two questions and breaks down."""

    def __init__(self, fake):
        self._fake, self._left = fake, 2

    def ask(self, question):
        if not self._left:
            raise SystemFailed("Out of breath.")
        self._left -= 1
        return self._fake.ask(question)

    def rank(self, question):
        return self._fake.rank(question)


def test_an_interrupted_run_goes_on_where_it_stopped(make, runs, fake):
    code, _, err = make(asker=Stops(fake))
    assert (code, err) == (1, "Out of breath.\n")
    (folder,) = folders(runs)
    assert not (folder / "scores.json").exists()
    answers = folder / "answers.jsonl"
    with answers.open("a", encoding="utf-8") as file:
        file.write('{"set": "given", "system": "Chapter & Ver')  # died while writing
    code, _, _ = make()
    assert code == 0
    assert folders(runs) == [folder]
    assert len(fake.asked) == 5
    assert len(answers.read_text("utf-8").splitlines()) == 5


def test_a_broken_line_in_the_middle_is_named(make, runs, fake):
    make(asker=Stops(fake))
    answers = folders(runs)[0] / "answers.jsonl"
    answers.write_text("{}\n" + answers.read_text("utf-8"), "utf-8")
    code, _, err = make()
    assert (code, err) == (1, f"{answers}, line 1: not an answer of a run.\n")


def test_a_run_is_made_by_one_process_at_a_time(make, runs, fake):
    make(asker=Stops(fake))
    (folder,) = folders(runs)
    with opened(folder):
        code, _, err = make()
    assert code == 1
    assert "being made by another process" in err


def test_a_run_can_be_scored_again_from_its_folder(make, runs):
    make()
    (measured,) = measured_again(folders(runs)[0])
    assert [result.system for result in measured.results] == ["Chapter & Verse"]
    assert len(measured.ours.cases) == 5


def test_documents_changed_since_make_a_run_unreadable(make, runs, corpus_dir):
    make()
    (corpus_dir / "elm" / "phones.txt").write_text("Nothing.", "utf-8")
    with pytest.raises(RunError, match="have changed since this run"):
        measured_again(folders(runs)[0])


def test_a_run_is_found_by_part_of_its_name_or_as_the_latest(make, runs):
    with pytest.raises(RunError, match="no finished run"):
        find_run(None, runs)
    make()
    make("--split", "dev")
    first, second = folders(runs)
    assert find_run(None, runs) == second
    assert find_run(read_config(first).key, runs) == first
    assert find_run(str(second), Path("elsewhere")) == second
    with pytest.raises(RunError, match="could be 2 runs"):
        find_run("20", runs)
    with pytest.raises(RunError, match='no run "ash"'):
        find_run("ash", runs)


def test_a_run_goes_on_without_broken_files_only_if_told_to(make, gold_file):
    broken = gold_file.with_name("elm.toml")
    broken.write_text("[[question]]\nid = 1\n", "utf-8")
    both = ("--gold", str(gold_file), str(broken))
    code, out, err = make(*both)
    assert (code, out) == (2, "")
    assert err.startswith(f"{broken}, question 1 (line 1): ")
    code, out, err = make(*both, "--keep-going")
    assert code == 3
    assert "dev: 3 questions" in out
    assert err.startswith(f"{broken}, question 1 (line 1): ")


SLOW = """
import json, os, sys, time
with open(os.environ["SLOW_LOG"], "a") as log:
    for line in sys.stdin:
        log.write(json.loads(line)["id"] + "\\n")
        log.flush()
        print(json.dumps({"status": "not_covered", "verdict": "not_covered"}), flush=True)
        time.sleep(float(os.environ["SLOW_PAUSE"]))
"""


@pytest.mark.skipif(os.name != "posix", reason="kills with SIGKILL")
def test_a_killed_process_loses_no_answer(gold_file, corpus_dir, new_home, tmp_path, runs):
    """A real process, killed while another system is answering slowly; then run again."""
    script, log = tmp_path / "slow.py", tmp_path / "asked-again.txt"
    script.write_text(SLOW, "utf-8")

    def start(pause, log):
        words = [sys.executable, str(script)]
        options = ["--gold", str(gold_file), "--corpus", str(corpus_dir), "--home", str(new_home)]
        options += ["--against", f"cmd:{shlex.join(words)}", "run", "--runs", str(runs)]
        return subprocess.Popen(
            [sys.executable, "-m", "ui.cli", "eval", *options],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            cwd=Path(__file__).parents[2],
            env={**os.environ, "SLOW_PAUSE": str(pause), "SLOW_LOG": str(log)},
        )

    process = start(2.5, tmp_path / "asked.txt")
    try:
        deadline = time.monotonic() + 100
        while not any(path.read_bytes().count(b"\n") >= 7 for path in runs.glob("*/answers.jsonl")):
            assert process.poll() is None, process.stderr.read()
            assert time.monotonic() < deadline
            time.sleep(0.05)
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate()
    (folder,) = folders(runs)
    before = (folder / "answers.jsonl").read_bytes()
    assert not (folder / "scores.json").exists()
    again = start(0, log)
    _, errors = again.communicate(timeout=100)
    assert again.returncode == 0, errors
    after = (folder / "answers.jsonl").read_bytes()
    assert after.startswith(before)
    assert after.count(b"\n") == 10  # five of ours, five of the command's
    assert (folder / "scores.json").exists()
    kept = [json.loads(line) for line in before.splitlines()]
    answered = {line["id"] for line in kept if line["system"] != "Chapter & Verse"}
    every = {line["id"] for line in kept if line["system"] == "Chapter & Verse"}
    assert 2 <= len(answered) < len(every) == 5
    # What was answered is not asked again, and everything else is, once.
    assert sorted(log.read_text("utf-8").split()) == sorted(every - answered)
