"""Whose policy a document is, where register, folder and words differ or keep silent."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ingest.documents import Document, IngestError
from ingest.policy.register import Register, School
from ingest.policy.whose import Schools

RULE = "\n\nStaff must knock before they enter.\n"
OAKFIELD = f"Oakfield Primary School\n\nVisitors Policy\n\nApproved: May 2024{RULE}"
ELMTREE = f"Elmtree Community College\n\nVisitors Policy\n\nApproved: May 2024{RULE}"
PLAIN = f"Visitors Policy\n\nApproved: May 2024{RULE}"

Whose = Callable[..., dict[str, str]]


@pytest.fixture
def whose(document: Callable[[str, str], Document]) -> Whose:
    """School names by source, of files with these texts."""

    def read(
        files: dict[str, str],
        named: str | None = None,
        register: Register | None = None,
        known: tuple[School, ...] = (),
    ) -> dict[str, str]:
        documents = [document(text, source) for source, text in files.items()]
        schools = Schools(register or Register(), named, known, documents)
        return {d.source: schools.of(d).name for d in documents}

    return read


def test_a_name_given_goes_before_what_files_say(whose: Whose) -> None:
    assert whose({"a.txt": OAKFIELD}, named="Ash School") == {"a.txt": "Ash School"}


def test_a_file_that_names_its_school_needs_no_other_word(whose: Whose) -> None:
    assert whose({"a.txt": OAKFIELD}) == {"a.txt": "Oakfield Primary School"}


def test_a_file_that_names_none_belongs_where_its_neighbours_do(whose: Whose) -> None:
    files = {"a.txt": OAKFIELD, "b.txt": OAKFIELD, "c.txt": PLAIN}
    assert whose(files)["c.txt"] == "Oakfield Primary School"


def test_one_policy_taken_from_elsewhere_stays_with_its_neighbours(whose: Whose) -> None:
    files = {f"{n}.txt": OAKFIELD for n in range(4)} | {"taken.txt": ELMTREE}
    assert whose(files)["taken.txt"] == "Oakfield Primary School"


def test_two_schools_in_one_folder_keep_their_own(whose: Whose) -> None:
    found = whose({"a.txt": OAKFIELD, "b.txt": ELMTREE})
    assert found == {"a.txt": "Oakfield Primary School", "b.txt": "Elmtree Community College"}


def test_a_folder_of_a_subject_is_no_school_where_its_files_name_one(whose: Whose) -> None:
    found = whose({"Safeguarding/a.txt": OAKFIELD, "Staffing/b.txt": OAKFIELD})
    assert set(found.values()) == {"Oakfield Primary School"}


def test_a_folder_named_after_a_school_is_that_school(whose: Whose) -> None:
    assert whose({"ash-tree-primary-school/a.txt": PLAIN}) == {
        "ash-tree-primary-school/a.txt": "Ash Tree Primary School"
    }


def test_a_folder_names_the_school_where_nothing_else_does(whose: Whose) -> None:
    assert whose({"ash/a.txt": PLAIN}) == {"ash/a.txt": "Ash"}


def test_a_school_that_the_index_knows_is_joined_under_its_own_name(whose: Whose) -> None:
    known = School(key="oakfield", name="Oakfield School", aliases=("Oakfield Primary School",))
    assert whose({"a.txt": OAKFIELD}, known=(known,)) == {"a.txt": "Oakfield School"}


def test_where_nothing_tells_the_file_is_refused_with_what_to_do(whose: Whose) -> None:
    with pytest.raises(IngestError, match="name one with --school"):
        whose({"a.txt": PLAIN})


def test_folders_of_subjects_belong_to_the_one_school_that_the_others_name(whose: Whose) -> None:
    files = {"Safety/a.txt": OAKFIELD, "Staff/b.txt": OAKFIELD, "Governors/c.txt": PLAIN}
    assert set(whose(files).values()) == {"Oakfield Primary School"}
    two = {"Safety/a.txt": OAKFIELD, "Staff/b.txt": ELMTREE, "Ash/c.txt": PLAIN}
    assert whose(two)["Ash/c.txt"] == "Ash"
    few = {"Oakfield/a.txt": OAKFIELD, "Ash/c.txt": PLAIN}
    assert whose(few)["Ash/c.txt"] == "Ash"
