"""`make audit`: what it finds, and what it says where it can find nothing out."""

from __future__ import annotations

import importlib.util
import json
import subprocess
from pathlib import Path

import pytest

pytest.importorskip("detect_secrets")

ROOT = Path(__file__).parents[2]
SPEC = importlib.util.spec_from_file_location("deploy_audit", ROOT / "deploy" / "audit.py")
assert SPEC and SPEC.loader
audit = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(audit)

PINS = "starlette==1.0\nuvicorn==0.1\n"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A repository with one harmless file and a baseline."""
    folder = tmp_path / "tree"
    folder.mkdir()
    subprocess.run(["git", "init", "--quiet", str(folder)], check=True)
    (folder / "plain.py").write_text("port = 8000\n")
    audit.accept(folder)
    return folder


def planted(folder: Path, name: str, line: str) -> list[str]:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"# first\n{line}\n")
    return list(audit.new_secrets(folder))


def test_a_secret_in_a_new_file_is_found_with_its_line_and_never_shown(tree):
    key = "AKIA" + "QYLPMN5HFIQR7XYZ"
    assert planted(tree, "ui/cloud.py", f'key = "{key}"') == ["ui/cloud.py:2 AWS Access Key"]


def test_in_tests_only_what_has_the_form_of_a_real_key_counts(tree):
    assert planted(tree, "tests/test_a.py", 'password = "correct horse battery"') == []
    private = "-----BEGIN RSA " + "PRIVATE KEY-----"
    assert planted(tree, "tests/test_b.py", f'"{private}"') == ["tests/test_b.py:2 Private Key"]


def test_what_was_accepted_once_stays_accepted_wherever_it_moves_in_its_file(tree):
    token = 'token = "' + "9f86d081884c7d659a2feaa0c55ad015" + '"'
    assert planted(tree, "a.py", token) != []
    audit.accept(tree)
    assert audit.new_secrets(tree) == []
    (tree / "a.py").write_text("\n" * 5 + token)
    assert audit.new_secrets(tree) == []
    assert planted(tree, "b.py", token) != []


def test_without_a_checkout_whatever_lies_there_is_looked_at(tree):
    (tree / ".git").rename(tree.parent / "elsewhere")
    private = "-----BEGIN RSA " + "PRIVATE KEY-----"
    assert planted(tree, "ui/b.py", f'"{private}"') == ["ui/b.py:2 Private Key"]


def program(folder: Path, report: object, status: int) -> str:
    """A pip-audit that says this and ends so."""
    path = folder / "pip-audit"
    write = f"cat > \"$2\" <<'END'\n{json.dumps(report)}\nEND\n" if report is not None else ""
    path.write_text(
        f'#!/bin/sh\nwhile [ "$1" != --output ]; do shift; done\n{write}exit {status}\n'
    )
    path.chmod(0o755)
    return str(path)


@pytest.fixture
def pins(tmp_path: Path) -> Path:
    path = tmp_path / "constraints.txt"
    path.write_text(PINS)
    return path


def row(name: str, *vulns: dict[str, object]) -> dict[str, object]:
    return {"name": name, "version": "1.0", "vulns": list(vulns)}


def test_a_known_hole_is_named_with_the_version_that_mends_it(tmp_path, pins):
    hole = {"id": "PYSEC-1", "fix_versions": ["1.1"]}
    fake = program(tmp_path, {"dependencies": [row("starlette", hole), row("uvicorn")]}, 1)
    assert audit.advisories(pins, fake) == (["starlette 1.0: PYSEC-1, mended in 1.1"], "")


def test_no_known_hole_is_told_apart_from_nothing_found_out(tmp_path, pins):
    clean = program(tmp_path, {"dependencies": [row("starlette"), row("uvicorn")]}, 0)
    assert audit.advisories(pins, clean) == ([], "")
    unknown = {"name": "starlette", "skip_reason": "Dependency not found"}
    skipped = program(tmp_path, {"dependencies": [unknown]}, 0)
    assert "knows none of these" in audit.advisories(pins, skipped)[1]


@pytest.mark.parametrize("report, status", [(None, 1), (None, 0), ("nonsense", 1), ({}, 1)])
def test_a_service_that_cannot_be_reached_is_said_and_no_hole_is_made_up(
    tmp_path, pins, report, status
):
    holes, trouble = audit.advisories(pins, program(tmp_path, report, status))
    assert holes == [] and "cannot be reached" in trouble
    assert "cannot be reached" in audit.advisories(pins, str(tmp_path / "none"))[1]


@pytest.mark.parametrize(
    "found, told, status, words",
    [
        ([], ([], "the advisory service cannot be reached from here"), 0, "NOT AUDITED"),
        ([], (["a 1: X"], ""), 1, "a 1: X"),
        (["ui/a.py:1 Private Key"], ([], "unreachable"), 1, "A secret? ui/a.py:1 Private Key"),
        ([], ([], ""), 0, "no known hole"),
    ],
)
def test_only_what_was_found_fails_the_build(monkeypatch, capsys, found, told, status, words):
    monkeypatch.setattr(audit, "new_secrets", lambda _: found)
    monkeypatch.setattr(audit, "advisories", lambda _: told)
    assert audit.main([]) == status
    assert words in capsys.readouterr().out
