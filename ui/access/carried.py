"""Who asks, carried from the guard to the pages in a header of ours.

The guard takes every such header off what arrives before it adds its own. It is signed with a
secret of this process all the same: a page that is ever served without the guard believes nobody.
"""

from __future__ import annotations

import json
import secrets

import itsdangerous

from assistant.settings import Settings
from assistant.sight import Sight
from ui.access.who import ALONE, Who

HEADER = "x-verse-who"
_SIGNER = itsdangerous.Signer(secrets.token_bytes(32), salt="chapter-and-verse who")
_NOBODY = Who("", "reader", Sight(frozenset(), frozenset()), "none")


def write(who: Who) -> str:
    """The header's value, in ASCII."""
    sight = who.sight
    told = {
        "name": who.name,
        "rank": who.rank,
        "schools": None if sight.schools is None else sorted(sight.schools),
        "audiences": None if sight.audiences is None else sorted(sight.audiences),
        "via": who.via,
    }
    return _SIGNER.sign(json.dumps(told)).decode("ascii")


def read(value: str | None, settings: Settings) -> Who:
    """Whoever the guard says that asks; without its word, nobody who may see anything.

    `verse chat` has no guard: it serves its own machine alone, and its mode is always none.
    """
    if value is None and settings.sign_in.mode == "none":
        return ALONE
    try:
        told = json.loads(_SIGNER.unsign(value or ""))
    except itsdangerous.BadSignature:
        return _NOBODY
    schools, audiences = told["schools"], told["audiences"]
    sight = Sight(
        None if schools is None else frozenset(schools),
        None if audiences is None else frozenset(audiences),
    )
    return Who(told["name"], told["rank"], sight, told["via"])
