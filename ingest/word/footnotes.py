"""Word's footnotes and endnotes: which text a reference stands for, and its number."""

from __future__ import annotations

from ingest.word.archive import Element
from ingest.word.counting import write_count
from ingest.word.names import attribute, child, children, number, value
from ingest.word.package import Package


class Notes:
    """The notes of one document, numbered as their references go by."""

    def __init__(self, package: Package, settings: Element | None) -> None:
        self._notes: dict[str, dict[str, Element]] = {}
        self._forms: dict[str, str] = {}
        self._next: dict[str, int] = {}
        self._labels: dict[tuple[str, str], str] = {}
        for kind, form in (("footnote", "decimal"), ("endnote", "lowerRoman")):
            root = package.related(f"{kind}s", f"{kind}s.xml")
            self._notes[kind] = {
                attribute(note, "w:id"): note
                for note in children(root, f"w:{kind}")
                if attribute(note, "w:type", "normal") == "normal"
            }
            self._forms[kind], self._next[kind] = form, 1
        self.obey(settings)

    def obey(self, about: Element | None) -> None:
        """Take number format and first number from the settings, or from a section's own."""
        for kind in self._forms:
            said = child(about, f"w:{kind}Pr")
            self._forms[kind] = value(said, "w:numFmt", self._forms[kind])
            self._next[kind] = number(value(said, "w:numStart"), self._next[kind])

    def find(self, reference: Element, kind: str, mark: str) -> tuple[str, Element | None, bool]:
        """A reference's label and note, and whether it is the first to that note.

        `mark` is the label that the reference brings itself; it does not count.
        """
        name = attribute(reference, "w:id")
        note = self._notes[kind].get(name)
        fresh = (kind, name) not in self._labels
        if note is None:
            return "", None, False
        if fresh:
            label = mark
            if not mark:
                label = write_count(self._next[kind], self._forms[kind])
                self._next[kind] += 1
            self._labels[kind, name] = label
        return self._labels[kind, name], note, fresh
