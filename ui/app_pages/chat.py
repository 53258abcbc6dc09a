"""The page to ask on: choose a school and a role, ask, read, ask on."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from assistant.settings import read_settings
from ui import render, turns
from ui.turns import Answerer, Turn

HEAD = """<header class="cv-head"><h1>Chapter &amp; Verse</h1>
<p>Ask your school’s policies. Get chapter and verse.</p></header>"""
STANDING = """<p class="cv-standing">Answers quote the policies word for word. They are not legal
advice. Nothing you ask is recorded: it is forgotten when you close this page.</p>"""
REGION = '<div role="status" aria-live="polite" class="cv-hidden"></div>'


@st.cache_resource(show_spinner="Opening the policies…")
def _assistant(home: str) -> Answerer:
    return turns.open_assistant(Path(home))


def _opened() -> tuple[Answerer | None, str]:
    """The assistant, or the sentence that says why there is none."""
    try:
        return _assistant(str(read_settings().home)), ""
    except Exception as error:
        return None, turns.sentence(error)


def _take(names: dict[str, str], question: str = "") -> None:
    """Note a question before it is looked up, so that nothing can lose it."""
    state = st.session_state
    school, role = (state.get(key, st.query_params.get(key, "")) for key in ("school", "role"))
    state.asked = state.get("asked", 0) + 1
    state.turns = [
        *(turn for turn in state.turns if not turn.trouble),
        Turn(
            question or state.typed,
            school,
            turns.as_role(role),
            turns.asked_of(school, role, names),
        ),
    ]


def _pick(names: dict[str, str], option: str) -> None:
    """An offered school is chosen and the question asked again; anything else is asked itself."""
    school = turns.school_named(option, names)
    if school is None:
        return _take(names, option)
    st.session_state.school = school
    return _take(names, st.session_state.turns[-1].question)


def _forget() -> None:
    st.session_state.turns = []


def _choose(label: str, key: str, choices: dict[str, str]) -> str:
    """A choice that is remembered in the address."""
    state = st.session_state
    if state.get(key) not in choices:
        state[key], known = turns.chosen(state.get(key, st.query_params.get(key)), choices)
        if not known:
            st.html(render.alert(f"The {key} in the link is not known here; please choose again."))
    given: str = st.selectbox(label, choices, format_func=choices.__getitem__, key=key)
    if given and given != st.query_params.get(key):
        st.query_params[key] = given
    elif not given:
        st.query_params.pop(key, None)
    return given


def _conversation(names: dict[str, str]) -> list[DeltaGenerator]:
    """Every turn in a place of its own."""
    conversation: list[Turn] = st.session_state.turns
    places = [st.empty() for _ in conversation]
    for number, (place, turn) in enumerate(zip(places, conversation, strict=True), 1):
        _show(place, turn, number, names if number == len(conversation) else None)
    return places


def _show(
    place: DeltaGenerator, turn: Turn, number: int, names: dict[str, str] | None = None
) -> None:
    """One turn; where names are given, the options it offers can be pressed."""
    with place.container():
        st.html(turn.html(number, options=names is None))
        if names is not None and turn.answer is not None and turn.answer.options:
            with st.container(key="options"):
                for option in turn.answer.options:
                    st.button(render.label(option), on_click=_pick, args=(names, option))


def _settle(
    places: list[DeltaGenerator], assistant: Answerer | None, trouble: str, names: dict[str, str]
) -> None:
    """Look up what was asked, once the rest of the page stands."""
    conversation: list[Turn] = st.session_state.turns
    for number, place in enumerate(places, 1):
        if conversation[number - 1].settled:
            continue
        turn = turns.settle(conversation[:number], assistant, trouble)
        conversation[number - 1] = turn
        if turn.trouble:
            st.session_state.again = turn.question
            st.rerun()
        _show(place, turn, number, names if number == len(conversation) else None)


def _examples(school: str, names: dict[str, str]) -> None:
    with st.container(key="examples"):
        st.html('<h2 class="cv-start">For example</h2>')
        for example in turns.examples(school):
            st.button(render.label(example), on_click=_take, args=(names, example))


state = st.session_state
state.setdefault("turns", [])
assistant, trouble = _opened()
names = turns.school_choices(assistant.schools if assistant else ())
st.html(HEAD)
school = turns.ALL_SCHOOLS
if assistant is not None:
    left, right = st.columns(2)
    with left:
        school = _choose("School", "school", names)
    with right:
        _choose("Your role", "role", turns.role_choices())
elif not state.turns:
    st.html(render.alert(trouble))
with st.container(key="conversation"):
    places = _conversation(names)
if "again" in state:
    state.typed = state.pop("again")  # the question goes back into its box
with st.container(key="question"):  # within a container it stands in the flow, not over the text
    st.chat_input("Ask about the policies", key="typed", on_submit=_take, args=(names,))
if state.turns:
    st.button("Start a new conversation", key="forget", on_click=_forget, type="tertiary")
elif assistant is not None:
    _examples(school, names)
st.html(STANDING)
_settle(places, assistant, trouble, names)
script = Path(__file__).parents[1] / "announce.js"
announce = st.components.v2.component(
    "announce", html=REGION, js=script.read_text("utf-8"), isolate_styles=False
)
announce(
    data={
        "asked": state.get("asked", 0),
        "turn": len(state.turns),
        "said": state.turns[-1].spoken if state.turns else "",
    },
    key="announce",
)
