"""Fit what turns our first confidence into a probability: two numbers, on the dev questions.

    python -m eval.training.calibrate [HOME]

After `eval.training.fit`. The weights are fitted on invented policies; how sure an answer may be
of itself is seen on the gold sets' dev questions alone. Writes "calibration" into
`assistant/weights/reading.json`, for the set of weights in use.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from assistant.learned import PATH, kind_of
from assistant.library import Library
from assistant.silence import logit
from eval.given import Case
from eval.gold import AS_OF
from eval.metrics.verdicts import whole
from eval.ours import Opened, Overheard, fresh_home, open_ours
from eval.run import run
from eval.sets import SETS, load
from eval.systems import Ours
from eval.training.fit import fit_logistic

# Answers that rest on no search have a confidence of their own.
_ELSEWHERE = ("register", "version", "safeguarding", "adversarial", "comparison")
_SHRINK = 1.0  # towards leaving the odds as they are


def main() -> int:
    """Fit on dev, print and write."""
    home = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(".verse")
    rows: dict[str, list[tuple[float, float]]] = {"answered": [], "not_covered": []}
    kind = ""
    with tempfile.TemporaryDirectory() as aside:
        for name in SETS:
            library, cases = _dev(name, fresh_home(Path(aside) / name, home))
            kind = kind_of(library.embedder.model.name, library.reader is not None)
            for case in cases:
                found = rows.get(case.given.status)
                if found is not None and case.given.confidence is not None:
                    found.append((logit(case.given.confidence), whole(case)[0]))
    record = json.loads(PATH.read_text("utf-8"))
    record[kind]["calibration"] = {}
    for status, some in rows.items():
        odds, right = np.array(some).T
        weight, bias, mean, spread = fit_logistic(odds[:, None], right, _SHRINK)
        slope = float(weight[0] / spread[0])
        shift = bias - slope * float(mean[0])
        record[kind]["calibration"][status] = [round(slope, 4), round(shift, 4)]
        print(f"{kind}, {status}: {len(some)} questions, slope {slope:.2f}, shift {shift:.2f}")
    PATH.write_text(json.dumps(record, indent=1) + "\n", "utf-8")
    return 0


def _dev(name: str, home: Path) -> tuple[Library, Iterator[Case]]:
    """The dev questions that a search answers, each with its confidence as first reckoned."""
    loaded = load(SETS[name])
    library = _uncalibrated(loaded.corpus_dir, home)
    gold = [one for one in loaded.gold if one.split == "dev"]
    gold = [one for one in gold if one.question.kind not in _ELSEWHERE]
    (result,) = run(gold, [Ours(Opened(library), AS_OF)], loaded.corpus)
    return library, iter(result.cases)


def _uncalibrated(corpus_dir: Path, home: Path) -> Overheard:
    open_ours(corpus_dir, home)
    opened = Library.open(home)
    library = Overheard(opened.index, opened.embedder, opened.reader)
    library.learned = replace(library.learned, calibration={})
    return library


if __name__ == "__main__":
    raise SystemExit(main())
