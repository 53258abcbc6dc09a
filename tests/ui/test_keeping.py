"""One ticket for an answer in both records, whichever of them are on."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from assistant import record
from assistant.answer import Answer, Scope
from assistant.audit import Audit
from assistant.audit.choice import Choice
from assistant.audit.export import lines
from assistant.settings import AuditSettings, Settings
from ui import keeping


def said(question: str = "can i wear a hat", **changes: Any) -> Answer:
    scope = Scope(school="oak", role="staff", as_of=dt.date(2026, 11, 20))
    given = {"status": "not_covered", "verdict": "not_covered", "answer": "", "confidence": 0.5}
    return Answer.model_validate({"question": question, "scope": scope, **given, **changes})


def opened(home: Path, *, whole: bool = True, vain: bool = True, **changes: Any) -> Audit:
    return Audit(Settings(home, record=vain, audit=AuditSettings(on=whole, **changes)))


def words(audit: Audit) -> list[str]:
    """The words of feedback in the one record, then in the other."""
    whole = [json.loads(line)["kept"]["word"] for line in lines(audit.settings, Choice())]
    return [*whole, *(one.word for one in record.in_vain(audit.settings).asked)]


def test_feedback_goes_to_both_by_one_ticket(tmp_path):
    audit = opened(tmp_path)
    kept = keeping.keep(audit, said(), generation="g", model="m")
    assert keeping.feedback(audit, kept.ticket, "down", "no use") == ""
    assert words(audit) == ["no use", "no use"]


@pytest.mark.parametrize(("whole", "vain"), [(True, False), (False, True)])
def test_feedback_goes_to_the_one_that_is_on(tmp_path, whole, vain):
    audit = opened(tmp_path, whole=whole, vain=vain)
    kept = keeping.keep(audit, said())
    assert kept.ticket
    assert keeping.feedback(audit, kept.ticket, "down", "no use") == ""
    assert words(audit) == ["no use"]
    assert "no longer kept" in keeping.feedback(audit, "unknown", "up")


def test_nothing_is_kept_where_neither_is_on(tmp_path):
    audit = opened(tmp_path / "home", whole=False, vain=False)
    assert keeping.keep(audit, said()) == record.Kept()
    assert keeping.feedback(audit, "any", "up") == ""
    assert not (tmp_path / "home").exists()


def test_a_delicate_question_is_only_counted_among_those_in_vain_and_takes_feedback(tmp_path):
    audit = opened(tmp_path)
    kept = keeping.keep(audit, said("i want to raise a grievance"))
    assert keeping.feedback(audit, kept.ticket, "up", "ta") == ""
    assert words(audit) == ["ta"]
    assert record.in_vain(audit.settings).counted[0][1] == 1


def test_which_school_is_no_question_in_vain(tmp_path):
    audit = opened(tmp_path)
    assert keeping.keep(audit, said(status="clarify")).ticket
    assert record.in_vain(audit.settings).kept == 0


def test_an_answer_that_must_not_be_given_is_in_no_record(tmp_path):
    (tmp_path / "file").write_text("")
    audit = opened(tmp_path / "file" / "home", if_unwritable="refuse")
    kept = keeping.keep(audit, said())
    assert kept.withhold
    assert (kept.ticket, kept.problem.count("record.sqlite3")) == ("", 1)
