"""Every quote is a slice of its file, and nothing is said that a quote does not say."""

from __future__ import annotations

import dataclasses
import hashlib
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant import compose, facts
from assistant.answer import AssistantError, Verdict
from assistant.asking import understand
from assistant.modality import sentences
from assistant.reading import Reading
from assistant.verify import Unverified, apart_from, quote, quote_fact, says_only, standing_alone
from ingest.clauses.sentences import split_sentences
from ingest.documents import Clause, Fact, IngestError, Passage, Policy, Span, flow
from ingest.home import store_document
from ingest.index import Held, Index, Manifest, open_index

CORPUS = Path(__file__).parents[2] / "corpus"
TEXT = (
    "Staff must not:\n• text parents;\n• ring\nparents. Pupils may do so.\nAgreed by: Governors\n"
)
STATUSES = ("current", "superseded")
SHA = hashlib.sha256(TEXT.encode()).hexdigest()
QUICK = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def passages(home: Path) -> list[Passage]:
    """Every clause of the real policies."""
    index = open_index(home)
    keys = [(school.key, status) for school in index.schools for status in STATUSES]
    return [passage for key in keys for passage in index.shelf(*key).passages]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """One document, TEXT, stored and nothing else."""
    home = tmp_path_factory.mktemp("home")
    store_document(home, TEXT.encode(), TEXT)
    return Index(home, Manifest("1", "", "", "", (), (), {}, {}, {}))


POLICY = Policy("oak", "Oak School", "Phones", "oak/phones.txt")


def passage(text: str = "text parents;", lead_in: str = "Staff must not:") -> Passage:
    start, lead = TEXT.index(text), TEXT.index(lead_in) if lead_in else 0
    clause = Clause(
        "1",
        "clause",
        text,
        Span(start, start + len(text)),
        lead_in=lead_in,
        lead_in_span=Span(lead, lead + len(lead_in)) if lead_in else None,
    )
    return Passage(clause, POLICY, SHA, SHA)


def test_every_clause_of_every_policy_is_quoted_as_it_stands_in_its_file(home, passages):
    index = open_index(home)
    for one in passages:
        made = quote(index, one, "rule", "statement")
        text = (CORPUS / made.source).read_bytes().decode("utf-8")
        assert text[made.start : made.end] == made.text
        if made.lead_in:
            assert text[made.lead_in_start : made.lead_in_end] == made.lead_in
        assert hashlib.sha256((CORPUS / made.source).read_bytes()).hexdigest() == made.sha256
        assert hashlib.sha256(text.encode("utf-8")).hexdigest() == made.text_sha256


def test_every_quote_of_every_gold_answer_is_in_its_file_lead_in_too(answers):
    quoted = [made for answer in answers.values() for made in answer.quotes]
    assert len(quoted) > 200
    for made in quoted:
        text = (CORPUS / made.source).read_bytes().decode("utf-8")
        assert text[made.start : made.end] == made.text
        assert made.text.strip()
        lead = (made.lead_in_start, made.lead_in_end)
        assert (lead == (None, None)) == (made.lead_in == "")
        if made.lead_in:
            assert text[slice(*lead)] == made.lead_in


@QUICK
@given(data=st.data())
def test_a_clause_with_one_character_altered_is_refused(index, data):
    one = passage()
    place = data.draw(st.integers(0, len(one.clause.text) - 1))
    other = data.draw(st.characters().filter(lambda c: c != one.clause.text[place]))
    text = one.clause.text[:place] + other + one.clause.text[place + 1 :]
    with pytest.raises(Unverified):
        quote(index, altered(one, text=text), "rule", "prohibition")


@QUICK
@given(data=st.data())
def test_a_lead_in_with_one_character_altered_is_refused(index, data):
    one = passage()
    place = data.draw(st.integers(0, len(one.clause.lead_in) - 1))
    other = data.draw(st.characters().filter(lambda c: c != one.clause.lead_in[place]))
    lead_in = one.clause.lead_in[:place] + other + one.clause.lead_in[place + 1 :]
    with pytest.raises(Unverified):
        quote(index, altered(one, lead_in=lead_in), "rule", "prohibition")


@QUICK
@given(start=st.integers(-200, 200), end=st.integers(-200, 200))
def test_a_clause_under_another_span_is_refused(index, start, end):
    one = passage()
    if (start, end) == (one.clause.span.start, one.clause.span.end):
        return
    with pytest.raises(Unverified):
        quote(index, altered(one, span=Span(start, end)), "rule", "prohibition")


