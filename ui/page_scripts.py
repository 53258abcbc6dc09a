"""The scripts that do on a page what Streamlit cannot; each is a file beside this one."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

# A live region must be there before it speaks.
_HTML = {"announce": '<div role="status" aria-live="polite" class="cv-hidden"></div>'}


@cache
def _source(name: str) -> str:
    return Path(__file__).with_name(f"{name}.js").read_text("utf-8")


def run_script(name: str, data: dict[str, Any], **callbacks: Any) -> None:
    """Run a script in the page, with what it is to know; it is run again when that changes."""
    component = st.components.v2.component(
        name, html=_HTML.get(name, "<span></span>"), js=_source(name), isolate_styles=False
    )
    component(data=data, key=name, **callbacks)
