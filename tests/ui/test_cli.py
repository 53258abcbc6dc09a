"""The `verse` command: one question, its options, and wrong usage."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

TRIP = "Can I text a parent on a trip?"
RULE = "Staff may not use their mobile phones to contact parents except"


def test_a_process_prints_one_json_object_and_imports_neither_torch_nor_chroma(spawn, home):
    code = (
        "import sys; from ui.cli import main; status = main(sys.argv[1:]);"
        "heavy = {'torch', 'sentence_transformers', 'transformers', 'chromadb'} & set(sys.modules);"
        "print(sorted(heavy), file=sys.stderr); sys.exit(status)"
    )
    ran = spawn("ask", TRIP, "--school", "dothill", "--json", home=home, code=code)
    assert ran.status == 0
    assert ran.err == "[]\n"
    assert any(quote["text"].startswith(RULE) for quote in ran.answer["quotes"])


def test_home_stands_before_or_after_the_subcommand(verse, home):
    before = verse("--home", home, "ask", TRIP, "--school", "dothill", "--json")
    after = verse("ask", TRIP, "--school", "dothill", "--json", "--home", home)
    assert (before.status, after.status) == (0, 0)
    assert before.answer["quotes"] == after.answer["quotes"]


def test_verse_home_is_used_and_the_option_wins_over_it(verse, home, tmp_path, monkeypatch):
    monkeypatch.setenv("VERSE_HOME", str(home))
    assert verse("ask", TRIP, "--school", "dothill").status == 0
    monkeypatch.setenv("VERSE_HOME", str(tmp_path / "none"))
    verse("ask", TRIP).one_sentence(1, str(tmp_path / "none"))
    assert verse("ask", TRIP, "--school", "dothill", "--home", home).status == 0


def test_without_either_the_home_is_dot_verse_in_the_current_directory(verse, home):
    verse("ask", TRIP).one_sentence(1, str(Path.cwd() / ".verse"), "verse ingest")
    assert not Path(".verse").exists()
    Path(".verse").symlink_to(home)
    assert verse("ask", TRIP, "--school", "dothill").status == 0


def test_the_json_answer_is_one_line_on_stdout_and_nothing_else(verse, home):
    ran = verse(
        "--home", home, "ask", TRIP, "--json", "--school", "dothill", "--role", "volunteer",
        "--history", "can i ring a dad", "--history", "can i film", "--as-of", "2026-11-20",
    )  # fmt: skip
    assert (ran.status, ran.err) == (0, "")
    assert ran.answer["question"] == TRIP
    assert ran.answer["history"] == ["can i ring a dad", "can i film"]
    assert ran.answer["scope"] == {"school": "dothill", "role": "volunteer", "as_of": "2026-11-20"}
    assert ran.answer["id"] is None


def test_as_of_is_today_unless_given(verse, home):
    today = dt.date.today()
    ran = verse("--home", home, "ask", TRIP, "--json", "--school", "dothill")
    assert ran.answer["scope"]["as_of"] in (str(today), str(today + dt.timedelta(1)))


def test_the_answer_in_words_has_verdict_quote_and_citation(verse, home):
    ran = verse("--home", home, "ask", TRIP, "--school", "dothill")
    assert (ran.status, ran.err) == (0, "")
    shown = " ".join(ran.out.replace(">", " ").split())
    assert RULE in shown
    assert "Dothill Primary School" in shown
    assert "Mobile Phones for work related purposes" in shown


@pytest.mark.parametrize(
    ("question", "status"),
    [
        ("how much is a school lunch", "not_covered"),
        ("tell me a joke", "declined"),
        ("Czy mogę napisać SMS do rodzica podczas wycieczki?", "clarify"),
        (TRIP, "answered"),
    ],
)
def test_every_status_but_failed_is_success(verse, home, question, status):
    ran = verse("--home", home, "ask", question, "--school", "dothill", "--json")
    assert (ran.answer["status"], ran.status) == (status, 0)
    assert verse("--home", home, "ask", question, "--school", "dothill").out.strip()


def test_a_question_may_be_the_name_of_a_command(verse, home):
    assert verse("--home", home, "ask", "eval", "--school", "dothill", "--json").status == 0


def test_half_a_surrogate_pair_in_a_question_is_replaced_and_answered(verse, home):
    ran = verse("--home", home, "ask", f"\udcff {TRIP}", "--school", "dothill", "--json")
    assert ran.status == 0
    assert ran.answer["question"] == f"\ufffd {TRIP}"


@pytest.mark.parametrize("school", ["narnia", "primary"])
def test_an_unknown_or_ambiguous_school_lists_the_schools(verse, home, school):
    ran = verse("--home", home, "ask", TRIP, "--school", school)
    ran.one_sentence(2, school, "dothill", "st-nicholas", "weston", "derbyshire")


@pytest.mark.parametrize("question", ["", "   ", "\u200b"])
def test_an_empty_question_is_wrong_usage(verse, home, question):
    verse("--home", home, "ask", question).one_sentence(2, "empty")


def test_a_question_of_ten_thousand_characters_is_wrong_usage(verse, home):
    verse("--home", home, "ask", "why " * 2500).one_sentence(2, "characters", "4,000")


@pytest.mark.parametrize(
    "words",
    [
        ["ask"],
        ["ask", TRIP, "--role", "wizard"],
        ["ask", TRIP, "--as-of", "2026-13-01"],
        ["ask", TRIP, "--batch", "q.jsonl"],
        ["ask", "--batch", "q.jsonl", "--history", "x"],
        ["ask", TRIP, "--colour", "red"],
        ["chat", "--port", "70000"],
        ["gossip"],
    ],
)
def test_words_the_command_does_not_know_are_wrong_usage(verse, words):
    verse(*words).one_sentence(2)


def test_no_command_at_all_shows_the_help(verse):
    ran = verse()
    assert ran.status == 2
    assert "verse ask" in ran.out


def test_help_names_every_option_of_eval_however_main_is_called(verse):
    assert "--home" in verse("eval", "--help").out
    assert verse("eval", "--help").out.count("--") > 3


def test_what_nobody_foresaw_is_one_sentence_and_a_traceback_only_on_request(
    verse, home, monkeypatch
):
    def broken(*_: object) -> int:
        raise RuntimeError("a wheel\ncame off")

    monkeypatch.setattr("ui.asking.run_ask", broken)
    ran = verse("--home", home, "ask", TRIP)
    assert (ran.status, ran.out, len(ran.err.splitlines())) == (1, "", 1)
    assert "RuntimeError: a wheel" in ran.err
    assert "VERSE_DEBUG=1" in ran.err
    monkeypatch.setenv("VERSE_DEBUG", "1")
    with pytest.raises(RuntimeError):
        verse("--home", home, "ask", TRIP)
