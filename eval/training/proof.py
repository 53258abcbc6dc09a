"""What the trained models are worth, in one table: `docs/reader.md` keeps the last.

    python -m eval.training.proof [--sets DIR] [--home DIR] [--write]

(a) On invented policies that no model saw in training, (b) on the gold questions, by `verse eval`,
(c) on the public sets that lie in DIR, by `verse eval bench`. Every row is the same program with
less of it switched on.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from eval.bench import renew
from eval.intervals import Figure
from eval.training.cells import cell, markdown
from eval.training.unseen import unseen
from ingest.embedding import BUNDLED

PAGE = Path(__file__).parents[2] / "docs" / "reader.md"
OFF = {"VERSE_READER": "off"}
BEGIN, END = (
    "<!-- proof: written by `python -m eval.training.proof --write` -->",
    "<!-- end of proof -->",
)
CONFIGS: dict[str, dict[str, str]] = {
    "MiniLM and words": {"VERSE_EMBEDDING_MODEL": BUNDLED, **OFF},
    "+ our retriever": OFF,
    "+ our reader (all)": {},
}
"""The product with less and with more of it switched on, as the environment has it."""


def main() -> int:
    """Print the table, and write it into the page where that is asked for."""
    parser = argparse.ArgumentParser(prog="eval.training.proof", description=__doc__)
    parser.add_argument("--sets", type=Path, help="where the public sets lie")
    parser.add_argument("--home", type=Path, default=Path(".verse"), help="for exported models")
    parser.add_argument("--write", action="store_true", help="renew docs/reader.md, too")
    args = parser.parse_args()
    text = "\n\n".join(parts(args.home, args.sets))
    print(text)
    if args.write:
        renew(PAGE, text, BEGIN, END)
    return 0


def parts(home: Path, sets: Path | None) -> Iterator[str]:
    """Table by table."""
    yield from unseen(home)
    for name in ("policies", "invented"):
        for split in ("dev", "test"):
            yield gold(home, name, split)
    if sets is not None:
        yield from public(home, sets)


def gold(home: Path, name: str, split: str) -> str:
    """(b): the product as it is asked, with each configuration; and the tutorial beside it."""
    keys = {
        "recall_1": "recall@1",
        "recall_5": "recall@5",
        "mrr": "MRR@10",
        "first_quote": "first quote",
        "verdict": "verdict right",
        "verdict_macro_f1": "verdict macro-F1",
        "abstention_f1": "silence F1",
        "false_refusals": "false refusals",
        "ece": "ECE",
    }
    rows: dict[str, dict[str, str]] = {}
    n = 0
    for config, environment in CONFIGS.items():
        options = ["eval", "--home", str(home), "--set", name, "--split", split, "--json"]
        against = ["--against", "tutorial"] if not rows else ["--against", "none"]
        found = json.loads(_verse(environment, *options, *against))
        for system, splits in found["sets"][name]["systems"].items():
            figures = splits[split]["figures"]
            n = splits[split]["n"]
            label = config if system == "Chapter & Verse" else system
            rows[label] = {
                title: cell(Figure(**figures[key])) for key, title in keys.items() if key in figures
            }
    what = {"policies": "the five policies of the corpus", "invented": "twelve invented policies"}
    return f"**(b) Gold questions on {what[name]}, {split}, {n} questions**\n\n{markdown(rows)}"


def public(home: Path, sets: Path) -> Iterator[str]:
    """(c): none of their clauses was used in training."""
    by_set: dict[str, dict[str, dict[str, str]]] = {}
    for config, environment in CONFIGS.items():
        options = ["eval", "--home", str(home), "bench", "--sets", str(sets), "--json"]
        for one in json.loads(_verse(environment, *options)):
            rows = by_set.setdefault(f"{one['name']}: {one['note']}", {})
            for system, figures in one["retrieval"].items():
                label = config if system == "ours" else f"{system}, as published"
                all_figures = {**figures, **one["silence"].get(system, {})}
                rows.setdefault(
                    label,
                    {key: cell(Figure(**f)) for key, f in all_figures.items() if key in _PUBLIC}
                    | ({"verdict right": cell(Figure(**one["verdict"]["verdict right"]))}
                       if system == "ours" and "verdict right" in one["verdict"] else {}),
                )  # fmt: skip
    for name, rows in by_set.items():
        yield f"**(c) {name}**\n\n{markdown(rows)}"


_PUBLIC = ("recall@1", "recall@5", "MRR@10", "AUROC", "silence F1", "false refusals")


def _verse(environment: dict[str, str], *options: str) -> str:
    known = {k: v for k, v in os.environ.items() if not k.startswith("VERSE_")}
    done = subprocess.run(
        [sys.executable, "-m", "ui.cli", *options],
        env=known | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"verse {' '.join(options)} failed: {done.stderr.strip()[-400:]}")
    return done.stdout


if __name__ == "__main__":
    raise SystemExit(main())
