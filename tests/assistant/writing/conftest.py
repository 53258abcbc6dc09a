"""Servers on loopback that speak the protocols of language models, and say what a script says."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from assistant.ask import Assistant
from assistant.library import Library
from assistant.settings import LlmSettings
from assistant.writing.prompt import REWRITE_SCHEMA
from assistant.writing.writer import open_writer
from ingest.sync import ingest

# From the data that was sent to what is replied: an object is sent as JSON, a text as it is.
Script = Callable[[dict[str, Any]], object]

POLICY = """# Mobile Phone Policy

## Phones

1.1 Staff must not use their own phones in lessons, except in an emergency.

1.2 Staff may use the office phone to ring parents.

1.3 Staff must report a lost phone to the school office within 24 hours.

1.4 Volunteers should leave their phones in the staffroom.
"""


@dataclass
class Server:
    """A server that is running, what it was sent, and how it behaves."""

    protocol: str
    script: Script = lambda _data: {"sentences": [], "verdict": "not_covered"}
    status: int = 200
    pause: float = 0.0  # seconds between the pieces of a reply
    refuses_schema: bool = False
    cut: bool = False  # the connection is closed in the middle
    sent: list[dict[str, Any]] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}" + ("/v1" if self.protocol == "openai" else "")

    @property
    def model(self) -> str:
        return f"{self.protocol}:tiny"

    @property
    def data(self) -> list[dict[str, Any]]:
        """What was sent to be worded, as the model sees it, without requests to rewrite."""
        return [d for d in map(_data_of, self.sent) if "clauses" in d]


def _data_of(request: dict[str, Any]) -> dict[str, Any]:
    said = [m["content"] for m in request["messages"] if m["role"] == "user"]
    found: dict[str, Any] = json.loads(said[0])
    found["repairs"] = len(said) - 1
    return found


def _handler(server: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["content-length"])
            request = json.loads(self.rfile.read(length))
            server.sent.append(request)
            schema = "response_format" in request or request.get("format")
            if server.status != 200 or (server.refuses_schema and schema):
                status = server.status if server.status != 200 else 400
                said = "response_format json_schema is not supported"
                self._whole(status, {"error": {"message": said, "type": "x", "code": None}})
                return
            data = _data_of(request)
            if "clauses" not in data:
                reply: object = {REWRITE_SCHEMA["required"][0]: data["question"]}
            else:
                reply = server.script(data)
            text = reply if isinstance(reply, str) else json.dumps(reply)
            pieces = [text[i : i + 24] for i in range(0, len(text), 24)] or [""]
            with suppress(OSError):
                self._stream(pieces) if request.get("stream") else self._at_once(text)

        def _whole(self, status: int, body: object) -> None:
            raw = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def _at_once(self, text: str) -> None:
            message = {"role": "assistant", "content": text}
            if server.protocol == "openai":
                choice = {"index": 0, "message": message, "finish_reason": "stop"}
                self._whole(200, {"id": "1", "object": "chat.completion", "created": 1,
                                  "model": "tiny", "choices": [choice]})  # fmt: skip
            else:
                self._whole(200, {"model": "tiny", "message": message, "done": True})

        def _stream(self, pieces: list[str]) -> None:
            openai = server.protocol == "openai"
            self.send_response(200)
            kind = "text/event-stream" if openai else "application/x-ndjson"
            self.send_header("content-type", kind)
            self.end_headers()
            for place, piece in enumerate(pieces):
                if server.cut and place == len(pieces) // 2:
                    self.connection.close()
                    return
                self._piece(piece, done=False)
                time.sleep(server.pause)
            self._piece("", done=True)
            if openai:
                self.wfile.write(b"data: [DONE]\n\n")

        def _piece(self, piece: str, *, done: bool) -> None:
            if server.protocol == "openai":
                delta = {"role": "assistant", "content": piece} if piece else {}
                choice = {"index": 0, "delta": delta, "finish_reason": "stop" if done else None}
                chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1,
                         "model": "tiny", "choices": [choice]}  # fmt: skip
                self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
            else:
                message = {"role": "assistant", "content": piece}
                line = {"model": "tiny", "created_at": "2026-11-20T00:00:00Z",
                        "message": message, "done": done}  # fmt: skip
                if done:
                    line["done_reason"] = "stop"
                self.wfile.write(json.dumps(line).encode() + b"\n")
            self.wfile.flush()

        def log_message(self, *_args: object) -> None:
            pass

    return Handler


@pytest.fixture(params=["openai", "ollama"])
def server(request) -> Iterator[Server]:
    """A server of either protocol."""
    yield from _running(request.param)


@pytest.fixture
def openai() -> Iterator[Server]:
    yield from _running("openai")


def _running(protocol: str) -> Iterator[Server]:
    server = Server(protocol)
    listening = ThreadingHTTPServer(("127.0.0.1", 0), _handler(server))
    listening.daemon_threads = True
    server.port = listening.server_port
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    yield server
    listening.shutdown()
    listening.server_close()


@pytest.fixture(scope="session")
def phones(furnish, tmp_path_factory):
    """A school with one short policy, indexed."""
    folder = tmp_path_factory.mktemp("phones")
    (folder / "phones.md").write_text(POLICY)
    home = furnish(tmp_path_factory.mktemp("home"))
    ingest(folder, home, school="Oak")
    return home


@pytest.fixture(scope="session")
def library(phones):
    """Opened once for all: loading its model takes longer than any answer."""
    return Library.open(phones)


@pytest.fixture
def asked_with(library, phones):
    """Opens the assistant over the short policy with any model."""
    return lambda llm: Assistant(library, open_writer(phones, llm))


@pytest.fixture
def worded(asked_with):
    """The same with a server's model."""

    def open_with(server: Server, **rest: Any) -> Assistant:
        return asked_with(
            LlmSettings(
                **({"model": server.model, "base_url": server.url, "cache": False} | rest)
            )
        )

    return open_with
