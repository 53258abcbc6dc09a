"""Where lines end."""

import pytest

from ingest.clauses.lines import split_lines


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r\r\n", "\r"])
def test_lines_end_as_their_system_ends_them(end: str):
    text = f"one{end}two{end}{end}three\ffour{end}"
    lines = split_lines(text)
    assert [line.text.lstrip("\f") for line in lines] == ["one", "two", "three", "four"]
    assert [line.gap for line in lines] == [True, False, True, True]
    assert all(text[line.start : line.end] == line.text for line in lines)


def test_a_return_within_a_line_ends_none_where_others_do():
    assert len(split_lines("one\rtwo\nthree\n")) == 2