@pytest.mark.parametrize("move", [(-1, 0), (1, 0), (0, -1), (0, 1), (1, 1)])
def test_a_lead_in_moved_by_one_character_is_refused(index, move):
    one = passage()
    assert one.clause.lead_in_span
    span = Span(one.clause.lead_in_span.start + move[0], one.clause.lead_in_span.end + move[1])
    with pytest.raises(Unverified):
        quote(index, altered(one, lead_in_span=span), "rule", "prohibition")


def test_a_bullet_that_lost_its_lead_in_is_refused(index):
    with pytest.raises(Unverified):
        quote(index, altered(passage(), lead_in_span=None), "rule", "prohibition")
    with pytest.raises(Unverified):
        quote(index, altered(passage(), lead_in=""), "rule", "prohibition")


@pytest.mark.parametrize("name", ["sha256", "text_sha256"])
@pytest.mark.parametrize("place", [0, 1, 40, 63])
def test_a_hash_with_one_digit_altered_is_refused(index, name, place):
    digit = "0" if SHA[place] != "0" else "1"
    one = dataclasses.replace(passage(), **{name: SHA[:place] + digit + SHA[place + 1 :]})
    with pytest.raises((Unverified, IngestError), match="verse ingest"):
        quote(index, one, "rule", "prohibition")


def test_a_stored_document_that_was_changed_is_never_quoted(tmp_path):
    store_document(tmp_path, TEXT.encode(), TEXT)
    path = tmp_path / "documents" / SHA[:2] / SHA
    path.write_bytes(TEXT.replace("must not", "may").encode())
    changed = Index(tmp_path, Manifest("1", "", "", "", (), (), {}, {}, {}))
    with pytest.raises(IngestError, match="changed after it was indexed"):
        quote(changed, passage(), "rule", "prohibition")


@pytest.mark.parametrize("move", [(-1, 0), (1, 0), (0, -1), (0, 1), (0, 999), (-999, 0)])
def test_a_register_line_cut_short_or_moved_is_refused(index, move):
    start = TEXT.index("Agreed by")
    whole = Span(start, start + len("Agreed by: Governors"))
    said = quote_fact(index, held(), Fact("Governors", "cover line", whole))
    assert said.text == "Agreed by: Governors"
    assert said.kind == "register"
    span = Span(whole.start + move[0], whole.end + move[1])
    with pytest.raises(Unverified):
        quote_fact(index, held(), Fact("Governors", "cover line", span))


def test_a_register_value_that_no_line_states_is_never_quoted(index):
    with pytest.raises(AssistantError):
        quote_fact(index, held(), Fact("Governors", "inferred"))


def test_what_is_said_is_a_whole_sentence_of_a_quote_its_first_with_the_lead_in(index):
    made = quote(index, passage("ring\nparents. Pupils may do so."), "rule", "prohibition")
    for said in (
        "Staff must not: ring parents.",
        "No. Staff must not: ring parents.",
        "Pupils may do so.",
        "Staff must not: ring parents. Pupils may do so.",
        "No.",
    ):
        assert says_only(said, [made], compose.FIXED), said
    for said in (
        "ring parents.",
        "must not: ring parents.",
        "Staff must not: ring",
        "Staff must not: Pupils may do so.",
        "No Pupils may do so.",
        "Parents. Pupils may do so.",
        "Staff must not: ring parents",
        "Staff must not: ring parents. Really.",
        "Yes",
    ):
        assert not says_only(said, [made], compose.FIXED), said


def test_a_bullet_without_a_full_stop_is_closed_with_one(index):
    made = quote(index, passage(), "rule", "prohibition")
    assert says_only("Staff must not: text parents.", [made], ())
    assert says_only("Staff must not: text parents;", [made], ())


def test_nothing_is_said_without_its_quote():
    assert not says_only("Staff must not: text parents.", [], compose.FIXED)


