"""Figures for Prometheus: how many requests, how long, what came of them; never what was asked."""

from __future__ import annotations

import time

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.answer import Answer

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """The figures of one process."""

    def __init__(self) -> None:
        own = self.registry = CollectorRegistry()
        ProcessCollector(registry=own)
        PlatformCollector(registry=own)
        self.requests = Counter(
            "verse_requests", "Requests of the API", ["route", "method", "status"], registry=own
        )
        self.seconds = Histogram(
            "verse_request_seconds", "Time to answer", ["route"], buckets=_SECONDS, registry=own
        )
        self.answers = Counter(
            "verse_answers", "Answers given", ["status", "verdict", "by"], registry=own
        )
        self.inside = Gauge("verse_asking", "Questions in line or being answered", registry=own)
        self.ready = Gauge("verse_ready", "1 where questions can be answered", registry=own)
        self.kept = Gauge("verse_audit_healthy", "1 where answers can be kept", registry=own)
        self.index = Info("verse_index", "What answers", registry=own)

    def answered(self, answer: Answer) -> None:
        self.answers.labels(answer.status, answer.verdict, answer.answered_by).inc()

    def text(self) -> bytes:
        return generate_latest(self.registry)


class Measured:
    """Counts and times what passes, by route and never by address."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status, started = 500, time.perf_counter()

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        method = scope["method"] if scope["method"] in ("GET", "HEAD", "POST") else "other"
        try:
            await self.app(scope, receive, sending)
        finally:
            # Only the routes' own patterns: whatever a stranger types would fill the memory.
            route = str(getattr(scope.get("route"), "path", "none"))
            self._metrics.requests.labels(route, method, str(status)).inc()
            self._metrics.seconds.labels(route).observe(time.perf_counter() - started)
