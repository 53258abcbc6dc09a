"""The parts of a Word file that python-docx does not write: lists, footnotes, boxes, fields."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import qn

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_NOTES = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_BULLETS = ("\uf0b7", "o", "\uf0a7")
_HOUR = (2026, 1, 5, 9, 0, 0)
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
_BOX = (
    f'<w:r {W} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    f' xmlns:wp="{_DRAWING}/wordprocessingDrawing" xmlns:a="{_DRAWING}/main"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    ' xmlns:v="urn:schemas-microsoft-com:vml"><mc:AlternateContent><mc:Choice Requires="wps">'
    '<w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0">'
    '<wp:extent cx="5400000" cy="780000"/><wp:docPr id="7" name="Text Box 7"/><a:graphic>'
    '<a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape">'
    '<wps:wsp><wps:cNvSpPr txBox="1"/><wps:spPr><a:xfrm><a:off x="0" y="0"/>'
    '<a:ext cx="5400000" cy="780000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
    '<a:solidFill><a:srgbClr val="EEF3F8"/></a:solidFill><a:ln><a:solidFill>'
    '<a:srgbClr val="335577"/></a:solidFill></a:ln></wps:spPr><wps:txbx>WORDS</wps:txbx>'
    "<wps:bodyPr/></wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing></mc:Choice>"
    '<mc:Fallback><w:pict><v:rect style="width:425pt;height:61pt"><v:textbox>WORDS</v:textbox>'
    "</v:rect></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
)


class Lists:
    """The lists of a document: each has a pattern for every level, and may start again."""

    def __init__(self, doc: Any, settings: dict[str, Any]) -> None:
        self.doc, self.settings = doc, settings
        self.root = doc.part.numbering_part._element
        self.nums: dict[str, int] = {}
        for child in list(self.root):
            self.root.remove(child)
        lists = {"bullet": [f"bullet {b}" for b in settings.get("bullets", _BULLETS)]}
        lists |= settings.get("lists", {})
        self.abstracts = {name: n for n, name in enumerate(lists)}
        for name, levels in lists.items():
            rows = "".join(self._level(name, n, level) for n, level in enumerate(levels))
            self.root.append(
                parse_xml(
                    f'<w:abstractNum {W} w:abstractNumId="{self.abstracts[name]}">'
                    f'<w:multiLevelType w:val="multilevel"/>{rows}</w:abstractNum>'
                )
            )
        for name in lists:
            self.begin(name)
        if settings.get("heading_list"):
            self._link_headings(settings["heading_list"])

    def begin(self, name: str) -> None:
        """A new count of a list; Word keeps the old one for the items that already have it."""
        number = len(self.root.findall(qn("w:num"))) + 1
        again = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
        self.root.append(
            parse_xml(
                f'<w:num {W} w:numId="{number}"><w:abstractNumId '
                f'w:val="{self.abstracts[name]}"/>{again if name in self.nums else ""}</w:num>'
            )
        )
        self.nums[name] = number

    def _level(self, name: str, n: int, level: str) -> str:
        form, mark = level.split(" ", 1)
        style = font = ""
        if name == self.settings.get("heading_list") and n < self.settings["heading_levels"]:
            style = f'<w:pStyle w:val="Heading{n + 1}"/>'
        if mark > "\uf000":
            face = "Symbol" if mark == "\uf0b7" else "Wingdings"
            font = f'<w:rPr><w:rFonts w:ascii="{face}" w:hAnsi="{face}"/></w:rPr>'
        even = [(720 if name == "bullet" else 567) * (n + 1) for n in range(9)]
        left = self.settings.get("indents", {}).get(name, even)[n]
        hang = min(left, 360 if name == "bullet" else 720)
        return (
            f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>{style}'
            f'<w:lvlText w:val="{escape(mark)}"/><w:lvlJc w:val="left"/><w:pPr>'
            f'<w:ind w:left="{left}" w:hanging="{hang}"/></w:pPr>{font}</w:lvl>'
        )

    def _link_headings(self, name: str) -> None:
        for level in range(self.settings["heading_levels"]):
            style = self.doc.styles[f"Heading {level + 1}"]._element
            style.get_or_add_pPr().insert_element_before(
                number_property(level, self.nums[name]),
                *("w:suppressLineNumbers", "w:pBdr", "w:shd", "w:tabs", "w:spacing", "w:ind"),
                *("w:contextualSpacing", "w:jc", "w:outlineLvl"),
            )


def number_property(level: int, num: int) -> Any:
    return parse_xml(f'<w:numPr {W}><w:ilvl w:val="{level}"/><w:numId w:val="{num}"/></w:numPr>')


def add_footnotes(doc: Any, notes: list[str]) -> None:
    """The part that holds them, numbered from 1 as the references in the text are."""
    rows = "".join(
        f'<w:footnote w:id="{n}"><w:p><w:pPr><w:spacing w:after="0"/></w:pPr><w:r><w:rPr>'
        '<w:vertAlign w:val="superscript"/><w:sz w:val="18"/></w:rPr><w:footnoteRef/></w:r>'
        f'<w:r><w:rPr><w:sz w:val="18"/></w:rPr><w:t xml:space="preserve"> {escape(words)}'
        "</w:t></w:r></w:p></w:footnote>"
        for n, words in enumerate(notes, 1)
    )
    ends = "".join(
        f'<w:footnote w:id="{n}" w:type="{kind}"><w:p><w:r><w:{kind}/></w:r></w:p></w:footnote>'
        for n, kind in ((-1, "separator"), (0, "continuationSeparator"))
    )
    xml = f'<?xml version="1.0" encoding="UTF-8"?><w:footnotes {W}>{ends}{rows}</w:footnotes>'
    part = Part(PackURI("/word/footnotes.xml"), _NOTES, xml.encode(), doc.part.package)
    doc.part.relate_to(part, RT.FOOTNOTES)


def text_box(lines: list[str]) -> Any:
    """As Word writes it: a drawing, and the same words again for older readers."""
    words = "".join(
        f'<w:p><w:r><w:t xml:space="preserve">{escape(line)}</w:t></w:r></w:p>' for line in lines
    )
    return parse_xml(_BOX.replace("WORDS", f"<w:txbxContent>{words}</w:txbxContent>"))


def contents_control(doc: Any) -> Any:
    """Where the entries of a contents page go: Word keeps them in a control of their own."""
    control = parse_xml(
        f'<w:sdt {W}><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/>'
        "<w:docPartUnique/></w:docPartObj></w:sdtPr><w:sdtContent/></w:sdt>"
    )
    doc.element.body.insert_element_before(control, "w:sectPr")
    return control.find(qn("w:sdtContent"))


def add_field(par: Any, kind: str, code: str = "") -> None:
    """One mark of a field (begin, separate, end), or its code."""
    inner = f'<w:fldChar {W} w:fldCharType="{kind}"/>'
    if code:
        inner = f'<w:instrText {W} xml:space="preserve">{code}</w:instrText>'
    par.add_run()._r.append(parse_xml(inner))


def escape(words: str) -> str:
    return words.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def save_stable(doc: Any, path: Path) -> None:
    """The same bytes each time: a fixed hour on every member of the archive."""
    buffer = BytesIO()
    doc.save(buffer)
    with zipfile.ZipFile(buffer) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name == "docProps/thumbnail.jpeg":
                continue
            info = zipfile.ZipInfo(name, _HOUR)
            info.compress_type = zipfile.ZIP_DEFLATED
            data = old.read(name)
            if name == "_rels/.rels":
                data = re.sub(rb"<Relationship [^>]*thumbnail[^>]*/>", b"", data)
            new.writestr(info, data)
