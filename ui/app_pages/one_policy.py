"""One policy on the page: its words, its pages as printed, its versions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from assistant.changes import Change
from ingest.documents import Clause, IngestError
from ingest.index import Held, Index
from ui import originals, policy_link, policy_view, render, version_view
from ui.app_pages.uploading import show_removal
from ui.page_image import Picture, picture
from ui.policy_text import PolicyText, read_policy

PAGE = "app_pages/policies.py"


# What tells one from another, so that a result is remembered and not made twice.
_KNOWN_BY: dict[str | type[Any], Callable[[Any], Any]] = {
    Index: lambda index: index.manifest.generation,
    Held: lambda held: (held.folder, held.source, held.sha256),
    Clause: lambda clause: clause.id,
}


@st.cache_data(max_entries=20, show_spinner="Opening the policy…", hash_funcs=_KNOWN_BY)
def _read(index: Index, held: Held) -> PolicyText:
    return read_policy(index, held)


@st.cache_data(max_entries=20, show_spinner="Drawing the page…", hash_funcs=_KNOWN_BY)
def _draw(index: Index, held: Held, clause: Clause | None, page: int) -> Picture | str:
    return picture(index, held, clause, page)


@st.cache_data(max_entries=20, show_spinner="Comparing the versions…", hash_funcs=_KNOWN_BY)
def _compare(index: Index, old: Held, new: Held) -> list[Change]:
    return version_view.compared(index, old, new)


def show_policy(index: Index, held: Held, wanted: policy_link.Place, notice: str) -> str:
    """A policy, opened where a link says; the name of that place, or ""."""
    with st.container(key="all"):
        st.page_link(PAGE, label="← All policies")
    try:
        text = _read(index, held)
        words = index.text(held.text_sha256)
    except IngestError as error:
        st.html(policy_view.head(held, dt.date.today()) + render.alert(str(error)))
        return ""
    clause = text.piece(wanted)
    if clause is None and (wanted.clause or wanted.at is not None):
        notice = f"{notice} {policy_view.NO_CLAUSE}".strip()
    if notice:
        st.html(render.alert(notice))
    else:  # a link within the page leaves the address of the page before
        _address(held, clause.id if clause is not None else "", wanted.at)
    st.html(policy_view.head(held, dt.date.today()) + policy_view.facts(held, words))
    _file(held, text, clause)
    beside = version_view.versions(index.manifest, held)
    parts: dict[str, Callable[[], None]] = {"The policy": partial(_words, text, clause)}
    if text.pages:
        parts["As printed"] = partial(_printed, index, text, clause)
    if len(beside) > 1:
        parts[f"Versions ({len(beside)})"] = partial(_versions, index, held, beside)
    tabs = st.tabs(list(parts), on_change="rerun", key=f"tab-{held.sha256[:16]}")
    for tab, show in zip(tabs, parts.values(), strict=True):
        if tab.open:
            with tab:
                show()
    show_removal(index, held)
    return policy_view.anchor(clause) if clause is not None else ""


def _file(held: Held, text: PolicyText, clause: Clause | None) -> None:
    page = clause.page if clause is not None and text.pages else None
    label = f"Open the file at page {page}" if page else "Open the file"
    st.link_button(
        label if text.pages else "Download the file", originals.address(held.sha256, page)
    )


def _words(text: PolicyText, clause: Clause | None) -> None:
    clauses = {piece.id: piece for piece in text.pieces if piece.kind == "clause"}
    key = f"clause-{text.held.sha256[:16]}"
    # The address says which clause is open, so that it can be shared and gone back to.
    st.session_state[key] = clause.id if clause is not None and clause.id in clauses else None
    st.selectbox(
        "Find a clause",
        list(clauses),
        format_func=lambda id: policy_view.name(clauses[id]),
        key=key,
        placeholder="Type a word or a number",
        on_change=_go_to,
        args=(text.held, key),
    )
    st.html(policy_view.contents(text) + policy_view.body(text, clause))


def _go_to(held: Held, key: str) -> None:
    _address(held, st.session_state[key] or "")


def _address(held: Held, clause: str, at: int | None = None) -> None:
    st.query_params.from_dict(policy_link.parameters(held.sha256, held.source, clause, at))


def _printed(index: Index, text: PolicyText, clause: Clause | None) -> None:
    held, pages = text.held, text.pages or 1
    first = min((clause.page if clause is not None else None) or 1, pages)
    page = first
    if pages > 1:
        key = f"page-{held.sha256[:16]}-{clause.id if clause is not None else ''}"
        page = st.number_input(f"Page, of {pages}", 1, pages, first, key=key)
    drawn = _draw(index, held, clause, page)
    if isinstance(drawn, str):
        st.html(render.alert(drawn))
        return
    told = _told(drawn, clause, pages)
    st.image(drawn.png, width="stretch", alt=f"Page {page} as printed. {told}")
    st.html(f'<p class="cv-where">{told}</p>')


def _told(drawn: Picture, clause: Clause | None, pages: int) -> str:
    """What is marked on a page."""
    if clause is None:
        return "Choose a clause in the policy to see it marked here."
    if drawn.found >= 0.99:
        return "The clause is marked."
    if drawn.found == 0:
        return "The words of the clause were not found on this page, so nothing is marked."
    more = drawn.page == clause.page and drawn.page < pages
    return f"Part of the clause is marked{'; it may go on overleaf' if more else ''}."


def _versions(index: Index, held: Held, beside: list[Held]) -> None:
    with st.container(key="versions"):
        for one in beside:
            here = " (this one)" if one == held else ""
            st.page_link(
                PAGE,
                label=render.label(f"{one.policy.title}: {version_view.dated(one)}{here}"),
                query_params=policy_link.parameters(one.sha256, one.source),
            )
    place = beside.index(held)
    others = {one.source: one for one in beside if one != held}
    nearest = beside[place + 1] if place + 1 < len(beside) else beside[place - 1]
    other = nearest
    if len(others) > 1:
        chosen = st.selectbox(
            "Compare with",
            list(others),
            index=list(others).index(nearest.source),
            format_func=lambda source: version_view.dated(others[source]),
        )
        other = others[chosen]
    old, new = (held, other) if beside.index(other) < place else (other, held)
    changes = _compare(index, old, new)
    st.html(
        f'<h2 class="cv-start">What differs</h2><p class="cv-where">{version_view.counted(changes)}'
        f"</p>{version_view.differences(changes)}"
    )
