"""What was worked out for somebody who sees more is never handed to somebody who sees less."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from assistant.sight import EVERYTHING, Sight
from ingest.sync import ingest
from ui import governing
from ui.access.who import Who

APP = Path(governing.__file__).with_name("app.py")
REGISTER = """
[[school]]
key = "hill"
name = "Hill Trust"
body = "trust"

[[school]]
key = "oak"
name = "Oak Primary School"

[[school]]
key = "elm"
name = "Elm Primary School"

[[policy]]
school = "hill"
source = "hill/dress.txt"
applies_to = ["oak"]

[[policy]]
school = "hill"
source = "hill/restructure.txt"
applies_to = ["elm"]

[[policy]]
school = "oak"
source = "oak/dogs.txt"

[[policy]]
school = "elm"
source = "elm/dogs.txt"
"""
FILES = {
    "register.toml": REGISTER,
    "hill/dress.txt": "Uniform Policy\n\nNext review: May 2040\n\n1. Pupils must wear uniform.\n",
    "hill/restructure.txt": "Elm Redundancy Policy\n\nNext review: May 2020\n\n"
    "1. A complaint about uniform must be made within 5 days.\n\n"
    "2. A complaint about uniform must be made within 10 days.\n",
    "oak/dogs.txt": "Dogs\n\n1. Dogs must stay outside.\n",
    "elm/dogs.txt": "Dogs\n\n1. Dogs must stay outside.\n",
}
OWNER = Who("owner", "admin", EVERYTHING, "oidc")
OF_OAK = Who("oak", "governor", Sight(frozenset({"oak"}), frozenset({"governors"})), "oidc")


@pytest.fixture(scope="module")
def built(furnish, tmp_path_factory):
    place = tmp_path_factory.mktemp("sights")
    for name, text in FILES.items():
        (place / "policies" / name).parent.mkdir(parents=True, exist_ok=True)
        (place / "policies" / name).write_text(text, "utf-8")
    home = furnish(place / "home")
    ingest(place / "policies", home)
    return home


@pytest.mark.parametrize("tab", ["Dates", "Coverage", "Contradictions"])
def test_a_governor_of_one_school_is_shown_nothing_of_a_trust_s_policy_for_another(
    built, monkeypatch, tmp_path, tab
):
    monkeypatch.setenv("VERSE_HOME", str(built))
    monkeypatch.setenv("VERSE_READER", "off")
    monkeypatch.chdir(tmp_path)
    st.cache_resource.clear()

    def shown(who):
        monkeypatch.setattr("ui.access.page.asker", lambda: who)
        page = AppTest.from_file(str(APP), default_timeout=90)
        page.switch_page("app_pages/governors.py")
        page.session_state["governors_tab"] = tab
        page.session_state["governors_school"] = "hill"
        page.run()
        assert not page.exception
        bodies = " ".join(block.body for block in page.html if "<style" not in block.body)
        return unescape(re.sub(r"<style.*?</style>", "", bodies))

    assert "Elm Redundancy" in shown(OWNER)
    seen = shown(OF_OAK)
    assert "Hill Trust" in seen or "Uniform" in seen or tab == "Contradictions"
    assert "Elm Redundancy" not in seen and "10 days" not in seen
