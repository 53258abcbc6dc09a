"""What somebody may see: which schools' policies, and those written for which audiences.

The audiences are rings, each inside the next: what is for the public is for everyone, what is for
parents also for staff and governors, what is for staff also for governors. A policy of which the
register names no audience is for staff.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ingest.documents import Audience, Policy

__all__ = ["AUDIENCES", "EVERYTHING", "UNSTATED", "Audience", "Sight", "widest"]

AUDIENCES: tuple[Audience, ...] = ("public", "parents", "staff", "governors")  # widest ring first
UNSTATED: Audience = "staff"  # whom a policy is for where the register says nothing


@dataclass(frozen=True)
class Sight:
    """Schools by key and audiences that somebody belongs to; None stands for every one.

    Nothing of either, an empty set, sees nothing at all.
    """

    schools: frozenset[str] | None = None
    audiences: frozenset[Audience] | None = None

    def sees(self, policy: Policy) -> bool:
        """True where a policy is for somebody of these schools and audiences.

        Of one policy by itself: what its other versions say of it, `assistant/seen.py` knows.
        """
        whose = {policy.school, *policy.applies_to}
        if self.schools is not None and self.schools.isdisjoint(whose):
            return False
        if self.audiences is None:
            return True
        ring = AUDIENCES.index(widest(policy.audience or (UNSTATED,)))
        return any(AUDIENCES.index(one) >= ring for one in self.audiences)


EVERYTHING = Sight()


def widest(audiences: Iterable[Audience]) -> Audience:
    """The widest ring of several: a policy for parents and governors is for parents.

    Raises ValueError where there is none or one that is not known.
    """
    return AUDIENCES[min(AUDIENCES.index(one) for one in audiences)]
