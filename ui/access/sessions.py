"""Who is signed in: a session is known by a random id, and lives in this process's memory.

Nothing of who asks lies on a disk, and a restart signs everybody out. The cookie holds the id, with
a signature, so that what we never gave out is turned away before it is looked up.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import urlsplit

import itsdangerous
from starlette.requests import HTTPConnection
from starlette.responses import Response

from assistant.settings import Settings
from ui.access.secret import cookie_secret
from ui.access.who import Who

IDLE = 3600.0  # seconds without a request after which somebody signs in again
MOST = 20_000  # sessions; the one that asked longest ago goes first


@dataclass(frozen=True)
class _Session:
    who: Who
    begun: float
    seen: float


class Sessions:
    """Those who are signed in; safe to be used by many threads at once.

    `hours` is the longest that a session lasts, however busy it is. `clock` gives seconds.
    """

    def __init__(
        self, secret: str, hours: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._signer = itsdangerous.Signer(
            secret, salt="chapter-and-verse session", digest_method=hashlib.sha256
        )
        self._longest = hours * 3600
        self._clock = clock
        self._known: OrderedDict[str, _Session] = OrderedDict()
        self._lock = threading.Lock()

    def begin(self, who: Who, before: str = "") -> str:
        """A new cookie's value; whatever session the browser came with is ended."""
        self.end(before)
        id, now = secrets.token_urlsafe(32), self._clock()
        with self._lock:
            self._known[id] = _Session(who, now, now)
            while len(self._known) > MOST:
                self._known.popitem(last=False)
        return self._signer.sign(id).decode()

    def find(self, cookie: str) -> Who | None:
        """Whose cookie it is; None where it is nobody's, or has run out."""
        id = self._id(cookie)
        with self._lock:
            session = self._known.pop(id, None)
            if session is None or self._is_over(session):
                return None
            self._known[id] = replace(session, seen=self._clock())
            return session.who

    def peek(self, cookie: str) -> Who | None:
        """The same without counting as a request."""
        with self._lock:
            session = self._known.get(self._id(cookie))
        return session.who if session is not None and not self._is_over(session) else None

    def end(self, cookie: str) -> None:
        with self._lock:
            self._known.pop(self._id(cookie), None)

    def _is_over(self, session: _Session) -> bool:
        now = self._clock()
        return now - session.begun > self._longest or now - session.seen > IDLE

    def _id(self, cookie: str) -> str:
        try:
            return self._signer.unsign(cookie.encode("ascii", "replace")).decode()
        except itsdangerous.BadSignature:
            return ""


def sessions_of(settings: Settings) -> Sessions:
    """The one set of sessions that this process has for a home."""
    return _opened(cookie_secret(settings), settings.sign_in.session_hours)


@lru_cache(maxsize=8)
def _opened(secret: str, hours: float) -> Sessions:
    return Sessions(secret, hours)


def is_secure(settings: Settings) -> bool:
    """True where browsers come by https; without it we serve the loopback address alone."""
    return urlsplit(settings.server.url).scheme == "https"


def cookie_name(settings: Settings, what: str = "session") -> str:
    """`__Host-` makes browsers refuse a cookie of that name from any other host or path."""
    return f"__Host-cv-{what}" if is_secure(settings) else f"cv-{what}"


def cookie_of(connection: HTTPConnection, settings: Settings) -> str:
    return connection.cookies.get(cookie_name(settings), "")


def put_cookie(response: Response, settings: Settings, value: str, what: str = "session") -> None:
    """Without an age, so that it ends with the browser: staff rooms share computers."""
    response.set_cookie(
        cookie_name(settings, what),
        value,
        path="/",
        secure=is_secure(settings),
        httponly=True,
        samesite="lax",
    )


def drop_cookie(response: Response, settings: Settings) -> None:
    response.delete_cookie(
        cookie_name(settings),
        path="/",
        secure=is_secure(settings),
        httponly=True,
        samesite="lax",
    )
