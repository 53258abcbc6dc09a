"""The secret that signs cookies: set by whoever runs the server, else made once in the home."""

from __future__ import annotations

import contextlib
import functools
import os
import secrets
from pathlib import Path

from assistant.settings import Settings, SettingsError

FILE = "cookie-secret"
_BYTES = 32


def cookie_secret(settings: Settings) -> str:
    """Raises SettingsError where the home cannot hold one."""
    return settings.sign_in.cookie_secret or _kept(settings.home / FILE)


@functools.lru_cache(maxsize=8)
def _kept(path: Path) -> str:
    try:
        with contextlib.suppress(FileNotFoundError):
            return _read(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        # Made for its owner alone: a mode that is set later leaves a moment in which others read.
        aside.touch(0o600, exist_ok=False)
        aside.write_text(secrets.token_urlsafe(_BYTES), "utf-8")
        try:
            with contextlib.suppress(FileExistsError):  # another process was faster: its counts
                os.link(aside, path)
        finally:
            aside.unlink()
        return _read(path)
    except OSError as error:
        raise SettingsError(
            f"The secret in {path} cannot be kept ({error.strerror or error}); make the home "
            "writable, or set sign_in.cookie_secret."
        ) from error


def _read(path: Path) -> str:
    secret = path.read_text("utf-8").strip()
    if len(secret) < _BYTES:
        raise SettingsError(
            f"The secret in {path} is cut short; delete the file and start anew, and everybody "
            "signs in again."
        )
    return secret
