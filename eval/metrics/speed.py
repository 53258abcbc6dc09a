"""How long an answer takes and what it costs."""

from __future__ import annotations

from eval.given import Case
from eval.metrics.places import Counts


def milliseconds(case: Case) -> Counts:
    """Milliseconds a question: from question to answer, once the index is open; by nearest rank.

    50 (p50) or 95 (p95) of 100 questions took at most as long. A command that answers in batch
    is timed from answer to answer. Compare within one run: machines differ.
    """
    return 1000 * case.given.seconds, 1.0


def cost(case: Case) -> Counts:
    """Cost a question: what a system says its LLM calls cost, per question for which it says so."""
    told = case.given.cost
    return told or 0.0, float(told is not None)
