"""Whole replies of an honest model and of one that makes things up: what of them is said."""

from __future__ import annotations

import pytest

from assistant.asking import understand
from assistant.meaning import open_meaning
from assistant.response import Response
from assistant.settings import LlmSettings
from assistant.writing.check import tidied
from assistant.writing.writer import open_writer
from eval.worded.replies import judge, read_replies, read_situations, share, with_repair
from ingest.policy.register import School

SITUATIONS = read_situations()
HONEST, HALLUCINATED = read_replies("honest"), read_replies("hallucinated")
CLOSE, REPAIRED = read_replies("close"), read_replies("repaired")
SAMPLE = HALLUCINATED[:: len(HALLUCINATED) // 40][:40]
SURVIVE = 0.95  # of the sentences of a model that keeps to its orders, with one repair


@pytest.fixture
def reply_to(openai, tmp_path):
    """Puts a reply through a server, a writer and the check: what is heard, what is answered."""
    llm = LlmSettings(model=openai.model, base_url=openai.url, cache=False)
    writer = open_writer(tmp_path, llm)

    def through(reply):
        situation = SITUATIONS[reply.id]
        quotes, known = situation.quotes, situation.quoted
        ours = Response(
            School(key="oak", name="Oak"),
            "answered",
            situation.verdict,
            "Our own answer.",
            0.9,
            quotes[:known],
        )
        openai.script = lambda _data: reply.model_dump(
            mode="json", include={"sentences", "verdict"}
        )
        asked = understand(situation.question, situation.history, situation.role)
        heard: list[str] = []
        done = writer.word(ours, asked, situation.history, quotes[known:], heard.append)
        return heard, done

    return through


def test_the_replies_are_many_and_of_every_kind():
    assert len({reply.id for reply in HONEST}) >= 100
    assert sum(len(reply.sentences) for reply in HONEST) >= 200
    assert len(HALLUCINATED) >= 500
    assert sum(reply.by == "hand" for reply in HALLUCINATED) >= 150
    assert {reply.kind for reply in HALLUCINATED} == set(
        "handle modality number merged exception condition added actor general clause "
        "knowledge".split()
    )


def test_no_wrong_sentence_passes_the_check():
    judged = list(judge(HALLUCINATED, SITUATIONS, open_meaning()))
    assert len(judged) >= 500
    assert not [one.said.text for one in judged if not one.reasons]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("No, staff must not film.", "Staff must not film."),
        ("Yes – you may film.", "You may film."),
        ("No recording may be made.", "No recording may be made."),
        ("No-one may film.", "No-one may film."),
        ("no one may film.", "No one may film."),
    ],
)
def test_a_no_that_denies_the_sentence_is_never_taken_for_an_opening(written, said):
    assert tidied(written) == said


def _reaches_nobody(reply_to, reply):
    heard, done = reply_to(reply)
    for place in reply.wrong:
        wrong = tidied(reply.sentences[place].text)
        assert wrong not in heard
        assert wrong not in done.answer
    if done.answered_by == "extractive":
        assert done.answer == "Our own answer."


def test_what_a_hallucinating_model_makes_up_reaches_nobody(reply_to):
    for reply in SAMPLE:
        _reaches_nobody(reply_to, reply)


@pytest.mark.heavy
@pytest.mark.timeout(900)
def test_nothing_made_up_reaches_anybody_in_all_replies(reply_to):
    for reply in HALLUCINATED:
        _reaches_nobody(reply_to, reply)


def test_of_what_an_honest_model_words_at_least_95_in_100_sentences_survive():
    first = list(judge(CLOSE, SITUATIONS, open_meaning()))
    assert len(first) >= 150
    value, low, high = share(with_repair(first, list(judge(REPAIRED, SITUATIONS, open_meaning()))))
    print(f"\nof {len(first)} honest sentences {value:.3f} ({low:.2f}–{high:.2f}) survive")
    assert value >= SURVIVE


def test_an_honest_reply_that_passes_is_heard_and_answered(reply_to):
    passing = {
        one.said.text for one in judge(HONEST, SITUATIONS, open_meaning()) if not one.reasons
    }
    whole = [r for r in HONEST if all(tidied(s.text) in passing for s in r.sentences)][:10]
    assert whole
    for reply in whole:
        heard, done = reply_to(reply)
        assert heard == [tidied(sentence.text) for sentence in reply.sentences]
        if 1 in reply.sentences[0].clauses:
            assert done.answered_by == "openai:tiny"
            assert heard[0] in done.answer
