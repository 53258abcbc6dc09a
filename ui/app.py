"""The browser chat: title, style and places; `verse chat` runs it."""

from pathlib import Path

import streamlit as st

from ui.access.page import asker, show_asker, start_anew_for
from ui.page_scripts import run_script

HERE = Path(__file__).parent

# The icon is a file of ours: Streamlit would fetch a Material one from elsewhere.
st.set_page_config(page_title="Chapter & Verse", page_icon=HERE / "icon.svg")
st.html(HERE / "style.css")
who = asker()
start_anew_for(who)
places = [
    st.Page("app_pages/chat.py", title="Ask", url_path="ask", default=True),
    st.Page("app_pages/policies.py", title="Policies", url_path="policies"),
]
if who.governs:
    places.append(st.Page("app_pages/governors.py", title="Governors", url_path="governors"))
page = st.navigation(places, position="hidden")
# Streamlit's own menu hides behind a button on a phone; three short links do not need one.
with st.container(key="places", horizontal=True, gap="small"):
    for place in places:
        st.page_link(place)
page.run()
show_asker(who)
run_script("refocus", {})
