from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from assistant.answer import schema
from ui.access.keys import Keys

SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")


@pytest.fixture(scope="module")
def described(api: httpx.Client) -> dict[str, Any]:
    found: dict[str, Any] = api.get("/openapi.json").json()
    return found


def flat(found: Any, definitions: dict[str, Any]) -> Any:
    """A schema with every reference written out, less what does not bind."""
    if isinstance(found, list):
        return [flat(one, definitions) for one in found]
    if not isinstance(found, dict):
        return found
    if "$ref" in found:
        return flat(definitions[found["$ref"].rpartition("/")[2]], definitions)
    binds = {n: one for n, one in found.items() if n != "$defs" and (n, one) != ("default", None)}
    return {name: flat(one, definitions) for name, one in binds.items()}


def test_it_describes_every_address_there_is_and_no_other(described: dict[str, Any]) -> None:
    assert described["openapi"].startswith("3.1")
    assert {(path, *methods) for path, methods in described["paths"].items()} == {
        ("/ask", "post"),
        ("/feedback", "post"),
        ("/schools", "get"),
        ("/policies", "get"),
        ("/policies/{id}", "get"),
        ("/clauses/{id}", "get"),
        ("/documents/{sha256}", "get"),
        ("/coverage", "get"),
        ("/health", "get"),
        ("/metrics", "get"),
    }


def test_an_answer_is_described_as_the_contracts_file_has_it(described: dict[str, Any]) -> None:
    contract = schema()
    ours = described["components"]["schemas"]
    assert flat(ours["Answer"], ours) == flat(contract, contract["$defs"])


def test_its_own_schemas_are_schemas(described: dict[str, Any]) -> None:
    for made in described["components"]["schemas"].values():
        Draft202012Validator.check_schema(made)
    every = json.dumps(described)
    for name in described["components"]["schemas"]:
        assert f'"#/components/schemas/{name}"' in every, f"{name} is used"


def test_every_problem_that_is_described_is_one_of_rfc_9457(described: dict[str, Any]) -> None:
    for methods in described["paths"].values():
        for operation in methods.values():
            for status, response in operation["responses"].items():
                if status[0] in "45" and operation["operationId"] != "health":
                    assert list(response["content"]) == ["application/problem+json"]


def test_no_page_loads_scripts_from_elsewhere(api: httpx.Client) -> None:
    for path in ("/docs", "/redoc", "/docs/oauth2-redirect"):
        assert api.get(path).status_code == 404


def attack(url: str, folder: Path, examples: int, *words: str) -> None:
    """Schemathesis on every address, with every check it has; it leaves its traces in a folder."""
    command = [
        *(str(SCHEMATHESIS), "run", f"{url}/openapi.json", "--no-color"),
        *("--checks", "all", "--max-examples", str(examples), "--workers", "2"),
        *("--seed", "20261122", *words),
    ]
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=folder, check=False, timeout=1500
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-1000:]
    generated = re.search(r"(\d+) generated", done.stdout)
    assert generated and int(generated[1]) > 100


def test_what_it_describes_is_true(
    serve: Callable[..., Any], small_home: Path, tmp_path: Path
) -> None:
    attack(serve(small_home).api, tmp_path, 3)


@pytest.mark.heavy
@pytest.mark.timeout(1600)
def test_what_it_describes_stays_true_for_long(server: Any, tmp_path: Path) -> None:
    attack(server.api, tmp_path, 150)


@pytest.mark.heavy
@pytest.mark.timeout(600)
def test_where_keys_are_wanted_what_it_says_of_them_is_true(
    small_home: Path, tmp_path: Path, serve: Callable[..., Any]
) -> None:
    home = shutil.copytree(small_home, tmp_path / "home")
    token = Keys(home).add("schemathesis", None, ("staff",), "admin")
    rate = {"VERSE_SERVER_RATE_PER_KEY": "100000/minute"}
    server = serve(home, VERSE_SIGN_IN_MODE="proxy", **rate)
    security = httpx.get(f"{server.api}/openapi.json").json()["paths"]["/ask"]["post"]["security"]
    assert security == [{"key": []}]
    attack(server.api, tmp_path, 5, "--header", f"Authorization: Bearer {token}")


def test_the_page_about_it_names_every_address_and_every_problem(
    described: dict[str, Any],
) -> None:
    page = Path("docs/api.md").read_text("utf-8")
    for path in described["paths"]:
        assert f" {path}" in page.replace("?school=", ""), path
    sources = [file.read_text("utf-8") for file in Path("ui/api").glob("*.py")]
    codes = {code for text in sources for code in re.findall(r'Problem\(\s*\d+, "(\w+)"', text)}
    assert {"unknown_school", "too_slow", "busy"} <= codes
    never = {
        "gone",
        "bad_question",
    }  # to whoever has hung up; answered as a question to be put anew
    for code in codes - never:
        assert f"`{code}`" in page, code
