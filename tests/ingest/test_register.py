"""What a policy says of itself, what the register says for it, and whose policy it is."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from ingest.clauses.structure import find_clauses
from ingest.documents import Document, IngestError, Policy, flow
from ingest.extract import Extract
from ingest.folder import File, list_files, read_files
from ingest.index import Index, open_index
from ingest.parsing import Task, parse_apart
from ingest.policy.register import School, describe, read_register, school_key

OAK = School(key="oak", name="Oak Primary School")
Describe = Callable[..., tuple[dict[str, Policy], list[str]]]

RULE = "\n\nStaff must ask first.\n"

REGISTER = """
[[school]]
key = "oak"
name = "Oak Primary School"
aliases = ["Oaky"]
ask = "the bursar"

[[school]]
key = "elm"
name = "Elm School"

[[policy]]
school = "oak"
source = "oak/phones.txt"
title = { value = "Phones", from = "cover", line = "Phone Policy" }
review_due = { value = "July 2022", from = "cover line", line = "Next review: July 2022" }
"""


def own_facts(text: str) -> dict[str, str]:
    document = Document("oak/phone-rules.txt", "", Extract(text), find_clauses(text))
    policy = describe(document, OAK, None)
    return {name: fact.value for name, fact in policy.facts.items() if name != "status"}


@pytest.fixture
def describe_files(put: Callable[..., Path]) -> Describe:
    """Policies by source, and failures, of a folder holding these files."""

    def read(
        files: dict[str, str], school: str | None = None, known: tuple[School, ...] = ()
    ) -> tuple[dict[str, Policy], list[str]]:
        folder = put(files)
        found, failures = list_files(folder)
        register = read_register(folder / "register.toml")

        def parsed(wanted: Sequence[File]) -> Iterator[tuple[int, Document | str]]:
            return parse_apart([Task(f.source, f.path, f.sha256) for f in wanted])

        contents = read_files(found, parsed, register, school, known)
        policies = {document.source: policy for _, document, policy in contents.documents}
        return policies, [*map(str, failures), *map(str, contents.failures)]

    return read


@pytest.fixture(scope="module")
def index(home: Path) -> Index:
    return open_index(home)


@pytest.mark.parametrize(
    ("line", "facts"),
    [
        ("Approved by: LGB", {"approved_by": "LGB"}),
        ("Date: July 2021", {"adopted": "July 2021"}),
        (
            "Agreed by Governors: Autumn 2020",
            {"adopted": "Autumn 2020", "approved_by": "Governors"},
        ),
        (
            "Approved by the Governing Body on 3 May 2020",
            {"adopted": "3 May 2020", "approved_by": "Governing Body"},
        ),
        ("To be reviewed: Autumn 2022", {"review_due": "Autumn 2022"}),
        ("Next review due by: July 2022", {"review_due": "July 2022"}),
        ("Date of next review: 1 May 2021", {"review_due": "1 May 2021"}),
        ("Last review date: May 2020", {"reviewed": "May 2020"}),
        ("Date of last review: May 2020", {"reviewed": "May 2020"}),
        ("Written : July 2021", {"written": "July 2021"}),
        ("Version: 2.1", {"version": "2.1"}),
        ("Owner: Mrs Jones", {"owner": "Mrs Jones"}),
    ],
)
def test_a_cover_line_says_what_it_says_and_no_more(line: str, facts: dict[str, str]):
    assert own_facts(f"Phone Policy\n\n{line}{RULE}") == {"title": "Phone Policy"} | facts


def test_a_policy_without_a_cover_is_named_by_its_first_heading_else_by_its_file():
    assert own_facts(f"Phones{RULE}") == {"title": "Phones"}
    assert own_facts(RULE) == {"title": "Phone rules"}


def test_that_a_file_without_a_register_is_in_force_is_said_to_be_inferred():
    status = describe(Document("a.txt", "", Extract("")), OAK, None).facts["status"]
    assert (status.value, status.origin.partition(":")[0]) == ("current", "inferred")


def test_every_fact_of_the_corpus_that_names_a_place_stands_there(index: Index):
    placed = 0
    for held in index.manifest.documents:
        text = index.text(held.text_sha256)
        for name, fact in held.policy.facts.items():
            if fact.span is None:
                assert fact.origin
                continue
            placed += 1
            words = flow(fact.span.of(text))
            first = flow(fact.value).split("(")[0].strip()
            assert first.lower() in words.lower(), (held.source, name)
    assert placed >= 12


def test_a_register_s_line_is_found_across_line_breaks_and_quoted_as_it_stands(
    describe_files: Describe,
):
    text = f"Phone\n  Policy\n\nNext review:\nJuly 2022{RULE}"
    policies, failures = describe_files({"register.toml": REGISTER, "oak/phones.txt": text})
    assert failures == []
    due = policies["oak/phones.txt"].facts["review_due"]
    assert due.span is not None
    assert due.span.of(text) == "Next review:\nJuly 2022"


def test_a_register_s_line_that_is_not_in_the_document_is_one_sentence_naming_the_file(
    describe_files: Describe,
):
    policies, failures = describe_files(
        {"register.toml": REGISTER, "oak/phones.txt": f"Phone Policy{RULE}", "elm/a.txt": RULE}
    )
    assert list(policies) == ["elm/a.txt"]
    assert failures == [
        "oak/phones.txt: the register's line 'Next review: July 2022' for review_due is not in the "
        "document; correct register.toml."
    ]


def test_the_two_versions_at_dothill_never_mix_their_facts(index: Index):
    now, before = sorted(index.policies("dothill"), key=lambda policy: policy.status)
    assert (now.status, before.status) == ("current", "superseded")
    assert now.supersedes == before.source
    assert set(now.facts) == {"title", "status"}  # the copy is undated
    assert before.facts["adopted"].value == "Autumn 2020"
    assert before.facts["review_due"].value == "Autumn 2022"
    assert {p.policy.status for p in index.shelf("dothill", "superseded").passages} == {
        "superseded"
    }
    assert {p.policy.source for p in index.shelf("dothill").passages} == {now.source}


def test_the_register_s_word_stands_before_the_document_s_own(
    describe_files: Describe,
):
    register = REGISTER.replace(', line = "Next review: July 2022"', "")
    text = f"Phone Policy\n\nNext review: May 2020\n\nApproved by: Governors{RULE}"
    policies, _ = describe_files({"register.toml": register, "oak/phones.txt": text})
    facts = policies["oak/phones.txt"].facts
    assert (facts["review_due"].value, facts["review_due"].span) == ("July 2022", None)
    assert facts["approved_by"].value == "Governors"


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ("[[school]", "is not readable as TOML"),
        ("[[school]]\nkey = 'oak'\nname = 'Oak'\ncolour = 'red'\n", "school.0.colour"),
        ("[[school]]\nkey = 'Oak!'\nname = 'Oak'\n", "school.0.key"),
        ("[[school]]\nname = 'Oak'\n", "school.0.key: Field required"),
        ("[[school]]\nkey = 'oak'\nname = 'A'\n[[school]]\nkey = 'oak'\nname = 'B'\n", "twice"),
        ("[[policy]]\nschool = 'oak'\nsource = 'a.txt'\n", "names an unlisted school"),
        (REGISTER + "status = { value = 'old', from = 'me' }\n", "status 'old' is not current"),
        (REGISTER + "status = 'current'\n", "policy.0.status"),
        (REGISTER + "adopted = { value = '2020' }\n", "policy.0.adopted.from: Field required"),
        (REGISTER + "supersedes = 'oak/gone.txt'\n", "supersedes an unlisted file"),
        (REGISTER + "[[policy]]\nschool = 'oak'\nsource = 'oak/phones.txt'\n", "is listed twice"),
    ],
)
def test_a_register_with_a_mistake_is_one_sentence_naming_file_and_place(
    wrong: str, says: str, tmp_path: Path
):
    path = tmp_path / "register.toml"
    path.write_text(wrong, "utf-8")
    with pytest.raises(IngestError) as error:
        read_register(path)
    sentence = str(error.value)
    assert str(path) in sentence
    assert says in sentence
    assert sentence.endswith("correct it.")
    assert "\n" not in sentence


def test_a_register_in_no_utf_8_is_one_sentence_and_a_byte_order_mark_is_no_mistake(tmp_path: Path):
    path = tmp_path / "register.toml"
    path.write_bytes(REGISTER.encode("utf-16"))
    with pytest.raises(IngestError, match="is not readable as TOML"):
        read_register(path)
    path.write_bytes(b"\xef\xbb\xbf" + REGISTER.encode())
    assert [school.key for school in read_register(path).school] == ["oak", "elm"]


def test_a_register_that_may_not_be_read_is_one_sentence(
    open_folder: Path, request: pytest.FixtureRequest
):
    path = open_folder / "register.toml"
    path.write_text(REGISTER, "utf-8")
    path.chmod(0)
    request.getfixturevalue("without_rights")
    with pytest.raises(IngestError, match=r"cannot be read \(Permission denied\)"):
        read_register(path)


def test_a_file_in_the_register_and_not_in_the_folder_is_reported(
    describe_files: Describe,
):
    policies, failures = describe_files({"register.toml": REGISTER, "elm/a.txt": RULE})
    assert list(policies) == ["elm/a.txt"]
    assert failures == [
        "oak/phones.txt: is in register.toml but not in the folder; put it back or remove its entry"
    ]


def test_without_a_register_a_folder_names_the_school(
    describe_files: Describe,
):
    policies, _ = describe_files({"st-mary's_CE/a.txt": RULE, "Ysgol Tŷ Coch/a.txt": RULE})
    assert {p.school: p.school_name for p in policies.values()} == {
        "st-marys-ce": "St Mary's CE",
        "ysgol-ty-coch": "Ysgol Tŷ Coch",
    }


def test_the_school_that_was_named_goes_before_the_folder_s_and_after_the_register_s(
    describe_files: Describe,
):
    text = f"Phone Policy\n\nNext review: July 2022{RULE}"
    files = {"register.toml": REGISTER, "oak/phones.txt": text, "ash/a.txt": RULE, "b.txt": RULE}
    policies, _ = describe_files(files, "Yew School")
    assert {source: p.school_name for source, p in policies.items()} == {
        "oak/phones.txt": "Oak Primary School",
        "ash/a.txt": "Yew School",
        "b.txt": "Yew School",
    }


def test_a_school_is_known_by_its_key_its_name_or_an_alias(
    describe_files: Describe,
):
    known = (School(key="ash", name="Ash Academy"),)
    for name, key in (
        ("OAK", "oak"),
        ("oaky", "oak"),
        ("Elm school", "elm"),
        ("ash academy", "ash"),
    ):
        files = {"register.toml": REGISTER.split("[[policy]]")[0], "a.txt": RULE}
        policies, _ = describe_files(files, name, known)
        assert policies["a.txt"].school == key


def test_a_file_of_no_known_school_is_refused_and_says_how_to_name_one(
    describe_files: Describe,
):
    policies, failures = describe_files({"a.txt": RULE, "oak/b.txt": RULE})
    assert list(policies) == ["oak/b.txt"]
    assert failures == [
        "a.txt: no school is known for it; name one with --school, in register.toml, or by a folder"
    ]


def test_a_register_of_one_school_owns_the_files_beside_it(
    describe_files: Describe,
):
    register = "[[school]]\nkey = 'oak'\nname = 'Oak'\n"
    policies, failures = describe_files({"register.toml": register, "a.txt": RULE})
    assert (policies["a.txt"].school, failures) == ("oak", [])


def test_two_schools_may_have_files_of_the_same_name(
    describe_files: Describe,
):
    policies, _ = describe_files({"oak/phones.txt": RULE, "elm/phones.txt": f"Phones{RULE}"})
    assert {s: (p.school, p.title) for s, p in policies.items()} == {
        "oak/phones.txt": ("oak", "Phones"),
        "elm/phones.txt": ("elm", "Phones"),
    }


def test_different_schools_never_share_a_key():
    names = ["学校", "Школа", "École", "ecole 2", "St Mary" + " of the Hill" * 8]
    names.append(names[-1] + " Juniors")
    keys = [school_key(name) for name in names]
    assert len(set(keys)) == len(names)
    for key in keys:
        assert School(key=key, name="x").key == key
    assert school_key("St Mary’s Primary") == school_key("st mary's  primary") == "st-marys-primary"
