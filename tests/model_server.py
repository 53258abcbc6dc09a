"""Servers on loopback that speak the protocols of language models, and say what a script says."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from assistant.writing.prompt import REWRITE_SCHEMA

# From the data that was sent to what is replied: an object is sent as JSON, a text as it is.
Script = Callable[[dict[str, Any]], object]


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


@contextmanager
def running(protocol: str) -> Iterator[Server]:
    """A server that listens until the block is left."""
    server = Server(protocol)
    listening = ThreadingHTTPServer(("127.0.0.1", 0), _handler(server))
    listening.daemon_threads = True
    server.port = listening.server_port
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        listening.shutdown()
        listening.server_close()
