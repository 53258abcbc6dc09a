"""API keys: each for one site or program, limited to schools and audiences, and revocable.

The file in the home holds hashes alone. A plain SHA-256 is right for them, and a slow hash would
be wrong: a key is 256 random bits, which nobody finds by trying, and every request checks one.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import hmac
import logging
import re
import secrets
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

import filelock
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.answer import AssistantError
from assistant.sight import Audience, Sight
from ingest.home import write_whole
from ui.access.who import Rank, Who

FILE = "keys.json"
PREFIX = "cv_"
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
_PATIENCE = 5.0  # seconds that a change waits for another


class KeysError(AssistantError):
    """What is wrong with the keys, in one sentence."""

    wrong_usage = True


class Key(BaseModel):
    """A key as it is stored; `schools` is None where it may ask of every one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=NAME.pattern)
    hash: str = Field(pattern="^[0-9a-f]{64}$", repr=False)
    schools: tuple[str, ...] | None
    audiences: tuple[Audience, ...]
    rank: Rank = "reader"
    created: dt.date
    used: dt.date | None = None
    revoked: dt.date | None = None

    @property
    def who(self) -> Who:
        schools = None if self.schools is None else frozenset(self.schools)
        return Who(self.name, self.rank, Sight(schools, frozenset(self.audiences)), "key")


class _Stored(BaseModel):
    model_config = ConfigDict(extra="forbid")

    keys: tuple[Key, ...] = ()


class Keys:
    """The keys of a home; a change by another process counts at the next request."""

    def __init__(self, home: Path, today: Callable[[], dt.date] = dt.date.today) -> None:
        self._path = home / FILE
        self._today = today
        self._lock = threading.Lock()
        self._read: tuple[object, tuple[Key, ...]] = (None, ())
        self._noted: dict[str, dt.date] = {}

    def find(self, token: str) -> Who | None:
        """Whose key it is; None where it is nobody's, or revoked, or the file is damaged."""
        hashed = _hash(token)
        found = None
        for key in self._known():
            # Every one is compared, each in a time that does not tell how much of it fits.
            if hmac.compare_digest(key.hash, hashed) and key.revoked is None:
                found = key
        if found is None:
            return None
        self._note_use(found)
        return found.who

    def all(self) -> tuple[Key, ...]:
        """Every key there ever was, oldest first; KeysError where the file is damaged."""
        return _read(self._path)

    def add(
        self,
        name: str,
        schools: Iterable[str] | None,
        audiences: Iterable[Audience],
        rank: Rank = "reader",
    ) -> str:
        """A new key, told this once and never again; KeysError where the name is taken."""
        if not NAME.fullmatch(name):
            raise KeysError(
                f"{name!r} is no name for a key; use small letters, digits, dots and hyphens, such "
                "as intranet-dothill."
            )
        token = PREFIX + secrets.token_urlsafe(32)
        key = Key(
            name=name,
            hash=_hash(token),
            schools=None if schools is None else tuple(sorted(set(schools))),
            audiences=tuple(sorted(set(audiences))),
            rank=rank,
            created=self._today(),
        )

        def change(keys: tuple[Key, ...]) -> tuple[Key, ...]:
            if any(other.name == name for other in keys):
                raise KeysError(f"There is a key {name!r} already; choose another name.")
            return (*keys, key)

        self._change(change)
        return token

    def revoke(self, name: str) -> Key:
        """The key as it stands now; it is kept, so that its name is never another's."""

        def change(keys: tuple[Key, ...]) -> tuple[Key, ...]:
            if all(key.name != name for key in keys):
                known = ", ".join(key.name for key in keys if key.revoked is None) or "none"
                raise KeysError(f"There is no key {name!r}; there are: {known}.")
            return _with(keys, name, "revoked", self._today())

        return next(key for key in self._change(change) if key.name == name)

    def _note_use(self, key: Key) -> None:
        today = self._today()
        if today in (key.used, self._noted.get(key.name)):
            return
        # The day alone, tried once; where it cannot be written the answer does not wait for it.
        self._noted[key.name] = today
        with contextlib.suppress(KeysError):
            self._change(lambda keys: _with(keys, key.name, "used", today), patience=0)

    def _known(self) -> tuple[Key, ...]:
        """The keys as the file has them now; none where it is missing or damaged."""
        try:
            stat = self._path.stat()
        except OSError:
            return ()
        mark = (stat.st_ino, stat.st_mtime_ns, stat.st_size)
        with self._lock:
            if self._read[0] != mark:
                try:
                    self._read = (mark, _read(self._path))
                except KeysError as error:
                    logging.getLogger(__name__).error("%s", error)
                    self._read = (mark, ())
            return self._read[1]

    def _change(
        self,
        change: Callable[[tuple[Key, ...]], tuple[Key, ...]],
        patience: float = _PATIENCE,
    ) -> tuple[Key, ...]:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with filelock.FileLock(self._path.with_suffix(".lock"), timeout=patience):
                keys = change(_read(self._path))
                write_whole(self._path, _Stored(keys=keys).model_dump_json(indent=1).encode())
                self._path.chmod(0o600)
                return keys
        except filelock.Timeout as error:
            raise KeysError("Another process changes the keys right now; try again.") from error
        except OSError as error:
            raise KeysError(
                f"{self._path} cannot be written ({error.strerror or error}); make it writable."
            ) from error


def _read(path: Path) -> tuple[Key, ...]:
    try:
        return _Stored.model_validate_json(path.read_bytes()).keys
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise KeysError(
            f"{path} cannot be read ({error.strerror or error}); make it readable."
        ) from error
    except ValidationError as error:
        raise KeysError(
            f"{path} is damaged, so no key counts; put it back from a copy, or delete it and make "
            "new keys."
        ) from error


def _with(keys: tuple[Key, ...], name: str, what: str, value: dt.date | None) -> tuple[Key, ...]:
    return tuple(k.model_copy(update={what: value}) if k.name == name else k for k in keys)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
