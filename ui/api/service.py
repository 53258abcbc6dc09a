"""What one process serves with, opened once: the assistant, its line, the limits, the record."""

from __future__ import annotations

import contextlib
import logging
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from assistant.answer import Answer, AssistantError, Question
from assistant.ask import Assistant
from assistant.audit import Audit, open_audit
from assistant.library import Library
from assistant.opened import open_once
from assistant.settings import Settings
from assistant.sight import Sight
from assistant.writing.pen import Hear
from ingest.documents import IngestError, flow
from ui import keeping
from ui.access.keys import Keys
from ui.api.bodies import FeedbackBody, Health
from ui.api.catalogue import Catalogue
from ui.api.limits import Limiter
from ui.api.line import AT_ONCE, WAITING_AT_ONCE, Line
from ui.api.metrics import Metrics
from ui.api.problems import Problem, problem_of
from ui.governing import Jobs
from ui.words import printable

_UNKEPT = "Answers are not kept here, so neither is what is said of them."
_UNHEALTHY = "Answers cannot be kept just now."
_REFUSED = (
    "Answers must be kept here, and just now they cannot be, so none is given; tell whoever looks "
    "after this."
)
_MOST_CATALOGUES = 32  # the least recently used goes first


@dataclass
class Service:
    """Shared by every request; safe to be used by many threads at once."""

    settings: Settings
    opened: Assistant
    limiter: Limiter
    line: Line
    keys: Keys
    audit: Audit
    newest: Callable[[], Assistant] | None = None
    metrics: Metrics = field(default_factory=Metrics)
    jobs: Jobs = field(default_factory=Jobs)
    _catalogues: OrderedDict[str, Catalogue] = field(default_factory=OrderedDict)
    _generation: str = ""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def assistant(self) -> Assistant:
        """The one for the index that answers now, which another model may have made since.

        Where that cannot be opened, the last one answers on.
        """
        if self.newest is not None:
            with contextlib.suppress(AssistantError, IngestError):
                self.opened = self.newest()
        return self.opened

    def library(self, sight: Sight) -> Library:
        """What somebody sees of the newest generation; a switch-over shows at the next request."""
        assistant = self.assistant
        whole = assistant.library().index.manifest.generation
        with self._lock:
            if whole != self._generation:  # or older ones would stay in memory, vectors and all
                self._catalogues.clear()
                self.jobs, self._generation = Jobs(), whole
        return assistant.library(sight)

    def catalogue(self, sight: Sight) -> Catalogue:
        library = self.library(sight)
        name = library.index.manifest.generation
        with self._lock:
            found = self._catalogues.get(name) or Catalogue(library)
            self._catalogues[name] = found
            self._catalogues.move_to_end(name)
            while len(self._catalogues) > _MOST_CATALOGUES:
                self._catalogues.popitem(last=False)
        return found

    def ask(
        self, question: Question, sight: Sight, user: str = "", hear: Hear | None = None
    ) -> Answer:
        """One answer with an id by which feedback finds it, kept where answers are kept.

        `hear` gets each sentence that a language model writes, once it is verified; where an
        answer must be kept before it is given, it gets none.
        Raises what `Assistant.ask` raises, and a Problem where it must be kept and cannot be.
        """
        assistant = self.assistant
        manifest = assistant.library().index.manifest
        answer = assistant.ask(
            question, sight, None if keeping.comes_first(self.settings) else hear
        )
        made = {"generation": manifest.generation, "model": manifest.model}
        kept = keeping.keep(self.audit, answer, user=user, **made)
        if kept.problem:
            logging.getLogger(__name__).error("%s", printable(flow(kept.problem)))
        if kept.withhold:
            raise Problem(503, "unkept", _REFUSED, {"retry-after": "60"})
        self.metrics.answered(answer)
        return answer.model_copy(update={"id": kept.ticket or secrets.token_urlsafe(16)})

    def tell(self, feedback: FeedbackBody) -> str:
        """Keep a feedback; "" or the sentence that says why it is not kept."""
        if not (self.audit.on or self.settings.record):
            return _UNKEPT
        return keeping.feedback(self.audit, feedback.id, feedback.thumb, feedback.word)

    def health(self, tell_all: bool = True) -> Health:
        """What is wrong is told and not raised; `tell_all`: with names of our files."""
        try:
            library = self.assistant.library()
            manifest = library.index.manifest
        except Exception as error:
            return Health(ready=False, trouble=problem_of(error).body.detail)
        unkept = self.audit.healthy()
        return Health(
            ready=True,
            generation=manifest.generation,
            model=manifest.model,
            reader=library.reader is not None,
            audit=unkept if tell_all or not unkept else _UNHEALTHY,
        )

    def measure(self) -> None:
        """Bring the figures that are not counted as they happen up to date."""
        found = self.health()
        self.metrics.inside.set(self.line.inside)
        self.metrics.ready.set(found.ready)
        self.metrics.kept.set(not found.audit)
        self.metrics.index.info({"generation": found.generation, "model": found.model})

    def close(self) -> None:
        self.line.close()


def open_service(settings: Settings) -> Service:
    """Raises IngestError or AssistantError, in one sentence, where nothing can be asked."""
    opened = open_once(settings)
    server = settings.server
    return Service(
        settings,
        opened,
        Limiter(server.rate_per_address, server.rate_per_key),
        Line(WAITING_AT_ONCE if settings.llm.model else AT_ONCE),
        Keys(settings.home),
        open_audit(settings),
        partial(open_once, settings),
    )
