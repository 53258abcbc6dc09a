"""The tab of contradictions: pairs of clauses side by side, and what governors decide of each."""

from __future__ import annotations

import streamlit as st

from assistant.conflicts.chance import weighed
from assistant.conflicts.find import SchoolConflicts, find_conflicts
from assistant.conflicts.judge import Judge, open_judge
from assistant.conflicts.kept import Kept
from assistant.decided import LONGEST_REASON, Ruling, decide, decisions
from ingest.documents import IngestError
from ingest.policy.register import School
from ui import contradictions, governing, governors_paper, render
from ui.access.page import asker
from ui.app_pages.governors_desk import Desk, offer
from ui.contradictions import Case, Outcome
from ui.governing import Job, Jobs
from ui.marks import safe
from ui.page_scripts import run_script

_REASON = "Why? Kept with the decision; needed to dismiss"


@st.cache_resource
def _jobs() -> Jobs:
    return Jobs()


@st.cache_resource(show_spinner="Opening the model that compares clauses…")
def _judge() -> Judge:
    judge, problem = open_judge()
    if judge is None:
        raise IngestError(problem)
    return judge


def show_contradictions(desk: Desk) -> None:
    """Every pair of clauses that may contradict each other."""
    found = _found(desk, _judge())
    decided, troubles = {}, []
    for school in desk.schools:
        decided[school.key], trouble = decisions(desk.settings, school.key)
        troubles.append(trouble)
    if trouble := next(filter(None, troubles), ""):
        st.html(render.alert(trouble))
    every = contradictions.cases(found, decided)
    lines = (contradictions.HOW, contradictions.how_sure(weighed().measured))
    st.html(f'<p class="cv-lead" role="status">{safe(contradictions.told(every))}</p>')
    for line in (contradictions.looked_at(found), *lines):
        st.html(f'<p class="cv-where">{safe(line)}</p>')
    if every:
        offer(governors_paper.contradictions(every, found, lines, desk.today, desk.school))
        st.html(f'<p class="cv-where">{safe(contradictions.FILES)}</p>')
        _list(desk, every)


def _found(desk: Desk, judge: Judge) -> list[SchoolConflicts]:
    """Computed once for each index, with progress; raises what went wrong."""
    place = st.empty()
    jobs: dict[str, Job | None] = {school.key: None for school in desk.schools}
    for school in desk.schools:
        key = (str(desk.settings.home), desk.generation, school.key, judge.sha256, desk.today)

        def make(step: governing.Step, school: School = school) -> SchoolConflicts:
            kept = Kept(desk.settings.home, school.key, judge)
            return find_conflicts(desk.library, school, kept, desk.today, step)

        job = jobs[school.key] = _jobs().get(key, make)
        while not job.ended(0.4):
            told = f"Comparing the clauses of {school.name}…"
            place.progress(governing.share_of(jobs), text=render.label(told))
        if job.error is not None:
            _jobs().forget(key)
            place.empty()
            raise job.error
    place.empty()
    return [job.result for job in jobs.values() if job is not None]


def _list(desk: Desk, every: list[Case]) -> None:
    """Those asked for, some at a time; each with its form for whoever governs."""
    show = st.selectbox(
        "Show",
        contradictions.SHOWN,
        format_func=contradictions.SHOWN.__getitem__,
        key="governors_clashes",
    )
    done = st.session_state.pop("governors_decided", None)
    some = contradictions.chosen(every, show, done.of if done else "")
    if not some:
        st.html(f'<p class="cv-where">{contradictions.NONE[show]}</p>')
    known = f"governors_clashes_shown_{desk.school}_{show}"
    many = st.session_state.get(known, contradictions.PAGE)
    decides = asker().governs
    number = 0
    for case in some[:many]:
        told = contradictions.outcome(done) if done and done.of == case.key else ""
        with st.container(key=f"clash-{case.key}"):
            if show in ("all", case.ruling):
                number += 1
                st.html(contradictions.card(case, number, len(desk.schools) > 1))
                if decides:
                    _form(desk, case, number)
            if told:
                st.html(told)
    if len(some) > many:
        label = f"Show {min(contradictions.PAGE, len(some) - many)} more"
        if st.button(label, key="governors_clashes_more"):
            st.session_state[known] = many + contradictions.PAGE
            st.rerun()
    # The button that was pressed may be gone with its pair: the keyboard goes on from the outcome.
    token = st.session_state.get("governors_decisions", 0)
    run_script("locate", {"token": str(token), "place": "cv-done", "jump": done is not None})


def _form(desk: Desk, case: Case, number: int) -> None:
    """A reason and two buttons; what was typed is there again where it could not be kept."""
    key = case.key
    with st.form(f"decide-{key}", border=False):
        st.text_input(
            _REASON,
            key=f"reason-{key}",
            max_chars=LONGEST_REASON,
            value=case.decision.reason if case.decision else "",
        )
        with st.container(horizontal=True, gap="small"):
            for ruling, label in contradictions.BUTTONS.items():
                st.form_submit_button(
                    f"{label} (pair {number})",
                    on_click=_decide,
                    args=(desk, case, ruling),
                    key=f"{ruling}-{key}",
                )


def _decide(desk: Desk, case: Case, ruling: Ruling) -> None:
    state = st.session_state
    reason = state.get(f"reason-{case.key}", "")
    trouble = decide(desk.settings, case.pair, ruling, reason, school=case.school)
    state.governors_decided = Outcome(case.key, ruling, trouble)
    state.governors_decisions = state.get("governors_decisions", 0) + 1
