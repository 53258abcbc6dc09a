"""Language models, of any provider that LangChain knows; the only module that imports them.

Nothing here is loaded, and nothing leaves the machine, until a model is named in the settings.
"""

from __future__ import annotations

import functools
import os
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from assistant.answer import AssistantError
from assistant.settings import LlmSettings

Message = tuple[str, str]  # role ("system", "user", "assistant"), text
Reason = Literal["late", "busy", "down", "refused", "too_long", "unreadable"]
Item = TypeVar("Item")

MOST_TOKENS = 4_000  # of a reply, with what some models think before it
LONGEST_REPLY = 6_000  # characters, whatever the server makes of that
_PREAMBLE = 300  # characters before the reply proper: "Here is the JSON you asked for:"
_RETRIES = 2  # more tries where a server is busy or gone, while there is time
_AZURE = "2024-10-21"  # of Azure's API, where OPENAI_API_VERSION names no other
# Tracing, and LangChain's gateway, would send question and clauses to somebody not named.
_THIRD_PARTIES = (
    "LANGSMITH_TRACING",
    "LANGCHAIN_TRACING_V2",
    "LANGCHAIN_TRACING",
    "LANGSMITH_GATEWAY",
)
_OFF = ("off", "none", "no")
_ROLES = {"user": "human", "assistant": "ai"}
# Providers whose servers hold a reply to a JSON Schema by themselves.
_BY_SCHEMA = ("openai", "azure_openai", "ollama")


class NoModel(AssistantError):
    """The language model that was named cannot be used at all."""

    wrong_usage = True


class Unanswered(Exception):
    """No reply that could be used, and why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


@dataclass(frozen=True)
class Chat:
    """One model at one address; `make` opens LangChain's model, which may be slow to import."""

    name: str  # "provider:model"
    address: str  # where text is sent
    make: Callable[..., Any]  # of seconds; with plain=True without what some models refuse

    def replies(
        self, messages: Sequence[Message], schema: dict[str, Any], until: float
    ) -> Iterator[object]:
        """The reply as far as it is written, again and again, the last time whole.

        `until` is a moment of `time.monotonic()`. Raises Unanswered, also after some of it came.
        """
        return _patiently(lambda stop: self._stream(messages, schema, until, stop), until)

    def _stream(
        self,
        messages: Sequence[Message],
        schema: dict[str, Any],
        until: float,
        stop: threading.Event,
    ) -> Iterator[object]:
        said = [(_ROLES.get(role, role), text) for role, text in messages]
        plain, held = False, True
        for _ in range(3):  # as asked; without what this model refuses; without a schema
            model = self.make(max(0.5, until - time.monotonic()), plain=plain)
            if held:
                chain = _held_to(model, schema, self.name)
            else:
                from langchain_core.output_parsers import JsonOutputParser

                chain = model | JsonOutputParser()
            try:
                yield from _bounded(chain, stop).stream(said)
                return
            except Exception as error:
                if _refuses_temperature(error) and not plain:
                    plain = True
                elif _knows_no_schema(error) and held:
                    held = False
                else:
                    raise


@functools.lru_cache(maxsize=64)
def open_chat(settings: LlmSettings, school: str = "") -> Chat | None:
    """The model for a school, None where none is set. Raises NoModel where it cannot be used."""
    name = settings.schools.get(school, settings.model).strip()
    if not name or name.lower() in _OFF:
        return None
    provider, _, model = name.partition(":")
    if not provider or not model:
        raise NoModel(
            f"The language model {name!r} has no provider; write it as provider:model, "
            "e.g. ollama:llama3.1."
        )

    def make(seconds: float, *, plain: bool = False) -> Any:
        for switch in _THIRD_PARTIES:
            os.environ[switch] = "false"
        from langchain.chat_models import init_chat_model

        options = _options(provider, model, settings, seconds)
        options["temperature"] = None if plain else 0  # None: not sent at all
        return init_chat_model(model, model_provider=provider, **options)

    try:
        address = _address(make(1.0)) or f"the provider {provider}"
    except ImportError as error:
        raise NoModel(
            f"The language model {name!r} needs the package {_package(error, provider)}; "
            f"install it with `pip install {_package(error, provider)}`."
        ) from error
    except Exception as error:
        raise NoModel(
            f"The language model {name!r} cannot be opened ({type(error).__name__}); check "
            "provider, model, base_url and api_key in the settings of [llm]."
        ) from error
    return Chat(name, address, make)


def _options(provider: str, model: str, settings: LlmSettings, seconds: float) -> dict[str, Any]:
    """What LangChain's model of a provider is opened with, by the names that it knows."""
    options: dict[str, Any] = {}
    if settings.api_key:
        options["api_key"] = settings.api_key
    if provider == "ollama":
        options |= {"num_predict": MOST_TOKENS, "client_kwargs": {"timeout": seconds}}
    else:
        options |= {"timeout": seconds, "max_retries": 0, "max_tokens": MOST_TOKENS}
    if provider == "azure_openai":
        options["azure_deployment"] = model
        options["api_version"] = os.environ.get("OPENAI_API_VERSION") or _AZURE
        if settings.base_url:
            options["azure_endpoint"] = settings.base_url
    elif settings.base_url:
        options["base_url"] = settings.base_url
        if provider == "openai" and not settings.api_key:
            options.setdefault("api_key", "none")  # a server of one's own asks for no key
    return options


