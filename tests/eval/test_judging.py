"""ragas: without an LLM, and with a judge that is a real server on this machine."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from eval.gold import split_of

pytest.importorskip("ragas")

DEV = [id for id in (f"oak-{n:03}" for n in range(60)) if split_of(id) == "dev"]
METRICS = ("Faithfulness", "ResponseRelevancy", "ContextPrecision", "ContextRecall")


def wanted(prompt):
    """Which reply a prompt asks for, told by the fields of the schema in it."""
    for fields, name in (
        ('"noncommittal"', "AnswerRelevanceOutput"),
        ('"classifications"', "ContextRecallOutput"),
        ("StatementFaithfulnessAnswer", "NLIStatementOutput"),
        ('"statements"', "StatementGeneratorOutput"),
        ('"verdict"', "ContextPrecisionOutput"),
    ):
        if fields in prompt:
            return name
    raise AssertionError(prompt)


def given_in(prompt):
    """What ragas put before the judge, behind its instruction and examples."""
    return json.JSONDecoder().raw_decode(prompt.rsplit("\ninput: ", 1)[1])[0]


def honest(prompt):
    """The reply of a judge who reads: what stands in the context word for word is supported."""
    given = given_in(prompt)
    sentences = re.split(r"(?<=\.) ", given.get("answer", ""))

    def found(statements, verdict):
        return [
            {"statement": one, "reason": "read", verdict: int(one in given["context"])}
            for one in statements
        ]

    replies = {
        "StatementGeneratorOutput": lambda: {"statements": sentences},
        "NLIStatementOutput": lambda: {"statements": found(given["statements"], "verdict")},
        "AnswerRelevanceOutput": lambda: {"question": "can i text a gran", "noncommittal": 0},
        "ContextPrecisionOutput": lambda: {
            "reason": "read",
            "verdict": int(given["context"] in given["answer"]),
        },
        "ContextRecallOutput": lambda: {"classifications": found(sentences, "attributed")},
    }
    return json.dumps(replies[wanted(prompt)]())


class Http(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """A client that has hung up is no news, and its traceback would be taken for ours."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class Server:
    """Speaks OpenAI's chat protocol; `reply` makes each reply from the prompt.

    A reply is what the model says; or bytes, for the whole body; or an HTTP status and a message.
    """

    def __init__(self):
        self.asked, self.reply, self.closing = [], honest, threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                length = int(self.headers["Content-Length"])
                sent = self.rfile.read(length)
                if len(sent) < length:
                    return  # whoever asks has hung up in the middle
                body = json.loads(sent)
                outer.asked.append((self.path, body, self.headers.get("Authorization")))
                said = outer.reply(body["messages"][-1]["content"])
                status, said = said if isinstance(said, tuple) else (200, said)
                whole = outer.chat(said) if status == 200 else outer.error(said)
                payload = said if isinstance(said, bytes) else json.dumps(whole).encode()
                with contextlib.suppress(OSError):  # whoever asked has stopped waiting
                    self.send_response(status)
                    self.send_header("Content-Type", "application/json")
                    self.send_header("Retry-After-Ms", "1")
                    self.send_header("Content-Length", str(len(payload)))
                    self.end_headers()
                    self.wfile.write(payload)

            def log_message(self, *_):
                pass

        self._http = Http(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_port}/v1"
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()

    def hang(self, _prompt):
        """No reply for as long as the test goes on."""
        self.closing.wait()
        return "too late"

    def error(self, said):
        return {"error": {"message": said, "type": "x", "code": None}}

    def chat(self, said):
        return {
            "id": "1",
            "object": "chat.completion",
            "created": 0,
            "model": "judge",
            "choices": [
                {
                    "index": 0,
                    "message": {"role": "assistant", "content": said},
                    "finish_reason": "stop",
                }
            ],
            "usage": {"prompt_tokens": 10, "completion_tokens": 2, "total_tokens": 12},
        }

    def close(self):
        self.closing.set()
        self._http.shutdown()
        self._http.server_close()


@pytest.fixture
def server(monkeypatch):
    made = Server()
    monkeypatch.setenv("OPENAI_BASE_URL", made.url)
    monkeypatch.setenv("OPENAI_API_KEY", "a key")
    yield made
    made.close()


