"""The register of what was uploaded: a `register.toml` written from what its uploader accepted."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from ingest.policy.register import Register, RegisteredPolicy, School
from ui.words import printable

_HEAD = "# Written when policies were uploaded; what is changed here by hand is kept.\n"


def written(register: Register) -> bytes:
    """A register as TOML, to be read back by `read_register`."""
    blocks = [_HEAD]
    for name, rows in (("school", register.school), ("policy", register.policy)):
        for row in rows:
            given = row.model_dump(by_alias=True, exclude_defaults=True)
            lines = "".join(f"{key} = {_value(value)}\n" for key, value in given.items())
            blocks.append(f"[[{name}]]\n{lines}")
    return "\n".join(blocks).encode()


def with_policy(
    register: Register, policy: RegisteredPolicy, schools: Iterable[School]
) -> Register:
    """The register with a policy added, or put in the place of the one of the same source."""
    others = tuple(p for p in register.policy if p.source != policy.source)
    return _listing((*others, policy), (*schools, *register.school))


def without(register: Register, sources: Iterable[str], schools: Iterable[School]) -> Register:
    """The register less some policies."""
    gone = set(sources)
    left = tuple(p for p in register.policy if p.source not in gone)
    return _listing(left, (*schools, *register.school))


def _listing(policies: tuple[RegisteredPolicy, ...], known: tuple[School, ...]) -> Register:
    """Policies with their schools, each as the first of `known` describes it."""
    used = dict.fromkeys(policy.school for policy in policies)
    first: dict[str, School] = {}
    for school in known:
        first.setdefault(school.key, school)
    return Register(school=tuple(first[key] for key in used), policy=policies)


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{key} = {_value(inner)}' for key, inner in value.items())} }}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    # A JSON string is a TOML string, but for this one character.
    return json.dumps(printable(str(value)), ensure_ascii=False).replace("\x7f", "\\u007f")
