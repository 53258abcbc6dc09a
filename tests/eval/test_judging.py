"""ragas: without an LLM, and with a judge that is a real server on this machine."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

pytest.importorskip("ragas")

HONEST = {
    "StatementGeneratorOutput": {"statements": ["Staff must not text parents."]},
    "NLIStatementOutput": {
        "statements": [{"statement": "Staff must not text parents.", "reason": "so", "verdict": 1}]
    },
    "AnswerRelevanceOutput": {"question": "can i text a mum", "noncommittal": 0},
    "ContextPrecisionOutput": {"reason": "it governs", "verdict": 1},
    "ContextRecallOutput": {
        "classifications": [{"statement": "Must not.", "reason": "so", "attributed": 1}]
    },
}


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


class Server:
    """Speaks OpenAI's chat protocol; `reply` makes each reply from the prompt."""

    def __init__(self):
        self.asked, self.reply, self.status = [], self.honest, 200
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.asked.append((self.path, body, self.headers.get("Authorization")))
                said = outer.reply(body["messages"][-1]["content"])
                payload = said if isinstance(said, bytes) else json.dumps(outer.chat(said)).encode()
                try:
                    self.send_response(outer.status)
                    self.send_header("Content-Type", "application/json")
                    self.send_header("Content-Length", str(len(payload)))
                    self.end_headers()
                    self.wfile.write(payload)
                except OSError:
                    pass  # whoever asked has stopped waiting

            def log_message(self, *_):
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_port}/v1"
        threading.Thread(target=self._http.serve_forever, daemon=True).start()

    def honest(self, prompt):
        return json.dumps(HONEST[wanted(prompt)])

    def chat(self, said):
        if self.status != 200:
            return {"error": {"message": said, "type": "x", "code": None}}
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
    def call(*options):
        given = ("--against", "none", "--judge", "openai:judge", *options)
        return evaluate(*given, "--json") if "run" not in options else evaluate(*given)

    return call


def ragas_of(out, split="dev"):
    return json.loads(out)["ragas"]["given"][split]


def test_ragas_is_not_loaded_unless_asked_for():
    code = "import sys, eval.command, ui.cli; sys.exit('ragas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


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


def test_ragas_is_forbidden_to_report_home(monkeypatch):
    monkeypatch.delenv("RAGAS_DO_NOT_TRACK", raising=False)
    code = "import eval.ragas_metrics, ragas._analytics as a, sys; sys.exit(not a.do_not_track())"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_an_honest_judge_gives_every_metric(judged, server):
    code, out, err = judged()
    assert code == 0
    found = ragas_of(out)
    assert {name: one["value"] for name, one in found.items()} == {
        "Faithfulness": 1,
        "ResponseRelevancy": pytest.approx(1),
        "ContextPrecision": pytest.approx(1),
        "ContextRecall": 1,
    }
    assert {path for path, _, _ in server.asked} == {"/v1/chat/completions"}
    assert {key for _, _, key in server.asked} == {"Bearer a key"}
    assert f"The judge was asked {len(server.asked)} times" in err
    assert "tokens in" in err


def test_json_in_a_fence_or_a_sentence_is_taken(judged, server):
    server.reply = lambda prompt: f"Here you are:\n```json\n{server.honest(prompt)}\n```"
    assert ragas_of(judged()[1])["Faithfulness"]["value"] == 1


def test_a_slow_judge_is_waited_for_and_one_that_is_too_slow_is_not(judged, server):
    def slowly(prompt, seconds=0.3):
        time.sleep(seconds)
        return server.honest(prompt)

    server.reply = slowly
    assert ragas_of(judged("--split", "dev")[1])["ContextRecall"]["value"] == 1
    server.reply = lambda prompt: slowly(prompt, 3)
    code, out, err = judged("--split", "dev", "--judge-timeout", "0.2")
    assert code == 0
    assert ragas_of(out)["ContextRecall"] == {
        "value": None, "low": None, "high": None, "n": 0, "judge": "openai:judge",
    }  # fmt: skip
    assert "The judge was asked" in err


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


def test_a_judge_that_fails_again_and_again_is_given_up_with_a_sentence(judged, server):
    server.status, server.reply = 401, lambda _prompt: "no such key"
    code, _, err = judged()
    assert code == 0
    assert "The judge failed 6 times in a row (" in err
    assert "AuthenticationError" in err
    assert "Traceback" not in err


def test_what_a_judge_said_is_kept_and_not_asked_again(judged, server, tmp_path):
    runs = tmp_path / "runs"
    server.status, server.reply = 401, lambda _prompt: "no such key"
    code, _, err = judged("run", "--runs", str(runs))
    assert code == 0
    (kept,) = runs.glob("*/ragas.jsonl")
    assert f"is kept in {kept}" in err
    assert kept.read_text("utf-8") == ""  # a failure may be tried again
    server.status, server.reply = 200, server.honest
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
        ("anthropic:claude", "The judge anthropic:claude needs a package: "),
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
