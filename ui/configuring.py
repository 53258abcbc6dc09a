"""`verse config`: every setting, what it is, and where that comes from; a secret is only "set"."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assistant.configured.read import Configuration, Value, configure, known_settings
from assistant.configured.safe import laid_open, remarks, unsafe
from assistant.configured.words import printable


def run_config(args: argparse.Namespace) -> int:
    """Print the settings as this command, in this environment, would have them."""
    home, config = getattr(args, "home", None) or "", getattr(args, "config", None) or ""
    configuration = configure(home, config, os.environ)
    if args.json:
        print(json.dumps(as_record(configuration)))
        return 0
    print(as_text(configuration))
    if trouble := unsafe(configuration.settings):
        print(f"`verse serve` would not start: {trouble}", file=sys.stderr)
    for remark in _remarks(configuration):
        print(f"Note: {remark}", file=sys.stderr)
    return 0


def _remarks(configuration: Configuration) -> list[str]:
    said = [*remarks(configuration.settings), laid_open(configuration)]
    return [remark for remark in said if remark]


def as_record(configuration: Configuration) -> dict[str, Any]:
    """What `--json` prints; the value of a secret is null, and `set` says whether it has one."""
    return {
        "file": str(configuration.file) if configuration.file else None,
        "settings": [
            {
                "key": one.setting.key,
                "environment": one.setting.environment,
                "value": None if one.setting.secret else _plain(one.value),
                "set": one.value not in ("", None, (), {}),
                "secret": one.setting.secret,
                "source": one.source,
                "where": one.where,
                "line": one.line,
                "about": one.setting.about,
            }
            for one in configuration.values
        ],
        "trouble": unsafe(configuration.settings),
        "remarks": _remarks(configuration),
    }


def as_text(configuration: Configuration) -> str:
    """A line for each setting: its key, its value as a file would have it, and what set it."""
    rows = [(one.setting.key, shown(one), source(one)) for one in configuration.values]
    widest = max(len(key) for key, _, _ in rows)
    return "\n".join(f"{key:<{widest}} = {value}  ({where})" for key, value, where in rows)


def source(one: Value) -> str:
    """`default`, `environment VERSE_SERVER_PORT`, `file /etc/verse.toml line 3`, `--home`."""
    if one.source == "file":
        return printable(f"file {one.where} line {one.line}")
    return {"default": "default", "option": one.where}.get(one.source, f"environment {one.where}")


def shown(one: Value) -> str:
    """A value as TOML spells it, or `set` and `not set` where it is secret."""
    if one.setting.secret:
        return "set" if one.value else "not set"
    return toml(_plain(one.value))


def toml(value: Any) -> str:
    """A value as TOML spells it, on one line, with nothing in it that a terminal would act on."""
    if isinstance(value, dict):
        pairs = ", ".join(f"{toml(k)} = {toml(v)}" for k, v in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    if isinstance(value, list):
        return f"[{', '.join(toml(one) for one in value)}]"
    return printable(json.dumps(value if value is not None else "", ensure_ascii=False))


def _plain(value: Any) -> Any:
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, tuple):
        return list(value)
    return dict(value) if isinstance(value, Mapping) else value


def tables() -> str:
    """What docs/configuration.md lists: a table for each section of the file, in Markdown."""
    sections: dict[str, list[str]] = {}
    for one in known_settings():
        section, _, name = one.key.rpartition(".")
        default = "–" if one.secret or one.default in ("", None, (), {}) else _code(one.default)
        line = f"| `{name}` | `{one.environment}` | {default} | {one.about} |"
        sections.setdefault(section, []).append(line)
    titles = {
        section: f"### `[{section}]`" if section else "### At the top" for section in sections
    }
    head = "| key | in the environment | default | |\n|---|---|---|---|"
    return "\n\n".join(
        f"{titles[section]}\n\n{head}\n" + "\n".join(lines) for section, lines in sections.items()
    )


def _code(value: Any) -> str:
    return f"`{toml(_plain(value))}`"


if __name__ == "__main__":
    print(tables())
