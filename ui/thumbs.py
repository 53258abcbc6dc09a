"""Thumbs under an answer, with a word on why: only where recording is on, and never in the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from assistant import record
from assistant.audit import Audit
from assistant.record import Thumb
from ui import keeping, render
from ui.turns import Turn

_WORDS: dict[Thumb, str] = {"up": "Helpful", "down": "Not helpful"}
THANKS = "Thank you. That is kept."
UNDONE = "Your answer was taken back."


def rated(audit: Audit, turn: Turn, thumb: Thumb, word: str = "") -> Turn:
    """The turn with its thumb and word kept; a thumb given twice, without a word, is taken back."""
    if thumb == turn.thumb and not word:
        thumb = ""
    problem = keeping.feedback(audit, turn.ticket, thumb, word)
    if problem:
        return replace(turn, said=problem)
    return replace(turn, thumb=thumb, word=word, said=THANKS if thumb else UNDONE)


def offer_thumbs(turn: Turn, number: int, rate: Callable[[int, Thumb, str], None]) -> None:
    """The buttons, and once one is pressed a line for a word; `rate` takes what is chosen."""
    if not turn.ticket:
        return
    with st.container(key="thumbs", horizontal=True, gap="small"):
        for thumb, words in _WORDS.items():
            chosen = thumb == turn.thumb
            st.button(
                f"✓ {words}" if chosen else words,
                key=f"thumb-{thumb}-{number}",
                on_click=rate,
                args=(number, thumb, ""),
            )
    if turn.thumb and not turn.word:
        with st.form(f"word-{number}", clear_on_submit=True, border=False):
            st.text_input(
                "Why? A few words, if you like; please name nobody.",
                key=f"why-{number}",
                max_chars=record.LONGEST_WORD,
            )
            st.form_submit_button("Send", on_click=_send, args=(number, turn.thumb, rate))
    if turn.said:
        st.html(render.alert(turn.said) if turn.said not in (THANKS, UNDONE) else _note(turn.said))


def _send(number: int, thumb: Thumb, rate: Callable[[int, Thumb, str], None]) -> None:
    if word := str(st.session_state.get(f"why-{number}", "")).strip():
        rate(number, thumb, word)


def _note(words: str) -> str:
    return f'<p class="cv-said">{words}</p>'
