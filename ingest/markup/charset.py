"""The encoding of a web page, which seldom is the one it declares."""

from __future__ import annotations

import codecs
import re

_DECLARED = re.compile(
    rb"<(?:meta|\?xml)[^>]{0,300}?(?:charset|encoding)\s*=\s*[\"']?([\w.:-]{1,40})", re.I
)
# Python knows codecs that are no encodings of text, and a page could name one.
_KNOWN = re.compile(
    r"(?:windows|cp)-?125\d|(?:iso-?)?8859-\d{1,2}|latin-?\d|koi8-[ru]|mac-?(?:intosh|roman)"
    r"|gb2312|gbk|gb18030|big5|shift[_-]jis|euc-(?:jp|kr)",
    re.I,
)
_WESTERN = re.compile(r"(?:iso-?)?8859-1|latin-?1", re.I)


def decode_page(data: bytes) -> str:
    """The page's text: by its byte order mark, as UTF-8 where it is that, else as it declares."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    for order, opening in (("le", rb"\s?<\0[!\w?]\0"), ("be", rb"\0<\0[!\w?]")):
        if re.match(opening, data):
            return data.decode(f"utf-16-{order}", "replace")
    try:
        # Whatever it declares: text in another encoding is hardly ever valid UTF-8 by chance.
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _decode_older(data)


def _decode_older(data: bytes) -> str:
    mended = data.decode("utf-8-sig", "replace")
    bad = mended.count("\ufffd")
    if 4 * bad < sum(character > "\x7f" for character in mended) - bad:
        return mended  # UTF-8 with slips, such as a character cut in two
    declared = _DECLARED.search(data[:4096])
    name = declared[1].decode("ascii", "replace") if declared else ""
    if not _KNOWN.fullmatch(name) or _WESTERN.fullmatch(name):
        name = "cp1252"  # as browsers do
    try:
        return data.decode(name, "replace")
    except LookupError:
        return data.decode("cp1252", "replace")
