"""Which clauses of a school's policies speak of a topic, and how strongly each rules on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.asking import Asked, understand
from assistant.choosing import Chosen
from assistant.library import Library
from assistant.reread import DEPTH, reorder
from assistant.retrieve import Candidate, embed_question, query
from assistant.silence import chance_covered, logit
from assistant.topics import Topic
from ingest.documents import Passage, Policy
from ingest.embedding import Vectors
from ingest.index import in_context
from ingest.policy.register import School

# In log-odds; with the threshold, chosen on two labelled sets of policies and tried on a third.
STRONG = 2.4  # a binding clause as strong as this covers the topic
_NAMED, _HEADED, _TITLED = 3.0, 2.0, 3.0
_BEHIND = 0.25  # off for each point of score that a clause stands behind its policy's best
_WORDS = 4  # a clause of fewer is a heading that was taken for one
_READ = 4  # clauses of a policy that names the topic are read again for each question


def naming(
    library: Library, school: School, topic: Topic, policies: tuple[Policy, ...]
) -> dict[str, list[Chosen]]:
    """Source → its clauses that name the topic, in their order; those that bind come first."""
    found: dict[str, list[Chosen]] = {}
    for status, passage in _passages(library, school, policies):
        if topic.is_named_in(passage.clause.reading):
            binding = library.binding(school.key, status, passage)
            chosen = Chosen(passage, "related", binding, 0.0)
            found.setdefault(passage.policy.source, []).append(chosen)
    for each in found.values():
        each.sort(key=lambda chosen: chosen.binding.modality == "statement")
    return found


def _passages(
    library: Library, school: School, policies: tuple[Policy, ...]
) -> Iterator[tuple[str, Passage]]:
    """The passages in force on the day, with the shelf they stand on."""
    valid = {p.source for p in policies}
    for status in _shelves(policies):
        for passage in library.index.shelf(school.key, status).passages:
            if passage.policy.source in valid:
                yield status, passage


def _shelves(policies: tuple[Policy, ...]) -> tuple[str, ...]:
    """What was in force on a day of the past may be superseded now."""
    old = any(policy.status == "superseded" for policy in policies)
    return ("current", "superseded") if old else ("current",)


def evidence(
    library: Library,
    school: School,
    topic: Topic,
    policies: tuple[Policy, ...],
    named: set[str],
) -> dict[str, list[Chosen]]:
    """Source → its binding clauses that answer the topic's questions, the strongest first.

    Policies of the sources in `named` are looked at closely. Strength, the score of each, is the
    log-odds that the policy governs the question, with points where the topic is named.
    """
    best: dict[str, dict[str, Chosen]] = {}
    if not policies:
        return {}  # there is no shelf to search
    for question in (*topic.questions, _plain_question(topic)):
        asked = understand(question)
        vectors = embed_question(asked, library.embedder)
        ranked = _ranked(library, school, asked, vectors, policies)
        for source, candidates in _read(library, asked, ranked, named):
            chance = logit(chance_covered(asked, candidates, library.learned))
            kept = best.setdefault(source, {})
            for candidate in candidates[:_READ]:
                if not _binds(candidate):
                    continue
                behind = candidates[0].score - candidate.score
                strength = chance + _points(topic, candidate) - _BEHIND * behind
                place = candidate.passage.clause.id
                if place not in kept or kept[place].score < strength:
                    kept[place] = Chosen(candidate.passage, "rule", candidate.binding, strength)
    return {
        source: sorted(kept.values(), key=lambda chosen: -chosen.score)
        for source, kept in best.items()
    }


def _plain_question(topic: Topic) -> str:
    title = topic.title
    named = title[:1].lower() + title[1:] if title[1:2].islower() else title
    return f"What are the rules on {named}?"


def _ranked(
    library: Library,
    school: School,
    asked: Asked,
    vectors: Vectors,
    policies: tuple[Policy, ...],
) -> list[Candidate]:
    """The school's passages in force on the day, best first, none read again yet."""
    valid = {p.source for p in policies}
    shelves = _shelves(policies)
    ranked = [c for s in shelves for c in library.rank(school.key, s, asked, vectors)]
    if len(shelves) > 1:
        ranked.sort(key=lambda candidate: -candidate.score)
    return [c for c in ranked if c.passage.policy.source in valid]


def _read(
    library: Library, asked: Asked, ranked: Sequence[Candidate], named: set[str]
) -> Iterator[tuple[str, list[Candidate]]]:
    """Each policy's candidates in the reader's order.

    The first of the school are read again, and the first of every policy that names the topic.
    The rest is passed over: reading is slow, and what is neither near nor named hardly governs.
    """
    by_policy: dict[str, list[Candidate]] = {}
    for candidate in ranked:
        by_policy.setdefault(candidate.passage.policy.source, []).append(candidate)
    if library.reader is None:
        yield from by_policy.items()
        return
    first = [*ranked[:DEPTH], *(c for s in sorted(named) for c in by_policy.get(s, [])[:_READ])]
    wanted = {c.passage.clause.id: c for c in first}
    judged = library.reader.judge(
        query(asked), [in_context(candidate.passage) for candidate in wanted.values()]
    )
    judgements = dict(zip(wanted, judged, strict=True))
    for source, mine in by_policy.items():
        if any(c.passage.clause.id in judgements for c in mine):
            read = [c._replace(judgement=judgements.get(c.passage.clause.id)) for c in mine]
            yield source, reorder(read, library.learned)


def _binds(candidate: Candidate) -> bool:
    """A union's advice and an unfilled template are no rules of the school's, nor is "Ladders."."""
    clause = candidate.passage.clause
    own = clause.origin in ("policy", "guidance") and len(clause.reading.split()) >= _WORDS
    return own and candidate.binding.modality != "statement"


def _points(topic: Topic, candidate: Candidate) -> float:
    clause = candidate.passage.clause
    return (
        _NAMED * topic.is_discussed_in(clause.reading)
        + _HEADED * topic.is_named_in("; ".join(clause.heading))
        + _TITLED * topic.is_subject_of(candidate.passage.policy)
    )
