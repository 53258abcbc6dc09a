"""What the tabs of the Governors place share: what each is given, and how files are offered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from assistant.library import Library
from assistant.settings import Settings
from assistant.topics import Table
from ingest.documents import Policy
from ingest.policy.register import School
from ui.governors_paper import LABELS, MIMES, Export


@dataclass(frozen=True)
class Desk:
    """What every tab is given; `school` is a key, "" for all of `schools`."""

    library: Library
    settings: Settings
    schools: tuple[School, ...]
    school: str
    names: dict[str, str]
    topics: Table
    today: dt.date

    @property
    def generation(self) -> str:
        return self.library.index.manifest.generation

    def known_by(self) -> tuple[object, ...]:
        """What tells it from another, so that a result is remembered and not made twice."""
        keys = tuple(school.key for school in self.schools)
        home = str(self.settings.home)
        return home, self.generation, keys, hash(self.topics), self.today.isoformat()

    def file(self, policy: Policy) -> str:
        return self.library.held(policy).sha256


def offer(exports: Sequence[Export], labels: Sequence[str] = ()) -> None:
    """Files to download; each is made when it is asked for."""
    called = labels or [LABELS[export.form] for export in exports]
    with st.container(horizontal=True, gap="small", key=f"exports-{exports[0].file}"):
        for export, label in zip(exports, called, strict=True):
            st.download_button(
                label,
                export.make,
                export.file,
                MIMES[export.form],
                on_click="ignore",
                key=f"download-{export.file}",
            )
