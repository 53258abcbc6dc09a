"""Adding policies, taking one out, going back: for admins who signed in, and this machine alone."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, cast

import streamlit as st

from ingest.documents import Audience
from ingest.index import Held, Index
from ingest.rollback import generation_before
from ui import register_table, render, turns, upload, upload_job, upload_view
from ui.access.page import asker
from ui.upload import Decision, Found, Standing
from ui.upload_job import End, Step

# Whom a policy may be shown to where people sign in; each ring holds the ones below it.
_FOR_WHOM: dict[Audience | Literal[""], str] = {
    "": "As the version before it, else staff and governors",
    "public": "Everyone",
    "parents": "Parents, staff and governors",
    "staff": "Staff and governors",
    "governors": "Governors alone",
}
_EACH, _NEW = "", "+"  # keys that are no school's


def may_change() -> bool:
    """True where whoever looks at the page may add and remove policies."""
    who = asker()
    alone = upload.on_loopback(st.get_option("server.address"))
    return who.rank == "admin" and (alone or who.via != "none")


def show_uploads(home: Path, index: Index) -> None:
    """Drop files, check what was read off them, put them live; go back."""
    if not may_change():
        st.html(render.alert(upload.NOT_HERE))
        return
    _drop(home)
    there = upload.waiting(home)
    if there:
        _check(home, index, there)
    _back(home, index)


def show_removal(index: Index, held: Held) -> None:
    """Take a policy out, or the sentence that says where it must be taken out."""
    if not may_change():
        return
    home = index.home
    with st.expander("Remove this policy"):
        if held.folder != str(upload.uploads(home).resolve()):
            st.html(f'<p class="cv-where">{upload_view.not_uploaded(held)}</p>')
            return
        st.html(f'<p class="cv-where">{upload_view.REMOVAL}</p>')
        if st.button("Remove it now", key="remove"):
            end = _work(home, "remove", sha256=held.sha256, source=held.source)
            if end is not None:
                _tell(upload_view.removed(held))
                st.query_params.clear()
                st.rerun()


def _drop(home: Path) -> None:
    state = st.session_state
    files = st.file_uploader(
        f"Drop policies here: PDF, Word, OpenDocument, web pages or text, up to "
        f"{upload.MOST_MEGABYTES} MB each",
        accept_multiple_files=True,
        max_upload_size=upload.MOST_MEGABYTES,
        key=f"dropped-{state.setdefault('uploads_round', 0)}",
    )
    seen: set[str] = state.setdefault("uploads_seen", set())
    new = [file for file in files if file.file_id not in seen]
    try:
        if new:
            state.uploads_troubles = upload.keep(home, ((f.name, f.getvalue()) for f in new))
            seen.update(file.file_id for file in new)
    except Exception as error:
        st.html(render.alert(turns.sentence(error)))
    for trouble in state.get("uploads_troubles", ()):
        st.html(render.alert(trouble))


def _tell(done: str) -> None:
    """Say what was done once the page is drawn anew."""
    state = st.session_state
    state.uploads_done = done
    state.uploads_told = state.get("uploads_told", 0) + 1


def _emptied() -> None:
    """An empty box to drop files in: those of the last one were dealt with."""
    st.session_state.uploads_round += 1
    st.session_state.uploads_troubles = []


def _leave_out(home: Path, sha256: str) -> None:
    upload.discard(home, [sha256])
    _emptied()


def _check(home: Path, index: Index, there: list[upload.Waiting]) -> None:
    """What was read off the files that wait, to be accepted or corrected."""
    st.html('<h2 class="cv-start">Check, then put live</h2>')
    reading = upload.last_reading(home, there)
    if reading is None:
        only = index.schools[0].name if len(index.schools) == 1 else ""
        if _work(home, "read", school=only) is None:
            st.button("Read them again", key="uploads_again")
            return
        reading = upload.last_reading(home, there)
        if reading is None:
            st.html(render.alert("The files changed while they were read; load the page again."))
            return
    decisions = []
    for found in reading.files:
        with st.container(border=True, key=f"waiting-{found.sha256[:12]}"):
            st.html(upload_view.waiting(found))
            if not found.trouble:
                decisions.append((_decide(index, found), found))
            st.button(
                "Leave this file out",
                key=f"leave-{found.sha256[:12]}",
                on_click=_leave_out,
                args=(home, found.sha256),
                type="tertiary",
            )
    if decisions:
        count = len(decisions)
        label = f"Put {count} policies live" if count > 1 else "Put this policy live"
        if st.button(label, type="primary", key="uploads_accept"):
            _accept(home, decisions)


def _accept(home: Path, decisions: list[tuple[Decision, Found]]) -> None:
    troubles = [t for pair in decisions if (t := upload.trouble_with(*pair))]
    for trouble in troubles:
        st.html(render.alert(trouble))
    if troubles:
        return
    end = _work(home, "accept", decisions=[one.model_dump() for one, _ in decisions])
    if end is not None:
        _tell(upload_view.taken_in(end.result))
        _emptied()
        st.rerun()


def _decide(index: Index, found: Found) -> Decision:
    """The boxes to correct a file's details in, filled with what was read."""
    names = {school.key: school.name for school in index.schools} | {_NEW: "Another school …"}
    key = found.sha256[:12]
    guess = found.school or (_NEW if found.school_name else None)
    school = st.selectbox(
        "School", names, index=list(names).index(guess) if guess else None,
        format_func=names.__getitem__, placeholder="Choose a school", key=f"school-{key}",
        persist_state="session",
    )  # fmt: skip
    name = names.get(school or "", "")
    if school == _NEW:
        name = _box("Name of the school", f"name-{key}", found.school_name, "")
    title = _box("Title", f"title-{key}", found.title.value, _where(found.title))
    standings = register_table.STATUSES
    status = st.selectbox(
        "Standing", standings, index=list(standings).index(found.status.value or "current"),
        format_func=standings.__getitem__, key=f"status-{key}", persist_state="session",
        help=_where(found.status),
    )  # fmt: skip
    left, right = st.columns(2)
    with left:
        adopted = _box("Adopted", f"adopted-{key}", found.adopted.value, _where(found.adopted))
    with right:
        due = _box("Next review", f"due-{key}", found.review_due.value, _where(found.review_due))
    audience = st.selectbox(
        "For whom", _FOR_WHOM, format_func=_FOR_WHOM.__getitem__, key=f"audience-{key}",
        persist_state="session",
    )  # fmt: skip
    return Decision(
        name=found.name,
        sha256=found.sha256,
        school="" if school == _NEW else school or "",
        school_name=name,
        title=title,
        status=cast(Standing, status),
        adopted=adopted,
        review_due=due,
        audience=audience,
    )


