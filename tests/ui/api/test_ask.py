from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest
from fastapi.testclient import TestClient

from assistant import record
from assistant.audit.choice import Choice
from assistant.audit.export import lines
from assistant.settings import AuditSettings, Settings
from ingest.home import stored_text

SCHEMA = json.loads(Path("assistant/answer.schema.json").read_text("utf-8"))
TRIP = {"question": "Can I text a parent on a trip?", "school": "dothill"}

Told = list[tuple[str, Any]]


def told(response: httpx.Response) -> Told:
    """The events of a stream, in their order, by name and what they hold."""
    found = []
    for block in response.text.strip().split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if line[0] != ":")
        if lines:
            found.append((lines["event"], json.loads(lines["data"])))
    return found


def problem(response: httpx.Response, status: int, code: str) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert (body["status"], body["code"], body["type"]) == (status, code, "about:blank")
    assert body["title"] and body["detail"].endswith(".")
    return body


def test_an_answer_is_the_contracts_and_its_quotes_stand_in_the_stored_documents(
    api: httpx.Client, home: Path
) -> None:
    answer = api.post("/ask", json=TRIP).json()
    jsonschema.validate(answer, SCHEMA)
    assert (answer["status"], answer["verdict"]) == ("answered", "conditional")
    assert answer["scope"] == {
        "school": "dothill",
        "role": "staff",
        "as_of": dt.date.today().isoformat(),
    }
    for quote in answer["quotes"]:
        text = stored_text(home, quote["text_sha256"])
        assert text[quote["start"] : quote["end"]] == quote["text"]


def test_every_answer_has_an_id_of_its_own(api: httpx.Client) -> None:
    ids = {api.post("/ask", json=TRIP).json()["id"] for _ in range(3)}
    assert len(ids) == 3 and all(len(one) >= 16 for one in ids)


def test_history_role_and_day_are_taken_into_account(api: httpx.Client) -> None:
    asked = {"question": "and volunteers?", "history": ["can staff use phones in class"]}
    answer = api.post("/ask", json=asked | {"school": "weston", "role": "parent"}).json()
    assert answer["history"] == ["can staff use phones in class"] and answer["understood"]
    dated = api.post("/ask", json=TRIP | {"as_of": "2020-01-01", "role": "volunteer"}).json()
    assert dated["scope"]["as_of"] == "2020-01-01" and dated["scope"]["role"] == "volunteer"


def test_half_a_picture_from_a_phone_is_no_error(api: httpx.Client) -> None:
    body = json.dumps(TRIP | {"question": "Can I text a parent \ud83d on a trip?"})
    response = api.post("/ask", content=body, headers={"content-type": "application/json"})
    assert response.status_code == 200 and response.json()["status"] == "answered"


def test_asked_for_events_the_sentences_come_before_the_whole(api: httpx.Client) -> None:
    response = api.post("/ask", json=TRIP, headers={"accept": "text/event-stream"})
    assert response.headers["content-type"].startswith("text/event-stream")
    *sentences, (name, answer), (last, nothing) = told(response)
    assert (name, last, nothing) == ("answer", "done", {})
    assert {kind for kind, _ in sentences} == {"sentence"}
    assert " ".join(one["text"] for _, one in sentences) == answer["answer"]
    jsonschema.validate(answer, SCHEMA)


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("*/*", "application/json"),
        ("application/json, text/event-stream", "application/json"),
        ("text/event-stream;q=0.2, application/json", "application/json"),
        ("text/event-stream, */*;q=0.1", "text/event-stream"),
        ("text/event-stream;q=0", "application/json"),
    ],
)
def test_the_form_of_an_answer_is_what_is_preferred(
    api: httpx.Client, accept: str, kind: str
) -> None:
    response = api.post("/ask", json=TRIP, headers={"accept": accept})
    assert response.headers["content-type"].partition(";")[0] == kind


