"""`verse ask --batch`: one answer a line, in order, whatever the lines are like."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

TRIP = "Can I text a parent on a trip?"


def test_a_batch_on_stdin_may_have_a_mark_at_its_head_and_windows_line_ends(spawn, home):
    lines = [{"id": "a", "question": TRIP}, {"id": "b", "question": "Zoë’s mum 📱?"}]
    text = "\r\n".join(json.dumps(line, ensure_ascii=False) for line in lines) + "\r\n\r\n"
    data = b"\xef\xbb\xbf" + text.encode("utf-8")
    ran = spawn("ask", "--batch", "-", "--school", "dothill", home=home, data=data)
    assert (ran.status, ran.err) == (0, "")
    assert [(a["id"], a["question"]) for a in ran.answers] == [
        ("a", TRIP),
        ("b", "Zoë’s mum 📱?"),
    ]


def test_bytes_on_stdin_that_are_no_utf8_fail_their_own_line_alone(spawn, home):
    good = json.dumps({"id": "a", "question": TRIP}).encode()
    data = b"\xff\xfe\x00\n" + good + b"\n"
    ran = spawn("ask", "--batch", "-", "--school", "dothill", home=home, data=data)
    assert ran.status == 3
    assert [a["status"] for a in ran.answers] == ["failed", "answered"]


def test_a_reader_that_goes_away_ends_the_batch_without_a_traceback(home, tmp_path):
    many = tmp_path / "many.jsonl"
    many.write_text("".join(json.dumps({"question": TRIP}) + "\n" for _ in range(200)), "utf-8")
    command = [sys.executable, "-m", "ui.cli", "--home", str(home), "ask", "--batch", str(many)]
    process = subprocess.Popen(
        [*command, "--school", "dothill"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout and process.stderr
    process.stdout.readline()
    process.stdout.close()
    said = process.stderr.read().decode("utf-8")
    process.stderr.close()
    assert process.wait(60) == 1
    assert said == ""


def lines(path: Path, *rows: object) -> Path:
    shown = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.write_text("\n".join(shown) + "\n", "utf-8")
    return path


def test_a_batch_answers_in_order_with_the_ids_it_was_given(verse, home, tmp_path):
    asked = lines(
        tmp_path / "q.jsonl",
        {"id": "last", "question": "how much is a school lunch", "school": "weston"},
        {"id": "first", "question": TRIP, "school": "dothill", "as_of": "2021-01-01"},
        {"id": 7, "question": TRIP, "school": "st nich", "role": "governor"},
        {"question": "and photos?", "school": "dothill", "history": ["can i text a parent"]},
        {"id": "more", "question": TRIP, "school": "dothill", "colour": "red", "role": None},
    )
    ran = verse("--home", home, "ask", "--batch", asked)
    assert (ran.status, ran.err) == (0, "")
    assert [a["id"] for a in ran.answers] == ["last", "first", "7", None, "more"]
    assert [a["scope"]["school"] for a in ran.answers] == [
        "weston",
        "dothill",
        "st-nicholas",
        "dothill",
        "dothill",
    ]
    assert ran.answers[1]["scope"]["as_of"] == "2021-01-01"
    assert ran.answers[2]["scope"]["role"] == "governor"
    assert ran.answers[3]["history"] == ["can i text a parent"]


def test_options_fill_in_what_a_line_leaves_out_and_never_override_it(verse, home, tmp_path):
    asked = lines(
        tmp_path / "q.jsonl",
        {"question": TRIP},
        {"question": TRIP, "school": "weston", "role": "parent", "as_of": "2024-01-01"},
    )
    ran = verse(
        "--home", home, "ask", "--batch", asked, "--school", "dothill", "--role", "governor",
        "--as-of", "2025-01-01",
    )  # fmt: skip
    assert [a["scope"] for a in ran.answers] == [
        {"school": "dothill", "role": "governor", "as_of": "2025-01-01"},
        {"school": "weston", "role": "parent", "as_of": "2024-01-01"},
    ]


BAD = [
    ("{", "JSON"),
    ("[1]", "object"),
    ('"can i text"', "object"),
    ({"id": "x"}, "empty"),
    ({"id": "x", "question": "  "}, "empty"),
    ({"id": "x", "question": 5}, "question"),
    ({"id": "x", "question": TRIP, "school": "narnia"}, "dothill"),
    ({"id": "x", "question": TRIP, "role": "wizard"}, "role"),
    ({"id": "x", "question": TRIP, "as_of": "tomorrow"}, "as_of"),
    ({"id": "x", "question": TRIP, "as_of": 20261120}, "as_of"),
    ({"id": "x", "question": TRIP, "history": [1]}, "history"),
    ({"id": "x", "question": "why " * 2500}, "4,000"),
    ('{"id": "x", "question": ' + "[" * 5000, "Line 2"),
]


@pytest.mark.parametrize(("bad", "reason"), BAD)
def test_a_bad_line_fails_with_its_reason_and_the_others_are_answered(
    verse, home, tmp_path, bad, reason
):
    good = {"id": "good", "question": TRIP, "school": "dothill"}
    ran = verse("--home", home, "ask", "--batch", lines(tmp_path / "q.jsonl", good, bad, good))
    assert ran.status == 3
    assert len(ran.err.splitlines()) == 1
    first, failed, last = ran.answers
    assert first["status"] == last["status"] == "answered"
    assert (failed["status"], failed["verdict"]) == ("failed", "not_covered")
    assert failed["quotes"] == []
    assert "Line 2" in failed["answer"]
    assert reason in failed["answer"]
    assert failed["id"] == ("x" if isinstance(bad, dict) else None)
    assert failed.keys() == first.keys()


def test_half_a_surrogate_pair_in_a_line_does_not_end_the_batch(verse, home, tmp_path):
    asked = lines(
        tmp_path / "q.jsonl",
        '{"id": "\\ud800", "question": "\\udfff can i text a parent", "school": "dothill"}',
        '{"id": "\\ud800", "question": "", "school": "\\ud800"}',
        {"id": "z", "question": TRIP, "school": "dothill"},
    )
    ran = verse("--home", home, "ask", "--batch", asked)
    assert ran.status == 3
    assert [a["status"] for a in ran.answers] == ["answered", "failed", "answered"]
    assert ran.answers[0]["id"] == "\ufffd"


def test_empty_lines_give_no_answer_and_line_separators_inside_a_question_end_none(
    verse, home, tmp_path
):
    path = tmp_path / "q.jsonl"
    one = json.dumps({"id": "a", "question": f"hi\u2028\u0085{TRIP}"}, ensure_ascii=False)
    path.write_bytes(f"\ufeff\r\n  \r\n{one}\r\n\r\n".encode())
    ran = verse("--home", home, "ask", "--batch", path, "--school", "dothill")
    assert (ran.status, [a["id"] for a in ran.answers]) == (0, ["a"])


def test_a_batch_of_nothing_answers_nothing(verse, home, tmp_path):
    (tmp_path / "q.jsonl").write_bytes(b"")
    assert verse("--home", home, "ask", "--batch", tmp_path / "q.jsonl") == (0, "", "")


def test_a_batch_is_read_from_stdin_in_this_process_too(verse, home, monkeypatch):
    text = json.dumps({"id": "a", "question": TRIP, "school": "dothill"})
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert verse("--home", home, "ask", "--batch", "-").answer["id"] == "a"


def test_a_batch_file_that_is_not_there_is_wrong_usage(verse, home, tmp_path):
    verse("--home", home, "ask", "--batch", tmp_path / "no.jsonl").one_sentence(2, "no.jsonl")
    verse("--home", home, "ask", "--batch", tmp_path).one_sentence(2, str(tmp_path))
