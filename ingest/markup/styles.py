"""As much of a page's style rules as tells text that is seen from text that is not."""

from __future__ import annotations

import re
from collections.abc import Mapping

_LONGEST = 1_000_000  # characters of rules; site builders write a lot, but not that much
_SIMPLE = re.compile(r"(?:[a-z][a-z0-9]*)?[.#][\w-]+|[a-z][a-z0-9]*", re.I)
_WANTED = frozenset(
    """background background-color background-image color display font-family font-size font-weight
    left list-style list-style-type margin-left mso-element mso-hide mso-list opacity
    text-decoration text-decoration-line text-indent top visibility
    """.split()
)
_LENGTH = re.compile(r"(-?\d{0,6}(?:\.\d{1,6})?)\s*(px|pt|cm|mm|in|em|rem|%|)$")
_POINTS = {"px": 0.75, "pt": 1, "cm": 28.35, "mm": 2.835, "in": 72, "em": 12, "rem": 12, "": 0.75}
_DRAWN = re.compile(r"\.([\w-]+)\s*>\s*li::?before")
_RGB = re.compile(r"rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})")


class Styles:
    """The rules of a page's style elements whose selector is one tag, class or id.

    What else a sheet says is left alone: rules for print, for a state, or for one element within
    another cannot be told apart from those in force without a browser.
    """

    def __init__(self, css: str) -> None:
        self._rules: dict[str, dict[str, str]] = {}
        self._nested: list[set[str]] = []  # classes that a list needs, for each such rule
        self.drawn: dict[str, str] = {}  # what stands before a list's items, by the list's class
        depth, prelude, skipped = 0, "", False
        for part in re.split(r"([{}])", re.sub(r"/\*.*?\*/|<!--|-->", "", css[:_LONGEST])):
            if part == "{":
                depth += 1
            elif part == "}":
                depth = max(0, depth - 1)
            elif depth == 0:
                prelude = part.rpartition(";")[2].strip()
                skipped = prelude.startswith("@")
            elif depth == 1 and "counters(" in part and not skipped and "before" in prelude:
                self._nested.append(set(re.findall(r"\.([\w-]+)", prelude.lower())))
            elif depth == 1 and (list_class := _DRAWN.fullmatch(prelude.lower())):
                self.drawn[list_class[1]] = part.partition("content:")[2].partition(";")[0][:200]
            elif depth == 1 and not skipped and (found := declarations(part)):
                for selector in prelude.split(","):
                    if _SIMPLE.fullmatch(selector := selector.strip().lower()):
                        self._rules.setdefault(selector, {}).update(found)

    def of(self, tag: str, attributes: Mapping[str, str]) -> dict[str, str]:
        """What holds for an element, weakest rule first: tag, class, id, its own style."""
        found: dict[str, str] = {}
        if self._rules:
            found.update(self._rules.get(tag, {}))
            for name in attributes.get("class", "").lower().split():
                found.update(self._rules.get(f".{name}", {}))
                found.update(self._rules.get(f"{tag}.{name}", {}))
            if name := attributes.get("id", "").lower():
                found.update(self._rules.get(f"#{name}", {}))
                found.update(self._rules.get(f"{tag}#{name}", {}))
        if style := attributes.get("style"):
            found.update(declarations(style))
        return found

    def nests(self, classes: str) -> bool:
        """True where a list's numbers take those of the lists around it with them: 2.1.3."""
        given = set(classes.lower().split())
        return any(not wanted or wanted & given for wanted in self._nested)


def declarations(style: str) -> dict[str, str]:
    """The properties of "name:value; …" that matter here, in lower case."""
    found: dict[str, str] = {}
    for declaration in style.split(";"):
        name, _, value = declaration.partition(":")
        if (name := name.strip().lower()) in _WANTED:
            found[name] = value.replace("!important", "").strip().lower()
    return found


def points(length: str) -> float | None:
    """A length in points (1/72 inch), None where it is none or a share of something."""
    match = _LENGTH.fullmatch(length)
    if match is None or match[1] in ("", "-", ".") or match[2] == "%":
        return None
    return float(match[1]) * _POINTS[match[2]]


def is_white(colour: str) -> bool:
    """White, or so nearly white that nobody sees it on paper."""
    if re.fullmatch(r"#[0-9a-f]{3}", colour):
        colour = "#" + "".join(2 * digit for digit in colour[1:])
    if re.fullmatch(r"#[0-9a-f]{6}", colour):
        return all(int(colour[i : i + 2], 16) >= 0xF5 for i in (1, 3, 5))
    if match := _RGB.match(colour):
        return all(int(part) >= 0xF5 for part in match.groups())
    return colour in ("white", "snow", "ghostwhite", "floralwhite", "ivory", "window")


def paints(background: str) -> bool:
    """A background on which white text can be read."""
    if not background or background.startswith(("none", "transparent", "inherit", "initial")):
        return False
    return not is_white(background.split()[0])
