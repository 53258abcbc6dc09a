"""Keeping an answer wherever settings ask for it: whole, and as a question in vain."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from assistant import record
from assistant.answer import Answer
from assistant.audit import Audit, open_audit
from assistant.record import GONE, Kept, Thumb
from assistant.settings import Settings
from ingest.documents import IngestError
from ingest.index import read_manifest


@lru_cache(maxsize=8)
def audit_of(settings: Settings) -> Audit:
    """The one of this process for these settings."""
    return open_audit(settings)


def comes_first(settings: Settings) -> bool:
    """True where nothing of an answer may be given before it is kept."""
    return settings.audit.on and settings.audit.if_unwritable == "refuse"


def keep(
    audit: Audit, answer: Answer, *, generation: str = "", model: str = "", user: str = ""
) -> Kept:
    """Keep an answer that is about to be given; where `withhold` is set, it must not be.

    It stands under one ticket in both records. Where `model` is not told, it is the one that made
    the index's generation.
    """
    if audit.on and not model:
        model = _model(audit.settings.home, generation)
    kept = audit.keep(answer, generation=generation, model=model, user=user)
    if kept.withhold or answer.status == "clarify":  # "which school?" answers nothing
        return kept
    asked = record.keep(audit.settings, answer, ticket=kept.ticket)
    return Kept(kept.ticket or asked.ticket, kept.problem or asked.problem)


def feedback(audit: Audit, id: str, thumb: Thumb, word: str = "") -> str:
    """Add a thumb and a word to whatever is kept under a ticket; a sentence where that fails."""
    told = record.give_feedback(audit.settings, id, thumb, word)
    if not audit.on:
        return told
    # What is delicate is only counted among the questions in vain.
    return audit.feedback(id, thumb, word) or ("" if told == GONE else told)


@lru_cache(maxsize=8)
def _model(home: Path, generation: str) -> str:
    try:
        return read_manifest(home, generation).model if generation else ""
    except (IngestError, OSError):  # it was replaced meanwhile
        return ""
