"""`make audit`: no secret in the files, no known hole in what constraints.txt pins.

`--accept` takes what the scan finds now for harmless and writes `.secrets.baseline` anew: look at
each of them first. The advisories come from a service on the internet; where it cannot be reached
this says so and fails nothing, for nothing was found out.
"""

from __future__ import annotations

import contextlib
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from detect_secrets.core import baseline
from detect_secrets.core.secrets_collection import SecretsCollection
from detect_secrets.settings import default_settings

ROOT = Path(__file__).resolve().parents[1]
BASELINE = ".secrets.baseline"
PINS = "constraints.txt"
PATIENCE = 600  # seconds for all advisories

# Documents, weights and labelled data: words and hashes by the thousand, none of them code.
_DATA = re.compile(
    r"(corpus|assistant/weights|tests/ingest/policies"
    r"|eval/(claims|contradictions|given|gold|invented|judged|labelled|pooled|training/data))/"
    r"|(eval/baseline\.json|constraints\.txt|\.secrets\.baseline"
    r"|.*\.(csv|docx|gif|jsonl|odt|pdf|png|safetensors|svg|ttf|xlsx))$"
)
# Tests are full of invented passwords; there only what has the form of a real key counts.
_GUESSED = (
    "Secret Keyword", "Hex High Entropy String", "Base64 High Entropy String",
    "Basic Auth Credentials", "JSON Web Token",
)  # fmt: skip


def main(words: list[str]) -> int:
    """Exit status 0 where nothing was found, 1 where something was."""
    if words == ["--accept"]:
        accept(ROOT)
        return 0
    found = new_secrets(ROOT)
    for line in found:
        print(f"A secret? {line}: take it out, or see deploy/audit.py on how to accept it.")
    if not found:
        print("Secrets: none that is new.")
    holes, trouble = advisories(ROOT / PINS)
    if trouble:
        print(f"Dependencies: NOT AUDITED ({trouble}).")
    else:
        print("\n".join(holes) or f"Dependencies: no known hole in {PINS}.")
    return 1 if found or holes else 0


def accept(root: Path) -> None:
    """Write what is found now as what is known to be harmless."""
    with default_settings():
        baseline.save_to_file(_scanned(root), str(root / BASELINE))


def new_secrets(root: Path) -> list[str]:
    """`file:line what kind`, for whatever looks like a secret and is not in the baseline."""
    with default_settings():
        known = baseline.load(baseline.load_from_file(str(root / BASELINE)))
        unknown = _scanned(root) - known
    return sorted(f"{file}:{one.line_number} {one.type}" for file, one in unknown)


def _scanned(root: Path) -> SecretsCollection:
    """What looks like a secret in the files that git knows or would add."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    listed = done.stdout.split("\0")
    if done.returncode:  # no checkout: whatever lies here and is not hidden
        here = (path.relative_to(root) for path in root.rglob("*"))
        listed = [path.as_posix() for path in here if not str(path).startswith(".")]
    names = [n for n in listed if n and not _DATA.match(n)]
    found = SecretsCollection()
    with contextlib.chdir(root):  # so that the baseline names files as git does
        found.scan_files(*(n for n in names if Path(n).is_file()))
    for name in [n for n in found.files if n.startswith("tests/")]:
        found.data[name] = {one for one in found[name] if one.type not in _GUESSED}
    return found


def advisories(pins: Path, program: str = "") -> tuple[list[str], str]:
    """A line for each known hole; or none, and why nothing was found out."""
    audit = program or str(Path(sys.executable).with_name("pip-audit"))
    with tempfile.TemporaryDirectory() as aside:
        report = Path(aside) / "report.json"
        # OSV, because a mirror of a package index may know no advisories and not say so.
        command = [audit, "--requirement", str(pins), "--no-deps", "--disable-pip"]
        command += ["--vulnerability-service", "osv", "--progress-spinner", "off"]
        command += ["--format", "json", "--output", str(report)]
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, timeout=PATIENCE, check=False
            )
            told = json.loads(report.read_text("utf-8"))["dependencies"]
        except subprocess.TimeoutExpired:
            return [], "the advisory service did not answer in time"
        except (OSError, ValueError, KeyError, TypeError):
            return [], "the advisory service cannot be reached from here"
    holes = [
        f"{one['name']} {one['version']}: {hole['id']}, mended in "
        f"{', '.join(hole['fix_versions']) or 'no version yet'}"
        for one in told
        for hole in one.get("vulns", ())
    ]
    skipped = sum("skip_reason" in one for one in told)
    if not holes and (skipped == len(told) or done.returncode):
        return [], "the advisory service knows none of these packages"
    return holes, ""


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
