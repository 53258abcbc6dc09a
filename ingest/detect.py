"""What a file is by its content, whatever its name says; or what to do with it instead."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

from ingest.documents import IngestError

_TEXTS = (".txt", ".md", ".markdown", ".rst")
_TO_WORD = "save it as .docx or PDF"
# How a file of a kind begins, and what to tell whoever ingests it.
_MAGIC: tuple[tuple[str, str], ...] = tuple(
    (f"(?s){pattern}", reason)
    for pattern, reason in (
        (r"\s*\{\\u?rtf", "is a rich text file (.rtf); open it in Word and save it as .docx"),
        (r"\xffWPC", f"is a WordPerfect file; open it in LibreOffice and {_TO_WORD}"),
        (
            r"\x31\xbe\0\0|\xdb\xa5[\x2d\0]|\xfe\x37\0\x23",
            "is a Word file from before 1997 (.doc); open it in LibreOffice and save it as .docx",
        ),
        (
            r"\x1f\x8b|BZh[1-9]|\xfd7zXZ\0|7z\xbc\xaf\x27\x1c|Rar!\x1a\x07|\x28\xb5\x2f\xfd|MSCF\0"
            r"|.{257}ustar",
            "is a packed folder or file; unpack it here",
        ),
        (
            r"\s*\[InternetShortcut\]|\s*\[Desktop Entry\]|L\0\0\0\x01\x14\x02\0|bplist00",
            "is a shortcut; put the document that it leads to here",
        ),
        (r"%!PS", "is a PostScript file; convert it to PDF"),
        (r"AT&TFORM", "is a DjVu scan; convert it to PDF"),
        (r"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d", "is a OneNote file; print its pages to PDF"),
        (r"SQLite format 3\0", "is a database; save the policy as PDF or Word"),
        (
            r"MZ(?=.{0,60}\0)|\x7fELF|\xca\xfe\xba\xbe|\xcf\xfa\xed\xfe",
            "is a program; save the policy as PDF or Word",
        ),
        (
            r"ID3[\x02-\x04]|\xff[\xfb\xf3\xf2]|OggS|fLaC|RIFF....(?:WAVE|AVI )|\x1aE\xdf\xa3"
            r"|....ftyp(?!heic|heix|mif1|msf1|avif)",
            "is a sound or video recording; save the policy as PDF or Word",
        ),
    )
)
_PICTURE = re.compile(
    rb"(?s)\x89PNG\r\n|\xff\xd8\xff|GIF8[79]a|II\*\0|MM\0\*|RIFF....WEBP|BM.{4}\0\0\0\0"
    rb"|....ftyp(?:heic|heix|mif1|msf1|avif)|\0\0\0\x0cjP  |8BPS\0\x01|\xd7\xcd\xc6\x9a"
)
_PDF = re.compile(rb"%PDF-\s?\d")
# Streams of old Office files, and of new ones under a password, each as its directory names it.
_STREAMS = (
    ("EncryptedPackage", "is locked with a password; open it in Word and save it without one"),
    ("__nameid_version1.0", "is an e-mail (.msg); save what is attached to it here, or print it"),
    ("WordDocument", "is an old Word file (.doc); open it in Word and save it as .docx"),
    ("Workbook", "is a spreadsheet (.xls); save the policy as PDF or Word"),
    ("Book", "is a spreadsheet (.xls); save the policy as PDF or Word"),
    ("PowerPoint Document", "is a presentation (.ppt); save it as PDF"),
    ("VisioDocument", "is a drawing (.vsd); save it as PDF"),
    ("Quill", "is a Publisher file (.pub); save it as PDF"),
    ("MatOST", f"is a Works file (.wps); open it in LibreOffice and {_TO_WORD}"),
)
_OPENDOCUMENT = {
    "spreadsheet": "is a spreadsheet (.ods); save the policy as PDF or Word",
    "presentation": "is a presentation (.odp); save it as PDF",
    "graphics": "is a drawing (.odg); save it as PDF",
}
_MARKUP = re.compile(
    r"\s*(?:<\?xml[^>]{0,200}>\s*)?(?>(?:<!--(?>.{0,2000}?-->)\s*)*)"
    r"<(?P<name>!doctype\s+[\w:]+|\?mso-application[^>]*|[\w:]+)(?P<rest>[^>]{0,4000})",
    re.I | re.S,
)
_PAGES = ("!doctype html", "html", "head", "body")
_PARTS = "p div h1 h2 h3 table center font span meta title style link section main article".split()
_ANY_TAG = re.compile(
    r"<(?:p|div|br|h[1-6]|table|[uo]l|li|d[ltd]|span|b|i|em|strong|font|a|img|meta|title|main"
    r"|article|section|header|footer|body|html|form|blockquote|pre|center)\b[^<>]*>",
    re.I,
)
_MAIL = re.compile(
    r"(?:^(?:MIME-Version|Received|Return-Path|Message-ID|Delivered-To|X-[\w-]+):.*\n"
    r"|^(?:From|To|Cc|Date|Subject|Content-[\w-]+|Snapshot-[\w-]+|Sender|Reply-To):.*\n"
    r"|^[ \t]+.*\n)+",
    re.I | re.M,
)
_MACHINE_MAIL = re.compile(r"^(?:MIME-Version|Received|Return-Path|Message-ID):", re.I | re.M)


def detect(data: bytes, suffix: str) -> str:
    """The suffix in READERS of what `data` really is; `suffix`, as named, decides among texts.

    Raises IngestError where it is nothing that can be read, saying what to do with it.
    """
    if not data.strip(b"\0 \t\r\n\v\f\x1a"):
        raise IngestError("is empty; save the policy's text in it")
    if _PDF.search(data[:1024]) or (suffix == ".pdf" and b" obj" in data and b"endobj" in data):
        return ".pdf"
    if data.startswith(b"PK") and data[2:4] in (b"\3\4", b"\5\6", b"\7\x08"):
        return _inside_zip(data, suffix)
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        raise IngestError(_old_office(data))
    if is_picture(data):
        raise IngestError("is a picture; save the policy as PDF, or run with --ocr")
    head = data[:4096].decode("latin-1")
    for pattern, reason in _MAGIC:
        if re.match(pattern, head):
            raise IngestError(reason)
    return _text(data, suffix)


def is_picture(data: bytes) -> bool:
    return _PICTURE.match(data) is not None


def _inside_zip(data: bytes, suffix: str) -> str:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = {name.replace("\\", "/").lower() for name in archive.namelist()}
            kind = _opendocument(archive)
    except (zipfile.BadZipFile, ValueError, OSError, LookupError, RuntimeError) as error:
        if suffix in (".docx", ".docm", ".dotx", ".odt"):
            raise IngestError(
                f"is damaged; open it in Word or LibreOffice and save it again as {suffix}"
            ) from error
        raise IngestError("is a damaged zip file; copy or save it here again") from error
    if kind:
        for word, reason in _OPENDOCUMENT.items():
            if word in kind:
                raise IngestError(reason)
        if "epub" in kind:
            raise IngestError("is an e-book (.epub); save the policy as PDF or Word")
        if "text" in kind:
            return ".odt"
    if any(name.startswith("word/") and name.endswith(".xml") for name in names):
        return ".docx"
    if any(name.startswith("xl/") for name in names):
        raise IngestError("is a spreadsheet (.xlsx); save the policy as PDF or Word")
    if any(name.startswith("ppt/") for name in names):
        raise IngestError("is a presentation (.pptx); save it as PDF")
    if any(name.startswith("visio/") for name in names):
        raise IngestError("is a drawing (.vsdx); save it as PDF")
    if suffix in (".pages", ".numbers", ".key") or any(
        name.endswith((".iwa", "index.apxl", "index.xml.gz")) for name in names
    ):
        raise IngestError("is a Pages, Numbers or Keynote file; export it as Word or PDF")
    if any(name.endswith(".fdseq") for name in names):
        raise IngestError("is an XPS file; save it as PDF")
    if "content.xml" in names:
        return ".odt"
    if "[content_types].xml" in names:
        return ".docx"  # its reader looks for the document wherever it stands
    if suffix in (".docx", ".docm", ".dotx", ".odt"):
        raise IngestError("is a zip file without a document in it; save the document again")
    raise IngestError("is a packed folder (.zip); unpack it here")


def _opendocument(archive: zipfile.ZipFile) -> str:
    """What an OpenDocument file or e-book says it is, else ""."""
    for name in ("mimetype", "META-INF/manifest.xml"):
        if name in archive.namelist() and archive.getinfo(name).file_size < 1_000_000:
            with archive.open(name) as member:
                said = member.read(100_000).decode("latin-1")
            if match := re.search(
                r"application/(?:vnd\.oasis\.opendocument\.[\w-]+|epub\+zip)", said
            ):
                return match[0]
    return ""


def _old_office(data: bytes) -> str:
    """By the streams its directory lists; a document within a document comes after its own."""
    found: list[tuple[int, str]] = []
    for name, reason in _STREAMS:
        stored = (name + "\0").encode("utf-16-le")
        at = data.find(stored)
        while at >= 0 and at % 128:  # an entry of the directory
            at = data.find(stored, at + 1)
        if at >= 0:
            found.append((at, reason))
    return min(found)[1] if found else f"is an old Office file; open it in Word and {_TO_WORD}"


def _text(data: bytes, suffix: str) -> str:
    head = _start(data)
    markup = _MARKUP.match(head)
    name = re.sub(r"\s+", " ", markup["name"]).lower() if markup else ""
    if name.startswith(_PAGES[0]) or name in _PAGES[1:]:
        return ".html"
    if name in _PARTS and suffix not in (".md", ".markdown", ".rst"):  # which may hold such tags
        return ".html"
    if markup and (reason := _xml(name, markup["rest"], head)):
        raise IngestError(reason)
    _check_mail(head, suffix)
    if head.lstrip().startswith("{") and re.search(r'"(?:doc_id|url)"\s*:', head[:500]):
        if "docs.google.com" in head or '"doc_id"' in head:
            raise IngestError("is a link to a Google document; download it as Word and put it here")
        raise IngestError("holds data, not a policy; save the policy as PDF or Word")
    _check_readable(data, suffix)
    if suffix in (".html", ".htm", ".xhtml"):
        return ".html" if _ANY_TAG.search(data.decode("latin-1").replace("\0", "")) else ".txt"
    if suffix in _TEXTS:
        return suffix
    named = f"a {suffix} file" if suffix else "a file without a suffix"
    raise IngestError(
        f"is {named} whose content is not known; save it as PDF or Word, or as .txt if it is text"
    )


def _start(data: bytes) -> str:
    """The first characters, as far as an encoding can be told."""
    head = data[:8192]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "replace")
    if re.match(rb"\s*<\0", head):
        return head.decode("utf-16-le", "replace")
    return head.decode("utf-8-sig", "replace")


def _xml(name: str, rest: str, head: str) -> str:
    """What to do with XML other than a page, "" where it may be one, or Markdown that uses tags."""
    if name.startswith("?mso-application") or name in ("w:worddocument", "pkg:package"):
        return "is a Word XML file; open it in Word and save it as .docx"
    if name == "office:document":
        return "is a flat OpenDocument file (.fodt); open it in LibreOffice and save it as .odt"
    if name in ("plist", "!doctype plist"):
        return "is a shortcut; put the document that it leads to here"
    if name == "svg" or name == "!doctype svg":
        return "is a drawing (.svg); save it as PDF"
    if name.startswith("!doctype") or head.lstrip().startswith("<?xml") or "xmlns" in rest:
        return "is an XML file; save the policy as PDF or Word"
    return ""


def _check_mail(head: str, suffix: str) -> None:
    headers = _MAIL.match(head)
    if headers is None or not (suffix == ".eml" or _MACHINE_MAIL.search(headers[0])):
        return
    if re.search(r"multipart/related|^Snapshot-Content", headers[0], re.I | re.M) or suffix in (
        ".mht",
        ".mhtml",
    ):
        raise IngestError("is a web page saved as one file (.mht); open it and print it to PDF")
    raise IngestError("is an e-mail (.eml); save what is attached to it here, or print it to PDF")


def _check_readable(data: bytes, suffix: str) -> None:
    """Refuse bytes that are no text in any encoding."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return
    sample = data[:200_000]
    controls = len(re.findall(rb"[\0-\x08\x0e-\x1f\x7f]", sample))
    wide = re.match(rb"\s*<\0|\0<", sample) is not None  # a page in UTF-16 without a mark
    if not wide and (b"\0" in sample or controls > 0.02 * len(sample)):
        if suffix in _TEXTS:
            raise IngestError("is no plain text; save it as text, or give its true suffix")
        raise IngestError(
            "is in no format we know, or damaged; open it where it was written and "
            "save it as PDF or Word"
        )
