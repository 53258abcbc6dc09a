"""Which documents are versions of one policy, and which of them is in force."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from ingest.clauses.structure import find_clauses
from ingest.documents import Document, Policy
from ingest.extract import Extract
from ingest.policy.register import School, as_record, describe, from_record
from ingest.policy.versions import chain

OAK = School(key="oak", name="Oak Primary School")
ELM = School(key="elm", name="Elm Academy")
Read = tuple[Document, Policy]


def rules(*days: int) -> str:
    places = "hall kitchen library playground office nursery pool field".split()
    return "\n".join(
        f"1.{n} Staff must check the {place} within {day} days of every report."
        for n, (place, day) in enumerate(zip(places, days, strict=False), 1)
    )


BODY = rules(1, 2, 3, 4, 5, 6, 7, 8)
OTHER = "\n".join(
    f"1.{n} Pupils should bring {thing} to each lesson in good time."
    for n, thing in enumerate("books pencils rulers paper paint clay string glue".split(), 1)
)


def document(
    source: str, text: str, school: School = OAK, properties: dict[str, str] | None = None
) -> Read:
    extract = Extract(text, properties=properties or {})
    made = Document(source, source, extract, find_clauses(text))
    return made, describe(made, school, None)


def policy(source: str, title: str, cover: str = "", body: str = BODY, **more: object) -> Read:
    return document(source, f"{title}\n\n{cover}\n\n1. Rules\n\n{body}\n", **more)  # type: ignore[arg-type]


def standing(*read: Read, settled: frozenset[str] = frozenset()) -> dict[str, str]:
    return {p.source: p.status for p in chain(read, settled)}


def origin(source: str, *read: Read) -> str:
    return next(p.facts["status"].origin for p in chain(read) if p.source == source)


OLD = policy("visits-2022.docx", "Educational Visits Policy", "Adopted: November 2022")
NEW = policy("visits.pdf", "Educational Visits Policy", "Adopted: 9 October 2025", OTHER)


def test_the_newest_adopted_is_in_force_and_names_what_it_replaces():
    assert standing(OLD, NEW) == {"visits-2022.docx": "superseded", "visits.pdf": "current"}
    old, new = chain([OLD, NEW])
    assert (new.supersedes, old.supersedes) == ("visits-2022.docx", "")
    assert new.facts["status"].origin == (
        "inferred: it replaces the one adopted November 2022: "
        "adopted 9 October 2025, against adopted November 2022"
    )
    assert old.facts["status"].origin.startswith(
        "inferred: the one adopted 9 October 2025 replaces it"
    )


def test_three_versions_follow_each_other():
    middle = policy("v2.docx", "Educational Visits Policy", "Reviewed: March 2024")
    policies = {p.source: p for p in chain([NEW, OLD, middle])}
    assert policies["visits.pdf"].supersedes == "v2.docx"
    assert policies["v2.docx"].supersedes == "visits-2022.docx"
    assert [p.status for p in policies.values()].count("current") == 1


def test_another_school_s_policy_replaces_nothing():
    elm = policy("visits.pdf", "Educational Visits Policy", "Adopted: 9 October 2025", school=ELM)
    assert standing(OLD, elm) == {"visits-2022.docx": "current", "visits.pdf": "current"}


def test_a_draft_and_a_template_replace_nothing():
    draft = policy(
        "new.docx", "Educational Visits Policy", "DRAFT for consultation\nDate: May 2026"
    )
    blank = policy("model.docx", "Educational Visits Policy", "Approved by: [Name] Date: [Date]")
    assert standing(OLD, draft, blank) == {
        "visits-2022.docx": "current",
        "new.docx": "draft",
        "model.docx": "draft",
    }
    assert chain([OLD, blank])[1].facts["status"].value == "template"


def test_titles_are_one_subject_whatever_is_hung_on_them():
    for title in (
        "EDUCATIONAL VISITS POLICY",
        "Oak Primary School Educational Visits Policy 2025",
        "Policy for Educational Visits (v3.1 FINAL)",
        "Educational visits procedures – September 2025",
        "Copy of Educational Visit Policy (2)",
    ):
        newer = policy("n.pdf", title, "Adopted: 9 October 2025", OTHER)
        assert standing(OLD, newer)["visits-2022.docx"] == "superseded", title


def test_different_subjects_are_never_chained_not_even_with_one_text():
    for one, other in (
        ("Anti-bullying Policy", "Anti-bullying Policy for pupils (child friendly)"),
        ("Behaviour Policy", "Staff Behaviour Policy"),
        ("Privacy Notice for Parents", "Privacy Notice for Staff"),
        ("First Aid Policy", "First Aid Policy: EYFS"),
    ):
        older = policy("a.pdf", one, "Adopted: May 2020")
        newer = policy("b.pdf", other, "Adopted: May 2024")
        assert set(standing(older, newer).values()) == {"current"}, one


def test_a_near_twin_under_a_kindred_title_is_a_version():
    older = policy("a.pdf", "Use of Social Media Policy", "Adopted: May 2020")
    body = rules(1, 2, 3, 4, 5, 6, 70, 80)
    newer = policy("b.pdf", "Social Media and Phones Policy", "Adopted: May 2024", body)
    assert standing(older, newer) == {"a.pdf": "superseded", "b.pdf": "current"}
    unlike = policy("b.pdf", "Social Media and Phones Policy", "Adopted: May 2024", OTHER)
    assert set(standing(older, unlike).values()) == {"current"}


def test_admissions_of_two_years_are_versions_in_force_from_their_own_september():
    before = policy("a24.pdf", "Admissions Arrangements 2024-25", "Determined: January 2024")
    after = policy("a25.pdf", "Admissions Arrangements 2025-26", "Determined: January 2025")
    policies = chain([after, before])
    assert [p.status for p in policies] == ["current", "superseded"]
    assert policies[0].facts["effective"].value == "2025-26"


def test_one_text_under_two_names_answers_once_and_the_copy_says_so():
    twin = document("copy.pdf", OLD[0].text)
    assert sorted(standing(OLD, twin).values()) == ["current", "superseded"]
    copies = [p for p in chain([OLD, twin]) if p.status == "superseded"]
    assert copies[0].facts["status"].origin.startswith("inferred: it is a copy of “")


def test_where_nothing_tells_the_newer_both_answer_and_say_so():
    one = policy("a.docx", "Uniform Policy")
    other = policy("b.docx", "Uniform Policy", body=OTHER)
    assert set(standing(one, other).values()) == {"current"}
    assert origin("a.docx", one, other) == (
        "inferred: we cannot tell whether it or “b.docx” is newer"
    )


def test_weak_evidence_is_named():
    older = policy("a.docx", "Uniform Policy", "Agreed: Autumn 2020")
    newer = policy(
        "b.docx", "Uniform Policy", body=OTHER, properties={"modified": "2024-05-06T10:00:00"}
    )
    assert origin("b.docx", older, newer) == (
        "inferred: it replaces the one adopted Autumn 2020: newer modified date"
    )


def test_of_two_without_dates_the_higher_version_number_is_in_force():
    one = policy("a.docx", "Uniform Policy", "Version 2.9")
    other = policy("b.docx", "Uniform Policy", "Version 2.10", OTHER)
    assert standing(one, other) == {"a.docx": "superseded", "b.docx": "current"}


def test_documents_named_by_a_chance_heading_are_not_one_policy():
    one = document("fire.pdf", f"Our approach\n\n{BODY}")
    other = document("food.pdf", f"Our approach\n\n{OTHER}")
    assert set(standing(one, other).values()) == {"current"}
    assert set(standing(document("x.pdf", BODY), document("y.pdf", OTHER)).values()) == {"current"}


def test_what_the_register_settles_is_never_changed():
    old, new = chain([OLD, NEW], {"visits-2022.docx"})
    assert (old.status, new.status) == ("current", "current")
    assert new.facts["status"].origin == (
        "inferred: it is newer than “visits-2022.docx”, which the register lists"
    )
    both = frozenset({"visits-2022.docx", "visits.pdf"})
    assert chain([OLD, NEW], both) == (OLD[1], NEW[1])


def test_what_the_register_says_supersedes_another_does():
    newer = replace(policy("n.pdf", "Trips")[1], supersedes="visits.pdf", settled=True)
    assert [p.status for p in chain([OLD, NEW, (NEW[0], newer)])][1:] == ["superseded", "current"]


def test_an_archived_file_stays_out_of_force_even_alone():
    alone = policy("archive/visits.docx", "Educational Visits Policy", "Adopted: May 2026")
    assert standing(alone) == {"archive/visits.docx": "superseded"}
    assert standing(alone, OLD)["visits-2022.docx"] == "current"


def test_when_the_newer_file_goes_the_older_is_in_force_again():
    old, _ = chain([OLD, NEW])
    assert standing((OLD[0], old)) == {"visits-2022.docx": "current"}


FILES = st.lists(
    st.tuples(
        st.sampled_from(
            ["Uniform Policy", "Behaviour Policy", "Uniform Policy for pupils", "Aims"]
        ),
        st.sampled_from(["", "Adopted: May 2020", "Adopted: 2022", "Version 3", "Status: Draft"]),
        st.sampled_from([BODY, OTHER, rules(9, 9, 9), ""]),
        st.sampled_from([OAK, ELM]),
    ),
    max_size=6,
)


@given(FILES)
def test_chaining_keeps_every_policy_one_in_force_and_comes_to_rest(
    files: list[tuple[str, str, str, School]],
):
    read = [
        policy(f"{n}.txt", title, cover, body, school=school)
        for n, (title, cover, body, school) in enumerate(files)
    ]
    policies = chain(read)
    assert [replace(p, status="current", supersedes="", facts={}) for p in policies] == [
        replace(p, status="current", supersedes="", facts={}) for _, p in read
    ]
    again = chain([(document, p) for (document, _), p in zip(read, policies, strict=True)])
    assert again == policies
    for p in policies:
        assert p.supersedes != p.source
        assert from_record(as_record(p)) == p
        if p.status == "superseded":
            school = [q for q in policies if q.school == p.school]
            assert any(q.status == "current" for q in school)
    assert {p.source for p in policies if p.status == "draft"} == {
        p.source for _, p in read if p.status == "draft"
    }
