"""How well names, addresses and numbers are masked is measured, and must not fall."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.masking import EMAIL, NAME, NUMBER
from eval.masking import LabelsError, measure, read_lines, with_names_nobody_has
from ui.cli import main


def labelled(tmp_path: Path, *rows: str) -> Path:
    path = tmp_path / "names.txt"
    path.write_text("# a comment\n\n" + "\n".join(rows), "utf-8")
    return path


def test_the_set_is_large_and_holds_innocent_questions_with_capitals():
    lines = read_lines()
    planted = [line for line in lines if line.planted]
    innocent = [line for line in lines if not line.planted]
    assert len(planted) >= 200
    assert len(innocent) >= 60
    assert sum(any(word[0].isupper() for word in line.typed.split()[1:]) for line in innocent) >= 40
    assert sum(line.typed == line.typed.lower() for line in planted) >= 80


def test_recall_is_printed_and_does_not_fall(capsys):
    assert main(["eval", "masking", "--json"]) == 0
    out = capsys.readouterr().out
    told = json.loads(out)
    with capsys.disabled():
        shares = {**told["found"], "names nobody has": told["names_nobody_has"]}
        said = ", ".join(f"{kind} {share['hit']}/{share['of']}" for kind, share in shares.items())
        print(
            f"\nMasked: {said}; innocent left whole {told['whole']['hit']}/{told['whole']['of']}."
        )
    names, strange = told["found"]["names"], told["names_nobody_has"]
    assert names["hit"] / names["of"] >= 0.97
    assert strange["hit"] / strange["of"] >= 0.95
    for kind in ("e-mail addresses", "telephone numbers"):
        assert told["found"][kind]["hit"] == told["found"][kind]["of"]
    assert told["whole"]["hit"] / told["whole"]["of"] >= 0.97
    assert len(told["alarms"]) <= 8, told["alarms"]


def test_what_stays_and_what_goes_amiss_is_counted_and_listed(tmp_path):
    path = labelled(
        tmp_path,
        "can {n:ann lee} ring {p:07700 900123} or {e:a.lee@example.com}",
        "is {n:mrs o'dowd|dowd} in",
        "are dogs allowed",
        "are cats allowed",
    )

    def half(text: str) -> str:
        return (
            text.replace("ann lee", f"{NAME} lee")
            .replace("07700 900123", NUMBER)
            .replace("a.lee@example.com", EMAIL)
            .replace("mrs o'dowd", NAME)
            .replace("cats", NAME)
        )

    measured = measure(read_lines(path), half)
    names = measured.found["names"]
    assert (names.hit, names.of) == (1, 2)
    assert (round(names.low, 2), round(names.high, 2)) == (0.09, 0.91)
    assert measured.found["e-mail addresses"].hit == measured.found["telephone numbers"].hit == 1
    assert (measured.whole.hit, measured.whole.of) == (1, 2)
    assert measured.missed == (f"ann lee: can {NAME} lee ring {NUMBER} or {EMAIL}",)
    assert measured.alarms == ("cats: are cats allowed",)


@pytest.mark.parametrize(
    ("typed", "stays"),
    [
        ("ask {n:ann} now", "ask anns now"),
        ("ask {n:Łukasz} now", "ask lukasz now"),
        ("ring {p:07700 900123}", "ring [number] 0123"),
        ("mail {e:a.lee@example.com}", "mail a.lee at home"),
    ],
)
def test_a_part_that_is_left_is_a_miss(tmp_path, typed, stays):
    measured = measure(read_lines(labelled(tmp_path, typed)), lambda _: stays)
    assert [share.hit for share in measured.found.values()] == [0]


def test_names_that_nobody_has_take_the_place_of_others_in_the_same_words(tmp_path):
    lines = read_lines(labelled(tmp_path, "can {n:Ann} and {n:mrs LEE|LEE} come, {p:01632 960123}"))
    new = with_names_nobody_has(lines)
    assert len(new) == 3
    for line in new:
        one, other, number = line.planted
        assert line.typed == f"can {one.words} and mrs {other.words} come, 01632 960123"
        assert one.words.istitle()
        assert other.words.isupper()
        assert number.words == "01632 960123"
    assert new == with_names_nobody_has(lines)


def test_a_line_that_cannot_be_read_is_named(tmp_path):
    path = labelled(tmp_path, "fine", "can {name:ann} come")
    with pytest.raises(LabelsError, match="line 4"):
        read_lines(path)
    assert main(["eval", "masking", "--labels", str(path)]) == 1