def _box(label: str, key: str, value: str, where: str) -> str:
    given: str = st.text_input(label, value, key=key, persist_state="session")
    if where:
        st.html(f'<p class="cv-where">{where}</p>')
    return given


def _where(value: upload.Value) -> str:
    return upload_view.where(value.value, value.origin)


def _back(home: Path, index: Index) -> None:
    """The state before, what going back to it would change, and the button that does."""
    before = generation_before(home)
    rows = upload_view.undone(index.manifest, before) if before is not None else []
    with st.expander("Go back to the state before"):
        if not rows:
            st.html('<p class="cv-where">No earlier state is kept that differs from this one.</p>')
            return
        told = "".join(f"<li>{row}</li>" for row in rows)
        st.html(f"<p>Going back would change this:</p><ul>{told}</ul>")
        if st.button("Go back", key="uploads_back") and _work(home, "back") is not None:
            _tell("<p>The state before answers again.</p>")
            st.rerun()


def _work(home: Path, do: str, **given: object) -> End | None:
    """Do it in a process of its own, with progress; None where it failed, which is then said."""
    place = st.empty()
    for step in upload_job.run(home, do, **given):
        if isinstance(step, Step):
            share = step.done / step.total if step.total else 0.0
            place.progress(share, text=_WORK.get(step.what, "Working …"))
        elif step.trouble:
            place.html(render.alert(step.trouble))
            return None
        else:
            place.empty()
            return step
    return None


_WORK = {"reading": "Reading the files …", "embedding": "Preparing the clauses for search …"}
