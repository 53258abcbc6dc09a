"""The page to ask on: choose a school and a role, ask, read, ask on."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from uuid import uuid4

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from assistant.answer import Answer
from assistant.notice import notice
from assistant.record import Kept, Thumb
from assistant.settings import read_settings
from assistant.sight import Sight
from ingest.home import current_generation
from ui import keeping, render, turns
from ui.access.page import as_seen, asker
from ui.page_scripts import run_script
from ui.thumbs import offer_thumbs, rated
from ui.turns import Answerer, Turn

HEAD = """<header class="cv-head"><h1>Chapter &amp; Verse</h1>
<p>Ask your school’s policies. Get chapter and verse.</p></header>"""
STANDING = """<p class="cv-standing">Answers quote the policies word for word. They are not legal
advice. {} Your school and role are remembered in this browser.</p>"""
BACK = "Your conversation is back: its questions have been asked again."
CHOOSE = '<p class="cv-hint">Choose your school, then ask.</p>'


@st.cache_resource(show_spinner="Opening the policies…")
def _assistant(home: str) -> Answerer:
    return turns.open_assistant(Path(home))


@st.cache_data(ttl=600, show_spinner=False)
def _answered(home: str, school: str, sight: Sight) -> tuple[str, ...]:
    """The examples that a school's policies answer; asking them takes a moment."""
    return turns.answerable(as_seen(_assistant(home), sight), school, turns.examples(school))


def _opened() -> tuple[Answerer | None, str]:
    """The assistant, or the sentence that says why there is none."""
    try:
        return as_seen(_assistant(str(read_settings().home)), asker().sight), ""
    except Exception as error:
        return None, turns.sentence(error)


def _take(names: dict[str, str], question: str = "") -> None:
    """Note a question before it is looked up, so that nothing can lose it."""
    state = st.session_state
    school, role = (state.get(key, st.query_params.get(key, "")) for key in ("school", "role"))
    state.asked = state.get("asked", 0) + 1
    state.pop("note", None)
    state.turns = [
        *(turn for turn in state.turns if not turn.trouble),
        Turn(
            question or state.typed,
            school,
            turns.as_role(role),
            turns.asked_of(school, role, names),
        ),
    ]


def _follow(question: str, school: str, names: dict[str, str]) -> None:
    """Ask what an answer suggested, of the school that it names."""
    if school:
        st.session_state.school = school
    _take(names, question)


def _pick(names: dict[str, str], option: str) -> None:
    """An offered school is chosen and the question asked again; anything else is asked itself."""
    school = turns.school_named(option, names)
    if school is None:
        return _take(names, option)
    return _follow(st.session_state.turns[-1].question, school, names)


def _recall(names: dict[str, str]) -> None:
    """Take back what the browser kept: the conversation of this tab, and who asks of which school.

    What the address says counts for more.
    """
    state = st.session_state
    given = state.remember.get("recalled") if "remember" in state else None
    if not isinstance(given, dict) or state.get("recalled"):
        return
    for key, choices in (("school", names), ("role", turns.role_choices())):
        if key not in st.query_params and not state.turns and given.get(key) in choices:
            state[key] = given[key]
    state.recalled = True
    back = turns.recalled(given.get("turns"), names)
    state.turns = [*back, *state.turns]
    if back:
        state.asked, state.note = state.get("asked", 0) + 1, BACK


def _rate(number: int, thumb: Thumb, word: str) -> None:
    conversation: list[Turn] = st.session_state.turns
    audit = keeping.audit_of(read_settings())
    conversation[number - 1] = rated(audit, conversation[number - 1], thumb, word)


def _forget() -> None:
    st.session_state.turns = []
    st.session_state.pop("note", None)


def _choose(label: str, key: str, choices: dict[str, str]) -> str:
    """A choice that is remembered in the address, unless it is the usual one."""
    state = st.session_state
    if state.get(key) not in choices:
        before = state.get(key, st.query_params.get(key, state.get(f"last_{key}")))
        state[key], known = turns.chosen(before, choices)
        if not known:
            st.html(render.alert(f"The {key} in the link is not known here; please choose again."))
    given: str = st.selectbox(label, choices, format_func=choices.__getitem__, key=key)
    if given != next(iter(choices)):
        if given != st.query_params.get(key):
            st.query_params[key] = given
    else:
        st.query_params.pop(key, None)
    state[f"last_{key}"] = given  # a widget's own state ends where the page is left
    return given


def _conversation(names: dict[str, str]) -> list[DeltaGenerator]:
    """Every turn in a place of its own."""
    conversation: list[Turn] = st.session_state.turns
    places = [st.empty() for _ in conversation]
    for number, (place, turn) in enumerate(zip(places, conversation, strict=True), 1):
        # What is not known in full yet is shown once more, by `_settle`.
        known = number == len(conversation) and turn.follow_ups is not None
        _show(place, turn, number, names if known else None)
    return places


