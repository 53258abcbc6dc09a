"""What is served: small, cached, open to every site where it is nobody's, and shut where it is."""

from __future__ import annotations

import dataclasses
import gzip
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from hosting import Intranet, Misbehaving, Served, outside

from assistant.settings import AuditSettings, ServerSettings, SignInSettings
from ui.api.service import Service
from ui.widget.script import HERE

LARGEST = 15_000  # bytes, compressed


@pytest.fixture
def fetch(help_server: Served) -> Iterator[Callable[..., httpx.Response]]:
    with httpx.Client(base_url=help_server.url) as client:
        yield lambda path, **headers: client.get(path, headers=headers)


def test_the_script_is_small(fetch: Callable[..., httpx.Response]) -> None:
    sent = fetch("/widget.js", **{"accept-encoding": "gzip"})
    assert sent.headers["content-encoding"] == "gzip"
    assert int(sent.headers["content-length"]) <= LARGEST
    assert len(gzip.compress(sent.content, mtime=0)) <= LARGEST


def test_the_script_may_be_loaded_anywhere_and_is_kept_until_it_changes(
    fetch: Callable[..., httpx.Response],
) -> None:
    sent = fetch("/widget.js")
    assert sent.headers["content-type"] == "text/javascript; charset=utf-8"
    assert sent.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "max-age=86400" in sent.headers["cache-control"]
    tag = sent.headers["etag"]
    for known in (tag, f'"other", {tag}'):
        again = fetch("/widget.js", **{"if-none-match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert fetch("/widget.js", **{"if-none-match": '"other"'}).content == sent.content
    assert fetch("/widget.js?school=oak").content == sent.content


def test_the_script_has_nothing_that_makes_markup_or_code_of_text(
    fetch: Callable[..., httpx.Response],
) -> None:
    script = fetch("/widget.js").text
    sinks = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|srcdoc"
    assert re.findall(sinks, script) == []
    assert re.findall(r"localStorage|sessionStorage|document\.cookie|indexedDB", script) == []
    assert re.findall(r"https?://[\w.]+", script) == ["http://www.w3.org"]  # the name of SVG


def test_what_is_said_of_the_server_may_be_read_by_allowed_sites_alone(
    fetch: Callable[..., httpx.Response], intranet: Intranet
) -> None:
    told = fetch("/widget.json", origin=intranet.url)
    assert told.headers["access-control-allow-origin"] == intranet.url
    assert told.headers["cache-control"] == "no-store"
    assert "They are not legal advice. Nothing you ask is recorded" in told.json()["standing"]
    assert not told.json()["feedback"] and not told.json()["signs_in"]
    for origin in (intranet.other_name, "null", "https://evil.example"):
        assert "access-control-allow-origin" not in fetch("/widget.json", origin=origin).headers


def test_what_is_kept_is_said(service: Service) -> None:
    changed = dataclasses.replace(
        service.settings,
        audit=AuditSettings(on=True, days=90),
        sign_in=SignInSettings(mode="proxy"),
    )
    served = Served(outside(dataclasses.replace(service, settings=changed), Misbehaving().app([])))
    told = httpx.get(f"{served.url}/widget.json").json()
    served.stop()
    assert "Every answer is kept for 90 days" in told["standing"]
    assert told["feedback"] and told["signs_in"]


def test_only_sites_that_are_allowed_may_frame_the_page_and_none_where_none_is(
    fetch: Callable[..., httpx.Response], service: Service, intranet: Intranet
) -> None:
    headers = fetch("/embed").headers
    assert f"frame-ancestors {intranet.url}" in headers["content-security-policy"].split("; ")
    assert "x-frame-options" not in headers
    alone = dataclasses.replace(service.settings, server=ServerSettings())
    served = Served(outside(dataclasses.replace(service, settings=alone), Misbehaving().app([])))
    headers = httpx.get(f"{served.url}/embed").headers
    served.stop()
    assert "frame-ancestors 'none'" in headers["content-security-policy"].split("; ")


def test_nothing_else_of_ours_may_be_framed(fetch: Callable[..., httpx.Response]) -> None:
    for path in ("/widget/demo", "/api/v1/health", "/widget.json"):
        headers = fetch(path).headers
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert fetch("/api/v1/health").headers["x-frame-options"] == "DENY"


def test_there_is_no_other_file_to_be_had(fetch: Callable[..., httpx.Response]) -> None:
    assert fetch("/widget/widget.css").headers["content-type"] == "text/css; charset=utf-8"
    for path in ("/widget/pages.py", "/widget/..%2fserve.py", "/widget/embed.html", "/widget/"):
        assert fetch(path).status_code == 404


def test_every_attribute_and_variable_is_in_the_documentation() -> None:
    documented = Path("docs/intranet.md").read_text("utf-8")
    attributes = re.findall(r'given\("(\w+)"\)', (HERE / "widget.js").read_text("utf-8"))
    variables = set(re.findall(r"var\((--verse-[\w-]+)", (HERE / "widget.css").read_text("utf-8")))
    assert len(attributes) == 7 and len(variables) == 12
    assert all(f"| `data-{name}` |" in documented for name in attributes)
    assert all(f"`{name}`" in documented for name in variables)
