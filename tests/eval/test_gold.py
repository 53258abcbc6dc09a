from __future__ import annotations

import pytest

from eval.gold import GoldError, Span, load_gold, locate, split_of

GOOD = """[[question]]
id = "oak-001"
question = "can i text a mum"
school = "oak"
role = "staff"
kind = "paraphrase"
status = "answered"
verdict = "not_permitted"
why = "must not"
[[question.evidence]]
source = "oak/phones.txt"
need = "essential"
any_of = ["Staff must not text parents."]

[[question]]
id = "oak-002"
question = "who do i ring"
school = "oak"
role = "staff"
kind = "near_miss"
status = "not_covered"
verdict = "not_covered"
why = "nothing on it"
terms = ["landline", "phone"]
terms_elsewhere.phone = "whose phone, not whom to ring"
"""


@pytest.fixture
def load(tmp_path, corpus_dir):
    def write_and_load(content, name="oak.toml"):
        file = tmp_path / name
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return load_gold([file], corpus_dir)

    return write_and_load


def test_a_gold_file_gives_its_questions_with_evidence_located(load):
    first, second = load(GOOD)
    assert first.blocks[0].spans == (Span(0, 28),)
    assert first.blocks[0].essential
    assert first.covered
    assert not second.covered


def test_evidence_is_found_whatever_its_white_space():
    text = "a  b\n c. Staff may\xa0use the\n\n office\x0cphone. Staff may use the office phone."
    spans = locate(text, "Staff may use the office phone.")
    assert [span.of(text).split() for span in spans] == [
        ["Staff", "may", "use", "the", "office", "phone."]
    ] * 2


def test_spans_count_code_points():
    text = "😀 ’s rule"
    assert locate(text, "’s") == (Span(2, 4),)


def test_words_that_are_not_there_and_no_words_are_not_found():
    assert locate("Staff may.", "staff may.") == ()
    assert locate("Staff may.", "Staff  mayx") == ()
    assert locate("Staff may.", "  ") == ()


def test_the_split_is_fixed_for_ever():
    ids = [f"oak-{n:03}" for n in range(1000)]
    assert [split_of(id) for id in ids[:6]] == ["dev"] * 5 + ["test"]
    assert 560 <= sum(split_of(id) == "dev" for id in ids) <= 640


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (
            'verdict = "not_permitted"',
            'verdict = "maybe"',
            'question oak-001 (line 1): verdict: "maybe" is not one of',
        ),
        (
            'why = "nothing on it"',
            'why = ""',
            "question oak-002 (line 15): why: String should have at least 1 character",
        ),
        ('role = "staff"', 'rôle = "staff"', "not valid TOML"),
        ('role = "staff"', 'rank = "staff"', "oak-001 (line 1): role: this key is missing"),
        ('why = "must not"', 'why = "x"\nwhich = 1', "which: no such key in a gold question"),
        ('id = "oak-001"\n', "", "question (no id) (line 1): id: this key is missing"),
        ('"oak-001"', '"elm-001"', 'the id must begin with the file\'s name, "oak-"'),
        ('"oak-002"', '"oak-001"', "question oak-001 (line 15): this id is already taken in"),
        ('school = "oak"', 'school = "ash"', 'unknown school "ash" (known: elm, oak)'),
        ("oak/phones.txt", "oak/gone.txt", 'there is no document "oak/gone.txt"'),
        (
            "must not text parents",
            "must never text parents",
            'not in oak/phones.txt word for word: "Staff must never text parents."',
        ),
        ('need = "essential"', 'need = "supporting"', "needs at least one essential evidence"),
        ('verdict = "not_permitted"', 'verdict = "not_covered"', "does not go with verdict"),
        ('status = "not_covered"', 'status = "declined"', "kind near_miss is always not_covered"),
        ('kind = "paraphrase"', 'kind = "followup"', "a followup needs history"),
        ('terms = ["landline", "phone"]\n', "", "needs the terms that were searched for"),
        ('terms = ["landline", "phone"]', "terms = []", "needs the terms that were searched for"),
        ("elsewhere.phone", "elsewhere.fax", 'explains "fax", which is not in terms'),
        ('"whose phone, not whom to ring"', '""', "terms_elsewhere.phone: String should have"),
        ("[[question]]", "title = 1\n[[question]]", "holds [[question]] tables and nothing else"),
        ("question = ", "question == ", "not valid TOML"),
    ],
)
def test_a_broken_gold_file_is_named_with_place_and_reason(load, tmp_path, old, new, reason):
    with pytest.raises(GoldError) as error:
        load(GOOD.replace(old, new, 1))
    sentence = str(error.value)
    assert sentence.startswith(str(tmp_path / "oak.toml"))
    assert reason in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence


def test_bytes_that_are_not_utf8_are_named_with_their_line(load):
    with pytest.raises(GoldError, match=r"oak\.toml, line 2: not UTF-8"):
        load(b'[[question]]\nid = "\xff"\n')


def test_missing_and_empty_gold_are_named(tmp_path, corpus_dir):
    with pytest.raises(GoldError, match=r"none\.toml: cannot be read"):
        load_gold([tmp_path / "none.toml"], corpus_dir)
    (tmp_path / "empty").mkdir()
    with pytest.raises(GoldError, match="no gold file"):
        load_gold([tmp_path / "empty"], corpus_dir)
    with pytest.raises(GoldError, match="no documents here"):
        load_gold([tmp_path], tmp_path / "empty")


def test_ids_are_unique_across_files(tmp_path, corpus_dir):
    for name in ("oak.toml", "oak-more.toml"):
        (tmp_path / name).write_text(GOOD.replace("oak-00", "oak-more-00"), "utf-8")
    with pytest.raises(GoldError, match="already taken"):
        load_gold([tmp_path], corpus_dir)
