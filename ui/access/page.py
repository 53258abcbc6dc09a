"""What a page knows of whoever looks at it."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from assistant.answer import Answer, Question
from assistant.ask import NOTHING, Assistant, NothingToSee
from assistant.settings import read_settings
from assistant.sight import EVERYTHING, Sight
from assistant.writing.pen import Hear
from ingest.index import Index
from ingest.policy.register import School
from ui.access import carried
from ui.access.who import Who, mark_of
from ui.marks import safe
from ui.page_scripts import run_script
from ui.turns import Answerer


def asker() -> Who:
    """Whoever the guard let in; it is asked anew at every run, since a line may be taken over."""
    return carried.read(st.context.headers.get(carried.HEADER), read_settings())


def start_anew_for(who: Who) -> None:
    """Forget what the page held for somebody else: on a shared computer a tab may stay open."""
    if st.session_state.setdefault("asker", who) != who:
        st.session_state.clear()
        st.session_state.asker = who


def show_asker(who: Who) -> None:
    """Who is signed in and how to stop; nothing where nobody signs in."""
    if who.via not in ("oidc", "proxy"):
        return
    link = ' · <a href="/sign-out">Sign out</a>' if who.via == "oidc" else ""
    st.html(f'<p class="cv-standing">Signed in as {safe(who.name)}{link}</p>')
    run_script("still", {"as": mark_of(who)})


@dataclass(frozen=True)
class AsSeen:
    """An assistant that answers from what somebody may see."""

    whole: Assistant
    sight: Sight

    @property
    def schools(self) -> tuple[School, ...]:
        return self.whole.library(self.sight).index.schools

    def ask(self, question: Question, *, hear: Hear | None = None) -> Answer:
        return self.whole.ask(question, self.sight, hear)

    def plainly(self) -> AsSeen:
        return AsSeen(self.whole.plainly(), self.sight)


def as_seen(assistant: Answerer, sight: Sight) -> Answerer:
    """The assistant itself for whoever sees everything; raises NothingToSee like `looked_at`."""
    if sight == EVERYTHING:
        return assistant
    if not isinstance(assistant, Assistant):  # rather nothing than everything
        raise NothingToSee(NOTHING)
    looked_at(assistant.library(sight).index, sight)
    return AsSeen(assistant, sight)


def looked_at(seen: Index, sight: Sight) -> Index:
    """The index that somebody sees; raises NothingToSee where that is nothing."""
    if sight != EVERYTHING and not seen.manifest.documents:
        raise NothingToSee(NOTHING)
    return seen
