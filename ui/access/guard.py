"""Who asks: by a key, by a session, by what a proxy says, or whoever sits at this machine."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from assistant.configured.safe import is_loopback
from assistant.settings import Settings
from ui.access.keys import PREFIX, Keys
from ui.access.proxy import who_by_proxy
from ui.access.sessions import cookie_of, sessions_of
from ui.access.who import ALONE, PASSER_BY, Who

# What a proxy adds to a request: it comes from somewhere else than this machine.
_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")


def who_asks(connection: HTTPConnection, settings: Settings, keys: Keys | None) -> Who | None:
    """None where nobody is signed in, or the key is not one of ours.

    A request that shows a key is judged by that alone, whatever else it brings.
    """
    token = _key(connection)
    if token is not None:
        return keys.find(token) if keys is not None and token else None
    mode = settings.sign_in.mode
    if mode == "proxy":
        return who_by_proxy(connection, settings)
    if mode == "oidc":
        return sessions_of(settings).find(cookie_of(connection, settings))
    if _serves_itself_alone(settings) and not any(h in connection.headers for h in _FORWARDED):
        return ALONE
    return PASSER_BY if settings.server.open_to_all else None


def _key(connection: HTTPConnection) -> str | None:
    """The key that a request shows: None where it shows none, "" where it is no key of ours."""
    given = connection.headers.getlist("authorization")
    if not given:
        return None
    scheme, _, token = given[0].partition(" ")
    if scheme.lower() != "bearer":
        return None  # a proxy's own password, which is none of our business
    token = token.strip()
    return token if len(given) == 1 and token.startswith(PREFIX) else ""


def _serves_itself_alone(settings: Settings) -> bool:
    """True where only this machine reaches us, as far as the settings tell."""
    server = settings.server
    public = urlsplit(server.url).hostname or "" if server.url else ""
    return is_loopback(server.host) and (not public or is_loopback(public))
