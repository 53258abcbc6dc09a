"""What may be set, in the environment or in one TOML file; read only where a process begins.

`assistant/configured/read.py` reads and checks; where nothing is set it is not even imported.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from assistant.answer import AssistantError

FILE = "verse.toml"  # in the home
# Read elsewhere, or by nobody but tests; every other name that starts so must be a setting's.
NO_SETTING = ("VERSE_CONFIG", "VERSE_DEBUG")
TESTS = "VERSE_TEST_"

Audiences = Literal["public", "parents", "governors", "staff"]


class SettingsError(AssistantError):
    """A setting that is unknown, amiss or unsafe: which, where it stands, what to do."""

    wrong_usage = True


def _about(text: str, **bounds: Any) -> Any:
    return Field(description=text, **bounds)


def _secret() -> Any:
    # Left out of repr, so that no traceback or log shows it.
    return field(default="", repr=False, metadata={"secret": True})


def _table() -> Any:
    return field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class ServerSettings:
    """How `verse serve` listens, and how much it takes from whom."""

    host: Annotated[str, _about("Address to listen on")] = "127.0.0.1"
    port: Annotated[int, _about("Port to listen on", ge=1, le=65535)] = 8000
    url: Annotated[str, _about("Address that people type: `https://help.school.uk`")] = ""
    allowed_origins: Annotated[
        tuple[str, ...], _about("Web sites that may show the widget: `https://intranet.school.uk`")
    ] = ()
    proxy_addresses: Annotated[
        tuple[str, ...],
        _about("Addresses or networks whose X-Forwarded-* and identity headers are believed"),
    ] = ("127.0.0.1", "::1")
    request_bytes: Annotated[
        int, _about("Largest body of a request, in bytes", ge=1024, le=16_777_216)
    ] = 65_536
    request_seconds: Annotated[
        float, _about("Longest that a request may take, in seconds", gt=0, le=600)
    ] = 30.0
    rate_per_address: Annotated[
        str, _about("Most requests of one address: `60/minute`, `5/second`")
    ] = "60/minute"
    rate_per_key: Annotated[str, _about("Most requests of one API key")] = "600/minute"
    open_to_all: Annotated[
        bool, _about("Let everybody who reaches the address in, though nobody signs in")
    ] = False


@dataclass(frozen=True)
class SignInSettings:
    """Who may ask, and what they see."""

    mode: Annotated[
        Literal["none", "proxy", "oidc"],
        _about("`none`: nobody signs in; `proxy`: a proxy says who asks; `oidc`: OpenID Connect"),
    ] = "none"
    proxy_user_header: Annotated[str, _about("Header in which the proxy names the person")] = (
        "X-Forwarded-User"
    )
    proxy_groups_header: Annotated[
        str, _about("Header in which the proxy names their groups, parted by commas")
    ] = "X-Forwarded-Groups"
    oidc_issuer: Annotated[
        str, _about("Issuer: `https://login.microsoftonline.com/TENANT/v2.0`")
    ] = ""
    oidc_client_id: Annotated[str, _about("Client id that the issuer gave us")] = ""
    oidc_client_secret: Annotated[str, _about("Client secret that the issuer gave us")] = _secret()
    oidc_groups_claim: Annotated[str, _about("Claim that holds somebody's groups or roles")] = (
        "groups"
    )
    governor_groups: Annotated[
        tuple[str, ...], _about("Groups whose members see the governors' pages")
    ] = ()
    admin_groups: Annotated[
        tuple[str, ...], _about("Groups whose members may also change the policies")
    ] = ()
    school_groups: Annotated[
        Mapping[str, str],
        _about("Group = school key, or `*` for all; who is in none of them sees no school"),
    ] = _table()
    audience_groups: Annotated[
        Mapping[str, Audiences],
        _about(
            "Group = audience (`public`, `parents`, `staff`, `governors`); who is in none of them "
            "sees what is for the public"
        ),
    ] = _table()
    session_hours: Annotated[
        float, _about("Hours after which somebody signs in again", gt=0, le=720)
    ] = 8.0
    cookie_secret: Annotated[
        str, _about("Signs the session cookie; empty: made once and kept in the home")
    ] = _secret()


@dataclass(frozen=True)
class AuditSettings:
    """Whether every answer is kept, where, and how long."""

    on: Annotated[bool, _about("Keep every answer")] = False
    url: Annotated[str, _about("Database: `postgresql+psycopg://…`; empty: SQLite in the home")] = (
        _secret()
    )
    days: Annotated[int, _about("Days that an answer or a question is kept", ge=1, le=36_500)] = 365
    if_unwritable: Annotated[
        Literal["answer", "refuse"], _about("What to do where an answer cannot be kept")
    ] = "answer"
    keep_user: Annotated[bool, _about("Keep who asked, too")] = False


@dataclass(frozen=True)
class LlmSettings:
    """The language model that words answers; none by default."""

    model: Annotated[str, _about("`provider:model`; empty: no language model at all")] = ""
    base_url: Annotated[str, _about("Address of its server; empty: the provider's own")] = ""
    api_key: Annotated[str, _about("Key to it")] = _secret()
    schools: Annotated[
        Mapping[str, str], _about("School key = `provider:model` or `off`, for that school alone")
    ] = _table()
    deadline_seconds: Annotated[
        float, _about("After so many seconds we answer without it", gt=0, le=600)
    ] = 20.0
    budget_per_day: Annotated[int, _about("Most calls a day; 0: no bound", ge=0)] = 0
    budget_per_school: Annotated[
        int, _about("Most calls a day for one school; 0: no bound", ge=0)
    ] = 0
    cache: Annotated[bool, _about("Use again what it once wrote for the same clauses")] = True


@dataclass(frozen=True)
class Settings:
    """Everything that may be set; each field's name is its key in the file."""

    home: Annotated[Path, _about("Folder of index, documents, caches")]
    embedding_model: Annotated[
        str | None, _about("Name or folder of an embedding model; empty: our own")
    ] = None
    chroma_url: Annotated[
        str, _about("Address of a Chroma server to keep vectors on; empty: in the home")
    ] = ""
    reader: Annotated[bool, _about("Use the trained reader")] = True
    record: Annotated[bool, _about("Keep what is asked, by day and masked")] = False
    server: ServerSettings = field(default_factory=ServerSettings)
    sign_in: SignInSettings = field(default_factory=SignInSettings)
    audit: AuditSettings = field(default_factory=AuditSettings)
    llm: LlmSettings = field(default_factory=LlmSettings)


