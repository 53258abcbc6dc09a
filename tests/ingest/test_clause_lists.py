"""The five documents of the corpus against clause lists written by hand."""

import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from ingest.clauses.structure import find_clauses
from ingest.documents import flow

ROOT = Path(__file__).parents[2]
LISTS = {
    "dothill": "dothill/social-media-and-mobile-phones.txt",
    "dothill-2020": "dothill/social-media-and-mobile-phones-2020.txt",
    "derbyshire": "derbyshire/social-media-leaflet.txt",
    "st-nicholas": "st-nicholas/social-media.txt",
    "weston": "weston/social-media.txt",
}


def read(source: str) -> str:
    return (ROOT / "corpus" / source).read_bytes().decode("utf-8")


def squeeze(words: str) -> str:
    return " ".join(words.split())


def by_hand(name: str) -> list[tuple[str, ...]]:
    pieces = tomllib.loads((Path(__file__).parent / "clauses" / f"{name}.toml").read_text("utf-8"))
    return [
        (
            p["kind"],
            p.get("number", ""),
            " > ".join(squeeze(h) for h in p.get("heading", [])),
            squeeze(p.get("lead_in", "")),
            squeeze(p["text"]),
        )
        for p in pieces["piece"]
    ]


def by_us(name: str) -> list[tuple[str, ...]]:
    return [
        (c.kind, c.number, " > ".join(c.heading), flow(c.lead_in), flow(c.text))
        for c in find_clauses(read(LISTS[name]))
    ]


def f1(ours: list[tuple[str, ...]], hand: list[tuple[str, ...]]) -> float:
    both = sum((Counter(ours) & Counter(hand)).values())
    return 2 * both / (len(ours) + len(hand))


def rule_pieces(pieces: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Clauses, lead-ins and headings whole; of furniture only kind and words are compared."""
    meant = ("clause", "lead_in", "heading")
    return [p if p[0] in meant else (p[0], "", "", "", p[4]) for p in pieces]


@pytest.mark.parametrize("name", LISTS)
def test_clauses_agree_with_the_hand_made_list_in_number_heading_lead_in_and_kind(name: str):
    ours, hand = rule_pieces(by_us(name)), rule_pieces(by_hand(name))
    score = f1(ours, hand)
    missing = list((Counter(hand) - Counter(ours)).elements())
    surplus = list((Counter(ours) - Counter(hand)).elements())
    print(f"{name}: F1 {score:.3f} over {len(hand)} pieces by hand, {len(ours)} by us")
    assert score >= 0.97, "\n".join(
        [f"F1 {score:.3f}", *(f"- {m}" for m in missing), *(f"+ {s}" for s in surplus)]
    )


@pytest.mark.parametrize("name", LISTS)
def test_at_least_99_percent_of_words_stand_in_exactly_one_labelled_piece(name: str):
    text = read(LISTS[name])
    clauses = find_clauses(text)
    covered = Counter(i for c in clauses for i in range(c.span.start, c.span.end))
    words = list(re.finditer(r"\S*\w\S*", text))
    # A list item's own number and bullet are in `number`, not in the text.
    words = [w for w in words if not re.fullmatch(r"\(?[\d.]+[.)]?", w.group())]
    kept = [w for w in words if covered[w.start()] == 1 and covered[w.end() - 1] == 1]
    unknown = [c for c in clauses if c.kind == "unknown"]
    share = len(kept) / len(words)
    print(f"{name}: {share:.2%} of {len(words)} words in exactly one piece")
    assert share >= 0.99
    assert not unknown
