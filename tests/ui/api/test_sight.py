"""What somebody may not see is, at every address, as if it were not there."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant.settings import ServerSettings, Settings, SignInSettings
from ingest.index import open_index
from ui.access.keys import Keys
from ui.api.app import create_api
from ui.api.service import open_service

OAK, ELM = "oak-primary-school", "elm-primary-school"
UNKNOWN = "0123456789abcdef"


class Asker:
    """The API as the holder of one key has it."""

    def __init__(self, client: TestClient, token: str) -> None:
        self._client = client
        self._headers = {"authorization": f"Bearer {token}"}

    def get(self, path: str) -> Any:
        return self._client.get(path, headers=self._headers)

    def post(self, path: str, **body: Any) -> Any:
        return self._client.post(path, json=body, headers=self._headers)


@pytest.fixture(scope="module")
def keys(small_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return Keys(shutil.copytree(small_home, tmp_path_factory.mktemp("sight") / "home"))


@pytest.fixture(scope="module")
def client(keys: Keys) -> Iterator[TestClient]:
    home = keys._path.parent
    assert {school.key for school in open_index(home).schools} == {OAK, ELM}
    server = ServerSettings(rate_per_address="100000/minute")
    service = open_service(Settings(home, server=server, sign_in=SignInSettings(mode="proxy")))
    yield TestClient(create_api(service), base_url="http://localhost")
    service.close()


@pytest.fixture
def admin(client: TestClient, keys: Keys) -> Asker:
    name = f"admin-{len(keys.all())}"
    return Asker(client, keys.add(name, None, ("staff", "governors"), "admin"))


@pytest.fixture
def oak(client: TestClient, keys: Keys) -> Asker:
    return Asker(client, keys.add(f"oak-{len(keys.all())}", [OAK], ("staff",), "governor"))


def elms(admin: Asker) -> dict[str, Any]:
    """Elm's one policy."""
    (policy,) = admin.get(f"/policies?school={ELM}").json()["policies"]
    found: dict[str, Any] = admin.get(f"/policies/{policy['id']}").json()
    return found


def test_lists_hold_what_one_sees(oak: Asker, admin: Asker) -> None:
    assert [one["key"] for one in oak.get("/schools").json()["schools"]] == [OAK]
    assert {one["school"] for one in oak.get("/policies").json()["policies"]} == {OAK}
    assert {one["school"] for one in admin.get("/policies").json()["policies"]} == {OAK, ELM}
    assert [one["school"] for one in oak.get("/coverage").json()["schools"]] == [OAK]


def test_what_is_hidden_answers_as_what_there_is_not(oak: Asker, admin: Asker) -> None:
    hidden = elms(admin)
    clause, sha256 = hidden["clauses"][0]["id"], hidden["sha256"]
    for path, known in (
        ("/policies/{}", hidden["id"]),
        ("/clauses/{}", clause),
        ("/documents/{}", sha256),
    ):
        assert admin.get(path.format(known)).status_code == 200
        unknown = UNKNOWN * (4 if len(known) == 64 else 1)
        refused, nowhere = (oak.get(path.format(one)) for one in (known, unknown))
        assert refused.status_code == nowhere.status_code == 404
        assert refused.json() == nowhere.json(), "nothing tells the one from the other"


@pytest.mark.parametrize("school", [ELM, "Elm Primary School", "Elm"])
def test_a_school_that_is_hidden_is_one_that_nobody_knows(oak: Asker, school: str) -> None:
    for refused in (
        oak.get(f"/policies?school={school}"),
        oak.get(f"/coverage?school={school}"),
        oak.post("/ask", question="can i bring my dog", school=school),
    ):
        assert (refused.status_code, refused.json()["code"]) == (404, "unknown_school")
        told = refused.json()["detail"].replace(repr(school), "")
        assert "Elm" not in told and ELM not in told and OAK in told


def test_an_answer_is_made_of_what_one_sees(oak: Asker, admin: Asker) -> None:
    question = "can i bring my dog to elm primary school or to any of the schools"
    assert {one["school"] for one in admin.post("/ask", question=question).json()["quotes"]} >= {
        "Elm Primary School"
    }
    seen = oak.post("/ask", question=question).json()
    assert {one["school"] for one in seen["quotes"]} <= {"Oak Primary School"}
    assert not any("Elm" in part["school"] for part in seen["parts"])
    assert "free to bring" not in oak.post("/ask", question=question).text


def test_who_may_see_nothing_is_told_no_more_than_that(client: TestClient, keys: Keys) -> None:
    nobody = Asker(client, keys.add("nobody", [], ("public",)))
    assert nobody.get("/schools").json() == {"schools": []}
    assert nobody.get("/policies").json() == {"policies": []}
    asked = nobody.post("/ask", question="can i bring my dog")
    assert (asked.status_code, asked.json()["code"]) == (403, "nothing_to_see")
    assert "Oak" not in asked.text and "Elm" not in asked.text


def test_ranks_see_what_is_theirs(client: TestClient, keys: Keys, admin: Asker) -> None:
    reader = Asker(client, keys.add("reader", None, ("staff",)))
    assert reader.get("/coverage").json()["code"] == "not_a_governor"
    assert reader.get("/metrics").json()["code"] == "not_an_admin"
    assert admin.get("/coverage").status_code in (200, 202)
    assert admin.get("/metrics").status_code == 200
    assert client.get("/health").status_code == 200, "whoever watches does not sign in"


@pytest.mark.parametrize("token", ["", "cv_wrong", "nonsense", "cv_" + "a" * 5000])
def test_nobody_without_a_key_gets_in(client: TestClient, token: str) -> None:
    for path in ("/schools", "/policies", "/metrics", "/coverage", f"/policies/{UNKNOWN}"):
        refused = client.get(path, headers={"authorization": f"Bearer {token}"} if token else {})
        assert (refused.status_code, refused.json()["code"]) == (401, "not_signed_in")
        assert refused.headers["www-authenticate"] == "Bearer"


def test_a_key_that_was_taken_back_is_none(client: TestClient, keys: Keys) -> None:
    asker = Asker(client, keys.add("lost", None, ("staff",)))
    assert asker.get("/schools").status_code == 200
    keys.revoke("lost")
    assert asker.get("/schools").status_code == 401


def test_who_asks_is_kept_only_where_that_is_asked_for(
    client: TestClient, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    service = client.app.state.service  # type: ignore[attr-defined]
    keep = service.audit.keep

    def noted(answer: Any, **given: Any) -> Any:
        told.append(given["user"])
        return keep(answer, **given)

    monkeypatch.setattr(service.audit, "keep", noted)
    Asker(client, keys.add("intranet", None, ("staff",))).post("/ask", question="may i")
    assert told == ["intranet"], "the record decides whether to keep it"