def read_settings(home: str | Path | None = None, config: str | Path | None = None) -> Settings:
    """Settings of this process: what is given here, else the environment, else the file.

    The file is `config`, else `VERSE_CONFIG`, else `verse.toml` in the home if it is there; it is
    read once in a process, so that all of it answers alike. SettingsError says what is amiss.
    """
    names = frozenset(
        (name, value)
        for name, value in os.environ.items()
        if name.startswith("VERSE_") and not name.startswith(TESTS) and value.strip()
    )
    plain = {name for name, _ in names} <= {"VERSE_HOME", "VERSE_DEBUG"}
    folder = absolute(str(home) if home else os.environ.get("VERSE_HOME", "").strip() or ".verse")
    if plain and not config and not (folder / FILE).exists():
        return Settings(folder)
    named = str(config or os.environ.get("VERSE_CONFIG", "").strip())
    return _configured(
        str(folder) if home else "", str(absolute(named)) if named else "", names, folder
    )


@functools.lru_cache(maxsize=8)
def _configured(
    home: str, config: str, names: frozenset[tuple[str, str]], _folder: Path
) -> Settings:
    from assistant.configured.read import configure

    return configure(home, config, dict(names)).settings


def absolute(path: str | Path, folder: Path | None = None) -> Path:
    """A path made absolute, from `folder` or from here; `~` is somebody's home."""
    return (folder or Path()).joinpath(Path(path).expanduser()).absolute()
