"""What each provider's servers are sent and reply, in that provider's own format."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from assistant.answer import Question
from assistant.llm import Unanswered, ask_whole, open_chat
from assistant.settings import LlmSettings
from assistant.writing.draft import SCHEMA

ASKED = Question(question="can i use my own phone in a lesson")
HONEST = "You must not use your own phone in lessons, except in an emergency."
FALSE = "You may use your own phone in lessons."
KEY = "a-key-that-nobody-may-see"
Event = tuple[str, dict[str, Any]]  # the name of an event, "" where the format has none; its data


def _cut(text: str) -> list[str]:
    return [text[at : at + 7] for at in range(0, len(text), 7)]


def _openai(_request: dict[str, Any], text: str) -> Iterator[Event]:
    def chunk(delta: dict[str, Any], finish: str | None = None) -> Event:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return "", {
            "id": "chatcmpl-1",
            "object": "chat.completion.chunk",
            "created": 1,
            "model": "m",
            "choices": [choice],
        }

    yield chunk({"role": "assistant", "content": ""})
    for piece in _cut(text):
        yield chunk({"content": piece})
    yield chunk({}, "stop")


def _anthropic(request: dict[str, Any], text: str) -> Iterator[Event]:
    """As a tool is used, where one was handed over; else as text."""
    tools = request.get("tools")
    usage = {"input_tokens": 10, "output_tokens": 1}
    message = {"id": "msg_1", "type": "message", "role": "assistant", "model": "m", "content": []}
    yield "message_start", {"message": message | {"stop_reason": None, "usage": usage}}
    block: dict[str, Any] = {"type": "text", "text": ""}
    if tools:
        block = {"type": "tool_use", "id": "toolu_1", "name": tools[0]["name"], "input": {}}
    yield "content_block_start", {"index": 0, "content_block": block}
    for piece in _cut(text):
        delta = {"type": "text_delta", "text": piece}
        if tools:
            delta = {"type": "input_json_delta", "partial_json": piece}
        yield "content_block_delta", {"index": 0, "delta": delta}
    yield "content_block_stop", {"index": 0}
    stopped = {"stop_reason": "tool_use" if tools else "end_turn", "stop_sequence": None}
    yield "message_delta", {"delta": stopped, "usage": {"output_tokens": 9}}
    yield "message_stop", {}


def _google(request: dict[str, Any], text: str) -> Iterator[Event]:
    counted = {"promptTokenCount": 10, "candidatesTokenCount": 9, "totalTokenCount": 19}

    def candidate(part: dict[str, Any], **more: str) -> Event:
        content = {"role": "model", "parts": [part]}
        candidates = [{"index": 0, "content": content} | more]
        return "", {"candidates": candidates, "usageMetadata": counted, "modelVersion": "m"}

    if tools := request.get("tools"):
        name = tools[0]["functionDeclarations"][0]["name"]
        yield candidate(
            {"functionCall": {"name": name, "args": json.loads(text)}}, finishReason="STOP"
        )
        return
    *pieces, last = _cut(text)
    for piece in pieces:
        yield candidate({"text": piece})
    yield candidate({"text": last}, finishReason="STOP")


@dataclass(frozen=True)
class Provider:
    """A provider as we name it, where it is asked, how it is told the key, how it replies."""

    model: str
    path: str
    key: str  # the header that holds it
    speak: Callable[[dict[str, Any], str], Iterator[Event]]
    under: str = ""  # the path that its address ends in

    def __str__(self) -> str:
        return self.model.partition(":")[0]


PROVIDERS = (
    Provider("openai:m", "/v1/chat/completions", "authorization", _openai, "/v1"),
    Provider("azure_openai:m", "/openai/deployments/m/chat/completions", "api-key", _openai),
    Provider("anthropic:m", "/v1/messages", "authorization", _anthropic),
    Provider("google_genai:m", "/v1beta/models/m:streamGenerateContent", "x-goog-api-key", _google),
)


@dataclass
class Server:
    """A provider's server on loopback; it says `text`, or refuses with a status."""

    provider: Provider
    text: str = ""
    status: int = 200
    refuses: str = ""  # a word in a request that is answered with status 400
    port: int = 0
    sent: list[tuple[str, dict[str, str], dict[str, Any]]] = field(default_factory=list)

    def settings(self) -> LlmSettings:
        address = f"http://127.0.0.1:{self.port}{self.provider.under}"
        return LlmSettings(self.provider.model, address, KEY, cache=False, deadline_seconds=20)


