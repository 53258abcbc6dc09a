"""The place to read the policies: the register, one policy at a clause, and uploads."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import streamlit as st

from assistant.seen import Views
from assistant.settings import read_settings
from ingest.home import current_generation
from ingest.index import Index, open_index
from ui import policy_link, register_table, render, turns
from ui.access.page import asker, looked_at
from ui.app_pages.one_policy import show_policy
from ui.app_pages.uploading import show_uploads
from ui.page_scripts import run_script

HEAD = """<header class="cv-head"><h1 id="cv-register" tabindex="-1">Policies</h1>
<p>What there is, what is in force, and what is due for review.</p></header>"""
PAGE = "app_pages/policies.py"
MOST = 60  # entries at once; each is a widget, and a thousand would be slow


# A generation never changes, so its name tells when to open anew.
@st.cache_resource(max_entries=2, show_spinner="Opening the policies…")
def _views(home: str, generation: str | None) -> Views:  # noqa: ARG001
    return Views(open_index(Path(home)))


def _filtered(register: list[register_table.Entry]) -> list[register_table.Entry]:
    """What the search box and the filters leave of the register."""
    names = register_table.schools(register)
    standings = {register_table.EVERY: "Any standing", **register_table.STATUSES}
    words = st.text_input("Search", key="register_words", persist_state="session")
    left, middle, right = st.columns([3, 2, 2], vertical_alignment="bottom")
    with left:
        school = _choose("School", "register_school", names)
    with middle:
        status = _choose("Standing", "register_status", standings)
    with right:
        late = st.checkbox("Overdue only", key="register_overdue", persist_state="session")
    return register_table.chosen(register, words, school, status, late)


def _choose(label: str, key: str, choices: dict[str, str]) -> str:
    if st.session_state.get(key) not in choices:
        st.session_state[key] = register_table.EVERY  # what was chosen is not here any more
    given: str = st.selectbox(
        label, choices, format_func=choices.__getitem__, key=key, persist_state="session"
    )
    return given


def _register(index: Index) -> None:
    register = register_table.entries(index.manifest, dt.date.today())
    found = _filtered(register)
    st.html(f'<p class="cv-count" role="status">{register_table.counted(found, register)}</p>')
    most = st.session_state.get("register_most", MOST)
    with st.container(key="register"):
        for number, entry in enumerate(found[:most]):
            with st.container(key=f"entry-{number}"):
                st.page_link(
                    PAGE,
                    label=render.label(entry.title),
                    query_params=policy_link.parameters(entry.held.sha256, entry.held.source),
                )
                st.html(register_table.line(entry))
    if len(found) > most:
        st.button("Show more", key="register_next", on_click=_show_more, args=(most,))


def _show_more(most: int) -> None:
    st.session_state.register_most = most + MOST


def _locate(token: str, place: str, jump: bool) -> None:
    """Bring a place of the page into view, once a token."""
    run_script("locate", {"token": token, "place": place, "jump": jump})


def _show(index: Index, home: Path) -> None:
    given = st.query_params.to_dict()
    wanted = policy_link.place(given)
    linked = policy_link.NAMES & given.keys()
    held, notice = policy_link.find(index.manifest, wanted) if linked else (None, "")
    if held is not None:
        place = show_policy(index, held, wanted, notice)
        _locate(
            f"{held.sha256} {wanted.clause} {wanted.at}", place or "cv-policy-title", bool(place)
        )
        return
    if not linked:  # a link within the page leaves the address of the policy that was open
        st.query_params.clear()
    st.html(HEAD)
    if notice:
        st.html(render.alert(notice))
    done = st.session_state.pop("uploads_done", "")
    if done:
        st.html(f'<div class="cv-done" id="cv-done" tabindex="-1" role="status">{done}</div>')
    if who.rank == "admin":
        listed, added = st.tabs(
            ["All policies", "Add policies"], on_change="rerun", key="register_tab"
        )
        if listed.open:
            with listed:
                _register(index)
        if added.open:
            with added:
                show_uploads(home, index)
    else:
        _register(index)
    token = f"register {st.session_state.get('uploads_told', 0)}"
    _locate(token, "cv-done" if done else "cv-register", False)


home = read_settings().home
who = asker()
try:
    seen = _views(str(home), current_generation(home)).of(who.sight)
    opened = looked_at(seen, who.sight)
except Exception as error:
    st.html(HEAD + render.alert(turns.sentence(error)))
else:
    try:
        _show(opened, home)
    except Exception as error:  # what is damaged in one policy leaves the others to be read
        st.html(render.alert(turns.sentence(error)))
