"""reStructuredText: the words of its doctree, nothing fetched and nothing run."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from docutils import ApplicationError, nodes
from docutils.core import publish_doctree

from ingest.documents import IngestError
from ingest.extract import Extract, Mark, Role
from ingest.markup.counting import Style, shown
from ingest.markup.table import WIDEST, Reach, end_row, reach_down
from ingest.markup.writing import Writing, reference, without_signs
from ingest.readers.text import decode

_LONGEST_LINE = 20_000  # characters; docutils takes the square of a line's length
_SETTINGS: dict[str, Any] = {
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "_disable_config": True,
    "halt_level": 5,
    "report_level": 5,  # above what a document can provoke: nothing is reported, nothing stops it
    "line_length_limit": _LONGEST_LINE,
    "syntax_highlight": "none",
    "input_encoding": "unicode",
}
_LEFT_OUT = (
    nodes.comment,
    nodes.image,
    nodes.meta,
    nodes.pending,
    nodes.raw,
    nodes.substitution_definition,
    nodes.system_message,
    nodes.target,
    nodes.transition,
)
_ADMONITIONS = (
    nodes.attention,
    nodes.caution,
    nodes.danger,
    nodes.error,
    nodes.hint,
    nodes.important,
    nodes.note,
    nodes.tip,
    nodes.warning,
)
_COUNTS: dict[str, Style] = {
    "arabic": "decimal",
    "loweralpha": "a",
    "upperalpha": "A",
    "lowerroman": "i",
    "upperroman": "I",
}
_PROPERTIES = {"author": "author", "authors": "author", "date": "modified"}
_ITEM = re.compile(r"\d{1,2}(?:\.\d{1,3})+\s|\(?(?:\d{1,2}|[a-z]|[ivx]{2,4})[.)]\s|[•–]\s")


@dataclass(frozen=True)
class _Setting:
    """What holds for the lines within a node."""

    level: int = 0  # of the section around it
    indent: int = 0
    role: Role = ""
    note: int | None = None


def read_rst(data: bytes) -> Extract:
    """What the file comes to, a line a paragraph; its title, author and date as properties.

    Raises IngestError where it is no text, or too broken or too deeply nested to be parsed.
    """
    source = without_signs(decode(data).removeprefix("\ufeff").replace("\0", ""))
    if max(map(len, source.splitlines()), default=0) > _LONGEST_LINE:
        raise IngestError("has lines of over 20,000 characters; save it as plain text (.txt)")
    try:
        tree = publish_doctree(
            source, settings_overrides={**_SETTINGS, "warning_stream": io.StringIO()}
        )
        story = _Story(tree)
        story.read(tree, _Setting())
    except RecursionError as error:
        raise IngestError("is nested too deeply; save it as plain text (.txt)") from error
    except (ApplicationError, ArithmeticError, AttributeError, LookupError, ValueError) as error:
        # Docutils stumbles over some sources that break its rules.
        raise IngestError("is broken reStructuredText; save it as plain text (.txt)") from error
    return story.writing.extract(story.properties, ())


class _Story:
    """Writes a doctree's nodes in order."""

    def __init__(self, tree: nodes.document) -> None:
        self.writing = Writing()
        self.label = ""  # number or bullet that the next line begins with
        self.cell: list[str] | None = None  # lines of the cell that is being read
        self.properties: dict[str, str] = {}
        self.sections = next(tree.findall(nodes.section), None) is not None
        notes = [*tree.findall(nodes.footnote)]
        self.notes = {name: at for at, note in enumerate(notes) for name in note["ids"]}

    def read(self, node: nodes.Node, setting: _Setting) -> None:
        """Write a node and what it holds."""
        if isinstance(node, _LEFT_OUT):
            return
        if isinstance(node, nodes.Text):
            self._line(node.astext(), setting)
        elif isinstance(node, nodes.title | nodes.subtitle):
            self._title(node, setting)
        elif isinstance(node, nodes.rubric):
            self._line(self._words(node), setting, heading=setting.level + 1)
        elif isinstance(node, nodes.table):
            self._table(node, setting)
        elif isinstance(node, nodes.definition_list | nodes.option_list):
            self._pairs(node, setting)
        elif isinstance(node, nodes.docinfo | nodes.field_list):
            self._fields(node, setting)
        elif isinstance(node, nodes.line):
            first = node is node.parent.children[0]
            self._line(self._words(node), setting, begins=first)
        elif isinstance(node, nodes.FixedTextElement):
            self._fixed(node, setting)
        elif isinstance(node, nodes.TextElement):
            self._paragraph(node, setting)
        else:
            self._all(node, setting)

    def _all(self, node: nodes.Node, setting: _Setting) -> None:
        if isinstance(node, nodes.section):
            setting = replace(setting, level=setting.level + 1)
        elif isinstance(node, nodes.topic) and "contents" in node["classes"]:
            setting = replace(setting, role="contents")
        elif isinstance(node, nodes.decoration):
            setting = replace(setting, role="furniture")
        elif isinstance(node, nodes.footnote):
            known = [self.notes[name] for name in node["ids"] if name in self.notes]
            setting = replace(setting, role="footnote", note=known[0] if known else None)
        elif isinstance(node, nodes.bullet_list | nodes.enumerated_list):
            self._list(node, setting)
            return
        elif isinstance(node, _ADMONITIONS):
            self._line(node.tagname.capitalize(), setting, heading=0)
        for child in node.children:
            if isinstance(child, nodes.label):
                self.label = f"{child.astext()} "
            else:
                self.read(child, setting)
        if isinstance(node, nodes.footnote):
            self.label = ""

    def _line(
        self, words: str, setting: _Setting, begins: bool | None = True, heading: int | None = None
    ) -> None:
        if not words.strip():
            return
        label, self.label = self.label, ""
        if self.cell is not None:
            self.cell.append(label + words)
            return
        if heading is None and not setting.role and self.sections:
            heading = 0  # sections have titles; what is none is no heading
        mark = Mark(0, begins, None if setting.role else heading, setting.role, setting.indent)
        self.writing.line(label + words, mark, setting.note)

    def _title(self, node: nodes.Element, setting: _Setting) -> None:
        words = " ".join(self._words(node).split())
        if setting.level == 0 and isinstance(node.parent, nodes.document) and not setting.role:
            self.properties.setdefault("title", words)
            self._line(words, replace(setting, role="title"))
        else:
            inside = isinstance(node.parent, nodes.section)
            self._line(words, setting, heading=max(1, setting.level + (not inside)))

    def _paragraph(self, node: nodes.TextElement, setting: _Setting) -> None:
        """One line, but for a source line that opens with a number: nobody means to run it on."""
        lines: list[str] = []
        for line in self._words(node).split("\n"):
            if lines and not _ITEM.match(line):
                lines[-1] += f" {line}"
            else:
                lines.append(line)
        for position, line in enumerate(lines):
            self._line(line, setting, begins=None if position else True)

    def _fixed(self, node: nodes.Element, setting: _Setting) -> None:
        gap = True
        for line in self._words(node).split("\n"):
            self._line(line, setting, begins=True if gap else None)
            gap = not line.strip()

    def _list(self, node: nodes.Element, setting: _Setting) -> None:
        setting = replace(setting, indent=setting.indent + 1)
        for position, item in enumerate(node.children):
            if isinstance(node, nodes.enumerated_list):
                style = _COUNTS.get(node.get("enumtype", ""), "decimal")
                number = shown(node.get("start", 1) + position, style)
                self.label += f"{node.get('prefix', '')}{number}{node.get('suffix', '.')} "
            else:
                self.label += "• "
            self.read(item, setting)
            self.label = ""

    def _fields(self, node: nodes.Element, setting: _Setting) -> None:
        for field in node.children:
            if not isinstance(field, nodes.Element):
                continue
            if isinstance(field, nodes.field):
                name, words = self._words(field[0]), self._flat(field[1])
            else:
                name, words = field.tagname.capitalize(), self._flat(field)
            if key := _PROPERTIES.get(name.lower()):
                self.properties.setdefault(key, words)
            self._line(f"{name}: {words}", setting, heading=0)

    def _pairs(self, node: nodes.Element, setting: _Setting) -> None:
        """A term and its meaning are a row, unless the meaning has parts of its own."""
        for item in node.children:
            parts = [part for part in item.children if isinstance(part, nodes.Element)]
            terms = [self._words(part) for part in parts[:-1]]
            meaning = parts[-1] if parts else None
            if meaning is None or not terms:
                continue
            if len(meaning.children) == 1 and isinstance(meaning.children[0], nodes.paragraph):
                row = f"{' '.join(' '.join(terms).split())}\t{self._flat(meaning)}"
                self._line(row, replace(setting, role=setting.role or "row"))
            else:
                self._line(" ".join(terms), setting, heading=0)
                self.read(meaning, setting)

    def _table(self, node: nodes.Element, setting: _Setting) -> None:
        for title in node.findall(nodes.title):
            self._line(self._words(title), replace(setting, role=setting.role or "caption"))
            break
        covered: Reach = {}
        for row in node.findall(nodes.row):
            cells: list[str] = []
            for entry in row.findall(nodes.entry):
                reach_down(cells, covered)
                words = self._flat(entry)
                across = min(WIDEST, entry.get("morecols", 0) + 1)
                for offset in range(across):
                    if down := entry.get("morerows", 0):
                        covered[len(cells)] = (down, "" if offset else words)
                    cells.append("" if offset else words)
            end_row(cells, covered)
            role: Role = "header" if isinstance(row.parent, nodes.thead) else "row"
            line = "\t".join(cells).rstrip("\t ")
            self._line(line, replace(setting, role=setting.role or role))

    def _flat(self, node: nodes.Node) -> str:
        """Everything a node holds as one line."""
        outer, self.cell = self.cell, []
        label, self.label = self.label, ""
        self.read(node, _Setting())
        found, self.cell = self.cell, outer
        self.label = label
        return " ".join(word for line in found for word in line.split())

    def _words(self, node: nodes.Node) -> str:
        """A paragraph's words, with signs where its footnotes belong instead of their numbers."""
        return "".join(self._pieces(node))

    def _pieces(self, node: nodes.Node) -> Iterator[str]:
        if isinstance(node, nodes.footnote_reference) and node.get("refid") in self.notes:
            yield reference(self.notes[node["refid"]])
        elif isinstance(node, nodes.Text):
            yield node.astext()
        elif isinstance(node, nodes.footnote_reference | nodes.citation_reference):
            yield f"[{node.astext()}]"
        elif not isinstance(node, _LEFT_OUT) or isinstance(node, nodes.target):
            for child in node.children:
                yield from self._pieces(child)
