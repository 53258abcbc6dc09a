"""Another system, as a real process that speaks our JSON lines."""

from __future__ import annotations

import datetime as dt
import json
import shlex
import sys

import pytest

from eval.external import Command
from eval.intervals import measure
from eval.metrics import METRICS
from eval.run import run
from eval.systems import SystemFailed

DAY = dt.date(2026, 11, 20)
ANSWERS = """
import json, sys
for line in sys.stdin:
    asked = json.loads(line)
    quote = {"source": "oak/phones.txt", "text": "Staff must not text parents.", "clause": "2"}
    print(json.dumps({
        "id": asked["id"], "status": "answered", "verdict": "not_permitted", "answer": "No.",
        "quotes": [quote], "confidence": 0.5, "cost": 0.01, "as_of": asked["as_of"],
        "ranking": [{"source": "oak/phones.txt", "start": 0, "end": 28}],
    }), flush=True)
"""


@pytest.fixture
def command(tmp_path, corpus):
    def make(code, arguments=""):
        file = tmp_path / "system.py"
        file.write_text(code, "utf-8")
        words = f"{shlex.quote(sys.executable)} {shlex.quote(str(file))} {arguments}"
        return Command(words.strip(), corpus, DAY)

    return make


def test_a_command_is_scored_as_any_other_system(command, case, corpus):
    gold = [case(id=f"oak-{n}").gold for n in range(3)]
    (result,) = run(gold, [command(ANSWERS)], corpus)
    figures = {key: measure(METRICS[key], result.cases) for key in METRICS}
    assert figures["whole"].value == 1
    assert figures["verbatim"].value == 1  # the words were looked up in the file
    assert figures["recall_1"].value == 1
    assert figures["cost"].value == pytest.approx(0.01)
    assert all(one.given.seconds > 0 for one in result.cases)
    assert result.cases[0].given.quotes[0].locator.clause == "2"


def test_words_that_stand_nowhere_are_not_verbatim(command, case, corpus):
    invented = ANSWERS.replace("must not text", "must never text")
    (result,) = run([case().gold], [command(invented)], corpus)
    assert measure(METRICS["verbatim"], result.cases).value == 0
    assert measure(METRICS["first_quote"], result.cases).value == 0


def test_a_command_may_read_and_write_files_instead(command, case):
    code = "import sys; sys.stdin = open(sys.argv[1]); sys.stdout = open(sys.argv[2], 'w')\n"
    system = command(code + ANSWERS, "{in} {out}")
    (given,) = system.answers([case().gold])
    assert given.verdict == "not_permitted"


def test_a_command_that_answers_only_when_it_has_read_everything_does_not_hang(command, case):
    late = ANSWERS.replace("for line in sys.stdin:", "for line in sys.stdin.read().splitlines():")
    gold = [case(id=f"oak-{n}", question="a long question " * 50).gold for n in range(200)]
    assert len(list(command(late).answers(gold))) == 200


def test_a_line_that_cannot_be_read_is_that_questions_failure(command, case):
    broken = ANSWERS + 'print("hello")\n'
    gold = [case(id="oak-1").gold, case(id="oak-2").gold]
    code = broken.replace("for line in sys.stdin:", "for line in [sys.stdin.readline()]:")
    good, bad = command(code).answers(gold)
    assert good.status == "answered"
    assert bad.status == "failed"
    assert "not our JSON lines" in bad.answer


def test_a_command_that_stops_early_is_told_with_its_last_words(command, case):
    gold = [case(id="oak-1").gold, case(id="oak-2").gold]
    code = ANSWERS + "    sys.exit('The key is missing.')\n"
    answers = command(code).answers(gold)
    assert next(answers).status == "answered"
    with pytest.raises(SystemFailed, match=r"answered 1 of 2 questions.*The key is missing\.$"):
        next(answers)


def test_answers_out_of_order_are_refused(command, case):
    code = ANSWERS.replace('asked["id"]', '"oak-9"')
    with pytest.raises(SystemFailed, match="answered oak-9 where oak-001 was asked"):
        list(command(code).answers([case().gold]))


def test_a_command_that_is_not_there_is_one_sentence(case, corpus):
    with pytest.raises(SystemFailed, match=r"no-such-system-1 --batch' cannot be run: No such"):
        list(Command("no-such-system-1 --batch", corpus, DAY).answers([case().gold]))


def test_a_command_stands_beside_us_in_the_table(evaluate, command):
    code, out, _ = evaluate("--against", f"cmd:{command(ANSWERS).command}", "--json")
    assert code == 0
    systems = json.loads(out)["sets"]["given"]["systems"]
    assert list(systems) == ["Chapter & Verse", command(ANSWERS).name]
