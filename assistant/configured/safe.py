"""Which settings may not meet, and which had better not: asked when `verse serve` starts."""

from __future__ import annotations

import ipaddress
import os
from pathlib import Path
from urllib.parse import urlsplit

from assistant.configured.read import Configuration
from assistant.settings import Settings, SettingsError


def require_safe(settings: Settings) -> None:
    """SettingsError, one sentence, where serving with these would let the wrong people in."""
    if trouble := unsafe(settings):
        raise SettingsError(trouble)


def unsafe(settings: Settings) -> str:
    """Why we must not serve with these settings, as one sentence; "" where we may."""
    server = settings.server
    if settings.sign_in.mode == "none" and not server.open_to_all:
        mend = (
            "set sign_in.mode to proxy or oidc, or server.open_to_all if everybody who reaches "
            "it may read the policies."
        )
        if not is_loopback(server.host):
            return f"server.host is {server.host} and nobody has to sign in; {mend}"
        if server.url and not is_loopback(_host(server.url)):
            # A proxy on this machine brings the whole network to the loopback address.
            return f"server.url is {server.url} and nobody has to sign in; {mend}"
    if settings.sign_in.mode == "oidc":
        return _unsafe_oidc(settings)
    if settings.sign_in.mode == "proxy":
        return _unsafe_proxy(settings)
    return ""


def _unsafe_oidc(settings: Settings) -> str:
    sign_in, server = settings.sign_in, settings.server
    for name in ("oidc_issuer", "oidc_client_id", "oidc_client_secret"):
        if not getattr(sign_in, name):
            return f"sign_in.mode is oidc and sign_in.{name} is empty; set it, or another mode."
    if _in_clear(sign_in.oidc_issuer):
        return "sign_in.oidc_issuer is not https, so sign-ins could be forged; name its https one."
    if not server.url and not is_loopback(server.host):
        return (
            "sign_in.mode is oidc and server.url is empty; set it to the https address that people "
            "type, for the issuer sends them back there."
        )
    if server.url and _in_clear(server.url):
        return (
            "sign_in.mode is oidc and server.url is not https, so sessions could be stolen; serve "
            "it through a proxy with TLS (deploy/README.md) and name its https address."
        )
    return ""


def _unsafe_proxy(settings: Settings) -> str:
    sign_in = settings.sign_in
    if not settings.server.proxy_addresses:
        return (
            "sign_in.mode is proxy and server.proxy_addresses is empty, so no proxy would be "
            "believed; name the address of yours."
        )
    if not sign_in.proxy_user_header:
        return "sign_in.mode is proxy and sign_in.proxy_user_header is empty; name the header."
    if sign_in.proxy_user_header.lower() == sign_in.proxy_groups_header.lower():
        return (
            "sign_in.proxy_user_header and sign_in.proxy_groups_header are the same header; "
            "name two."
        )
    return ""


def remarks(settings: Settings) -> tuple[str, ...]:
    """What is allowed and yet worth a second look, a sentence each."""
    server, sign_in, llm = settings.server, settings.sign_in, settings.llm
    said: list[str] = []
    if sign_in.mode == "none" and server.open_to_all:
        said.append(
            "server.open_to_all is on: whoever reaches this address may read every policy but "
            "those for governors."
        )
    if sign_in.mode != "none" and server.open_to_all:
        said.append("server.open_to_all has no effect while people sign in; remove it.")
    if sign_in.mode != "none" and not sign_in.admin_groups:
        said.append("sign_in.admin_groups is empty: nobody can change policies in the browser.")
    said += (
        f"server.allowed_origins has {one}, which is not https: what is asked there can be read "
        "on the way."
        for one in server.allowed_origins
        if _in_clear(one)
    )
    if llm.model and llm.base_url and _in_clear(llm.base_url):
        said.append("llm.base_url is not https: what is asked crosses the network in clear.")
    if settings.audit.on and settings.audit.keep_user and sign_in.mode == "none":
        said.append("audit.keep_user has no effect while nobody signs in.")
    return tuple(said)


def laid_open(configuration: Configuration) -> str:
    """A sentence where the file holds a secret and others on this machine may read it; else ""."""
    file = configuration.file
    held = any(one.setting.secret and one.source == "file" for one in configuration.values)
    if not held or file is None or os.name != "posix" or not _mode(file) & 0o004:
        return ""
    return (
        f"{file} holds a secret and everybody on this machine may read it; take that right away "
        "(chmod 640), or put the secret in a file of its own that VERSE_…_FILE names."
    )


def _mode(file: Path) -> int:
    try:
        return file.stat().st_mode
    except OSError:
        return 0


def is_loopback(host: str) -> bool:
    """Whether an address to listen on, or of a site, is this machine's own and nobody else's."""
    if host.lower().rstrip(".") == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""


def _in_clear(url: str) -> bool:
    return not url.startswith("https://") and not is_loopback(_host(url))
