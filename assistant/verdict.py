"""What one clause answers: the rules' verdict on how it binds, weighed with the reader's."""

from __future__ import annotations

import re

import numpy as np

from assistant.answer import Verdict
from assistant.asking import Asked, asks
from assistant.decisive import Decisive
from assistant.learned import Learned
from assistant.modality import Binding
from assistant.reader import VERDICTS, Judgement
from assistant.retrieve import Candidate


def weigh(
    by_rules: Verdict, first: Candidate, learned: Learned, deciding: Decisive | None = None
) -> tuple[Verdict, float]:
    """The verdict and its estimated probability, the rules' weighed with the reader's.

    The reader's is that on the clause with that on its decisive sentence.
    """
    if first.judgement is None or not learned.verdict:
        return by_rules, 0.5
    sentence = deciding.judged if deciding is not None else None
    odds = learned.verdict["reader"] * np.array(first.judgement.verdicts)
    odds += learned.verdict["sentence"] * np.array((sentence or first.judgement).verdicts)
    odds[VERDICTS.index(by_rules)] += _weight(deciding, learned)
    p = np.exp(odds - odds.max())
    p /= p.sum()
    best = int(p.argmax())
    return VERDICTS[best], float(p[best])


def borne_out(asked: Asked, verdict: Verdict, deciding: Decisive, first: Candidate) -> Verdict:
    """The verdict, or that it depends, where no plain "yes" or "no" is to be had of the clause.

    Whether what a permission asks for is given nobody said, and what "staff may" allows it does
    not forbid. A "yes" that the reader would sooner deny is none.
    """
    binding, judged = deciding.binding, first.judgement
    if asked.kind == "must":
        # That there is no duty must be said; a clause on something else does not say it.
        says_so = binding.not_required or binding.modality == "permission"
        return "informational" if verdict == "permitted" and not says_so else verdict
    if verdict == "permitted":
        open_case = binding.excepts or binding.conditional
        denied = judged is not None and odds_of(judged, "not_permitted") > odds_of(
            judged, "permitted"
        )
        return "conditional" if open_case or denied else verdict
    allows = verdict == "not_permitted" and binding.modality == "permission"
    return "conditional" if allows else verdict


def denies(judged: Judgement) -> bool:
    """True where the reader would sooner forbid than allow."""
    return odds_of(judged, "not_permitted") > odds_of(judged, "permitted")


def odds_of(judged: Judgement, verdict: Verdict) -> float:
    return judged.verdicts[VERDICTS.index(verdict)]


def _weight(deciding: Decisive | None, learned: Learned) -> float:
    """What the rules' verdict weighs: more where the part of a mixed sentence was found."""
    if deciding is None or not deciding.mixed:
        return learned.verdict["rules"]
    return learned.verdict["part"] if deciding.found else 0.0


def judge_by_rules(asked: Asked, binding: Binding) -> Verdict:
    """The verdict that a clause gives on a kind of question: the table of the answer contract."""
    modality, open_case = binding.modality, binding.excepts or binding.conditional
    if asked.kind in ("inform", "why"):
        return "informational"
    if binding.cautions and modality in ("advice", "obligation") and asked.kind != "must":
        return "conditional"
    if modality == "advice":
        return "advised"
    if modality == "advice_against":
        return "advised_against"
    if modality == "statement":
        return "informational"  # it lays no duty on anyone
    if asked.kind == "must":
        return _duty(asked, binding)
    if asked.kind == "will":
        return "not_permitted" if modality == "prohibition" else "informational"
    if open_case:
        return "conditional"
    if modality == "permission":
        return "permitted"
    if modality == "obligation" and asked.kind == "should":
        return "required"
    if modality == "obligation" and asked.subject not in binding.actors:
        return "informational"  # somebody else's duty refuses nothing
    return "not_permitted"


def _duty(asked: Asked, binding: Binding) -> Verdict:
    """What a clause gives on "must I": somebody else's duty is none of the asker's."""
    if binding.modality == "permission":
        # "What do I do?" is no question of whether one must.
        opens = re.search(r"\b(?:what|wot|how) (?:do|should|must|shall)\b", asked.question.lower())
        return "informational" if opens or not asks(asked.question) else "permitted"
    if binding.modality == "prohibition":
        # "Must not … without consent" does ask for consent.
        return "required" if binding.conditional else "not_permitted"
    if binding.actors and asked.subject not in binding.actors:
        return "informational"
    return "required"
