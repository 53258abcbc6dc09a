"""What a setting's type cannot say: which texts are an address, and which settings may not meet."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

_HEADER = re.compile(r"[A-Za-z0-9-]{1,64}")
_HOST = re.compile(r"[A-Za-z0-9.:_-]{1,253}")
_KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")
_MODEL = re.compile(r"off|[A-Za-z0-9_-]+:\S+")
_DATABASE = re.compile(r"(sqlite|postgresql)(\+[a-z0-9]+)?://\S*")


def _address(value: str) -> None:
    if not _web(value) or urlsplit(value).query or urlsplit(value).fragment:
        raise ValueError("an address like https://help.school.uk")


def _origin(value: str) -> bool:
    """Scheme, host and port alone, as browsers spell an origin."""
    return _web(value) and value == "{0.scheme}://{0.netloc}".format(urlsplit(value))


def _web(value: str) -> bool:
    try:
        parts = urlsplit(value)
        _ = parts.port  # raises where it is no number
    except ValueError:
        return False
    host = parts.hostname or ""
    return (
        parts.scheme in ("http", "https")
        and bool(_HOST.fullmatch(host))
        and "@" not in parts.netloc
        and not re.search(r"[\s\x00-\x1f\"'<>;,*\\]", value)
    )


def _origins(values: tuple[str, ...]) -> None:
    if not all(_origin(value) and value == value.lower() for value in values):
        raise ValueError("a list of origins like https://intranet.school.uk, without a path or *")


def _networks(values: tuple[str, ...]) -> None:
    try:
        networks = [ipaddress.ip_network(value, strict=False) for value in values]
    except ValueError:
        raise ValueError("a list of addresses or networks like 10.0.0.5 or 10.0.0.0/24") from None
    if any(network.prefixlen == 0 for network in networks):
        raise ValueError("a list of networks, none of which is the whole world")


def _rate(value: str) -> None:
    from limits import parse_many

    try:
        parse_many(value)
    except ValueError:
        raise ValueError("a rate like 60/minute or 5/second") from None


def _matching(pattern: re.Pattern[str], want: str) -> Callable[[str], None]:
    def check(value: str) -> None:
        if not pattern.fullmatch(value):
            raise ValueError(want)

    return check


def _schools(values: Mapping[str, str]) -> None:
    if not all(key == "*" or _KEY.fullmatch(key) for key in values.values()):
        raise ValueError("a table of group = school key, such as dothill, or * for all of them")


def _models(values: Mapping[str, str]) -> None:
    for key, value in values.items():
        if not _KEY.fullmatch(key) or (value != "off" and not _MODEL.fullmatch(value)):
            raise ValueError('a table of school key = "provider:model" or "off"')


_header = _matching(_HEADER, "the name of a header, such as X-Forwarded-User")

# Each is given a value that is set, and raises ValueError with what it must be.
CHECKS: dict[str, Callable[[Any], None]] = {
    "server.host": _matching(_HOST, "an address to listen on, such as 127.0.0.1"),
    "server.url": _address,
    "server.allowed_origins": _origins,
    "server.proxy_addresses": _networks,
    "server.rate_per_address": _rate,
    "server.rate_per_key": _rate,
    "sign_in.proxy_user_header": _header,
    "sign_in.proxy_groups_header": _header,
    "sign_in.oidc_issuer": _address,
    "sign_in.school_groups": _schools,
    "sign_in.cookie_secret": _matching(
        re.compile(r".{32,}", re.DOTALL), "at least 32 characters that nobody guesses"
    ),
    "audit.url": _matching(_DATABASE, "sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME"),
    "llm.model": _matching(_MODEL, "provider:model, such as ollama:llama3.1, or off"),
    "llm.base_url": _address,
    "llm.schools": _models,
}
