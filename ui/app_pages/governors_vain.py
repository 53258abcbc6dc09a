"""The tab of questions asked in vain: what may be shown of them, and what erases them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from assistant import ledger, record
from assistant.notice import NOTICE
from assistant.record import InVain
from ingest.embedding import Vectors
from ui import governing, governors_paper, governors_view, in_vain, render
from ui.app_pages.governors_desk import Desk, offer
from ui.app_pages.uploading import may_change
from ui.governors_paper import Export
from ui.in_vain import Vain

_OFF = (
    "Recording is off: nothing that is asked now is kept; `VERSE_RECORD=on` in the environment of "
    "`verse chat` switches it on, and the chat then says what is kept."
)
_RAW = (
    "This holds single questions, with names, addresses and numbers masked as well as can be; one "
    "can still give away who asked. It is for whoever answers for the data, not for a meeting."
)
_ERASE = {
    "": "Choose what to erase",
    "before": "What was asked before a day",
    "school": "What was asked of this school",
    "everything": "Everything",
}

# What tells one from another, so that a result is remembered and not made twice.
_KNOWN_BY: dict[str | type[Any], Callable[[Any], Any]] = {Desk: Desk.known_by, InVain: hash}


@st.cache_resource(max_entries=2, show_spinner=False, hash_funcs=_KNOWN_BY)
def _topic_vectors(desk: Desk) -> dict[str, Vectors]:
    return governing.topic_vectors(desk.library, desk.topics)


@st.cache_resource(max_entries=10, show_spinner="Grouping the questions…", hash_funcs=_KNOWN_BY)
def _grouped(desk: Desk, found: InVain) -> Vain:
    return in_vain.view(found, desk.library.embedder.embed, _topic_vectors(desk))


def show_vain(desk: Desk) -> None:
    """What was asked in vain, in groups of at least three."""
    where = desk.settings
    if done := st.session_state.pop("governors_erased", ""):
        st.html(governors_view.note(done))
    if not desk.settings.record:
        st.html(governors_view.note(_OFF))
    else:
        st.html(f'<p class="cv-where">{NOTICE}</p>')
    period = st.selectbox(
        "Asked in",
        governing.PERIODS,
        format_func=governing.PERIODS.__getitem__,
        key="governors_period",
    )
    since = governing.since(period, desk.today)
    found = _in_vain(desk, since)
    aside = ledger.set_aside(where)
    if found.problem:
        st.html(render.alert(found.problem))
    elif aside:
        st.html(render.alert(f"A damaged record was moved aside to {aside[0]}; keep or delete it."))
    if not (found.kept or found.counted):
        st.html('<p class="cv-where">Nothing was kept in this time.</p>')
    else:
        seen = _grouped(desk, found)
        topics = {topic.key: topic.title for topic in desk.topics.topics}
        st.html(governors_view.told_of_vain(seen))
        offer(governors_paper.vain(seen, topics, desk.names, desk.today, desk.school))
        st.html(governors_view.vain(seen, topics, desk.names))
    if ledger.is_there(where) or aside:
        _keep_or_erase(desk)


def _in_vain(desk: Desk, since: dt.date | None) -> InVain:
    """Of the school chosen, else of every one whose policies may be seen."""
    where = desk.settings
    if desk.school or desk.library.sight.schools is None:
        return record.in_vain(where, desk.school or None, since)
    each = [record.in_vain(where, school.key, since) for school in desk.schools]
    months: Counter[str] = Counter()
    for one in each:
        months.update(dict(one.counted))
    return InVain(
        tuple(sorted((a for one in each for a in one.asked), key=lambda asked: asked.day)),
        sum(one.kept for one in each),
        tuple(sorted(months.items())),
        next((one.problem for one in each if one.problem), ""),
    )


def _keep_or_erase(desk: Desk) -> None:
    """For whoever answers for the data: who may change the policies, too."""
    if not may_change():
        return
    with st.expander("Export or erase what is kept"):
        st.html(f'<p class="cv-where">{_RAW}</p>')
        offer(
            [
                Export("csv", "questions-kept.csv", partial(_kept, desk)),
                Export("csv", "questions-counted.csv", partial(_counted, desk)),
            ],
            ["Every question kept (CSV)", "What was only counted (CSV)"],
        )
        st.html('<h2 class="cv-start">Erase</h2>')
        ways = {key: words for key, words in _ERASE.items() if desk.school or key != "school"}
        way = st.selectbox(
            "What to erase", ways, format_func=ways.__getitem__, key="governors_erase"
        )
        day = desk.today
        if way == "before":
            day = st.date_input("Before", desk.today, max_value=desk.today, format="DD/MM/YYYY")
        sure = st.checkbox("Yes, erase it for good", key="governors_sure")
        st.button(
            "Erase",
            key="governors_erase_now",
            disabled=not (way and sure),
            on_click=_erase,
            args=(desk, way, day),
        )


def _kept(desk: Desk) -> bytes:
    return _csv(record.export(desk.settings, desk.school or None).questions)


def _counted(desk: Desk) -> bytes:
    return _csv(record.export(desk.settings, desk.school or None).counted)


def _csv(text: str) -> bytes:
    return ("\ufeff" + text).encode("utf-8")


def _erase(desk: Desk, way: str, day: dt.date) -> None:
    """Only what was confirmed; the confirmation is used up by it."""
    state = st.session_state
    if not state.get("governors_sure") or not way:
        return
    where = desk.settings
    if way == "everything":
        gone = record.erase(where, everything=True)
    elif way == "before":
        gone = record.erase(where, before=day, school=desk.school or None)
    else:
        gone = record.erase(where, school=desk.school)
    state.governors_sure, state.governors_erase = False, ""
    told = "1 question was" if gone.questions == 1 else f"{gone.questions} questions were"
    state.governors_erased = f"{told} erased. {gone.problem}".strip()