def _address(model: Any) -> str:
    """Where a model sends text, whoever set it: a provider's library reads names of its own."""
    names = ("azure_endpoint", "openai_api_base", "anthropic_api_url", "base_url")
    told = (getattr(model, name, None) for name in names)
    return next((one for one in told if isinstance(one, str) and one), "")


def ask_whole(
    chat: Chat, messages: Sequence[Message], schema: dict[str, Any], until: float
) -> object:
    """The whole reply. Raises Unanswered."""
    last = deque(chat.replies(messages, schema, until), maxlen=1)
    return last[0] if last else None


def _held_to(model: Any, schema: dict[str, Any], name: str) -> Any:
    if name.startswith(tuple(f"{provider}:" for provider in _BY_SCHEMA)):
        return model.with_structured_output(schema, method="json_schema")
    return model.with_structured_output(schema)


def _bounded(chain: Any, stop: threading.Event) -> Any:
    """A chain that ends where nobody listens any more or the reply grows too long.

    Between model and parser: a parser that reads an endless reply again at every word would be
    busy long after the deadline.
    """
    from langchain_core.runnables import RunnableGenerator, RunnableSequence

    def pass_on(chunks: Iterator[Any]) -> Iterator[Any]:
        length, begun = 0, False
        for chunk in chunks:
            calls, text = getattr(chunk, "tool_call_chunks", ()), str(chunk.text)
            length += len(text) + sum(len(call["args"] or "") for call in calls)
            begun = begun or bool(calls) or "{" in text
            if length > LONGEST_REPLY or (length > _PREAMBLE and not begun):
                raise Unanswered("unreadable")
            if stop.is_set():
                return
            yield chunk

    *model, parser = chain.steps
    return RunnableSequence(*model, RunnableGenerator(pass_on), parser)


def _patiently(begin: Callable[[threading.Event], Iterator[Item]], until: float) -> Iterator[Item]:
    """What another thread brings until a moment has come, tried again where a server is busy.

    A server that drips a word a minute never runs into its own time-out: the clock is ours.
    """
    for tried in range(_RETRIES + 1):
        came = False
        try:
            for item in _from_thread(begin, until):
                came = True
                yield item
            return
        except Unanswered as error:
            again = error.reason in ("busy", "down") and not came and tried < _RETRIES
            wait = 0.4 * 2**tried
            if not again or time.monotonic() + wait >= until:
                raise
            time.sleep(wait)


def _from_thread(
    begin: Callable[[threading.Event], Iterator[Item]], until: float
) -> Iterator[Item]:
    brought: queue.Queue[tuple[str, Any]] = queue.Queue()
    stop = threading.Event()

    def work() -> None:
        try:
            for item in begin(stop):
                brought.put(("item", item))
            brought.put(("end", None))
        except Unanswered as error:
            brought.put(("fault", error.reason))
        except BaseException as error:
            brought.put(("fault", _reason(error)))

    threading.Thread(target=work, daemon=True, name="language-model").start()
    try:
        while True:
            try:
                kind, thing = brought.get(timeout=max(0.0, until - time.monotonic()))
            except queue.Empty:
                raise Unanswered("late") from None
            if kind == "item":
                yield thing
            elif kind == "end":
                return
            else:
                raise Unanswered(thing)
    finally:
        stop.set()


def _reason(error: BaseException) -> Reason:
    """By kind and HTTP status alone: a message may hold what was asked."""
    names = {kind.__name__ for kind in type(error).__mro__}
    status = _status(error)
    if any("Timeout" in name for name in names):
        return "late"
    if status == 429 or "RateLimitError" in names:
        return "busy"
    if any("Refusal" in name for name in names) or status in (401, 403):
        return "refused"
    if status == 413 or any("Context" in name or "LengthFinish" in name for name in names):
        return "too_long"
    if status == 400 and "context" in str(error).lower():
        return "too_long"
    connects = any("Connect" in name or name in ("NetworkError", "ProtocolError") for name in names)
    if (status or 0) >= 500 or connects:
        return "down"
    return "unreadable"


def _status(error: BaseException | None) -> int | None:
    """The HTTP status of what a server said, by whichever name its library has for it."""
    if error is None:
        return None
    response = getattr(error, "response", None)
    told = [
        getattr(one, name, None) for one in (error, response) for name in ("status_code", "code")
    ]
    return next((one for one in told if isinstance(one, int)), None) or _status(error.__cause__)


def _refuses_temperature(error: Exception) -> bool:
    """True for models that want to choose it themselves."""
    return _status(error) == 400 and "temperature" in str(error).lower()


def _knows_no_schema(error: Exception) -> bool:
    """True where a server or provider refused the schema, and may answer without it."""
    if isinstance(error, NotImplementedError):
        return True
    status = _status(error)
    said = str(error).lower()
    return status in (400, 404, 422) and any(
        word in said for word in ("response_format", "json_schema", "schema", "format", "tool")
    )


def _package(error: ImportError, provider: str) -> str:
    return (error.name or f"langchain-{provider}").replace("_", "-").split(".")[0]
