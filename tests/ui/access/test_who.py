"""What somebody's groups make of them."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.settings import SignInSettings
from assistant.sight import EVERYTHING, Sight
from ui.access import carried
from ui.access.oidc import who_by_claims
from ui.access.who import ALONE, Who, from_groups

GROUPS = SignInSettings(
    "oidc",
    governor_groups=("board",),
    admin_groups=("office",),
    school_groups={"oak-staff": "oak", "elm-staff": "elm", "central": "*"},
    audience_groups={
        "oak-staff": "staff",
        "elm-staff": "staff",
        "central": "staff",
        "pta": "parents",
    },
)


def sight_of(*groups: str, sign_in: SignInSettings = GROUPS) -> Sight:
    return from_groups("ada", groups, sign_in, "oidc").sight


def test_groups_give_rank_schools_and_audience() -> None:
    assert from_groups("ada", ["oak-staff"], GROUPS, "oidc") == Who(
        "ada", "reader", Sight(frozenset({"oak"}), frozenset({"staff"})), "oidc"
    )
    assert sight_of("oak-staff", "elm-staff").schools == {"oak", "elm"}
    assert from_groups("g", ["board", "oak-staff"], GROUPS, "oidc") == Who(
        "g", "governor", Sight(frozenset({"oak"}), frozenset({"governors"})), "oidc"
    )
    assert from_groups("m", ["office"], GROUPS, "oidc") == Who("m", "admin", EVERYTHING, "oidc")


def test_a_star_stands_for_every_school() -> None:
    assert sight_of("central") == Sight(None, frozenset({"staff"}))


@pytest.mark.parametrize("groups", [[], ["OAK-STAFF"], ["oak-staff "], ["*"], ["oak"], [""]])
def test_whoever_is_in_no_listed_group_sees_least(groups: list[str]) -> None:
    assert sight_of(*groups) == Sight(frozenset(), frozenset({"public"}))


def test_where_no_groups_are_listed_whoever_signs_in_is_staff_of_every_school() -> None:
    plain = SignInSettings("oidc")
    assert sight_of("anything", sign_in=plain) == Sight(None, frozenset({"staff"}))


@pytest.mark.parametrize(
    ("claims", "schools"),
    [
        ({"groups": ["oak-staff"]}, {"oak"}),
        ({"groups": "oak-staff"}, {"oak"}),
        ({"groups": ["oak-staff", 7, None, {"x": 1}, ["elm-staff"]]}, {"oak"}),
        ({"groups": {"oak-staff": True}}, set()),
        ({"groups": None}, set()),
        ({}, set()),
        ({"_claim_names": {"groups": "src1"}}, set()),  # Entra, of somebody in very many groups
    ],
)
def test_a_claim_that_is_no_list_of_groups_opens_nothing(
    claims: dict[str, Any], schools: set[str]
) -> None:
    assert who_by_claims({"sub": "1", **claims}, GROUPS).sight.schools == schools


@pytest.mark.parametrize(
    ("verified", "rank"),
    [(True, "admin"), (False, "reader"), ("true", "reader"), (1, "reader"), (None, "reader")],
)
def test_an_address_counts_as_a_group_where_the_issuer_vouches_for_it(
    verified: object, rank: str
) -> None:
    sign_in = SignInSettings("oidc", oidc_groups_claim="hd", admin_groups=("mia@oak.uk",))
    claims = {"sub": "1", "hd": "oak.uk", "email": "Mia@Oak.uk", "email_verified": verified}
    assert who_by_claims(claims, sign_in).rank == rank


def test_without_groups_a_domain_makes_staff_and_an_address_a_governor() -> None:
    sign_in = SignInSettings(
        "oidc",
        oidc_groups_claim="hd",
        governor_groups=("chair@oak.uk",),
        audience_groups={"oak.uk": "staff"},
    )

    def who(**claims: object) -> Who:
        return who_by_claims({"sub": "1", "email_verified": True, **claims}, sign_in)

    assert who(hd="oak.uk", email="chair@oak.uk").rank == "governor"
    mia = who(hd="oak.uk", email="mia@oak.uk")
    assert (mia.rank, mia.sight.audiences) == ("reader", frozenset({"staff"}))
    assert who(email="mia@gmail.com").sight.audiences == frozenset({"public"})


def test_a_claim_may_be_named_by_its_path() -> None:
    sign_in = SignInSettings("oidc", oidc_groups_claim="realm_access.roles", admin_groups=("boss",))
    assert who_by_claims({"sub": "1", "realm_access": {"roles": ["boss"]}}, sign_in).rank == "admin"
    assert who_by_claims({"sub": "1", "realm_access": "boss"}, sign_in).rank == "reader"
    dotted = {"sub": "1", "realm_access.roles": ["boss"]}
    assert who_by_claims(dotted, sign_in).rank == "admin"


def test_a_name_cannot_break_a_page_a_log_or_a_header() -> None:
    name = who_by_claims({"sub": "a\r\nX-Admin: 1\u202e" + "b" * 999}, GROUPS).name
    assert name.isprintable() and len(name) <= 200


def test_whom_the_guard_names_is_whom_the_pages_know(settings: Any) -> None:
    everyone = settings(mode="oidc")
    for who in (ALONE, Who("ö", "governor", Sight(frozenset({"oak"}), frozenset()), "proxy")):
        assert carried.read(carried.write(who), everyone) == who


@pytest.mark.parametrize("value", [None, "", "{}", '{"rank": "admin"}', "x.y", "é"])
def test_without_the_guard_s_word_a_page_shows_nothing(value: str | None, settings: Any) -> None:
    who = carried.read(value, settings(mode="oidc"))
    assert (who.rank, who.sight) == ("reader", Sight(frozenset(), frozenset()))


def test_another_process_s_word_counts_for_nothing(settings: Any) -> None:
    told = carried.write(ALONE)
    forged = told[:-2] + ("aa" if told[-2:] != "aa" else "bb")
    assert carried.read(forged, settings(mode="none")).sight == Sight(frozenset(), frozenset())


def test_the_chat_of_this_machine_alone_needs_no_word(settings: Any) -> None:
    assert carried.read(None, settings(mode="none")) == ALONE
