"""Pairs of invented clauses made by program: the same rule, a contradicting one, or another.

Each takes phrases of `data/phrases.toml` that mean the same and says them in other forms: who must,
may, need not or should do what, under which condition, where, how often, and whose job it is. The
judge learns from them what to compare; from `data/clashes.jsonl`, written by hand, how schools
write.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_DATA = Path(__file__).parent / "data"
CONTRADICTS, SAME, NEITHER = range(3)  # labels, in the order of assistant.conflicts.judge.RELATIONS

_PERMITS = "{S} may {v} only"

Made = tuple[str, str, int]  # two clauses and their label
Row = tuple[str, ...]


@dataclass(frozen=True)
class Act:
    """What somebody may or must do, in several phrases, and what is near and not it."""

    who: str
    says: tuple[str, ...]
    near: tuple[str, ...]


@dataclass(frozen=True)
class Phrases:
    acts: tuple[Act, ...]
    duties: tuple[Row, ...]
    numbers: tuple[tuple[str, str, str], ...]  # who, what, how much with a slot of the values


@cache
def table(name: str) -> Any:
    """One table of `data/forms.toml`."""
    return tomllib.loads((_DATA / "forms.toml").read_text("utf-8"))[name]


@cache
def phrases() -> Phrases:
    """What `data/phrases.toml` holds."""
    record = tomllib.loads((_DATA / "phrases.toml").read_text("utf-8"))
    acts = tuple(Act(a["who"], tuple(a["says"]), tuple(a["near"])) for a in record["act"])
    numbers = tuple((who, what, slot) for who, what, slot in record["numbers"])
    return Phrases(acts, tuple(tuple(row) for row in record["duties"]), numbers)


def made(count: int, seed: int = 1, beside: Sequence[str] = ()) -> list[Made]:
    """So many pairs; `beside` are sentences, one of which now and then stands beside a clause."""
    rng = random.Random(seed)
    makers = [maker for maker, weight in MAKERS for _ in range(weight)]
    pairs = []
    for _ in range(count):
        one, other, label = rng.choice(makers)(rng)
        pairs.append((_titled(rng, one, beside), _titled(rng, other, beside), label))
    return pairs


def gerund(phrase: str) -> str:
    """ "sit down to eat" as "sitting down to eat"."""
    word, space, rest = phrase.partition(" ")
    if word == "be" or word in ("see", "agree", "dye"):
        made = f"{word}ing"
    elif word in table("doubled"):
        made = f"{word}{word[-1]}ing"
    elif word.endswith("e"):
        made = f"{word[:-1]}ing"
    else:
        made = f"{word}ing"
    return f"{made}{space}{rest}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _say(
    rng: random.Random, force: str, who: str, act: str, tail: str = "", group: Sequence[str] = ()
) -> str:
    """A rule in one of many forms; `force` is a key of the forms, or a form itself."""
    end = f"{',' if tail.startswith('and') else ''} {tail}" if tail else ""
    known, chance = force in table("forms"), rng.random()
    if known and not group and who in table("spoken_titles") and chance < 0.13:
        said = rng.choice(table("spoken")[force]).format(v=act)
        return f"{rng.choice(table('spoken_titles')[who])} | {said}{end}."
    name = rng.choice(group or table("who")[who])
    words = {"s": name, "S": _capital(name), "v": act, "g": gerund(act)}
    words["G"] = _capital(words["g"])
    if known and chance < 0.27:
        return f"{rng.choice(table('leads')[force]).format(**words)}{end}{rng.choice('.;')}"
    if known and chance < 0.38:
        return f"{rng.choice(table('gerunds')[force]).format(**words)}{end}."
    some = [one for one in table("forms").get(force, (force,)) if not (group and "{N}" in one)]
    return f"{rng.choice(some).format(N=rng.choice(table('nobody')[who]), **words)}{end}."


def _titled(rng: random.Random, clause: str, beside: Sequence[str]) -> str:
    """With the title of a policy before it, mostly, and a sentence beside it, now and then."""
    if " | " in clause:
        return clause
    if beside and rng.random() < 0.2:
        both = [clause, rng.choice(beside)]
        rng.shuffle(both)
        clause = " ".join(both)
    return clause if rng.random() < 0.3 else f"{rng.choice(table('titles'))} | {clause}"


def _act(rng: random.Random) -> tuple[Act, str, str]:
    """An act and two phrases for it."""
    act = rng.choice(phrases().acts)
    one, other = rng.sample(act.says, 2)
    return act, one, other


def _clash(rng: random.Random) -> Made:
    act, one, other = _act(rng)
    first, second = rng.choice(
        [("must", "need"), ("must", "must not"), ("must not", "may"), ("must not", "may")]
    )
    return _say(rng, first, act.who, one), _say(rng, second, act.who, other), CONTRADICTS


def _same(rng: random.Random) -> Made:
    act, one, other = _act(rng)
    force = rng.choice(["must", "must not", "must not", "may", "need"])
    return _say(rng, force, act.who, one), _say(rng, force, act.who, other), SAME


def _advice(rng: random.Random) -> Made:
    act, one, other = _act(rng)
    force = rng.choice(["must", "must not"])
    advice = {"must": "should", "must not": "should not"}[force]
    return _say(rng, force, act.who, one), _say(rng, advice, act.who, other), NEITHER


def _opposed(rng: random.Random) -> tuple[str, str]:
    return rng.choice([("must", "need"), ("must not", "may"), ("must not", "may")])


def _other_people(rng: random.Random) -> Made:
    act, one, other = _act(rng)
    first, second = _opposed(rng)
    if act.who in table("groups") and rng.random() < 0.35:
        here, there = rng.sample(table("groups")[act.who], 2)
        said = _say(rng, first, act.who, one, group=here)
        return said, _say(rng, second, act.who, other, group=there), NEITHER
    people = rng.choice([who for who in table("spoken_titles") if who not in (act.who, "hirers")])
    return _say(rng, first, act.who, one), _say(rng, second, people, other), NEITHER


def _other_thing(rng: random.Random) -> Made:
    act, one, _ = _act(rng)
    first, second = rng.choice(
        [("must not", "may"), ("may", "must not"), ("must", "need"), ("must not", "must")]
    )
    return _say(rng, first, act.who, one), _say(rng, second, act.who, rng.choice(act.near)), NEITHER


def _place(rng: random.Random) -> Made:
    act, one, other = _act(rng)
    first, second = _opposed(rng)
    here, there = rng.sample(rng.choice(table("places")), 2)
    label = CONTRADICTS if rng.random() < 0.4 else NEITHER
    where = here if label == CONTRADICTS else there
    return (
        _say(rng, first, act.who, one, rng.choice(here)),
        _say(rng, second, act.who, other, rng.choice(where)),
        label,
    )


def _condition(rng: random.Random) -> Made:
    """Only with a condition, against: freely, never, on another condition, on the same."""
    act, one, other = _act(rng)
    some, others = rng.sample(table("conditions"), 2)
    limited = _say(rng, _PERMITS, act.who, one, rng.choice(some))
    if rng.random() < 0.4:
        limited = _say(
            rng, "must not", act.who, one, f"unless {rng.choice(table('conditions_if'))}"
        )
    chance = rng.random()
    if chance < 0.45:
        return limited, _say(rng, "may", act.who, other, rng.choice(table("freely"))), CONTRADICTS
    if chance < 0.65:
        return limited, _say(rng, "must not", act.who, other, "in any circumstances"), CONTRADICTS
    only = _say(rng, _PERMITS, act.who, one, rng.choice(some))
    if chance < 0.8:
        return only, _say(rng, _PERMITS, act.who, other, rng.choice(others)), CONTRADICTS
    return only, _say(rng, _PERMITS, act.who, other, rng.choice(some)), SAME


def _exception(rng: random.Random) -> Made:
    """An exception that says it is one, and what a rule with "unless" leaves open anyway."""
    act, one, other = _act(rng)
    allowed = "{S} may {v}"
    if rng.random() < 0.5:
        word = rng.choice(table("conditions_if"))
        limited = _say(rng, "must not", act.who, one, f"unless {word}")
        return limited, _say(rng, allowed, act.who, other, f"if {word}"), NEITHER
    said = _say(rng, allowed, act.who, other, rng.choice(rng.choice(table("conditions"))))
    lead = rng.choice(["By way of exception, ", "As an exception to the rule, ", "One exception: "])
    return _say(rng, "must not", act.who, one), lead + said[0].lower() + said[1:], NEITHER


def _further(rng: random.Random) -> Made:
    """A further step, which asks for more and contradicts nothing; and a definition."""
    act, one, other = _act(rng)
    if rng.random() < 0.2:
        means = rng.choice(["includes doing so for a short time", "covers every place on the site"])
        return _say(rng, "must not", act.who, one), f"“{_capital(other)}” {means}.", NEITHER
    step = rng.choice(table("further"))
    said = f"{step} whenever {rng.choice(table('who')[act.who])} {other}."
    return _say(rng, rng.choice(["must", "may"]), act.who, one), said, NEITHER


def _all_or_some(rng: random.Random) -> Made:
    act, one, other = _act(rng)
    said = f"Only {rng.choice(table('who')[act.who])} {rng.choice(table('some'))} have to {other}."
    return _say(rng, "must", act.who, one), said, CONTRADICTS


def _job(rng: random.Random) -> Made:
    """Whose job it is: another's, the same in other words, or another job."""
    duty, others = rng.sample(phrases().duties, 2)
    one, other = rng.sample(duty, 2)
    here, there = rng.sample(table("posts"), 2)
    post, rival = rng.choice(here), rng.choice(there)
    said = _of_post(rng, table("sole"), post, one)
    chance = rng.random()
    if chance < 0.4:
        return said, _of_post(rng, table("sole"), rival, other), CONTRADICTS
    if chance < 0.5:
        denied = _of_post(rng, table("sole"), rival, other).rstrip(".")
        return said, f"{denied}; {post} has no part in it.", CONTRADICTS
    if chance < 0.6:
        both = rng.choice(table("shared")).format(a=post, b=rival, v=other)
        return _of_post(rng, table("alone"), post, one), _capital(both), CONTRADICTS
    if chance < 0.8:
        return said, _of_post(rng, table("sole"), rng.choice(here), other), SAME
    whose = rng.choice([post, rival])
    return said, _of_post(rng, table("sole"), whose, rng.choice(others)), NEITHER


