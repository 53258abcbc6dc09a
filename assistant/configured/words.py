"""What a setting takes, and what it was set to, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, get_args, get_origin

import annotated_types

LONGEST = 60


def wanted(hint: Any) -> str:
    """What a value must be: `a whole number from 1 to 65535`, `one of none, proxy, oidc`."""
    takes, bounds = hint, ""
    if get_origin(hint) is Annotated:
        takes = get_args(hint)[0]
        bounds = _bounds(get_args(hint)[1].metadata)
    kind = get_origin(takes)
    if takes is bool:
        return "on or off (true or false in a file)"
    if takes is int:
        return f"a whole number{bounds}"
    if takes is float:
        return f"a number{bounds}"
    if kind is Literal:
        return f"one of {', '.join(get_args(takes))}"
    if kind is tuple:
        return "a list of texts"
    if kind is Mapping:
        values = get_args(takes)[1]
        if get_origin(values) is Literal:
            return f"a table whose values are each {wanted(values)}"
        return "a table of texts"
    return "a text"


def _bounds(metadata: list[Any]) -> str:
    low = next((m.ge for m in metadata if isinstance(m, annotated_types.Ge)), None)
    above = next((m.gt for m in metadata if isinstance(m, annotated_types.Gt)), None)
    high = next((m.le for m in metadata if isinstance(m, annotated_types.Le)), None)
    if low is not None and high is not None:
        return f" from {low} to {high}"
    parts = []
    if low is not None:
        parts.append(f"of at least {low}")
    if above is not None:
        parts.append(f"above {above}")
    if high is not None:
        parts.append(f"of at most {high}")
    return " " + " and ".join(parts) if parts else ""


def shown(value: Any) -> str:
    """A value fit for one line of a terminal or a log: quoted, escaped, cut."""
    text = repr(value)
    return printable(text if len(text) <= LONGEST else text[:LONGEST] + "…")


def printable(text: str) -> str:
    """Text without anything that a terminal would act on: that is spelt as `\\U0000001b`."""
    return "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in text)
