from __future__ import annotations

import datetime as dt
import json

import pytest

from assistant.answer import AssistantError
from eval.gold import split_of
from eval.ours import fresh_home

DEV = [id for id in (f"oak-{n:03}" for n in range(60)) if split_of(id) == "dev"]
TEST = [id for id in (f"oak-{n:03}" for n in range(60)) if split_of(id) == "test"]


def test_ours_and_the_tutorial_stand_side_by_side_dev_and_test_apart(evaluate):
    code, out, _ = evaluate()
    assert code == 0
    assert "dev: 3 questions" in out
    assert "test: 2 questions" in out
    header = next(line for line in out.splitlines() if "Chapter & Verse" in line)
    assert "tutorial RAG, top 1" in header
    assert "tutorial RAG, top 4" in header
    assert "by kind" in out
    assert "by school" in out
    assert "…" not in out  # a cut figure is worse than none


def test_json_gives_values_intervals_and_counts(evaluate):
    code, out, _ = evaluate("--json")
    assert code == 0
    found = json.loads(out)
    assert found["as_of"] == "2026-11-20"
    dev = found["sets"]["given"]["systems"]["Chapter & Verse"]["dev"]
    assert dev["n"] == 3
    assert dev["figures"]["first_quote"]["value"] == 1 / 2
    assert dev["figures"]["first_quote"]["n"] == 2
    assert dev["figures"]["verdict"]["value"] == pytest.approx(2 / 3)
    low, high = dev["figures"]["verdict"]["low"], dev["figures"]["verdict"]["high"]
    assert 0 <= low < 2 / 3 < high <= 1
    assert dev["by_kind"]["direct"]["n"] == 2
    assert (
        found["sets"]["given"]["systems"]["tutorial RAG, top 1"]["dev"]["figures"][
            "false_refusals"
        ]["value"]
        == 0
    )
    assert "definition" in found["metrics"]["first_quote"]


def test_failures_show_question_expected_and_given_for_dev_only(evaluate):
    _, out, _ = evaluate("--failures")
    assert "1 of 3 dev questions fell short" in out
    assert "which phone [do i] use" in out
    assert "Staff may use the office phone. [oak/phones.txt]" in out
    assert "status not_covered, expected answered" in out
    assert "the test phone question" not in out


def test_nothing_of_test_can_be_read_question_by_question(evaluate):
    _, out, _ = evaluate("--failures", "--json")
    assert TEST[1] not in out
    assert "the test phone question" not in out
    failures = json.loads(out)["sets"]["given"]["systems"]["Chapter & Verse"]["dev"]["failures"]
    assert [failure["id"] for failure in failures] == [DEV[1]]
    _, out, err = evaluate("--failures", "--split", "test")
    assert "the test phone question" not in out
    assert "dev only" in err


def test_one_split_and_no_baseline_can_be_chosen(evaluate, fake):
    _, out, _ = evaluate("--split", "test", "--against", "none")
    assert "dev:" not in out
    assert "tutorial" not in out
    assert len(fake.asked) == 2


def test_questions_are_asked_as_of_the_gold_day_unless_told_otherwise(evaluate, fake):
    evaluate("--against", "none")
    assert {asked.as_of for asked in fake.asked} == {dt.date(2026, 11, 20)}
    fake.asked.clear()
    evaluate("--against", "none", "--as-of", "2027-01-02")
    assert {asked.as_of for asked in fake.asked} == {dt.date(2027, 1, 2)}


def test_a_question_that_breaks_the_assistant_is_a_failure_and_the_run_goes_on(evaluate):
    class Broken:
        def ask(self, _question):
            raise AssistantError("The index is locked.")

    code, out, _ = evaluate("--failures", asker=Broken())
    assert code == 0
    assert "3 of 3 dev questions fell short" in out
    assert "The index is locked." in out


