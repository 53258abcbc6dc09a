"""Read the whole index again and again until stdin ends: reader.py HOME; prints what was seen."""

import json
import select
import sys
from collections import Counter
from pathlib import Path

from versions import read_version

from ingest.index import open_index

home = Path(sys.argv[1])
seen: Counter[str] = Counter()
generations: set[str] = set()
print("reading", flush=True)
while not select.select([sys.stdin], [], [], 0)[0]:
    try:
        index = open_index(home)
        seen[read_version(index)] += 1
        generations.add(index.manifest.generation)
    except Exception as error:
        seen[f"{type(error).__name__}: {error}"] += 1
print(json.dumps({"seen": seen, "generations": len(generations)}), flush=True)