def test_a_school_that_is_not_known_is_a_problem_that_names_those_that_are(
    api: httpx.Client,
) -> None:
    body = problem(api.post("/ask", json=TRIP | {"school": "Hogwarts"}), 404, "unknown_school")
    assert "dothill" in body["detail"]
    streamed = api.post(
        "/ask", json=TRIP | {"school": "Hogwarts"}, headers={"accept": "text/event-stream"}
    )
    (name, said), (last, _) = told(streamed)
    assert (name, said["code"], last) == ("problem", "unknown_school", "done")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/question"),
        ({"question": ""}, "/question"),
        ({"question": " \u00a0\n\u3000"}, "/question"),
        ({"question": "x" * 4001}, "/question"),
        ({"question": 7}, "/question"),
        ({"question": "hi", "roll": "staff"}, "/roll"),
        ({"question": "hi", "role": "king"}, "/role"),
        ({"question": "hi", "as_of": 1795305600}, "/as_of"),
        ({"question": "hi", "as_of": "tomorrow"}, "/as_of"),
        ({"question": "hi", "as_of": "2026-02-30"}, "/as_of"),
        ({"question": "hi", "history": ["x"] * 21}, "/history"),
        ({"question": "hi", "history": ["a", 7]}, "/history/1"),
        ([], ""),
    ],
)
def test_what_is_amiss_is_pointed_at_and_not_repeated(
    api: httpx.Client, body: Any, pointer: str
) -> None:
    said = problem(api.post("/ask", json=body), 422, "invalid")
    assert pointer in [error["pointer"] for error in said["errors"]]
    assert "xxxx" not in json.dumps(said)


@pytest.mark.parametrize("question", ["\u200b", "\x00\x1f", "\ue000\ufdd0"])
def test_a_question_of_nothing_that_can_be_seen_is_asked_for_again(
    api: httpx.Client, question: str
) -> None:
    answer = api.post("/ask", json={"question": question}).json()
    jsonschema.validate(answer, SCHEMA)
    assert answer["status"] == "clarify" and "empty" in answer["answer"]


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b'{"question": "\xff"}', b"[" * 60_000, b'{"question": NaN', b"\x00" * 50],
    ids=["nothing", "half", "no UTF-8", "nested", "not a number", "zeros"],
)
def test_a_body_that_is_no_json_is_a_problem(api: httpx.Client, body: bytes) -> None:
    response = api.post("/ask", content=body, headers={"content-type": "application/json"})
    assert response.status_code in (400, 422)
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
def test_a_form_of_a_page_elsewhere_is_turned_away(api: httpx.Client, kind: str) -> None:
    """What a page may send without asking first is none of these kinds' JSON."""
    response = api.post("/ask", content=json.dumps(TRIP), headers={"content-type": kind})
    problem(response, 415, "no_json")


def test_feedback_is_not_kept_where_answers_are_not(api: httpx.Client) -> None:
    id = api.post("/ask", json=TRIP).json()["id"]
    said = api.post("/feedback", json={"id": id, "thumb": "up", "word": "spot on"}).json()
    assert said["kept"] is False and said["said"].endswith(".")


@pytest.mark.parametrize(
    "change", [{"thumb": "sideways"}, {"id": "../../etc"}, {"id": ""}, {"word": "x" * 501}]
)
def test_feedback_that_is_none_is_a_problem(api: httpx.Client, change: dict[str, str]) -> None:
    body = {"id": "A" * 22, "thumb": "down", "word": ""} | change
    problem(api.post("/feedback", json=body), 422, "invalid")


def test_many_ask_at_once_and_each_gets_an_answer_to_their_own_question(
    api: httpx.Client,
) -> None:
    schools = ["dothill", "weston", "st-nicholas"] * 6

    def ask(number: int) -> dict[str, Any]:
        asked = {"question": f"can i post photos of pupils? ({number})", "school": schools[number]}
        body: dict[str, Any] = api.post("/ask", json=asked).json()
        return body

    with ThreadPoolExecutor(18) as pool:
        answers = list(pool.map(ask, range(18)))
    for number, answer in enumerate(answers):
        assert answer["question"] == f"can i post photos of pupils? ({number})"
        assert answer["scope"]["school"] == schools[number]
        assert {q["source"].split("/")[0] for q in answer["quotes"]} <= {schools[number]}


def test_what_is_kept_takes_feedback_by_the_answers_id(
    small_home: Path, tmp_path: Path, inside: Callable[[Settings], TestClient]
) -> None:
    home = shutil.copytree(small_home, tmp_path / "home")
    settings = Settings(home, record=True, audit=AuditSettings(on=True))
    client = inside(settings)
    answer = client.post("/ask", json={"question": "can i park here", "school": "oak"}).json()
    assert answer["status"] == "not_covered"
    down = {"id": answer["id"], "thumb": "down", "word": "no use"}
    assert client.post("/feedback", json=down).json() == {"kept": True, "said": ""}
    (asked,) = record.in_vain(settings).asked
    assert (asked.question, asked.thumb, asked.word) == ("can i park here", "down", "no use")
    (line,) = [json.loads(one) for one in lines(settings, Choice())]
    generation = client.get("/health").json()["generation"]
    assert line["id"] == answer["id"] and line["kept"]["thumb"] == "down"
    assert generation in json.dumps(line)
    unknown = client.post("/feedback", json=down | {"id": "A" * 22}).json()
    assert unknown["kept"] is False and unknown["said"]
