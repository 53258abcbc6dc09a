"""Index version A, B, A, … of a folder: writer.py FOLDER HOME TIMES; says each when it is in."""

import itertools
import sys
from pathlib import Path

from versions import write_version

from ingest.sync import ingest

folder, home, times = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
for _, version in zip(range(times), itertools.cycle("BA"), strict=False):
    write_version(folder, version)
    ingest(folder, home)
    print(version, flush=True)
