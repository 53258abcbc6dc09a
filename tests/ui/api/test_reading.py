from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest
from fastapi.testclient import TestClient

from assistant.settings import Settings
from ingest.home import stored_text
from ingest.index import open_index
from ui.api import coverage

GONE = "0" * 64


def problem(response: httpx.Response, status: int, code: str) -> None:
    assert (response.status_code, response.json()["code"]) == (status, code), response.text
    assert response.headers["content-type"] == "application/problem+json"


def test_the_schools_are_those_of_the_index(api: httpx.Client, home: Path) -> None:
    told = {one["key"]: one["name"] for one in api.get("/schools").json()["schools"]}
    assert told == {school.key: school.name for school in open_index(home).schools}


def test_the_register_lists_every_document_and_says_what_is_in_force(
    api: httpx.Client, home: Path
) -> None:
    policies = api.get("/policies").json()["policies"]
    held = open_index(home).manifest.documents
    assert {one["sha256"] for one in policies} == {one.sha256 for one in held}
    assert len({one["id"] for one in policies}) == len(held)
    dothill = api.get("/policies", params={"school": "Dothill Primary"}).json()["policies"]
    assert [one["status"] for one in dothill] == ["current", "superseded"]
    adopted = dothill[1]["facts"]["adopted"]
    assert adopted["value"] == "Autumn 2020" and adopted["origin"]


def test_a_policy_names_its_clauses_and_each_is_quoted_word_for_word(
    api: httpx.Client, home: Path
) -> None:
    for line in api.get("/policies").json()["policies"]:
        policy = api.get(f"/policies/{line['id']}").json()
        assert {name: policy[name] for name in line} == line
        assert policy["clauses"], "every policy of the corpus has clauses"
        clause = policy["clauses"][len(policy["clauses"]) // 2]
        places = api.get(f"/clauses/{clause['id']}").json()["places"]
        assert line["id"] in [place["policy"]["id"] for place in places]
        for place in places:
            quote = place["quote"]
            text = stored_text(home, quote["text_sha256"])
            assert text[quote["start"] : quote["end"]] == quote["text"]
            if quote["lead_in"]:
                assert text[quote["lead_in_start"] : quote["lead_in_end"]] == quote["lead_in"]


def test_a_clause_that_two_versions_share_comes_first_where_it_is_in_force(
    api: httpx.Client,
) -> None:
    ids = [one["id"] for one in api.get("/policies?school=dothill").json()["policies"]]
    new, old = ({c["id"] for c in api.get(f"/policies/{id}").json()["clauses"]} for id in ids)
    shared = sorted(new & old)
    assert shared
    places = api.get(f"/clauses/{shared[0]}").json()["places"]
    assert [place["policy"]["status"] for place in places] == ["current", "superseded"]


def test_a_quotes_clause_leads_to_its_page_in_the_chat(api: httpx.Client) -> None:
    asked = {"question": "Can I text a parent on a trip?", "school": "dothill"}
    quote = api.post("/ask", json=asked).json()["quotes"][0]
    place = api.get(f"/clauses/{quote['clause_id']}").json()["places"][0]
    assert place["quote"]["text"] == quote["text"]
    assert place["link"].startswith(f"/policies?file={quote['sha256'][:16]}&")
    assert place["link"].endswith(f"clause={quote['clause_id']}")


def test_a_document_is_the_file_itself_to_be_saved_and_not_shown(
    api: httpx.Client, home: Path
) -> None:
    for held in open_index(home).manifest.documents:
        response = api.get(f"/documents/{held.sha256}")
        assert hashlib.sha256(response.content).hexdigest() == held.sha256
        headers = response.headers
        assert headers["content-type"] == "application/octet-stream"
        assert headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-security-policy"].startswith("sandbox")
        assert headers["cross-origin-resource-policy"] == "same-origin"


def test_a_text_that_is_stored_beside_the_files_is_no_document(
    api: httpx.Client, home: Path
) -> None:
    """Extracted texts and documents of earlier indexes lie in the same folder."""
    stored = {path.name for path in (home / "documents").glob("*/*")}
    known = {held.sha256 for held in open_index(home).manifest.documents}
    for name in [*sorted(stored - known), GONE]:
        problem(api.get(f"/documents/{name}"), 404, "no_such_document")


@pytest.mark.parametrize(
    "path",
    [
        "/documents/../CURRENT",
        "/documents/..%2f..%2fCURRENT",
        "/documents/%2e%2e/%2e%2e/etc/passwd",
        "/documents/....//....//etc/passwd",
        "/documents/" + "a" * 63 + "/",
        "/documents/" + "A" * 64,
        "/documents/" + "a" * 64 + "%00",
        "/documents/" + "a" * 64 + "%0a",
        "/clauses/..%2f",
        "/policies/%2e%2e",
        "/policies/x'%20or%201=1--",
    ],
)
def test_nothing_leads_out_of_the_documents(server: Any, path: str) -> None:
    import http.client

    line = http.client.HTTPConnection("127.0.0.1", server.port)  # sends a path as it is
    line.request("GET", f"/api/v1{path}")
    response = line.getresponse()
    body = response.read()
    assert response.status in (404, 422), body
    assert response.headers["content-type"] == "application/problem+json"
    assert b"root:" not in body


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/policies/0123456789abcdef", "no_such_policy"),
        ("/clauses/0123456789abcdef", "no_such_clause"),
        ("/clauses/0123456789abcdef-2", "no_such_clause"),
        ("/policies?school=hogwarts", "unknown_school"),
        ("/coverage?school=hogwarts", "unknown_school"),
    ],
)
def test_what_is_not_there_is_a_problem(api: httpx.Client, path: str, code: str) -> None:
    problem(api.get(path), 404, code)


def test_coverage_is_worked_out_once_and_is_what_openapi_says(
    small_home: Path, inside: Callable[[Settings], TestClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = inside(Settings(small_home))
    monkeypatch.setattr(coverage, "WAIT", 0.0)
    first = client.get("/coverage")
    assert first.status_code in (200, 202)
    if first.status_code == 202:
        assert 0 <= first.json()["share"] <= 1 and int(first.headers["retry-after"]) > 0
    monkeypatch.setattr(coverage, "WAIT", 60.0)
    response = client.get("/coverage")
    assert response.status_code == 200
    report = response.json()
    monkeypatch.setattr(coverage, "WAIT", 0.0)
    assert client.get("/coverage").json() == report, "it is not worked out again"
    described = client.get("/openapi.json").json()
    schema = {"$ref": "#/components/schemas/CoverageBody", "components": described["components"]}
    jsonschema.validate(report, schema)
    oak = next(one for one in report["schools"] if one["school"].startswith("oak"))
    assert [(row["topic"], row["found"]) for row in oak["coverage"]] == [
        ("dogs", "covered"),
        ("fire", "silent"),
    ]
    assert oak["coverage"][0]["cells"][0]["quotes"][0]["text"]
    assert [one["state"] for one in oak["dates"]] == ["overdue"] and oak["without_policy"]
    (alone,) = client.get("/coverage", params={"school": oak["school"]}).json()["schools"]
    assert alone == oak
