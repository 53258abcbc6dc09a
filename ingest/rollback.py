"""Going back to the generation before, which then answers again under a new name.

Under a new one, because that is what readers notice, and because the generation that was left is
then the one before: going back twice undoes it.
"""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path

from ingest.documents import IngestError
from ingest.embedding import exported
from ingest.home import answering, locked, next_generation, switch, write_whole
from ingest.index import Index, Manifest, read_manifest


def generation_before(home: Path) -> Manifest | None:
    """What answered before the generation that answers now; None where nothing is kept of it.

    Raises IndexMissing where nothing was ever indexed.
    """
    current = answering(home)
    folder = home / "generations"
    names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    for name in sorted((n for n in names if n < current), reverse=True):
        with contextlib.suppress(OSError, ValueError, LookupError, TypeError, AttributeError):
            return read_manifest(home, name)
    return None


def roll_back(home: Path) -> Manifest:
    """Make the generation before answer again; what it holds, under its new name.

    Raises IngestError, and changes nothing, where none is kept or it is no longer whole.
    """
    with locked(home):
        before = generation_before(home)
        if before is None:
            raise IngestError(
                "There is nothing to go back to: this home keeps no earlier state of its index."
            )
        if not Index(home, before).is_whole():
            raise IngestError(
                f"The state before ({before.generation}) is damaged, so what answers now was left "
                "as it is; run `verse ingest` on the folders that you want."
            )
        if exported(home, before.model) != before.model_sha256:
            raise IngestError(
                f"The state before ({before.generation}) was made with another embedding model, "
                "so what answers now was left as it is; run `verse ingest` instead."
            )
        name = next_generation(home)
        try:
            _copy(home / "generations" / before.generation, home / "generations" / name)
        except OSError as error:
            raise IngestError(
                f"The state before could not be copied ({error.strerror or error}); what answers "
                "now was left as it is: free space in the home, then try again."
            ) from error
        switch(home, name)
        return read_manifest(home, name)


def _copy(old: Path, new: Path) -> None:
    """The manifest comes last: what has none is half-built."""
    try:
        shutil.copytree(old, new, ignore=shutil.ignore_patterns("manifest.json"))
        write_whole(new / "manifest.json", (old / "manifest.json").read_bytes())
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise
