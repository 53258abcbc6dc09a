"""A small home for tests: a PDF, two versions of a policy, a hostile title; more if told."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from ingest.sync import ingest

POLICIES = Path(__file__).parents[1] / "ingest" / "policies"
TITLE = "<b>Dogs</b> & *cats* [x](https://example.org)"

REGISTER = f"""
[[school]]
key = "oak"
name = "Oak Primary School"
ask = "the office"

[[school]]
key = "elm"
name = "Elm Primary School"

[[policy]]
school = "oak"
source = "oak/phones-2023.txt"
status = {{ value = "superseded", from = "the file's name" }}
adopted = {{ value = "March 2023", from = "cover line", line = "Adopted: March 2023" }}

[[policy]]
school = "oak"
source = "oak/phones-2025.txt"
supersedes = "oak/phones-2023.txt"
adopted = {{ value = "March 2025", from = "cover line", line = "Adopted: March 2025" }}
review_due = {{ value = "March 2046", from = "cover line", line = "Next review: March 2046" }}

[[policy]]
school = "oak"
source = "oak/charging.pdf"

[[policy]]
school = "elm"
source = "elm/dogs.txt"
title = {{ value = "{TITLE}", from = "us" }}
review_due = {{ value = "July 2019", from = "cover line", line = "Review by July 2019" }}
"""

OLD = """Phone Policy

Adopted: March 2023

1. Staff must not text parents from their own phone.

2. Staff must not:
• lend their phone to pupils;
• take photographs of pupils on it.

3. Visitors leave phones at the office.
"""

NEW = """Phone Policy

Adopted: March 2025

Next review: March 2046

1. Staff may text parents from their own phone after six o’clock.

2. Staff must not:
• lend their phone to pupils;
• take photographs of pupils on it.

4. Phones are checked <script>alert("here")</script> each week.
"""

DOGS = """Dogs

Review by July 2019

1. Dogs must stay outside the gate.
"""


# More schools than one answer compares, so that the chat has to ask which is meant.
MORE = ("Ash", "Beech", "Cedar", "Fir", "Hazel", "Larch", "Rowan")
# Two rules of one school that do not go together.
CLASHING = """
2. A phone that is taken from a pupil is given back after 2 school days.

3. Staff give a phone that was taken from a pupil back after 5 school days.
"""
PHONES = "Phone Policy\n\nNext review: {}\n\n1. Staff must not text parents from a {}.\n"


def make(place: Path, furnish: Callable[[Path], Path], more: Sequence[str] = ()) -> Path:
    """The home, with its policies beside it in `policies`."""
    folder, home = place / "policies", furnish(place / "home")
    for school in ("oak", "elm"):
        (folder / school).mkdir(parents=True)
    (folder / "oak" / "phones-2023.txt").write_text(OLD, "utf-8")
    (folder / "oak" / "phones-2025.txt").write_text(NEW, "utf-8")
    (folder / "elm" / "dogs.txt").write_text(DOGS, "utf-8")
    register = REGISTER
    for number, tree in enumerate(more):
        register += f'\n[[school]]\nkey = "{tree.lower()}"\nname = "{tree} Primary School"\n'
        register += (
            f'\n[[policy]]\nschool = "{tree.lower()}"\nsource = "{tree.lower()}/phones.txt"\n'
        )
        (folder / tree.lower()).mkdir()
        text = PHONES.format(f"June {2040 + number}", f"{tree.lower()} phone")
        text += "" if number else CLASHING
        (folder / tree.lower() / "phones.txt").write_text(text, "utf-8")
    (folder / "register.toml").write_text(register, "utf-8")
    shutil.copy2(POLICIES / "wychbury-charging.pdf", folder / "oak" / "charging.pdf")
    ingest(folder, home)
    return home