def _show(
    place: DeltaGenerator,
    turn: Turn,
    number: int,
    names: dict[str, str] | None = None,
    assistant: Answerer | None = None,
) -> None:
    """One turn; where names are given, what it offers can be pressed.

    An assistant is asked what may be asked next, once the answer stands.
    """
    with place.container():
        st.html(turn.html(number, options=names is None))
        if names is None or turn.answer is None:
            return
        if turn.answer.options:
            with st.container(key="options", horizontal=True, gap="small"):
                for option in turn.answer.options:
                    st.button(render.label(option), on_click=_pick, args=(names, option))
        offer_thumbs(turn, number, _rate)
        if assistant is not None:
            conversation: list[Turn] = st.session_state.turns
            turn = conversation[number - 1] = turns.suggest(conversation[:number], assistant)
        if turn.follow_ups:
            st.html('<h3 class="cv-next">Ask next</h3>')
            with st.container(key="follow-ups", horizontal=True, gap="small"):
                for place_of, offered in enumerate(turn.follow_ups):
                    st.button(
                        render.label(offered.words),
                        key=f"follow-up-{place_of}",
                        on_click=_follow,
                        args=(offered.question, offered.school, names),
                    )


def _hear(place: DeltaGenerator, turn: Turn, number: int, heard: list[str], sentence: str) -> None:
    """Show what a language model has written so far, each sentence verified."""
    heard.append(sentence)
    place.html(render.waiting(turn.question, turn=number, asked_of=turn.asked_of, heard=heard))


def _keep(answer: Answer) -> Kept:
    """Record an answer where that is switched on, with the index that it came from."""
    settings = read_settings()
    return keeping.keep(
        keeping.audit_of(settings),
        answer,
        generation=current_generation(settings.home) or "",
        user=asker().name,
    )


def _settle(
    places: list[DeltaGenerator], assistant: Answerer | None, trouble: str, names: dict[str, str]
) -> None:
    """Look up what was asked, once the rest of the page stands."""
    conversation: list[Turn] = st.session_state.turns
    for number, place in enumerate(places, 1):
        last, turn = number == len(conversation), conversation[number - 1]
        if not turn.settled:
            kept_first = keeping.comes_first(read_settings())
            hear = None if kept_first else partial(_hear, place, turn, number, [])
            turn = turns.settle(conversation[:number], assistant, trouble, _keep, hear)
            conversation[number - 1] = turn
            if turn.trouble:
                st.session_state.again = turn.question
                st.rerun()
        elif not last or turn.answer is None or turn.follow_ups is not None:
            continue
        _show(place, turn, number, names if last else None, assistant)


def _examples(place: DeltaGenerator, school: str, names: dict[str, str]) -> None:
    """Questions to start from, found once the rest of the page stands."""
    with place.container():
        answered = _answered(str(read_settings().home), school, asker().sight)
        st.html('<h2 class="cv-start">For example</h2>' if answered else CHOOSE)
        with st.container(key="examples", horizontal=True, gap="small"):
            for example in answered:
                st.button(render.label(example), on_click=_take, args=(names, example))


state = st.session_state
state.setdefault("turns", [])
state.setdefault("session", uuid4().hex)
# What comes and goes has a place of its own: were the box to move, what is typed would be lost.
with st.empty():
    assistant, trouble = _opened()
names = turns.school_choices(assistant.schools if assistant else ())
st.html(HEAD)
school = turns.ALL_SCHOOLS
with st.container():
    if assistant is not None:
        left, right = st.columns(2)
        with left:
            school = _choose("School", "school", names)
        with right:
            _choose("Your role", "role", turns.role_choices())
above = st.empty()
if assistant is None and not state.turns:
    above.html(render.alert(trouble))
elif "note" in state:
    above.html(f'<p class="cv-note">{state.note}</p>')
with st.container(key="conversation"):
    places = _conversation(names)
if "again" in state:
    state.typed = state.pop("again")  # the question goes back into its box
with st.container(key="question"):  # within a container it stands in the flow, not over the text
    st.chat_input("Ask about the policies", key="typed", on_submit=_take, args=(names,))
start = st.empty()
if state.turns:
    start.button("Start a new conversation", key="forget", on_click=_forget, type="tertiary")
st.html(STANDING.format(notice(read_settings())))
_settle(places, assistant, trouble, names)
last = state.turns[-1] if state.turns else None
session = {"session": state.session, "asked": state.get("asked", 0)}
spoken = state.get("note") or (last.spoken if last else "")
heard = last.said if last else ""
run_script("announce", {**session, "turn": len(state.turns), "said": spoken, "heard": heard})
run_script(
    "remember",
    {
        **session,
        "recalled": state.get("recalled", False),
        "choice": {"school": school, "role": state.get("role", "")},
        "turns": [[turn.question, turn.school, turn.role] for turn in state.turns],
        "answered": last.question if last and not last.trouble else "",
    },
    on_recalled_change=partial(_recall, names),
)
run_script("share", {"turns": [{"question": t.question, "plain": t.plain} for t in state.turns]})
if assistant is not None and not state.turns:
    _examples(start, school, names)
