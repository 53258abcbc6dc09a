"""What the bench's table says: ratios, bounds, and which of them are missed."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.bench import BEGIN, END, PAGE, BenchError, renew
from eval.ratios import alternate, as_table, misses, of_each, of_pairs, percentile


def test_a_ratio_is_the_median_of_the_pairs_between_the_least_and_the_greatest():
    row = of_pairs("ours", "peer", [(1.0, 2.0), (3.0, 4.0), (9.0, 10.0)])

    assert (row.ratio, row.low, row.high) == (0.75, 0.5, 0.9)


def test_a_question_counts_with_its_fastest_runs():
    quick = [(2.0, 1.0), (50.0, 1.5)]
    slow = [(8.0, 2.0), (9.0, 99.0)]

    assert of_each("ours", "peer", [quick, slow], 50, None).ratio == 2.0
    assert of_each("ours", "peer", [quick, slow], 95, None).ratio == 4.0


def test_a_percentile_is_one_of_the_values():
    assert percentile([3, 1, 2, 4], 50) == 2
    assert percentile([3, 1, 2, 4], 95) == 4
    assert percentile(range(1, 101), 95) == 95


def test_the_table_states_each_bound_and_whether_it_held():
    rows = [
        of_pairs("cold", "import", [(1.0, 4.0)], bound=1 / 3),
        of_pairs("warm", "embedding", [(0.008, 0.002)], bound=3),
        of_pairs("search", "embedding", [(5.0, 1.0)]),
    ]

    _, _, cold, warm, search = (
        [cell.strip() for cell in line.strip("|").split("|")] for line in as_table(rows).split("\n")
    )
    assert cold[-2:] == ["1/3", "held"]
    assert warm[-2:] == ["3", "MISSED"]
    assert search[-2:] == ["", ""]
    assert warm[1:5] == ["8 ms", "embedding", "2 ms", "4"]
    assert misses(rows) == ["warm: 4 times embedding, over the bound of 3."]


def test_a_ratio_at_its_bound_holds():
    assert not of_pairs("ours", "peer", [(2.0, 1.0)], bound=2).missed


def test_ours_and_the_peer_take_turns():
    heard: list[str] = []

    pairs = alternate(lambda: heard.append("ours"), lambda: heard.append("peer"), 3)

    assert heard == ["ours", "peer"] * 3
    assert len(pairs) == 3


def test_only_what_stands_between_the_markers_is_renewed(tmp_path: Path):
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", "utf-8")

    renew(page, "new")

    assert page.read_text("utf-8") == f"before\n{BEGIN}\n\nnew\n\n{END}\nafter\n"


def test_a_page_without_markers_is_left_alone_and_named(tmp_path: Path):
    page = tmp_path / "page.md"
    page.write_text("no markers", "utf-8")

    with pytest.raises(BenchError, match=r"page\.md has lost its markers"):
        renew(page, "new")
    assert page.read_text("utf-8") == "no markers"


def test_our_page_has_its_markers():
    text = PAGE.read_text("utf-8")

    assert text.index(BEGIN) < text.index(END)
