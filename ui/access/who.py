"""Somebody who asks: what they may do, and what they may see."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal, cast

from assistant.settings import SignInSettings
from assistant.sight import EVERYTHING, UNSTATED, Audience, Sight

Rank = Literal["reader", "governor", "admin"]
Via = Literal["none", "proxy", "oidc", "key"]

RANKS: tuple[Rank, ...] = ("reader", "governor", "admin")  # each may what the one before may
ALL_SCHOOLS = "*"  # in sign_in.school_groups: a group whose members see every school
_LONGEST = 200  # characters of a name
_GOVERNORS: frozenset[Audience] = frozenset({"governors"})


@dataclass(frozen=True)
class Who:
    """Whoever asks; `name` is "" for nobody in particular, a key's own name for a key."""

    name: str
    rank: Rank
    sight: Sight
    via: Via

    @property
    def governs(self) -> bool:
        """True for those who see the governors' pages."""
        return self.rank in ("governor", "admin")


def mark_of(who: Who | None) -> str:
    """What tells somebody from others to a page of theirs; "" for nobody."""
    if who is None:
        return ""
    return hashlib.sha256(f"{who.via} {who.rank} {who.name}".encode()).hexdigest()[:16]


# Whoever sits at the machine that serves itself alone.
ALONE = Who("", "admin", EVERYTHING, "none")
# Whoever reaches an address that is open to all: what is for governors is not for them.
PASSER_BY = Who("", "reader", Sight(audiences=frozenset({UNSTATED})), "none")


def from_groups(name: str, groups: Collection[str], sign_in: SignInSettings, via: Via) -> Who:
    """Whoever signed in, by their groups as whoever signs them in names these.

    Where groups are listed and somebody is in none of them, they see the least there is: no school,
    or what is for the public. A provider that leaves the groups out must not thereby let all in.
    """
    known = frozenset(groups)
    name = _printable(name)
    if known & set(sign_in.admin_groups):
        # Who can replace every policy cannot be kept from reading them.
        return Who(name, "admin", EVERYTHING, via)
    governs = bool(known & set(sign_in.governor_groups))
    audiences = _GOVERNORS if governs else _audiences(known, sign_in.audience_groups)
    sight = Sight(_schools(known, sign_in.school_groups), audiences)
    return Who(name, "governor" if governs else "reader", sight, via)


def _schools(groups: Collection[str], listed: Mapping[str, str]) -> frozenset[str] | None:
    mine = {school for group, school in listed.items() if group in groups}
    return None if not listed or ALL_SCHOOLS in mine else frozenset(mine)


def _audiences(groups: Collection[str], listed: Mapping[str, str]) -> frozenset[Audience]:
    if not listed:
        return frozenset({UNSTATED})
    mine = {audience for group, audience in listed.items() if group in groups}
    return cast(frozenset[Audience], frozenset(mine or {"public"}))


def _printable(name: str) -> str:
    """A name that can stand in a page, a log or a header without breaking it."""
    return "".join(char for char in name if char.isprintable())[:_LONGEST].strip()
