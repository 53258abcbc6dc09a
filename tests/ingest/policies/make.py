"""Write the policies of this folder as Word files, and as the PDFs that LibreOffice makes of them.

    python tests/ingest/policies/make.py [NAME …]

Tests read what is committed and never run this. Every school, person and rule in content/ is
invented. Two of them break words at line ends, for which LibreOffice needs the British patterns
(Debian: hyphen-en-gb). The clause lists come from the border marks set by hand in content/ (see
markup.py); no reader of ours is asked.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pypdfium2
from markup import Source, read
from word import Writer

HERE = Path(__file__).parent


def make(source: Source, folder: Path, name: str) -> None:
    """Both forms; twice where a contents page needs to know on which page a heading fell."""
    words, printed = folder / f"{name}.docx", folder / f"{name}.pdf"
    writer = Writer(source, {})
    writer.write(words)
    convert(words)
    if any(block.name == "toc" for block in source.blocks):
        headings = [text for _, text in writer.numbered()]
        Writer(source, find_pages(printed, headings)).write(words)
        convert(words)


def convert(words: Path) -> None:
    """Word file to PDF beside it; LibreOffice gets a profile of its own."""
    soffice = shutil.which("soffice")
    if soffice is None:
        raise SystemExit("LibreOffice is not installed; install it (Debian: libreoffice-writer).")
    profile = Path(tempfile.gettempdir()) / "policies-libreoffice"
    command = [soffice, "--headless", "--convert-to", "pdf", "--outdir", str(words.parent)]
    command += [f"-env:UserInstallation={profile.as_uri()}", str(words)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def find_pages(printed: Path, headings: list[str]) -> dict[str, int]:
    """The last page that bears each heading: earlier ones are the contents page."""
    pages: dict[str, int] = {}
    with pypdfium2.PdfDocument(printed) as pdf:
        for number, page in enumerate(pdf, 1):
            words = _squeeze(page.get_textpage().get_text_range())
            pages |= {h: number for h in headings if _squeeze(h) in words}
    return pages


def _squeeze(words: str) -> str:
    return "".join(words.split()).casefold()


if __name__ == "__main__":
    wanted = sys.argv[1:] or sorted(p.stem for p in (HERE / "content").glob("*.txt"))
    for name in wanted:
        make(read(HERE / "content" / f"{name}.txt"), HERE, name)
        sizes = [(HERE / f"{name}{suffix}").stat().st_size for suffix in (".docx", ".pdf")]
        print(f"{name}: {sizes[0] // 1000} kB, {sizes[1] // 1000} kB")
