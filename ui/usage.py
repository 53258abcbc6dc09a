"""The parser of every command: wrong usage is one sentence, `--home` stands anywhere."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from typing import Any, NoReturn

HOME = "index, documents, caches (default: $VERSE_HOME, else .verse)"
CONFIG = "file of settings (default: $VERSE_CONFIG, else verse.toml in the home)"
COMMAND = "COMMAND"  # what a subcommand is called in help
_LONGEST = 200  # characters of what somebody typed that are said again

# What argparse says, and what we say instead; {prog} is the command, {below} its subcommands.
_SAID = [
    (
        rf"argument {COMMAND}: invalid choice: (?P<value>.+?) \(choose from .*\)",
        "{value} is no command of `{prog}`; choose one of: {below}.",
    ),
    (
        rf"the following arguments are required: {COMMAND}",
        "`{prog}` needs a command after it; choose one of: {below}.",
    ),
    (
        r"the following arguments are required: (?P<names>.+)",
        "`{prog}` needs {names} as well; see `{prog} --help`.",
    ),
    (
        r"one of the arguments (?P<names>.+) is required",
        "`{prog}` needs one of {listed}; see `{prog} --help`.",
    ),
    (
        r"argument (?P<name>\S+): not allowed with argument (?P<other>.+)",
        "{name} and {other} cannot go together; leave one of them out.",
    ),
    (
        r"argument (?P<name>\S+): invalid choice: (?P<value>.+?) \(choose from (?P<known>.+)\)",
        "{name} cannot be {value}; choose one of: {choices} (see `{prog} --help`).",
    ),
    (
        r"argument (?P<name>\S+): expected .*",
        "{name} needs a value after it; see `{prog} --help`.",
    ),
    (
        r"argument (?P<name>\S+): ignored explicit argument (?P<value>.+)",
        "{name} takes no value, and {value} was given; leave it out.",
    ),
    (
        r"argument (?P<name>\S+): invalid \w+ value: (?P<value>.+)",
        "{name} cannot be {value}; see `{prog} --help`.",
    ),
    (
        r"ambiguous option: (?P<name>\S+) could match (?P<names>.+)",
        "{name} could be {names}; write it out.",
    ),
    (r"argument (?P<name>\S+): (?P<why>.+)", "{name}: {why}."),
]


class Parser(argparse.ArgumentParser):
    """An argument parser, and every one below it, that knows `--home` and `--config`.

    Wrong usage ends the process with status 2 and one sentence on stderr.
    """

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self._below: argparse.Action | None = None
        # SUPPRESS keeps what stands before a subcommand from being hidden by what does not after.
        self.add_argument("--home", metavar="DIR", default=argparse.SUPPRESS, help=HOME)
        self.add_argument("--config", metavar="FILE", default=argparse.SUPPRESS, help=CONFIG)

    def add_subparsers(self, **given: Any) -> Any:
        made = super().add_subparsers(**given)
        self._below = made
        return made

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: Any = None
    ) -> tuple[Any, list[str]]:
        """Nothing is ever left over: the command that words stand after says that it has no use."""
        found, left = super().parse_known_args(args, namespace)
        if left:
            quoted = "" if left[0].startswith("-") else "put words that belong together in "
            quoted += "quotation marks, or " if quoted else ""
            self._end(
                f"`{self.prog}` does not know {_short(' '.join(left))!r}; {quoted}"
                f"see `{self.prog} --help`."
            )
        return found, left

    def error(self, message: str) -> NoReturn:
        self._end(self._sentence(message))

    def _sentence(self, message: str) -> str:
        for pattern, ours in _SAID:
            if found := re.fullmatch(pattern, message, re.DOTALL):
                told = {key: _short(value) for key, value in found.groupdict().items()}
                told["listed"] = ", ".join(told.get("names", "").split())
                told["choices"] = (found.groupdict().get("known") or "").replace("'", "")
                below = self._below.choices if self._below else None
                return ours.format(prog=self.prog, below=", ".join(below or ()), **told)
        return f"{message}."

    def _end(self, sentence: str) -> NoReturn:
        from ui.words import printable  # not before it is needed: `verse ask` must start quickly

        line = printable(" ".join(sentence.split()))
        self.exit(2, f"verse: {line}\n")


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
