"""The place of governors: what is due, covered, contradictory, changed, and asked in vain."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from assistant.library import Library
from assistant.opened import open_once
from assistant.settings import Settings, read_settings
from ingest.home import current_generation
from ui import governing, render, turns
from ui.access.page import asker
from ui.app_pages.governors_contradictions import show_contradictions
from ui.app_pages.governors_desk import Desk
from ui.app_pages.governors_tabs import show_changes, show_coverage, show_dates, show_quality
from ui.app_pages.governors_vain import show_vain

HEAD = """<header class="cv-head cv-wide"><h1>Governors</h1>
<p>What is due, what is covered, what may contradict what, what changed, what was asked in vain.</p>
</header>"""
NOTHING = (
    "No school has a policy here that you may see; run `verse ingest` to index some, or ask "
    "whoever looks after this."
)
STANDING = (
    '<p class="cv-standing">Made from the policies that are indexed. It is no legal advice.</p>'
)
TABS = {
    "Dates": show_dates,
    "Coverage": show_coverage,
    "Contradictions": show_contradictions,
    "Changes": show_changes,
    "Questions in vain": show_vain,
    "Quality": show_quality,
}


# A generation never changes, so its name tells when to open anew.
@st.cache_resource(max_entries=2, show_spinner="Opening the policies…")
def _library(home: str, generation: str | None) -> Library:  # noqa: ARG001
    return open_once(read_settings(home)).library()


def _choose_school(choices: dict[str, str]) -> str:
    """The school that the page is about, remembered in its address."""
    state = st.session_state
    if state.get("governors_school") not in choices:
        given = st.query_params.get("school", governing.ALL)
        state.governors_school = given if given in choices else next(iter(choices))
    school: str = st.selectbox(
        "School", choices, format_func=choices.__getitem__, key="governors_school"
    )
    if school:
        st.query_params["school"] = school
    else:
        st.query_params.pop("school", None)
    return school


def _show(library: Library, settings: Settings) -> None:
    state = st.session_state
    generation = library.index.manifest.generation
    if state.setdefault("governors_generation", generation) != generation:
        state.governors_generation = generation
        st.html(f'<p class="cv-note" role="status">{governing.REPLACED}</p>')
    schools = library.index.schools
    if not schools:
        st.html(render.alert(NOTHING))
        return
    choices = governing.choices(schools)
    key = _choose_school(choices)
    table = governing.topics_of(settings.home)
    desk = Desk(
        library=library,
        settings=settings,
        schools=governing.chosen(schools, key),
        school=key if len(choices) > 1 else governing.ALL,
        names={school.key: choices[school.key] for school in schools},
        topics=table,
        today=dt.date.today(),
    )
    tabs = st.tabs(list(TABS), on_change="rerun", key="governors_tab")
    for tab, (name, show) in zip(tabs, TABS.items(), strict=True):
        if tab.open:
            with tab, st.container(key=f"governors-{name.split()[0].lower()}"):
                try:
                    show(desk)
                except Exception as error:  # one tab's trouble is not that of the others
                    st.html(render.alert(turns.sentence(error)))


settings = read_settings()
st.html(HEAD)
try:
    opened = _library(str(settings.home), current_generation(settings.home))
    _show(opened.seen_by(asker().sight), settings)
except Exception as error:
    st.html(render.alert(turns.sentence(error)))
st.html(STANDING)