@pytest.fixture
def judged(evaluate):
    def call(*options, **others):
        given = ("--against", "none", "--judge", "openai:judge", *options)
        return evaluate(*given, *(() if "run" in options else ("--json",)), **others)

    return call


def ragas_of(out, split="dev"):
    return json.loads(out)["ragas"]["given"][split]


WATCHED = """
import argparse, importlib.abc, json, os, sys

told = []

class Watch(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name == "ragas":
            told.append(os.environ.get("RAGAS_DO_NOT_TRACK"))

sys.meta_path.insert(0, Watch())

import ui.cli
from assistant.answer import AssistantError
from eval.asking import Openers
from eval.command import add_arguments, run

class Mute:
    def ask(self, question):
        raise AssistantError("mute")

    def rank(self, question):
        return ()

def evaluate(*options):
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    args = parser.parse_args([*sys.argv[1:], "--against", "none", *options])
    return run(args, Openers(ours=lambda *_: Mute()))

found = {"code": evaluate(), "loaded": "ragas" in sys.modules, "asked": evaluate("--ragas")}
from ragas._analytics import do_not_track
print(json.dumps({**found, "told": told, "tracks": not do_not_track()}))
"""


@pytest.fixture
def watched(gold_file, corpus_dir):
    """What a process that evaluates without ragas, then with it, sees of ragas."""
    ran = subprocess.run(
        [sys.executable, "-c", WATCHED, "--gold", str(gold_file), "--corpus", str(corpus_dir)],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "RAGAS_DO_NOT_TRACK": "false"},
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout.splitlines()[-1])


def test_ragas_is_loaded_only_when_asked_for_and_forbidden_to_report_home_before(watched):
    assert watched == {
        "code": 0,
        "loaded": False,
        "asked": 0,
        "told": ["true"],  # when it was first looked for
        "tracks": False,
    }


def test_without_an_llm_ragas_agrees_with_our_own_metrics(evaluate):
    code, out, _ = evaluate("--against", "none", "--ragas", "--json")
    assert code == 0
    found = json.loads(out)
    ragas = found["ragas"]["given"]["dev"]
    # Of two covered questions one is quoted for, rightly; the other got no quote and does not bear.
    assert {name: (one["value"], one["n"]) for name, one in ragas.items()} == {
        "ID-based context recall": (1, 1),
        "ID-based context precision": (1, 1),
        "non-LLM context recall": (1, 1),
        "non-LLM context precision": (pytest.approx(1), 1),
    }


TWO_RULES = """[[question]]
id = "{id}"
question = "can i text a mum"
school = "oak"
role = "staff"
kind = "direct"
status = "answered"
verdict = "not_permitted"
why = "the new rule, and the old one that it replaced"
[[question.evidence]]
source = "oak/phones.txt"
need = "essential"
any_of = ["Staff must not text parents."]
[[question.evidence]]
source = "oak/phones-2020.txt"
need = "essential"
any_of = ["Staff may text parents."]
"""


class Wordy:
    """Quotes two clauses that are beside the point, then the rule; says a thing of its own."""

    def __init__(self, fake, shown):
        self._fake = fake
        self._quotes = [
            shown("oak/phones.txt", "Staff may use the office\nphone."),
            shown("elm/phones.txt", "Staff may text parents after six."),
            shown("oak/phones.txt", "Staff must not text parents."),
        ]

    def ask(self, question):
        answer = self._fake.ask(question)
        quotes = tuple(
            answer.quotes[0].model_copy(
                update={"source": q.source, "start": q.start, "end": q.end, "text": q.text}
            )
            for q in self._quotes
        )
        said = (
            "Staff must not text parents. Staff may use the office phone. They may ring at night."
        )
        return answer.model_copy(update={"quotes": quotes, "answer": said})

    def rank(self, question):
        return self._fake.rank(question)


@pytest.fixture
def wordy(fake, shown, gold_file):
    """One dev question, whose evidence is two clauses, put to an assistant that quotes three."""
    gold_file.write_text(TWO_RULES.format(id=DEV[0]), "utf-8")
    return Wordy(fake, shown)


def test_ids_of_quotes_are_counted_against_those_of_the_evidence(evaluate, wordy):
    _, out, _ = evaluate("--against", "none", "--ragas", "--json", asker=wordy)
    found = ragas_of(out)
    assert found["ID-based context recall"]["value"] == 1 / 2  # the rule, not the old one
    assert found["ID-based context precision"]["value"] == pytest.approx(1 / 3)


