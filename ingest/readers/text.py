"""Plain text and Markdown: the extracted text is the decoded file, unchanged."""

from ingest.documents import IngestError
from ingest.extract import Extract


def read_text(data: bytes) -> Extract:
    """The file as it is, decoded."""
    return Extract(decode(data))


def decode(data: bytes) -> str:
    """Decode UTF-8, UTF-16 or UTF-32 with a mark, or Windows-1252; refuse what is no text."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        code = "UTF-32" if data[2:4] == b"\0\0" else "UTF-16"
        try:
            return data.decode(code)
        except UnicodeDecodeError as error:
            raise IngestError(f"is damaged {code} text; save it again as UTF-8") from error
    if b"\0" in data:
        raise IngestError("is no plain text; save it as text, or give its true suffix")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        # What Windows editors wrote before UTF-8; every byte but five means something in it.
        try:
            return data.decode("cp1252")
        except UnicodeDecodeError as error:
            raise IngestError("is in no encoding we know; save it as UTF-8") from error
