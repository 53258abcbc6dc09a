"""The few pages round signing in: plain HTML that loads nothing, and says one thing each."""

from __future__ import annotations

import base64
import hashlib
from html import escape

from starlette.responses import HTMLResponse

_STYLE = (
    "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:15vh auto;padding:0 1rem;"
    "color:#1b1b1b;background:#fff}h1{font-size:1.4rem}a{color:#0b5394}"
    "button{font:inherit;padding:.5rem 1.2rem;border:2px solid #0b5394;border-radius:.3rem;"
    "background:#0b5394;color:#fff;cursor:pointer}"
    "a:focus-visible,button:focus-visible{outline:3px solid #e69f00;outline-offset:2px}"
    "@media(prefers-color-scheme:dark){body{color:#eee;background:#16181c}a{color:#9cc7f0}}"
)
_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": (
        f"default-src 'none'; style-src 'sha256-{_HASH}'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    ),
    # With "no-referrer" a browser hides its own origin even from us, and sign-out checks that.
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


def problem(said: str, status: int, again: str = "") -> HTMLResponse:
    """What is wrong, and where to try again, "" where that would not help."""
    link = f'<p><a href="{escape(again)}">Try again</a></p>' if again else ""
    return _page("You are not signed in", f"<p>{escape(said)}</p>{link}", status)


def sign_out(name: str) -> HTMLResponse:
    """The button that signs out: a link or a picture on another site cannot press it."""
    who = f"You are signed in as {escape(name)}." if name else "You are signed in."
    form = '<form method="post" action="/sign-out"><button>Sign out</button></form>'
    return _page("Sign out", f'<p>{who}</p>{form}<p><a href="/">Back to the questions</a></p>')


def signed_out(elsewhere: str) -> HTMLResponse:
    """Said once the session is gone; `elsewhere` is where the issuer's own sign-out is, or ""."""
    more = (
        f'<p>On a shared computer, also <a href="{escape(elsewhere)}">sign out of the sign-in '
        "service</a>.</p>"
        if elsewhere
        else "<p>On a shared computer, close the browser, too.</p>"
    )
    return _page("You are signed out", f'{more}<p><a href="/sign-in">Sign in again</a></p>')


def _page(title: str, body: str, status: int = 200) -> HTMLResponse:
    return HTMLResponse(
        f'<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>{title} - Chapter '
        '&amp; Verse</title><meta name="viewport" content="width=device-width">'
        f"<style>{_STYLE}</style></head><body><main><h1>{title}</h1>{body}</main></body></html>",
        status,
        _HEADERS,
    )