_WORDS = st.sampled_from(
    ["not", "never", "must", "may", "always", "7", "pupils", "without", "unless", "no"]
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_no_word_of_a_clause_can_be_changed_added_or_left_out(home, passages, data):
    made = quote(open_index(home), data.draw(st.sampled_from(passages)), "rule", "statement")
    whole = flow(f"{made.lead_in} {made.text}")
    assert says_only(whole, [made], ())
    words = whole.split(" ")
    place = data.draw(st.integers(0, len(words) - 1))
    word = data.draw(_WORDS)
    added = [*words[:place], word, *words[place:]]
    changed = [*words[:place], word, *words[place + 1 :]]
    assert not says_only(" ".join(added), [made], compose.FIXED)
    if changed != words:
        assert not says_only(" ".join(changed), [made], compose.FIXED)
    left = " ".join([*words[:place], *words[place + 1 :]])
    if left and left not in runs(made.text):  # a sentence of one word may go and leave the others
        assert not says_only(left, [made], compose.FIXED)


def test_whatever_we_compose_of_a_clause_passes(home, passages):
    """Behind each opening, any sentence that a verdict may be read from."""
    index, asked = open_index(home), understand("can i text a parent")
    for one in passages:
        made = quote(index, one, "rule", "statement")
        for line in sentences(one.clause):
            for verdict in get_args(Verdict):
                said = compose.say(asked, Reading(verdict, (), 1.0, (line,)))
                assert says_only(said, [made], compose.FIXED), said


def test_a_lead_in_is_read_with_the_first_sentence_of_its_bullet_alone():
    """ "…should not:" would turn the meaning of a second sentence round."""
    text = "Name the school. This could harm it. In some cases parents complain."
    lead_in = "Staff should not:"
    clause = Clause("1", "clause", text, Span(0, len(text)), "", (), lead_in, Span(0, 0))
    assert sentences(clause) == [
        "Staff should not: Name the school. This could harm it.",
        "In some cases parents complain.",
    ]


def test_every_gold_answer_says_only_what_its_quotes_say(answers, home):
    silences = {compose.silent(school) for school in open_index(home).schools}
    silences |= {f"{facts.UNKNOWN} {silence}" for silence in silences}
    for id, answer in answers.items():
        said = [(part.answer, [answer.quotes[i] for i in part.quotes]) for part in answer.parts]
        if said:
            several = len({part.school for part in answer.parts}) > 1
            rest = answer.answer
            for phrase in compose.NUMBERED:
                rest = rest.replace(f"{phrase} ", "")
            whole = [f"{p.school}: {p.answer}" if several else p.answer for p in answer.parts]
            assert rest in (" ".join(whole), *(whole if len(set(whole)) == 1 else ())), id
        for sentence, quotes in said or [(answer.answer, answer.quotes)]:
            if not is_register(sentence):
                assert says_only(sentence, quotes, compose.FIXED | silences), (id, sentence)


def is_register(sentence: str) -> bool:
    """What test_facts.py looks after."""
    return sentence.startswith(("“", "Follow “", "No date for review")) or " has: “" in sentence


def runs(text: str) -> set[str]:
    spans = split_sentences(text, Span(0, len(text)))
    return {flow(text[a.start : b.end]) for i, a in enumerate(spans) for b in spans[i:]}


def altered(one: Passage, **changes: object) -> Passage:
    return dataclasses.replace(one, clause=dataclasses.replace(one.clause, **changes))


def held() -> Held:
    return Held("", "oak/phones.txt", SHA, SHA, POLICY)


@pytest.mark.parametrize(
    ("led", "said"),
    [
        ("However, staff should ensure the following: Staff may not ring parents.", True),
        ("All members of staff must observe the following rules: Staff may not ring.", True),
        ("When off site, staff should ensure the following: Staff may not ring parents.", False),
        ("In lessons staff should ensure the following: Staff may not ring parents.", False),
        ("Staff should avoid the following: Staff may not ring parents.", False),
        ("Staff should not do the following: Staff may ring parents.", False),
        ("Staff should ensure the following: ringing parents.", False),
        ("Staff should ensure the following: Phones off.", False),
    ],
)
def test_a_lead_in_goes_only_where_it_adds_nothing(led, said):
    assert (standing_alone(led) == led.partition(": ")[2]) == said


@pytest.mark.parametrize(
    ("led", "said", "apart"),
    [
        ("Staff are advised not to add pupils.", "Any exceptions will be discussed.", True),
        ("Staff must not:", "Any exceptions will be discussed.", False),
        ("Staff must not do any of these things.", "Phones are lent to pupils.", False),
        ("The following are forbidden.", "Phones are lent to pupils.", False),
        ("Staff are advised not to add pupils.", "text them", False),
    ],
)
def test_only_a_whole_sentence_after_a_whole_sentence_is_said_without_it(led, said, apart):
    assert apart_from(led, said) is apart
