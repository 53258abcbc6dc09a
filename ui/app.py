"""The browser chat: title, style and places; `verse chat` runs it."""

from pathlib import Path

import streamlit as st

HERE = Path(__file__).parent

# The icon is a file of ours: Streamlit would fetch a Material one from elsewhere.
st.set_page_config(page_title="Chapter & Verse", page_icon=HERE / "icon.svg")
st.html(HERE / "style.css")
st.navigation(
    [st.Page("app_pages/chat.py", title="Ask", url_path="ask", default=True)], position="hidden"
).run()
