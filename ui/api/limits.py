"""How often somebody may ask: each address and each key for itself."""

from __future__ import annotations

import ipaddress
import math
import time

import limits
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from ui.api.problems import Problem

_SAID = "Too many requests came from here; try again in {} seconds."
_NETWORK = 64  # bits of an IPv6 address that one household or school has to itself


class Limiter:
    """Counts in memory: a window of time slides, so that nobody saves up for a burst."""

    def __init__(self, per_address: str, per_key: str) -> None:
        """Raises ValueError where a rate is not written as the `limits` library has it."""
        self._strategy = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._address, self._key = limits.parse_many(per_address), limits.parse_many(per_key)

    def count_address(self, address: str) -> None:
        """Count a request without a key; a Problem where it is one too many."""
        self._count(self._address, "address", network(address))

    def count_key(self, key: str) -> None:
        """Count a request with a key of ours; a Problem where it is one too many."""
        self._count(self._key, "key", key)

    def count_sign_in(self, address: str) -> None:
        """Count a step of signing in or out; a Problem where it is one too many.

        Each may make us ask the issuer. They are counted apart, so that a school behind one address
        that asks a lot can still sign in.
        """
        self._count(self._address, "sign-in", network(address))

    def check_guesses(self, address: str) -> None:
        """A Problem where an address has shown too many keys that are none.

        They are counted apart: whoever guesses must not use up what others of a school's one
        address may ask, nor may these keep out a program there that has a key.
        """
        for rate in self._address:
            if not self._strategy.test(rate, "guess", network(address)):
                raise self._refusal(rate, "guess", network(address))

    def count_guess(self, address: str) -> None:
        """Count a key that is none; a Problem where it is one too many."""
        self._count(self._address, "guess", network(address))

    def _count(self, rates: list[limits.RateLimitItem], *whose: str) -> None:
        for rate in rates:
            if not self._strategy.hit(rate, *whose):
                raise self._refusal(rate, *whose)

    def _refusal(self, rate: limits.RateLimitItem, *whose: str) -> Problem:
        stats = self._strategy.get_window_stats(rate, *whose)
        seconds = max(1, math.ceil(stats.reset_time - time.time()))
        return Problem(
            429, "too_many_requests", _SAID.format(seconds), {"retry-after": str(seconds)}
        )


def network(address: str) -> str:
    """An address as it is counted: whoever has one IPv6 address has the others beside it."""
    try:
        known = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address[:64]
    if isinstance(known, ipaddress.IPv4Address):
        return str(known)
    if known.ipv4_mapped is not None:
        return str(known.ipv4_mapped)
    return str(ipaddress.ip_network((known, _NETWORK), strict=False))
