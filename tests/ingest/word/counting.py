"""Makes counting.docx, counting.odt and counting.txt: run it where LibreOffice is installed.

counting.txt holds the lines of the PDF that LibreOffice prints of counting.docx: what the readers'
automatic numbers are compared with. Left out is what LibreOffice does not print as Word does:
isLgl, lvlRestart, and lists without an override that share another's counts.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

import conftest as make
import pypdfium2

HERE = Path(__file__).parent
LAW = "".join(make.level(n, text=".".join(f"%{k + 1}" for k in range(n + 1))) for n in range(9))
MIXED = (
    make.level(0, "decimal", "%1.")
    + make.level(1, "lowerLetter", "(%2)")
    + make.level(2, "lowerRoman", "(%3)")
    + make.level(3, "upperLetter", "%4)")
    + make.level(4, "upperRoman", "%5.")
)
PARTS = make.level(0, "upperRoman", "Part %1") + make.level(1, "decimal", "%1-%2")
RULES = make.level(0, "decimal", "%1)") + make.level(1, "decimal", "Rule %2:")
LATE = make.level(0, "decimal", "Section %1 –", start=5) + make.level(1, "lowerLetter", "%1%2)", 3)
DOTS = (
    make.level(0, "bullet", "\uf0b7", font="Symbol")
    + make.level(1, "bullet", "o", font="Courier New")
    + make.level(2, "bullet", "–", font="Calibri")
)
LETTERS = make.level(0, "lowerLetter", "%1.")
STYLED = make.level(0, "decimal", "%1", more='<w:pStyle w:val="Heading1"/>') + make.level(
    1, "decimal", "%1.%2", more='<w:pStyle w:val="Heading2"/>'
)
ORDINAL = make.level(0, "ordinal", "%1") + make.level(1, "decimalZero", "%2.")
OVERRIDES = (
    '<w:num w:numId="20"><w:abstractNumId w:val="2"/><w:lvlOverride w:ilvl="0">'
    '<w:startOverride w:val="1"/></w:lvlOverride></w:num>'
    '<w:num w:numId="21"><w:abstractNumId w:val="2"/><w:lvlOverride w:ilvl="0">'
    '<w:startOverride w:val="7"/></w:lvlOverride></w:num>'
)
DEFINITIONS = (LAW, MIXED, PARTS, RULES, LATE, DOTS, LETTERS, STYLED, ORDINAL)
# (list, levels of its items in turn)
RUNS: tuple[tuple[int, str], ...] = (
    (1, "01112210120120"),
    (2, "0112230441100"),
    (3, "01101"),
    (1, "0112"),
    (4, "0110110"),
    (20, "001"),
    (5, "011010"),
    (21, "0010"),
    (6, "001220"),
    (7, "0" * 30),
    (9, "0001100"),
    (1, "012"),
)


def body() -> str:
    count = 0
    written = ""
    for num, levels in RUNS:
        for place in levels:
            count += 1
            written += make.item(f"word{count:03d}", int(place), num)
        count += 1
        written += make.paragraph(f"word{count:03d}")
    for style in ("Heading1", "Heading2", "Heading2", "Heading1", "OurHeading", "Heading2"):
        count += 1
        written += make.paragraph(f"word{count:03d}", f'<w:pStyle w:val="{style}"/>')
    return written


def styles() -> str:
    listed = '<w:numPr><w:ilvl w:val="{}"/><w:numId w:val="8"/></w:numPr><w:outlineLvl w:val="{}"/>'
    text = make._STYLES
    for place in (0, 1):
        text = text.replace(f'<w:outlineLvl w:val="{place}"/>', listed.format(place, place))
    return text


def main() -> None:
    data = make.word(
        body(), styles=styles(), numbering=make.lists(*DEFINITIONS, overrides=OVERRIDES)
    )
    (HERE / "counting.docx").write_bytes(data)
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("odt", "pdf"):
            subprocess.run(
                ["soffice", "--headless", f"-env:UserInstallation=file://{folder}/home",
                 "--convert-to", kind, "--outdir", folder, str(HERE / "counting.docx")],
                check=True, stdout=sys.stderr,
            )  # fmt: skip
        (HERE / "counting.odt").write_bytes((Path(folder) / "counting.odt").read_bytes())
        pdf = pypdfium2.PdfDocument(Path(folder) / "counting.pdf")
        text = "\n".join(page.get_textpage().get_text_range() for page in pdf)
    lines = re.sub(r"\s+", " ", text)
    lines = re.sub(r"(word\d{3}) ?", r"\1\n", lines)
    (HERE / "counting.txt").write_text(lines, "utf-8")


if __name__ == "__main__":
    main()