def test_an_honest_judge_gives_every_metric(judged, server, wordy):
    code, out, err = judged(asker=wordy)
    assert code == 0
    assert {name: one["value"] for name, one in ragas_of(out).items()} == {
        # Of three sentences the quotes bear out two.
        "Faithfulness": pytest.approx(2 / 3),
        # "can i text a gran" for "can i text a mum": four words of five.
        "ResponseRelevancy": pytest.approx(4 / 5),
        # Only the third quote is of use: precision at 3 is 1/3, and no other rank counts.
        "ContextPrecision": pytest.approx(1 / 3),
        # Of two clauses of evidence one is quoted.
        "ContextRecall": 1 / 2,
    }
    assert {path for path, _, _ in server.asked} == {"/v1/chat/completions"}
    assert {key for _, _, key in server.asked} == {"Bearer a key"}
    # Statements and a verdict; three guesses at the question; three quotes; one recall.
    assert "The judge was asked 9 times, 90 tokens in, 18 out." in err
    assert len(server.asked) == 9


def test_json_in_a_fence_or_a_sentence_is_taken(judged, server):
    server.reply = lambda prompt: f"Here you are:\n```json\n{honest(prompt)}\n```"
    assert ragas_of(judged()[1])["ContextRecall"]["value"] == 1


def test_a_judge_that_takes_its_time_is_waited_for(judged, server):
    def slowly(prompt):
        time.sleep(0.3)
        return honest(prompt)

    server.reply = slowly
    assert ragas_of(judged("--split", "dev")[1])["ContextRecall"]["value"] == 1


def test_a_judge_that_never_replies_is_waited_for_no_longer_than_told(judged, server):
    server.reply = server.hang
    code, out, err = judged("--split", "dev", "--judge-timeout", "0.2")
    assert code == 0
    assert ragas_of(out)["ContextRecall"] == {
        "value": None, "low": None, "high": None, "n": 0, "judge": "openai:judge",
    }  # fmt: skip
    assert "Traceback" not in err


BAD = {
    "other fields": (lambda _server, _prompt: '{"verdict": "perhaps"}', "BadReply"),
    "fields of another type": (lambda _server, _prompt: '{"statements": 7}', "BadReply"),
    "no JSON": (lambda _server, _prompt: "I would rather not.", "BadReply"),
    "half of a JSON": (lambda _server, _prompt: '{"statements": ["Staff', "BadReply"),
    "a page of HTML": (lambda _server, _prompt: b"<html>Bad gateway</html>", ""),
    "HTTP 500": (lambda _server, _prompt: (500, "out of order"), "OpenAIAPIError: Error code: 500"),
    "HTTP 429": (
        lambda _server, _prompt: (429, "too many"),
        "OpenAIRateLimitError: Error code: 429",
    ),
    "HTTP 401": (
        lambda _server, _prompt: (401, "no such key"),
        "OpenAIAuthenticationError: Error code: 401",
    ),
    "no reply in time": (
        lambda server, prompt: server.hang(prompt),
        "OpenAITimeoutError: Request timed out",
    ),
}


@pytest.mark.parametrize(("bad", "named"), BAD.values(), ids=BAD)
def test_one_bad_reply_in_between_spoils_nothing_else(
    judged, server, ask_about_texting, tmp_path, bad, named
):
    ids = ask_about_texting(["can i text a mum", "can i text a gran", "can i text an aunt"])

    def reply(prompt):
        at_fault = wanted(prompt) == "StatementGeneratorOutput"
        if at_fault and given_in(prompt)["question"] == "can i text a gran":
            return bad(server, prompt)
        return honest(prompt)

    server.reply = reply
    runs = tmp_path / "runs"
    code, out, err = judged("--judge-timeout", "1.5", "run", "--runs", str(runs))
    assert code == 0
    (kept,) = runs.glob("*/ragas.jsonl")
    lines = [json.loads(line) for line in kept.read_text("utf-8").splitlines()]
    whole = {(id, metric) for id in ids for metric in METRICS}
    assert {(line["id"], line["metric"]) for line in lines} == whole - {(ids[1], "Faithfulness")}
    assert all(line["value"] is not None for line in lines)
    assert f"{ids[1]}: {named}" in out
    assert "Traceback" not in err


