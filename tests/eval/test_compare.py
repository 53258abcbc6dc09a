"""Two runs side by side, and the gate."""

from __future__ import annotations

import json
import re

import pytest

from eval.gold import split_of
from eval.metrics import METRICS
from eval.paired import difference, moved

DEV = [id for id in (f"oak-{n:03}" for n in range(60)) if split_of(id) == "dev"]
RULE = ("oak/phones.txt", "Staff must not text parents.")


class Silent:
    """Knows less than the fake assistant: nothing."""

    def __init__(self, fake):
        self._fake = fake

    def ask(self, question):
        knowing = question.model_copy(update={"question": "is it raining"})
        return self._fake.ask(knowing)

    def rank(self, question):
        return self._fake.rank(question)


@pytest.fixture
def two_runs(evaluate, tmp_path, fake):
    """The same questions, answered by the fake assistant and by one that is always silent."""
    runs = tmp_path / "runs"
    for asker in (fake, Silent(fake)):
        evaluate("--against", "none", "run", "--afresh", "--runs", str(runs), asker=asker)

    def compare(one, other, *options):
        a, b = (sorted(runs.iterdir())[n].name for n in (one, other))
        return evaluate("compare", a, b, "--runs", str(runs), *options)

    return compare


def test_a_change_is_better_only_where_its_interval_leaves_0(case, shown):
    wrong, right = case(), case(quotes=[shown(*RULE)])
    metric = METRICS["first_quote"]
    many = difference(metric, [wrong] * 30 + [right] * 30, [right] * 60)
    assert many.change == pytest.approx(0.5)
    assert many.shown == "better"
    # 1.96 * sqrt(.5 * .5 / 60) = .127
    assert many.low == pytest.approx(0.5 - 0.127, abs=0.02)
    one_in_sixty = difference(metric, [wrong] + [right] * 59, [right] * 60)
    assert one_in_sixty.shown == "none"
    assert difference(metric, [right] * 60, [wrong] * 60).shown == "worse"


def test_the_same_answers_differ_by_nothing(case, shown):
    cases = [case(), case(quotes=[shown(*RULE)])]
    same = difference(METRICS["whole"], cases, cases)
    assert (same.change, same.low, same.high, same.shown) == (0, 0, 0, "none")


def test_less_of_what_should_be_low_is_better(case):
    refused = case(given_status="not_covered", given_verdict="not_covered")
    metric = METRICS["false_refusals"]
    assert moved(metric, refused, case()) == 1
    assert moved(metric, case(), refused) == -1
    assert difference(metric, [refused] * 20, [case()] * 20).shown == "better"


def test_pairing_sees_what_two_separate_intervals_would_not(case, shown):
    """Half of the questions are hard for both sides; of the rest the second side gets six more."""
    wrong, right = case(), case(quotes=[shown(*RULE)])
    before = [wrong] * 50 + [right] * 44 + [wrong] * 6
    after = [wrong] * 50 + [right] * 50
    found = difference(METRICS["first_quote"], before, after)
    assert found.change == pytest.approx(0.06)
    assert found.shown == "better"


def test_compare_names_dev_questions_that_changed_and_counts_those_of_test(two_runs):
    code, out, _ = two_runs(0, 1)
    assert code == 0
    assert f"{DEV[0]} can i text a mum" in out
    assert "first quote right worse" in out
    assert "1 questions of test changed." in out
    assert "text a dad?" not in out
    assert "the test phone question" not in out


def test_compare_says_so_when_nothing_is_shown(two_runs):
    _, out, _ = two_runs(0, 0)
    assert "dev: No difference shown." in out
    assert "test: No difference shown." in out


def test_compare_as_json_holds_no_test_question(two_runs):
    code, out, _ = two_runs(0, 1, "--json")
    assert code == 0
    found = json.loads(out)
    assert list(found["dev"]["questions"]) == [DEV[0]]
    assert "questions" not in found["test"]
    assert found["test"]["changed"] == 1
    assert found["dev"]["differences"]["first_quote"]["change"] == pytest.approx(-1 / 2)


def test_compare_needs_runs_and_systems_that_exist(evaluate, two_runs, tmp_path):
    code, _, err = evaluate("compare", "ash", "elm", "--runs", str(tmp_path / "runs"))
    assert code == 1
    assert 'no run "ash"' in err
    code, _, err = two_runs(0, 1, "--system", "nobody")
    assert code == 2
    assert 'No system "nobody"' in err
    assert "Chapter & Verse" in err


@pytest.fixture
def gate(evaluate, tmp_path):
    def call(*options, **others):
        return evaluate("gate", "--baseline", str(tmp_path / "baseline.json"), *options, **others)

    return call


def test_the_gate_passes_what_is_as_good_as_the_baseline(gate, tmp_path):
    assert gate("--record")[0] == 0
    code, out, _ = gate()
    assert code == 0
    assert "Nothing fell below the baseline" in out
    assert "the test phone question" not in (tmp_path / "baseline.json").read_text("utf-8")
    assert "oak-005" not in (tmp_path / "baseline.json").read_text("utf-8")  # of test


