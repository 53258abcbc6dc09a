"""Settings as they were set: each value, and whether the environment, the file or nobody set it."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter, ValidationError

from assistant.configured.checks import CHECKS
from assistant.configured.file import LARGEST, Key, nearest, read_file
from assistant.configured.words import shown, wanted
from assistant.settings import FILE, NO_SETTING, TESTS, Settings, SettingsError, absolute

Source = Literal["default", "environment", "file", "option"]
_SHORTER = {"audit.on": "VERSE_AUDIT", "llm.model": "VERSE_LLM"}


@dataclass(frozen=True)
class Setting:
    """One thing that may be set: `key` as in the file (`server.port`), and by which name."""

    key: str
    environment: str
    hint: Any  # its type, with bounds
    default: Any
    about: str
    secret: bool

    @property
    def takes(self) -> Any:
        """Its type without the words about it: `int`, `tuple[str, ...]`, …"""
        return get_args(self.hint)[0]


@dataclass(frozen=True)
class Value:
    """What a setting came to, and from where; `line` is 1-based, in a file alone."""

    setting: Setting
    value: Any
    source: Source = "default"
    where: str = ""  # the name in the environment, or the path of the file
    line: int | None = None

    @property
    def place(self) -> str:
        """`server.port in /etc/verse.toml line 3`, `VERSE_SERVER_PORT`."""
        if self.source == "file":
            return f"{self.setting.key} in {self.where} line {self.line}"
        return self.where or self.setting.key


@dataclass(frozen=True)
class Configuration:
    """Everything that is set, and the file that was read, if any."""

    settings: Settings
    values: tuple[Value, ...]
    file: Path | None = None


@functools.cache
def known_settings() -> tuple[Setting, ...]:
    """Every setting in the order of `assistant/settings.py`."""
    found: list[Setting] = []
    for one in fields(Settings):
        section = get_type_hints(Settings)[one.name]
        if is_dataclass(section):
            hints = get_type_hints(section, include_extras=True)
            found += (_setting(f"{one.name}.", inner, hints) for inner in fields(section))
        else:
            found.append(_setting("", one, get_type_hints(Settings, include_extras=True)))
    return tuple(found)


def keys() -> frozenset[Key]:
    """Where each setting stands in the file: `("server", "port")`."""
    return frozenset(tuple(one.key.split(".")) for one in known_settings())


def _setting(prefix: str, one: Field[Any], hints: Mapping[str, Any]) -> Setting:
    key = prefix + one.name
    default = one.default
    if default is MISSING:
        default = ".verse" if one.default_factory is MISSING else one.default_factory()
    return Setting(
        key,
        _SHORTER.get(key, "VERSE_" + key.replace(".", "_").upper()),
        hints[one.name],
        default,
        get_args(hints[one.name])[1].description,
        bool(one.metadata.get("secret")),
    )


def configure(home: str, config: str, environment: Mapping[str, str]) -> Configuration:
    """Settings from options ("" where not given), environment and file; SettingsError says why not.

    A secret may also stand in a file of its own, which `NAME_FILE` in the environment names.
    """
    given = {k: v.strip() for k, v in environment.items() if k.startswith("VERSE_") and v.strip()}
    _all_known(given)
    folder = absolute(home or given.get("VERSE_HOME", "") or ".verse")
    named = config or given.get("VERSE_CONFIG", "")
    file = absolute(named) if named else folder / FILE
    filed: dict[str, tuple[Any, int]] = {}
    if named or file.exists():
        filed = read_file(file, keys())
        if "home" in filed and not named:
            raise SettingsError(
                f"home in {file} line {filed['home'][1]} cannot move the home that this file was "
                "found in: remove the line, or name the file with --config or VERSE_CONFIG."
            )
    values = tuple(_value(one, home, given, filed, file) for one in known_settings())
    settings = _settings(values)
    return Configuration(settings, values, file if named or filed else None)


def _all_known(given: Mapping[str, str]) -> None:
    names = {one.environment for one in known_settings()}
    names |= {f"{one.environment}_FILE" for one in known_settings() if one.secret}
    for name in given:
        if name not in names and name not in NO_SETTING and not name.startswith(TESTS):
            raise SettingsError(
                f"{name} in the environment is no setting; {nearest(name, names)}, or unset it."
            )


def _value(
    one: Setting,
    home: str,
    given: Mapping[str, str],
    filed: Mapping[str, tuple[Any, int]],
    file: Path,
) -> Value:
    if one.key == "home" and home:
        return Value(one, absolute(home), "option", "--home")
    name = one.environment
    if name in given:
        return _checked(Value(one, _spelt(one, given[name]), "environment", name), strict=False)
    if one.secret and (where := given.get(f"{name}_FILE")):
        value = _in_file(f"{name}_FILE", where)
        return _checked(Value(one, value, "environment", f"{name}_FILE"), strict=False)
    if one.key in filed:
        value, line = filed[one.key]
        return _checked(Value(one, value, "file", str(file), line), strict=True)
    return Value(one, absolute(one.default) if one.key == "home" else one.default)


def _in_file(name: str, path: str) -> str:
    try:
        with Path(path).open(encoding="utf-8") as file:
            return file.read(LARGEST).strip()
    except (OSError, ValueError) as error:
        raise SettingsError(
            f"The file that {name} names cannot be read ({type(error).__name__}); mend the path."
        ) from error


def _spelt(one: Setting, text: str) -> Any:
    """A value as an environment spells it: `a, b` for a list, `x = 1, y = 2` for a table."""
    kind = get_origin(one.takes)
    if kind not in (tuple, Mapping) or text[0] in "[{":
        try:
            return json.loads(text) if kind in (tuple, Mapping) else text
        except (ValueError, RecursionError):
            return text
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if kind is tuple:
        return parts
    if not all("=" in part for part in parts):
        return text
    pairs = [part.rpartition("=") for part in parts]
    return {name.strip(): value.strip() for name, _, value in pairs}


def _checked(value: Value, *, strict: bool) -> Value:
    """The value as its type has it, or SettingsError; TOML knows types and the environment none."""
    one = value.setting
    try:
        raw = tuple(value.value) if isinstance(value.value, list) else value.value
        read = _adapter(one).validate_python(raw, strict=strict and one.key != "home")
        if one.key == "home":
            read = absolute(read, Path(value.where).parent if value.source == "file" else None)
        if one.key == "embedding_model":
            read = read or None
        if one.key in CHECKS and read:
            CHECKS[one.key](read)
    except (ValidationError, ValueError) as error:
        # A check says what it wants; pydantic's words are for programmers, so the type says it.
        want = wanted(one.hint) if isinstance(error, ValidationError) else str(error)
        seen = "" if one.secret else f", not {shown(value.value)}"
        raise SettingsError(f"{value.place} must be {want}{seen}.") from None
    return Value(one, read, value.source, value.where, value.line)


@functools.cache
def _adapters() -> dict[str, TypeAdapter[Any]]:
    return {}


def _adapter(one: Setting) -> TypeAdapter[Any]:
    return _adapters().setdefault(one.key, TypeAdapter(one.hint))


def _settings(values: tuple[Value, ...]) -> Settings:
    tree: dict[str, Any] = {}
    for one in values:
        section, _, name = one.setting.key.rpartition(".")
        (tree.setdefault(section, {}) if section else tree)[name] = one.value
    hints = get_type_hints(Settings)
    return Settings(**{k: hints[k](**v) if is_dataclass(hints[k]) else v for k, v in tree.items()})
