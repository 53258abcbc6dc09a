"""Wrong usage of any command is one sentence, and `--home` stands wherever somebody puts it."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ui.cli import _OF_THEIR_OWN, _parser

WHOLE = [
    "ingest corpus",
    "ask why",
    "chat",
    "coverage",
    "config",
    "serve",
    "keys add a --all-schools --audience staff",
    "keys list",
    "keys revoke a",
    "audit export",
    "audit erase --everything",
    "audit verify",
    "eval",
    "eval run",
    "eval compare a b",
    "eval report a",
    "eval bench --sets here",
    "eval adversarial",
    "eval masking",
    "eval contradictions",
    "eval gate",
]
LINES = [line.split() for line in WHOLE]


def leaves(parser: argparse.ArgumentParser, path: tuple[str, ...] = ()) -> Iterator[str]:
    """Every command that has no command below it."""
    below = [a for a in parser._actions if isinstance(a, argparse._SubParsersAction)]
    if not below:
        yield " ".join(path)
    for action in below:
        for name, command in action.choices.items():
            yield from leaves(command, (*path, name))


def test_no_command_is_left_out_below() -> None:
    known = set(leaves(_parser(tuple(_OF_THEIR_OWN))))
    assert [n for n in known if not any(f"{one} ".startswith(f"{n} ") for one in WHOLE)] == []


@pytest.mark.parametrize("line", LINES, ids=WHOLE)
@pytest.mark.parametrize("option", ["home", "config"])
def test_home_and_config_stand_before_or_after_every_subcommand(
    line: list[str], option: str
) -> None:
    depth = 2 if line[0] in ("keys", "audit", "eval") and len(line) > 1 else 1
    for place in {0, depth - 1, depth, len(line)}:
        words = [*line[:place], f"--{option}", "here", *line[place:]]
        assert getattr(_parser(words).parse_args(words), option) == "here", words


def test_the_last_home_that_is_named_counts() -> None:
    words = ["--home", "a", "keys", "--home", "b", "list", "--home", "c"]
    assert _parser(words).parse_args(words).home == "c"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("ask why --as-of 22/11/2026", ["--as-of", "'22/11/2026'", "2026-11-20"]),
        ("coverage --as-of yesterday", ["--as-of", "'yesterday'", "2026-11-20"]),
        ("audit export --since march", ["--since", "'march'", "2026-11-20"]),
        ("ask why --role wizard", ["--role", "'wizard'", "headteacher", "`verse ask --help`"]),
        ("ask Can I text a parent", ["'I text a parent'", "quotation marks"]),
        ("ask why --colour red", ["'--colour red'", "`verse ask --help`"]),
        ("ask why --school", ["--school", "a value", "`verse ask --help`"]),
        ("ask", ['verse ask "Can I text a parent?"']),
        ("ask why --batch q.jsonl", ["--batch"]),
        ("ask why --json=yes", ["--json", "'yes'"]),
        ("chat --port 70000", ["--port", "'70000'", "65535"]),
        ("gossip", ["'gossip'", "ingest, ask, chat"]),
        ("keys", ["`verse keys`", "add, list, revoke"]),
        ("keys lost", ["'lost'", "add, list, revoke"]),
        ("keys add", ["name", "`verse keys add --help`"]),
        ("keys add a", ["--school, --all-schools"]),
        ("keys add a --all-schools --school b --audience staff", ["--all-schools", "--school"]),
        ("keys add a --all-schools --audience all", ["--audience", "'all'", "staff"]),
        ("keys list \x1b[2J", ["verse keys list"]),
        ("audit", ["`verse audit`", "export, erase, verify"]),
        ("audit verify --lines", ["'--lines'"]),
        ("eval gossip", ["'gossip'", "compare"]),
    ],
)
def test_wrong_usage_is_one_sentence_without_a_parser_s_words(
    verse: Callable[..., Any], words: str, said: list[str]
) -> None:
    ran = verse(*words.split(" "))
    ran.one_sentence(2, *said)
    for word in ("usage:", "error:", "argument", "invalid", "unrecognized", "\x1b"):
        assert word not in ran.err
    assert ran.err.endswith(".\n")
