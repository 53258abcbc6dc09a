"""Signing in with OpenID Connect: Authlib speaks the protocol, we say who that makes somebody."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import httpx
from authlib.integrations.starlette_client import (  # type: ignore[import-untyped]
    OAuth,
    StarletteOAuth2App,
)
from starlette.requests import Request
from starlette.responses import Response

from assistant.answer import AssistantError
from assistant.settings import Settings, SignInSettings
from ui.access.who import Who, from_groups

CALLBACK = "/sign-in/callback"
_PATIENCE = 10.0  # seconds that the issuer has for an answer
# A token that the issuer signed: "none" and secrets that are shared prove nothing of that.
_SIGNED = ("RS", "PS", "ES", "Ed")


class SignInFailed(AssistantError):
    """Why nobody was signed in, in one sentence."""


async def begin(request: Request, settings: Settings) -> Response:
    """Off to the issuer; what the answer must fit is kept in `request.session`."""
    app = _app(settings.sign_in)
    try:
        await _metadata(app, settings.sign_in)
        back = f"{own_address(request, settings)}{CALLBACK}"
        answer: Response = await app.authorize_redirect(request, back)
    except SignInFailed:
        raise
    except Exception as error:
        raise _unreachable(error) from error
    return answer


async def finish(request: Request, settings: Settings) -> Who:
    """Whoever the issuer says has signed in; SignInFailed where it does not, or not to us."""
    sign_in = settings.sign_in
    app = _app(sign_in)
    try:
        metadata = await _metadata(app, sign_in)
        token = await app.authorize_access_token(
            request,
            claims_options={
                "iss": {"essential": True, "value": metadata["issuer"]},
                "aud": {"essential": True, "value": sign_in.oidc_client_id},
                "sub": {"essential": True},
            },
        )
        claims: dict[str, Any] = dict(token.get("userinfo") or {})
        if not claims:
            raise SignInFailed(
                "The sign-in service sent no identity token; ask whoever looks after this to "
                "register Chapter & Verse there for OpenID Connect."
            )
        if _claim(claims, sign_in.oidc_groups_claim) is None and "userinfo_endpoint" in metadata:
            more = dict(await app.userinfo(token=token))
            # Of somebody else's answer nothing may be taken.
            claims = {**more, **claims} if more.get("sub") == claims["sub"] else claims
    except SignInFailed:
        raise
    except Exception as error:
        # The kind alone: what came with it may hold a code or a name.
        logging.getLogger(__name__).warning("A sign-in failed: %s", type(error).__name__)
        raise SignInFailed(
            "You could not be signed in: the sign-in service refused, or the answer did not fit "
            "what this browser asked for; try again."
        ) from error
    return who_by_claims(claims, sign_in)


def who_by_claims(claims: Mapping[str, Any], sign_in: SignInSettings) -> Who:
    """What an issuer's claims make of somebody."""
    names = (claims.get(n) for n in ("preferred_username", "email", "upn", "sub"))
    name = next((n for n in names if isinstance(n, str) and n), "")
    found = _claim(claims, sign_in.oidc_groups_claim)
    groups = [found] if isinstance(found, str) else found if isinstance(found, list) else []
    mine = {group for group in groups if isinstance(group, str)}
    email = claims.get("email")
    # Google sends no groups, so people may be listed by address, where the issuer vouches for it:
    # with some issuers everybody types in their own.
    if isinstance(email, str) and claims.get("email_verified") is True:
        mine.add(email.lower())
    return from_groups(name, mine, sign_in, "oidc")


async def sign_out_address(settings: Settings, back: str) -> str:
    """Where somebody signs out of the issuer, too; "" where it has no such place."""
    sign_in = settings.sign_in
    app = _app(sign_in)
    try:
        await _metadata(app, sign_in)
        made = await app.create_logout_url(
            post_logout_redirect_uri=back, client_id=sign_in.oidc_client_id
        )
    except Exception:  # signed out of here they are in any case
        return ""
    return str(made["url"])


def own_address(request: Request, settings: Settings) -> str:
    """Our address as people type it, without a slash at its end."""
    return (settings.server.url or str(request.base_url)).rstrip("/")


@lru_cache(maxsize=8)
def _app(sign_in: SignInSettings) -> StarletteOAuth2App:
    """One for each issuer, so that what it publishes of itself is fetched once."""
    where = f"{sign_in.oidc_issuer.rstrip('/')}/.well-known/openid-configuration"
    made: StarletteOAuth2App = OAuth().register(
        "issuer",
        client_id=sign_in.oidc_client_id,
        client_secret=sign_in.oidc_client_secret,
        server_metadata_url=where,
        client_kwargs={
            "scope": "openid profile email",
            "code_challenge_method": "S256",
            "timeout": _PATIENCE,
            "verify": _trusted(),
        },
    )
    return made


@lru_cache
def _trusted() -> ssl.SSLContext:
    """Whom we trust to be the issuer; reading the certificates anew for each request is slow."""
    return httpx.create_ssl_context()


async def _metadata(app: StarletteOAuth2App, sign_in: SignInSettings) -> dict[str, Any]:
    """What the issuer publishes of itself, where it is the issuer that was named."""
    found: dict[str, Any] = await app.load_server_metadata()
    if str(found.get("issuer", "")).rstrip("/") != sign_in.oidc_issuer.rstrip("/"):
        raise SignInFailed(
            "The sign-in service goes by another name than sign_in.oidc_issuer; ask whoever looks "
            "after this to correct it."
        )
    known = found.get("id_token_signing_alg_values_supported") or ["RS256"]
    signed = [name for name in known if str(name).startswith(_SIGNED)]
    found["id_token_signing_alg_values_supported"] = signed or ["RS256"]
    return found


def _claim(claims: Mapping[str, Any], name: str) -> Any:
    """A claim by its name, else by a path: `realm_access.roles`."""
    if name in claims:
        return claims[name]
    found: Any = claims
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _unreachable(error: Exception) -> SignInFailed:
    logging.getLogger(__name__).error("The issuer cannot be asked: %s", type(error).__name__)
    return SignInFailed(
        "The sign-in service cannot be reached just now; wait a moment, then try again."
    )
