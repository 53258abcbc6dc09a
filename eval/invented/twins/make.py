"""The policies of eval/invented/corpus as Word files and PDFs, word for word.

    python eval/invented/twins/make.py

The Markdown's numbers become Word's automatic ones wherever Word would count the same; its tables,
bullets and headings become Word's own. The Word writer is that of tests/ingest/policies.
"""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT / "tests" / "ingest" / "policies"))

from make import make  # noqa: E402
from markup import Block, Source  # noqa: E402

HERE = Path(__file__).parent
CORPUS = HERE.parent / "corpus"
LOOKS = {
    "marrowdene": {"font": "Liberation Sans", "size": 10.5, "heading_font": "Liberation Sans"},
    "pipistrel-lane": {"font": "Liberation Serif", "size": 12, "heading_font": "Liberation Serif"},
    "quillbeck": {"font": "Liberation Sans", "size": 11, "heading_font": "Liberation Serif"},
}
_NUMBERED = re.compile(r"(?P<number>\d+(?:\.\d+)*)(?P<dot>\.?) (?P<words>.+)")
_LETTERED = re.compile(r"\((?P<letter>[a-z])\) (?P<words>.+)")


class Twin:
    """One Markdown file as blocks; counts as Word would, to know which numbers Word can have."""

    def __init__(self, text: str) -> None:
        self.dot = re.search(r"^#+ \d+\.", text, re.M) is not None
        self.counts = [0, 0, 0]
        self.steps = self.letters = 0
        self.blocks: list[Block] = []
        self.in_table = False
        for paragraph in _paragraphs(text):
            self._add(paragraph)

    def _add(self, words: str) -> None:
        if not words.startswith("|"):
            self.in_table = False
        if words.startswith("|"):
            self._row(words)
        elif heading := re.match(r"(#+) (.+)", words):
            self._heading(len(heading[1]), heading[2])
        elif bullet := re.match(r"[-*] (.+)", words):
            self.blocks.append(Block("bullet", bullet[1], 1))
        elif lettered := _LETTERED.match(words):
            self.letters = self.letters + 1 if lettered["letter"] != "a" else 1
            again = self.letters == 1
            self.blocks.append(Block("list", lettered["words"], 0, "alpha", restart=again))
        elif numbered := _NUMBERED.match(words):
            self._numbered(numbered)
        else:
            self.blocks.append(Block("text", words))

    def _heading(self, level: int, words: str) -> None:
        self.steps = 0
        block = Block("heading", words, level)
        if (match := _NUMBERED.match(words)) and self._next(match["number"]):
            block = replace(block, text=match["words"], name="main")
        self.blocks.append(block)

    def _numbered(self, match: re.Match[str]) -> None:
        number, words = match["number"], match["words"]
        if match["dot"] and "." not in number:
            self.steps = 1 if number == "1" else self.steps + 1
            again = self.steps == 1
            self.blocks.append(Block("list", words, 0, "steps", restart=again))
        elif self._next(number):
            self.blocks.append(Block("list", words, number.count("."), "main"))
        else:
            typed = Block("typed", words, 1, number=number + match["dot"], gap=" ")
            self.blocks.append(typed)

    def _next(self, number: str) -> bool:
        """Count on if Word's next number at this depth is this one."""
        level = number.count(".")
        if level > 2:
            return False
        ahead = [*self.counts[:level], self.counts[level] + 1]
        if number != ".".join(map(str, ahead)):
            return False
        self.counts = [*ahead, 0, 0][:3]
        return True

    def _row(self, words: str) -> None:
        cells = tuple(cell.strip() for cell in words.strip("|").split("|"))
        if not self.in_table:
            self.blocks.append(Block("table", "", name="clause", widths=(10,) * len(cells)))
        if not set("".join(cells)) <= set("-: "):
            code = "row" if self.in_table else "header"
            self.blocks.append(Block(code, " ".join(cells), name="clause", cells=cells))
        self.in_table = True


def _paragraphs(text: str) -> list[str]:
    """The lines that a hard-wrapped Markdown paragraph, heading, item or row is made of, joined."""
    text = re.sub(r"^(.+)\n=+$", r"# \1", text, flags=re.M)
    text = re.sub(r"^(?!\|)(.+)\n-+$", r"## \1", text, flags=re.M)
    found: list[str] = []
    fresh = True
    for line in text.splitlines():
        words = re.sub(r"^> ?", "", line).strip()
        starts = re.match(r"#|\||[-*] |\*\*[^*]+:\*\*|\([a-z]\) |\d+\. |>", line.strip())
        if not words or words == "---":
            fresh = True
        elif fresh or starts:
            found.append(words)
            fresh = words.startswith(("#", "|"))
        else:
            found[-1] += " " + words
    # One star slants; the Word writer has another sign for it.
    return [re.sub(r"(?<!\*)\*(?![* ])([^*]+)\*(?!\*)", r"//\1//", words) for words in found]


def twin(path: Path) -> Source:
    text = path.read_text("utf-8")
    found = Twin(text)
    stop = "." if found.dot else ""
    lists = {
        "main": [f"decimal %1{stop}", "decimal %1.%2", "decimal %1.%2.%3"],
        "steps": ["decimal %1."],
        "alpha": ["lowerLetter (%1)"],
    }
    settings = {**LOOKS[path.parent.name], "lists": lists, "indents": {"main": [567, 720, 900]}}
    return Source(settings, tuple(found.blocks))


if __name__ == "__main__":
    for path in sorted(CORPUS.glob("*/*.md")):
        folder = HERE / path.parent.name
        folder.mkdir(exist_ok=True)
        make(twin(path), folder, path.stem)
        print(f"{path.parent.name}/{path.stem}")