def _handler(server: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            request = json.loads(raw)
            server.sent.append((self.path, headers, request))
            if server.status != 200 or (server.refuses and server.refuses in raw.decode()):
                status = server.status if server.status != 200 else 400
                said = {"message": f"{server.refuses} is not supported", "code": status}
                self._send("application/json", json.dumps({"error": said}).encode(), status)
                return
            self._send("text/event-stream", b"".join(map(_line, self._events(request))))

        def _events(self, request: dict[str, Any]) -> Iterator[Event]:
            text = server.text
            if "clauses" not in json.dumps(request):  # asked for words to search for
                text = json.dumps({"search": "phones in lessons"})
            yield from server.provider.speak(request, text)

        def _send(self, kind: str, body: bytes, status: int = 200) -> None:
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            pass

    return Handler


def _line(event: Event) -> bytes:
    name, data = event
    head = f"event: {name}\n" if name else ""
    return f"{head}data: {json.dumps(data | ({'type': name} if name else {}))}\n\n".encode()


@pytest.fixture(params=PROVIDERS, ids=str)
def server(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    for name in os.environ:  # what a provider's library finds there it prefers to a key
        if name.startswith(("ANTHROPIC_", "AZURE_", "GOOGLE_", "GEMINI_", "OPENAI_")):
            monkeypatch.delenv(name)
    server = Server(request.param)
    listening = ThreadingHTTPServer(("127.0.0.1", 0), _handler(server))
    listening.daemon_threads = True
    server.port = listening.server_port
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    yield server
    listening.shutdown()
    listening.server_close()


def reply(*sentences: str) -> str:
    said = [{"text": text, "clauses": [1]} for text in sentences]
    return json.dumps({"sentences": said, "verdict": "conditional"})


def test_what_a_provider_replies_in_its_own_format_is_said_where_it_is_proved(server, asked_with):
    server.text = reply(FALSE, HONEST)
    heard: list[str] = []
    answer = asked_with(server.settings()).ask(ASKED, hear=heard.append)
    assert heard == [HONEST]
    assert HONEST in answer.answer and FALSE not in answer.answer
    assert answer.answered_by == server.provider.model


def test_only_its_own_address_is_asked_and_the_key_is_told_to_nobody_else(server, asked_with):
    server.text = reply(HONEST)
    answer = asked_with(server.settings()).ask(ASKED)
    for path, headers, _request in server.sent:
        assert path.partition("?")[0] == server.provider.path
        told = [value for value in headers.values() if KEY in value]
        assert told == [headers[server.provider.key]]
        assert KEY not in path
    assert KEY not in answer.model_dump_json()


def test_where_text_is_sent_is_said_wherever_that_was_set(server, monkeypatch):
    address = server.settings().base_url
    named = {"openai": "OPENAI_API_BASE", "anthropic": "ANTHROPIC_BASE_URL"}
    name = named.get(str(server.provider))
    monkeypatch.setenv("LANGSMITH_GATEWAY", "https://gateway.example")
    if name is None:
        told = open_chat(server.settings())
    else:
        monkeypatch.setenv(name, address)
        told = open_chat(LlmSettings(server.provider.model, "", KEY, cache=False))
    assert told is not None and told.address == address


def asked(server: Server) -> Any:
    """What comes back when the model alone is asked."""
    messages = [("system", "Answer from the clauses."), ("user", "{}")]
    chat = open_chat(server.settings())
    assert chat is not None
    return ask_whole(chat, messages, SCHEMA, time.monotonic() + 20)


def test_a_long_reply_in_many_small_pieces_is_not_taken_for_an_endless_one(server):
    server.text = reply(*["word " * 100] * 6)
    assert asked(server) == json.loads(server.text)


def test_a_model_that_chooses_its_own_temperature_is_asked_without_one(server):
    server.text, server.refuses = reply(HONEST), "temperature"
    assert asked(server) == json.loads(server.text)
    assert len(server.sent) == 2


@pytest.mark.parametrize(
    ("status", "reason"), [(401, "refused"), (403, "refused"), (429, "busy"), (529, "down")]
)
def test_why_a_provider_does_not_answer_is_told_in_our_own_words(server, status, reason):
    server.status = status
    with pytest.raises(Unanswered) as told:
        asked(server)
    assert told.value.reason == reason
