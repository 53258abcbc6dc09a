"""File formats: suffix → function from bytes to extracted text."""

from collections.abc import Callable

from ingest.readers.text import read_text

READERS: dict[str, Callable[[bytes], str]] = {
    ".txt": read_text,
    ".md": read_text,
    ".markdown": read_text,
}