@pytest.mark.parametrize("status", [429, 500])
def test_a_server_that_stumbles_once_over_every_prompt_costs_nothing(judged, server, wordy, status):
    seen = set()

    def reply(prompt):
        if prompt in seen:
            return honest(prompt)
        seen.add(prompt)
        return status, "come again"

    server.reply = reply
    _, out, _ = judged(asker=wordy)
    assert {name: one["n"] for name, one in ragas_of(out).items()} == dict.fromkeys(METRICS, 1)


@pytest.mark.parametrize(
    "reply", ["I would rather not.", "{", '{"verdict": "perhaps"}', '{"statements": 7}', "", "[]"]
)
def test_a_wrong_reply_is_asked_for_once_more_then_a_failure_of_that_question(
    judged, server, reply
):
    server.reply = lambda _prompt: reply
    code, out, _ = judged("--split", "dev")
    assert code == 0
    assert all(one["value"] is None for one in ragas_of(out).values())
    assert len(server.asked) == 2 * 4  # four metrics on one question, each tried twice


@pytest.mark.parametrize("reply", [b"<html>Bad gateway</html>", b"", b'{"choices": []}', b"null"])
def test_a_server_that_speaks_another_protocol_is_no_crash(judged, server, reply):
    server.reply = lambda _prompt: reply
    code, out, _ = judged("--split", "dev")
    assert code == 0
    assert all(one["value"] is None for one in ragas_of(out).values())


@pytest.mark.parametrize("status", [401, 429, 500])
def test_a_judge_that_fails_again_and_again_is_given_up_with_a_sentence(judged, server, status):
    server.reply = lambda _prompt: (status, "not today")
    code, _, err = judged()
    assert code == 0
    assert "The judge failed 6 times in a row (" in err
    assert f"Error code: {status}" in err
    assert "not today" in err
    assert "Traceback" not in err


def test_what_a_judge_said_is_kept_and_not_asked_again(judged, server, tmp_path):
    runs = tmp_path / "runs"
    server.reply = lambda _prompt: (401, "no such key")
    code, _, err = judged("run", "--runs", str(runs))
    assert code == 0
    (kept,) = runs.glob("*/ragas.jsonl")
    assert f"is kept in {kept}" in err
    assert kept.read_text("utf-8") == ""  # a failure may be tried again
    server.reply = honest
    _, out, _ = judged("run", "--runs", str(runs))
    assert "dev: ragas" in out
    lines = kept.read_text("utf-8").splitlines()
    assert len(lines) == 2 * 4  # two questions were answered with a quote
    server.asked.clear()
    kept.write_text("\n".join([*lines[:-1], lines[-1][:30]]), "utf-8")  # killed while writing
    judged("run", "--runs", str(runs))
    assert 0 < len(server.asked) <= 4
    assert len(kept.read_text("utf-8").splitlines()) == 2 * 4


def test_a_missing_key_is_one_sentence_before_anything_is_asked(judged, monkeypatch, fake):
    for name in ("OPENAI_API_KEY", "OPENAI_ADMIN_KEY"):
        monkeypatch.delenv(name, raising=False)
    code, out, err = judged()
    assert (code, out) == (2, "")
    assert err == "The judge openai:judge has no key; set OPENAI_API_KEY and try again.\n"
    assert fake.asked == []


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("gpt-4o-mini", '"gpt-4o-mini" is not PROVIDER:MODEL'),
        ("nobody:gpt", "The judge nobody:gpt cannot be opened: Unable to infer model provider"),
        ("mistralai:small", "The judge mistralai:small needs a package: "),
    ],
)
def test_a_judge_that_cannot_be_opened_is_one_sentence(evaluate, name, said):
    code, out, err = evaluate("--judge", name)
    assert (code, out) == (2, "")
    assert err.startswith(said)
    assert err.count("\n") == 1


def test_no_test_question_is_named_where_the_judge_failed(evaluate, server):
    server.reply = lambda _prompt: "no"
    _, out, _ = evaluate("--against", "none", "--judge", "openai:judge", "--split", "test")
    assert "a test question: BadReply" in out
    assert "oak-0" not in out
