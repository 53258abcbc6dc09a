"""Whoever a proxy says that asks, where the proxy is one that we believe."""

from __future__ import annotations

import functools
import ipaddress
from collections.abc import Sequence

from starlette.requests import HTTPConnection

from assistant.settings import Settings
from ui.access.who import Who, from_groups

_MOST_GROUPS = 1000


def who_by_proxy(connection: HTTPConnection, settings: Settings) -> Who | None:
    """None where no proxy that we believe names anybody.

    A header that comes twice is refused: one of the two may be from whoever asks, set on their own
    way to a proxy that adds its header and leaves theirs.
    """
    if not comes_by_proxy(connection, settings.server.proxy_addresses):
        return None
    sign_in = settings.sign_in
    names = _values(connection, sign_in.proxy_user_header)
    groups = _values(connection, sign_in.proxy_groups_header)
    if len(names) != 1 or not names[0] or len(groups) > 1:
        return None
    listed = groups[0].split(",", _MOST_GROUPS)[:_MOST_GROUPS] if groups else []
    mine = {group.strip() for group in listed} - {""}
    return from_groups(names[0], mine, sign_in, "proxy")


def comes_by_proxy(connection: HTTPConnection, proxies: Sequence[str]) -> bool:
    """True where the other end of the line, and not what it says of itself, is such a proxy."""
    if connection.client is None:
        return False
    try:
        address = ipaddress.ip_address(connection.client.host.partition("%")[0])
    except ValueError:
        return False
    # A socket for both kinds of address shows 10.0.0.5 as ::ffff:10.0.0.5.
    address = getattr(address, "ipv4_mapped", None) or address
    return any(address in network for network in _networks(tuple(proxies)))


@functools.lru_cache(maxsize=8)
def _networks(
    proxies: tuple[str, ...],
) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    return tuple(ipaddress.ip_network(proxy, strict=False) for proxy in proxies)


def _values(connection: HTTPConnection, header: str) -> list[str]:
    found = connection.headers.getlist(header) if header else []
    return [_decoded(value).strip() for value in found]


def _decoded(value: str) -> str:
    """Headers arrive as Latin-1; proxies send names as UTF-8."""
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value
