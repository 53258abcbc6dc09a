"""The browser chat: title, style and places; `verse chat` runs it."""

from pathlib import Path

import streamlit as st

st.set_page_config(page_title="Chapter & Verse", page_icon=":material/menu_book:")
st.html(Path(__file__).with_name("style.css"))
st.navigation(
    [st.Page("app_pages/chat.py", title="Ask", url_path="ask", default=True)], position="hidden"
).run()
