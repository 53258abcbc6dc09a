"""The one file of settings: what it sets, and on which line."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Set
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from assistant.configured.words import printable
from assistant.settings import SettingsError

Key = tuple[str, ...]

LARGEST = 262_144  # bytes


def read_file(file: Path, keys: Set[Key]) -> dict[str, tuple[Any, int]]:
    """What a file sets by dotted key, each with its line; SettingsError where that is amiss."""
    try:
        if file.stat().st_size > LARGEST:
            raise SettingsError(f"{file} is too large for settings; name another with --config.")
        text = file.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
        table = tomllib.loads(text)
    except OSError as error:
        raise SettingsError(
            f"The settings in {file} cannot be read ({error.strerror or error}); "
            "mend that, or name another file with --config or VERSE_CONFIG."
        ) from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{file} is not UTF-8; save it as UTF-8 text.") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise SettingsError(f"{file} is not TOML ({error}); mend that line.") from error
    lines = _lines(text, keys)
    found: dict[str, tuple[Any, int]] = {}
    for key, value in _leaves(table, keys):
        name, line = ".".join(key), lines.get(key, 1)
        if key not in keys:
            raise SettingsError(_unknown(key, value, f"{file} line {line}", keys))
        found[name] = (value, line)
    return found


def _unknown(key: Key, value: Any, place: str, keys: Set[Key]) -> str:
    name = printable(".".join(key))
    if any(one[:-1] == key for one in keys):
        return f"{name} in {place} must be a table: write [{name}] and its settings below it."
    if len(key) == 1 and not isinstance(value, dict):
        for one in sorted(keys):
            if one[-1] == key[0] or "_".join(one) == key[0]:
                return f"{name} in {place} is no setting; it belongs below [{one[0]}]."
    near = nearest(name, {".".join(one) for one in keys})
    return f"{name} in {place} is no setting; {near}, or remove it."


def _leaves(table: Mapping[str, Any], keys: Set[Key], above: Key = ()) -> Iterator[tuple[Key, Any]]:
    """What is set by key, down to the settings we know and no further."""
    for name, value in table.items():
        key = (*above, name)
        if isinstance(value, dict) and value and key not in keys:
            yield from _leaves(value, keys, key)
        elif value != {} or key in keys:
            yield key, value


def _lines(text: str, keys: Set[Key]) -> dict[Key, int]:
    """The line on which each key's statement begins; tomllib does not tell, so it is asked in bits.

    A statement is the fewest lines that are TOML by themselves, below the header they stand under.
    """
    found: dict[Key, int] = {}
    header, chunk, start = "", "", 1
    for number, line in enumerate(text.split("\n"), 1):
        if not chunk and (not line.strip() or line.lstrip().startswith("#")):
            continue
        if not chunk:
            start = number
        chunk += line + "\n"
        opens = chunk.lstrip().startswith("[")
        try:
            table = tomllib.loads(chunk if opens else header + chunk)
        except tomllib.TOMLDecodeError:
            continue
        header, chunk = (chunk if opens else header), ""
        for key, _ in _leaves(table, keys):
            found.setdefault(key, start)
    return found


def nearest(name: str, names: Set[str]) -> str:
    """What was probably meant, as a clause."""
    near = get_close_matches(name, sorted(names), 1, cutoff=0.6)
    return f"perhaps {near[0]} is meant" if near else "`verse config` lists what can be set"
