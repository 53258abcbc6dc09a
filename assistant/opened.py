"""One assistant a process: chat, pages and API share its index and its models in memory."""

from __future__ import annotations

import threading

from assistant.ask import Assistant
from assistant.settings import Settings
from ingest.home import current_generation

_opened: dict[tuple[object, ...], Assistant] = {}
_one_at_a_time = threading.Lock()


def open_once(settings: Settings) -> Assistant:
    """The process's assistant over a home, opened when first asked for; thread-safe.

    Raises what `Assistant.open` raises. An index that was made with another model since is opened
    anew; any other is taken up by the assistant itself.
    """
    key = (settings.home, settings.embedding_model, settings.reader, settings.llm)
    with _one_at_a_time:
        known = _opened.get(key)
        if known is None or known.library().index.manifest.generation != current_generation(
            settings.home
        ):
            known = Assistant.open(
                settings.home,
                settings.embedding_model,
                reader=settings.reader,
                llm=settings.llm,
            )
            _opened[key] = known
        return known
