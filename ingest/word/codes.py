"""Word's fields: what of "{ REF policy \\h } the Complaints Policy" a reader sees."""

from __future__ import annotations

from dataclasses import dataclass, field

from ingest.word.archive import Element
from ingest.word.names import attribute, tag

_GONE = frozenset(("w:del", "w:moveFrom"))
# What stands for the page it is on is no text of a document without pages.
_PAGE_NUMBERS = frozenset(("PAGE", "NUMPAGES", "SECTIONPAGES"))
_TABLES = frozenset(("TOC", "TOA"))


@dataclass(eq=False)
class Code:
    """One field: its instruction, and whether its result has begun."""

    instruction: str = ""
    result: bool = False

    @property
    def word(self) -> str:
        return self.instruction.split()[0].upper() if self.instruction.split() else ""


@dataclass
class Codes:
    """The fields that are open while a document is read in order.

    Only fields that also end count: one that a broken file never closes would swallow the rest.
    """

    margins: bool = False  # reading heads and feet
    _open: list[Code] = field(default_factory=list)
    _steps: dict[Element, tuple[str, Code]] = field(default_factory=dict)

    def scan(self, root: Element) -> None:
        """Pair what begins and ends a field in this part of the file."""
        pending: list[tuple[Code, list[tuple[Element, str]]]] = []
        for element in root.iter("{*}fldChar", "{*}instrText"):
            if any(tag(above) in _GONE for above in element.iterancestors()):
                continue
            if tag(element) == "w:instrText":
                if pending and len(pending[-1][1]) == 1:
                    pending[-1][0].instruction += element.text or ""
                continue
            step = attribute(element, "w:fldCharType")
            if step == "begin":
                pending.append((Code(), [(element, step)]))
            elif pending and step in ("separate", "end"):
                pending[-1][1].append((element, step))
                if step == "end":
                    code, steps = pending.pop()
                    self._steps.update({at: (name, code) for at, name in steps})

    def pass_by(self, element: Element) -> None:
        """A w:fldChar goes by."""
        step, code = self._steps.get(element, ("", None))
        if code is None:
            return
        if step == "begin":
            self._open.append(code)
        elif step == "separate":
            code.result = True
        else:
            self.close(code)

    def open_simple(self, instruction: str) -> Code:
        """A w:fldSimple begins; hand what is returned to `close` at its end."""
        code = Code(instruction, result=True)
        self._open.append(code)
        return code

    def close(self, code: Code) -> None:
        self._open = [other for other in self._open if other is not code]

    @property
    def hidden(self) -> bool:
        """What goes by is an instruction, or a page number."""
        return any(
            not code.result or (self.margins and code.word in _PAGE_NUMBERS) for code in self._open
        )

    @property
    def contents(self) -> bool:
        """What goes by belongs to a table of contents."""
        return any(code.word in _TABLES for code in self._open)
