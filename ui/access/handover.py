"""What a browser keeps of somebody is not for whoever sits there next."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import Message, Send

from assistant.settings import Settings
from ui.access.sessions import cookie_name, put_cookie
from ui.access.who import Who, mark_of

# Takes the conversation that the chat keeps in a tab; browsers heed it by https and on loopback.
FORGET = {"clear-site-data": '"storage"'}
_LAST = "last"  # a cookie that says, by a short hash, whose the browser was


def hand_over(response: Response, connection: HTTPConnection, settings: Settings, who: Who) -> None:
    """Have the browser forget what it keeps, unless it was this person's already."""
    if connection.cookies.get(cookie_name(settings, _LAST)) != mark_of(who):
        response.headers.update(FORGET)
        put_cookie(response, settings, mark_of(who), _LAST)


def handing_over(send: Send, connection: HTTPConnection, settings: Settings, who: Who) -> Send:
    """The same for a page that another application sends."""
    told = Response()
    hand_over(told, connection, settings, who)
    more = {
        name: told.headers[name]
        for name in ("clear-site-data", "set-cookie")
        if name in told.headers
    }

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in more.items():
                headers.append(name, value)
        await send(message)

    return sending
