"""`verse chat`: the browser chat on this machine's own address, and nowhere else."""

from __future__ import annotations

import contextlib
import os
import socket
import sys
import threading
import time
import tomllib
import webbrowser
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

HOST = "127.0.0.1"
PORT = 8501

# The page asks for nothing from elsewhere and stands in nobody's frame.
HEADERS = {
    "content-security-policy": "default-src 'self'; script-src 'self' 'unsafe-inline' blob:; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self' ws://127.0.0.1:* ws://localhost:*; worker-src 'self' blob:; "
    "frame-ancestors 'none'; base-uri 'self'; form-action 'self'",
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[Message, Any, Send], Awaitable[None]]


def run(home: Path, port: int | None, open_browser: bool) -> int:
    """Serve the chat until Ctrl-C; the exit code is 1 where the port cannot be had."""
    port = PORT if port is None else port
    trouble = port_trouble(port)
    if trouble:
        print(trouble, file=sys.stderr)
        return 1
    os.environ["VERSE_HOME"] = str(home)
    os.environ["VERSE_SIGN_IN_MODE"] = "none"  # whoever sits here has the files themselves

    import streamlit as st  # slow, and not needed to refuse a port
    from starlette.middleware import Middleware

    from ui.originals import routes

    folder = Path(__file__).parent
    config = options(folder / ".streamlit" / "config.toml") | {"server.port": port}
    files = routes(home, tuple(config["server.allowedHosts"]))
    app = st.App(folder / "app.py", routes=files, middleware=[Middleware(_with_headers)])
    threading.Thread(target=_announce, args=(port, open_browser), daemon=True).start()
    # Streamlit 1.67 ends with the signal that stopped it.
    with contextlib.suppress(KeyboardInterrupt):
        app.run(config=config)
    return 0


def port_trouble(port: int) -> str:
    """Why a port cannot be had, as one sentence; "" where it can."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        if os.name == "posix":  # elsewhere this would take the port from whoever has it
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            return f"Port {port} cannot be used ({error.strerror}); choose another with --port."
        except OverflowError:
            return f"Port {port} does not exist; choose one up to 65535 with --port."
    return ""


def options(file: Path) -> dict[str, Any]:
    """Streamlit's options from a TOML file, by dotted name."""
    return dict(_dotted("", tomllib.loads(file.read_text("utf-8"))))


def _dotted(prefix: str, table: dict[str, Any]) -> list[tuple[str, Any]]:
    rows: list[tuple[str, Any]] = []
    for name, value in table.items():
        rows += (
            _dotted(f"{prefix}{name}.", value)
            if isinstance(value, dict)
            else [(prefix + name, value)]
        )
    return rows


def _announce(port: int, open_browser: bool) -> None:
    """Name the address once the server listens there."""
    for _ in range(600):
        with contextlib.suppress(OSError), socket.create_connection((HOST, port), 1):
            break
        time.sleep(0.1)
    else:
        return
    address = f"http://{HOST}:{port}"
    print(f"Chapter & Verse answers at {address} (Ctrl-C ends it).", file=sys.stderr, flush=True)
    if open_browser:
        webbrowser.open(address)


def _with_headers(app: Asgi) -> Asgi:
    extra = [(name.encode(), value.encode()) for name, value in HEADERS.items()]

    async def wrapped(scope: Message, receive: Any, send: Send) -> None:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *extra]
            await send(message)

        await app(scope, receive, sending)

    return wrapped
