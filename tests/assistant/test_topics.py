"""The table of topics: what ours claims and how sure it is, and tables of people's own."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.topics import PATH, Topic, UnreadableTopics, read_topics
from ingest.documents import Policy

MINIMAL = """
as_of = 2026-09-01

[[topic]]
key = "dogs"
title = "Dogs"
titles = ["dogs"]
questions = ["Can I bring my dog?", "Are guide dogs allowed?"]
"""


def topic(*words: str, titles: tuple[str, ...] = ("dogs",)) -> Topic:
    return Topic("dogs", "Dogs", titles, words, ("Can I bring my dog?", "Why?"))


def policy(title: str, source: str = "a.txt") -> Policy:
    return Policy(school="oak", school_name="Oak", title=title, source=source)


def test_our_table_asks_two_to_five_questions_on_each_of_thirty_to_forty_topics():
    table = read_topics()
    assert 30 <= len(table.topics) <= 40
    assert all(2 <= len(topic.questions) <= 5 for topic in table.topics)
    assert all(question.endswith("?") for topic in table.topics for question in topic.questions)
    assert table.as_of == dt.date(2026, 11, 20)


def test_whatever_our_table_says_of_law_has_a_source_a_day_and_says_how_sure_it_is():
    table = read_topics()
    bases = [basis for topic in table.topics for basis in topic.basis]
    assert len(bases) > 40
    for basis in bases:
        assert basis.source in table.sources
        assert basis.source.looked_up <= table.as_of
        assert basis.sure in ("seen", "secondary", "not verified")


def test_only_three_topics_have_a_cycle_and_those_of_the_new_act_say_what_is_not_verified():
    topics = {topic.key: topic for topic in read_topics().topics}
    cycles = {key: t.cycle.cycle_months for key, t in topics.items() if t.cycle is not None}
    assert cycles == {"safeguarding": 12, "allergies": 12, "equality": 48}
    for key in ("allergies", "phones"):
        act = next(b for b in topics[key].basis if "Act 2026" in b.law)
        assert "not verified" in act.says and "not verified" in act.source.says
    assert topics["safeguarding"].cycle.sure == "secondary"


def test_no_law_is_claimed_for_what_schools_only_ask_about():
    topics = {topic.key: topic for topic in read_topics().topics}
    for key in ("lettings", "lone-working", "photographs", "ai", "intimate-care"):
        assert not topics[key].named


def test_our_table_calls_nothing_unlawful():
    assert "lawful" not in PATH.read_text("utf-8").lower()


def test_a_table_of_ones_own_is_read_and_its_titles_serve_for_words(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text("\ufeff" + MINIMAL.replace("\n", "\r\n"), "utf-8")
    (dogs,) = read_topics(path).topics
    assert dogs.words == ("dogs",)
    assert not dogs.named and dogs.cycle is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("as_of = ", "not readable as TOML"),
        ("as_of = 2026-09-01", "topic"),
        (MINIMAL.replace("2026-09-01", '"soon"'), "as_of"),
        (MINIMAL.replace('"Can I bring my dog?", ', ""), "questions"),
        (MINIMAL + "colour = 'red'", "colour"),
        (MINIMAL + 'basis = [{ source = "gov", sure = "seen" }]', "'gov'"),
        (MINIMAL + 'basis = [{ source = "gov", sure = "fairly" }]', "sure"),
        (MINIMAL.replace('key = "dogs"', 'key = "../dogs"'), "key"),
        (MINIMAL + MINIMAL.partition("2026-09-01")[2], "'dogs' is listed twice"),
        (
            MINIMAL + '[[source]]\nkey = "x"\ntitle = "X"\nlooked_up = 2026-09-01\n'
            'url = "javascript:alert(1)"',
            "url",
        ),
        ("#" * 1_100_000, "larger"),
        (f"as_of = {'[' * 5000}", "not readable as TOML"),
    ],
)
def test_a_table_that_is_wrong_is_refused_in_one_sentence_that_names_the_file(tmp_path, text, said):
    path = tmp_path / "mine.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(UnreadableTopics) as refused:
        read_topics(path)
    sentence = str(refused.value)
    assert said in sentence and str(path) in sentence
    assert sentence.endswith(".") and "\n" not in sentence
    assert refused.value.wrong_usage


def test_a_table_that_is_not_there_or_no_text_is_refused_too(tmp_path):
    (tmp_path / "latin.toml").write_bytes(b"as_of = 2026-09-01 # caf\xe9")
    for path in (tmp_path / "none.toml", tmp_path, tmp_path / "latin.toml"):
        with pytest.raises(UnreadableTopics, match=r"cannot be read|not readable") as refused:
            read_topics(path)
        assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("words", "text", "named"),
    [
        ("dog", "Dogs must be on a lead.", True),
        ("dog", "the DOG's bowl", True),
        ("dog", "a dogma", False),
        ("dog", "hotdog", False),
        ("risk assessment", "a risk-assessment", True),
        ("risk assessment", "a risk\nassessment", True),
        ("restrain", "nobody is restrained", True),
        ("SEND", "Send the form to the office.", False),
        ("SEND", "pupils with SEND", True),
        ("AI", "first aid", False),
        ("AI", "may use AI for planning", True),
        ("c++ (old)", "c old", True),
    ],
)
def test_words_are_found_whole_with_their_endings_and_capitals_are_kept(words, text, named):
    assert topic(words).is_named_in(text) is named


@pytest.mark.parametrize(
    ("text", "discussed"),
    [
        ("See the Complaints Policy.", False),
        ("They may use the complaints and appeals procedure.", False),
        ("A complaint must be made within three months.", True),
        ("Complaints are dealt with under this policy.", True),
        ("See the Complaints Policy: a complaint is answered in ten days.", True),
    ],
)
def test_to_name_another_policy_is_no_discussion_of_its_topic(text, discussed):
    complaints = topic("complaint", "complaints")
    assert complaints.is_named_in(text)
    assert complaints.is_discussed_in(text) is discussed


def test_a_policy_is_on_a_topic_by_its_title_or_by_the_name_of_its_file():
    dogs = topic("dog")
    assert dogs.is_subject_of(policy("Dogs on Site Policy"))
    assert dogs.is_subject_of(policy("What we ask of owners", "oak/our-dogs-2026.pdf"))
    assert not dogs.is_subject_of(policy("Cats Policy", "dogs/cats.pdf"))


@given(phrases=st.lists(st.text(min_size=2, max_size=20), max_size=5), text=st.text())
def test_no_words_and_no_text_break_the_search(phrases, text):
    found = topic(*phrases).is_named_in(text)
    assert found or not topic(*phrases).is_discussed_in(text)


def test_a_word_is_found_wherever_it_stands_between_blanks():
    @given(before=st.text(max_size=20), after=st.text(max_size=20))
    def holds(before: str, after: str) -> None:
        assert topic("visitor").is_named_in(f"{before} visitors {after}")

    holds()


def test_the_table_is_shipped_with_the_package():
    pyproject = (Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8")
    assert 'assistant = ["*.json", "*.toml"' in pyproject
