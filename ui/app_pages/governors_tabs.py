"""The tabs of the Governors place, which arrange what `governing` and its neighbours make."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from assistant.changes import Change
from assistant.coverage import SchoolCoverage
from ingest.documents import flow
from ingest.policy.register import School
from ui import (
    governing,
    governors_paper,
    governors_view,
    heat_map,
    quality,
    render,
    timeline,
    version_view,
)
from ui.app_pages.governors_desk import Desk, offer
from ui.governing import Job, Jobs, Revision

# What tells one from another, so that a result is remembered and not made twice.
_KNOWN_BY: dict[str | type[Any], Callable[[Any], Any]] = {
    Desk: Desk.known_by,
    Revision: lambda revision: revision.key,
}


@st.cache_resource
def _jobs() -> Jobs:
    return Jobs()


@st.cache_resource(max_entries=20, show_spinner="Reading the dates…", hash_funcs=_KNOWN_BY)
def _dates(desk: Desk) -> tuple[SchoolCoverage, ...]:
    return governing.dates_of(desk.library, desk.schools, desk.topics, desk.today)


@st.cache_data(max_entries=20, show_spinner=False, hash_funcs=_KNOWN_BY)
def _timeline(desk: Desk, dark: bool) -> str:
    dues = [due for _, due in governing.by_review(_dates(desk))]
    return timeline.figure(dues, desk.today, dark)


@st.cache_resource(max_entries=40, show_spinner="Comparing the versions…", hash_funcs=_KNOWN_BY)
def _compare(desk: Desk, pair: Revision) -> list[Change]:
    return version_view.compared(desk.library.index, pair.old, pair.new)


def show_dates(desk: Desk) -> None:
    """Every policy by its next review."""
    schools = _dates(desk)
    st.html(f'<p class="cv-lead" role="status">{governing.told_of_dates(schools)}</p>')
    offer(governors_paper.dates(schools, desk.today, desk.school))
    drawing = _timeline(desk, st.context.theme.get("type") == "dark")
    st.html(drawing + governors_view.dates(schools, desk.file))
    if odd := governors_view.contradictory(schools):
        st.html(odd)


def show_coverage(desk: Desk) -> None:
    """Topics × policies, or topics × schools where no one school is chosen."""
    schools = _covered(desk)
    if schools is None:
        return
    made = governing.report(schools, desk.topics, desk.today)
    if len(schools) == 1:
        st.html(heat_map.told_of(schools[0]))
    else:
        st.html('<p class="cv-where">Choose a school above to see its policies one by one.</p>')
    offer(governors_paper.coverage(made, desk.school))
    st.html(heat_map.legend())
    if len(schools) > 1:
        st.html(heat_map.schools_map(schools, desk.topics))
    elif schools[0].policies:
        st.html(heat_map.policies_map(schools[0], desk.file))
    for one in schools:
        if listed := heat_map.without_policy(one):
            name = f": {one.school.name}" if len(schools) > 1 else ""
            with st.expander(render.label(f"Topics without a policy of their own{name}")):
                st.html(listed)


def _covered(desk: Desk) -> tuple[SchoolCoverage, ...] | None:
    """Computed once for each index, with progress; None where it failed, which is then said."""
    place = st.empty()
    jobs: dict[str, Job | None] = {school.key: None for school in desk.schools}
    for school in desk.schools:
        key = (str(desk.settings.home), desk.generation, school.key, desk.topics, desk.today)

        def make(step: governing.Step, school: School = school) -> SchoolCoverage:
            return governing.covered(desk.library, school, desk.topics, desk.today, step)

        job = jobs[school.key] = _jobs().get(key, make)
        while not job.ended(0.4):
            told = f"Looking for {len(desk.topics.topics)} topics in the policies of {school.name}…"
            place.progress(governing.share_of(jobs), text=render.label(told))
        if job.error is not None:
            _jobs().forget(key)
            place.empty()
            raise job.error
    place.empty()
    return tuple(job.result for job in jobs.values() if job is not None)


def show_changes(desk: Desk) -> None:
    """Versions of policies, clause by clause."""
    manifest = desk.library.index.manifest
    pairs = {pair.key: pair for pair in governing.revisions(manifest, desk.schools)}
    if not pairs:
        st.html(
            '<p class="cv-where">No policy here has an older version beside it; add both, and '
            "what differs is shown here.</p>"
        )
        return
    chosen = next(iter(pairs))
    if len(pairs) > 1:
        chosen = st.selectbox(
            "Policy",
            list(pairs),
            format_func=lambda key: _called(desk, pairs[key]),
            key=f"governors_pair_{desk.school}",
        )
    pair = pairs[chosen]
    found = _compare(desk, pair)
    compared = [(pair, found)]
    if len(pairs) > 1 and st.checkbox("All of them in the files", key="governors_every_pair"):
        compared = [(one, _compare(desk, one)) for one in pairs.values()]
    offer(governors_paper.changes(compared, desk.today, desk.school))
    st.html(governors_view.changes_head(pair, found) + version_view.differences(found))


def _called(desk: Desk, pair: Revision) -> str:
    policy = pair.new.policy
    school = f"{flow(policy.school_name)}: " if len(desk.schools) > 1 else ""
    return f"{school}{flow(policy.title)}, {version_view.dated(pair.new)}"


def show_quality(_desk: Desk) -> None:
    """The last evaluation run."""
    run = quality.latest()
    if isinstance(run, str):
        st.html(governors_view.note(run))
        return
    st.html(governors_view.quality_head(run))
    offer(governors_paper.figures(run))
    with st.container(horizontal=True, gap="small", key="exports-reports"):
        for name, mime, data in run.reports:
            form = "web page" if name.endswith("html") else "text"
            label = f"Download the whole report ({form})"
            st.download_button(label, data, name, mime, on_click="ignore", key=f"report-{name}")
    if not run.reports:
        st.html(governors_view.note(quality.NO_REPORT))
    st.html("".join(map(governors_view.figures, run.sets)))