def _of_post(rng: random.Random, forms: Sequence[str], post: str, duty: str) -> str:
    return _capital(rng.choice(forms).format(a=post, v=duty))


def _number(rng: random.Random) -> Made:
    """How much or how soon: another figure, the same in other words, other people, other things."""
    who, what, slot = rng.choice(phrases().numbers)
    kind = slot[slot.index("{") + 1 : slot.index("}")]
    some, others = rng.sample(table("values")[kind], 2)
    one, other = (slot.replace(f"{{{kind}}}", rng.choice(values)) for values in (some, others))
    again = slot.replace(f"{{{kind}}}", rng.choice(some))
    form = rng.choice(["must", "{S} will {v}", "{S} are expected to {v}", "{S} {v}"])
    said = _say(rng, form, who, what, one)
    chance = rng.random()
    if chance < 0.1 and who in table("groups"):
        here, there = rng.sample(table("groups")[who], 2)
        said = _say(rng, form, who, what, one, group=here)
        return said, _say(rng, form, who, what, other, group=there), NEITHER
    if chance < 0.5:
        return said, _say(rng, form, who, what, other), CONTRADICTS
    if chance < 0.75:
        return said, _say(rng, form, who, what, again), SAME
    people, thing, much = rng.choice([row for row in phrases().numbers if row[1] != what])
    unit = much[much.index("{") + 1 : much.index("}")]
    filled = much.replace(f"{{{unit}}}", rng.choice(rng.choice(table("values")[unit])))
    return said, _say(rng, form, people, thing, filled), NEITHER


MAKERS: tuple[tuple[Callable[[random.Random], Made], int], ...] = (
    (_clash, 20),
    (_same, 8),
    (_advice, 6),
    (_other_people, 13),
    (_other_thing, 10),
    (_place, 7),
    (_condition, 8),
    (_exception, 7),
    (_further, 3),
    (_all_or_some, 2),
    (_job, 11),
    (_number, 14),
)