def test_wrong_usage_is_one_sentence_and_2(evaluate, tmp_path):
    code, out, err = evaluate("--school", "ash")
    assert (code, out) == (2, "")
    assert err == 'No gold question is about the school "ash": try oak.\n'
    code, _, err = evaluate("--gold", str(tmp_path / "none.toml"))
    assert code == 2
    assert "none.toml" in err


def test_a_date_that_is_none_is_wrong_usage(evaluate, capsys):
    with pytest.raises(SystemExit) as stop:
        evaluate("--as-of", "soon")
    assert stop.value.code == 2
    assert "not a date like 2026-11-20" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('id = "', 'ident = "', "question (no id) (line 1): id: this key is missing."),
        ('why = "it says so"', "why =", "not valid TOML: Invalid value (at line 9, column 6)."),
        (
            'any_of = ["Staff must not text parents."]',
            'any_of = ["Staff must never text parents."]',
            f"question {DEV[0]} (line 1): not in oak/phones.txt word for word: "
            '"Staff must never text parents.".',
        ),
    ],
)
def test_a_broken_gold_file_is_named_with_line_and_reason_before_anything_is_asked(
    evaluate, gold_file, fake, old, new, said
):
    gold_file.write_text(gold_file.read_text("utf-8").replace(old, new, 1), "utf-8")
    code, out, err = evaluate()
    assert (code, out) == (2, "")
    assert err.startswith(f"{gold_file}")
    assert err.endswith(f"{said}\n")
    assert err.count("\n") == 1
    assert fake.asked == []


@pytest.mark.parametrize("command", [[], ["run"], ["gate", "--record"], ["gate"]])
def test_told_to_keep_going_every_command_does_without_the_broken_file_and_exits_with_3(
    evaluate, gold_file, fake, tmp_path, command
):
    words = ["--against", "none", *command]
    if "run" in command:
        words += ["--runs", str(tmp_path / "runs")]
    if "gate" in command:
        words += ["--baseline", str(tmp_path / "baseline.json")]
        evaluate(*words[:3], "--record", *words[-2:])
    fake.asked.clear()
    broken = gold_file.with_name("elm.toml")
    broken.write_text("[[question]]\nid = 1\n", "utf-8")
    code, _, err = evaluate("--gold", str(gold_file), str(broken), "--keep-going", *words)
    assert code == 3
    assert err.startswith(f"{broken}, question 1 (line 1): ")
    assert {asked.id for asked in fake.asked} >= set(DEV[:3])


def test_a_broken_register_is_one_sentence_and_1(evaluate, corpus_dir):
    (corpus_dir / "register.toml").write_text("[[policy]\n", "utf-8")
    code, out, err = evaluate()
    assert (code, out) == (1, "")
    assert "register.toml: not valid TOML" in err
    assert err.count("\n") == 1


def test_a_run_starts_from_an_empty_home_with_the_models_already_made(tmp_path):
    used, new = tmp_path / "used", tmp_path / "new"
    (used / "models" / "m").mkdir(parents=True)
    (used / "models" / "m" / "model.json").write_text("{}", "utf-8")
    (used / "CURRENT").write_text("an index", "utf-8")
    new.mkdir()
    assert fresh_home(new, models_from=used) == new
    assert [path.name for path in new.iterdir()] == ["models"]
    assert (new / "models" / "m" / "model.json").is_file()
    assert fresh_home(tmp_path, models_from=tmp_path / "none") == tmp_path


def test_baselines_can_be_named_more_than_once(evaluate):
    _, out, _ = evaluate("--against", "bm25", "--against", "dense", "--against", "bm25", "--json")
    systems = json.loads(out)["sets"]["given"]["systems"]
    assert list(systems) == ["Chapter & Verse", "BM25, top 4", "dense, top 4"]
    assert systems["BM25, top 4"]["dev"]["figures"]["recall_10"]["n"] == 2


def test_an_unknown_baseline_is_wrong_usage(evaluate, capsys):
    with pytest.raises(SystemExit) as stop:
        evaluate("--against", "google")
    assert stop.value.code == 2
    assert '"google" is none of tutorial, bm25, dense, none' in capsys.readouterr().err