class Broken:
    """Alters a word of every quote."""

    def __init__(self, fake):
        self._fake = fake

    def ask(self, question):
        answer = self._fake.ask(question)
        quotes = tuple(
            q.model_copy(update={"text": "Staff may text parents."}) for q in answer.quotes
        )
        return answer.model_copy(update={"quotes": quotes})

    def rank(self, question):
        return self._fake.rank(question)


def test_a_promise_that_falls_at_all_fails_the_gate(gate, fake):
    gate("--record")
    code, out, _ = gate(asker=Broken(fake))
    assert code == 1
    assert "Fell below the baseline" in out
    assert "verbatim (given)" in out


def test_a_fall_that_could_be_chance_passes_the_gate(gate, fake):
    """One of two questions: too few to tell."""
    gate("--record")
    code, out, _ = gate(asker=Silent(fake))
    assert code == 0
    assert "Nothing fell" in out


def row_of(metric, out):
    """The cells beside a metric's name."""
    (row,) = (line.strip() for line in out.splitlines() if line.strip().startswith(metric))
    return re.split(r"\s{2,}", row.removeprefix(metric).strip())


def fallen(out):
    """The sentence that names what fell, in one line."""
    return " ".join(out[out.index("Fell below") :].split())


@pytest.fixture
def many(ask_about_texting):
    """As many dev questions as it takes to tell a fall from chance."""
    ask_about_texting([f"can i text mum number {n}" for n in range(30)])


@pytest.mark.usefixtures("many")
def test_a_fall_beyond_chance_fails_the_gate_and_is_named(gate, fake):
    gate("--record")
    assert gate()[0] == 0
    code, out, _ = gate(asker=Silent(fake))
    assert code == 1
    fell = fallen(out)
    assert "first quote right (given)" in fell
    assert "verdict right (given)" in fell
    assert row_of("first quote right", out) == ["1.00", "0.00", "−1.00 (−1.00 to −1.00)", "fell"]


@pytest.mark.usefixtures("many")
def test_a_rise_passes_the_gate_and_is_told(gate, fake):
    gate("--record", asker=Silent(fake))
    code, out, _ = gate()
    assert code == 0
    assert row_of("first quote right", out) == ["0.00", "1.00", "+1.00 (+1.00 to +1.00)", "rose"]


def test_the_gate_asks_no_test_question(gate, fake):
    gate("--record")
    gate()
    assert {split_of(asked.id) for asked in fake.asked} == {"dev"}


@pytest.mark.usefixtures("many")
def test_a_metric_that_the_baseline_lacks_is_told_and_fails_nothing(gate, tmp_path, fake):
    gate("--record")
    file = tmp_path / "baseline.json"
    older = json.loads(file.read_text("utf-8"))
    older["metrics"].remove("first_quote")
    for recorded in older["sets"]["given"].values():
        recorded["counts"].pop("first_quote", None)
    file.write_text(json.dumps(older), "utf-8")
    code, out, _ = gate()
    assert code == 0
    assert row_of("first quote right", out) == ["–", "not in the baseline"]
    code, out, _ = gate(asker=Silent(fake))
    assert code == 1
    fell = fallen(out)
    assert "first quote right" not in fell
    assert "verdict right (given)" in fell


def test_a_fall_in_a_question_that_was_changed_since_does_not_count(gate, gold_file, fake):
    """Its quote is false now, but there is nothing to compare it with."""
    gate("--record")
    written = gold_file.read_text("utf-8")
    gold_file.write_text(written.replace("can i text a mum", "can i text a gran"), "utf-8")
    code, out, _ = gate(asker=Broken(fake))
    assert code == 0
    assert "given: 1 questions are new or changed since the baseline." in out
    assert "given, dev: 2 questions" in out


def test_a_question_whose_silence_was_checked_again_has_not_changed(gate, gold_file):
    gate("--record")
    written = gold_file.read_text("utf-8")
    gold_file.write_text(
        written.replace('why = "nothing on it"', 'why = "nothing on it"\nterms = ["rain"]'), "utf-8"
    )
    code, out, _ = gate()
    assert code == 0
    assert "changed since" not in out


def test_a_baseline_of_other_questions_is_no_baseline(gate, gold_file):
    gate("--record")
    written = gold_file.read_text("utf-8")
    gold_file.write_text(written.replace('role = "staff"', 'role = "governor"'), "utf-8")
    code, _, err = gate()
    assert code == 1
    assert err == "The baseline is of other questions; record it anew with --record.\n"


def test_questions_changed_since_the_baseline_are_left_out_and_told(gate, gold_file):
    gate("--record")
    written = gold_file.read_text("utf-8")
    gold_file.write_text(written.replace("is it raining", "is it snowing"), "utf-8")
    code, out, _ = gate()
    assert code == 0
    assert "given: 1 questions are new or changed since the baseline." in out


def test_a_missing_or_broken_baseline_is_one_sentence(gate, tmp_path):
    code, out, err = gate()
    assert (code, out) == (1, "")
    assert "make one with `verse eval gate --record`" in err
    (tmp_path / "baseline.json").write_text("{}", "utf-8")
    code, _, err = gate()
    assert code == 1
    assert "not a baseline" in err
