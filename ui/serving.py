"""`verse serve`: chat, HTTP API and widget in one process, until it is told to stop."""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import socket
import sys
from collections.abc import Iterator, Mapping

from assistant.configured.safe import require_safe
from assistant.settings import ServerSettings, Settings, read_settings
from ui.api.service import Service, open_service

BACKLOG = 512
_GRACE = 10  # seconds that what has begun may take to end


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--host", metavar="ADDRESS", help="address to listen on (default: 127.0.0.1)"
    )
    parser.add_argument("--port", metavar="N", type=_port, help="port to listen on (default: 8000)")


def run_serve(args: argparse.Namespace, settings: Settings) -> int:
    """Exit status 0 once it was told to stop, 1 where it cannot begin."""
    told = {"VERSE_HOME": str(settings.home)}
    for name in ("host", "port"):
        if given := getattr(args, name):
            told[f"VERSE_SERVER_{name.upper()}"] = str(given)
    with _environment(told):  # where the chat's pages read it, too
        settings = read_settings()
        require_safe(settings)
        service = open_service(settings)
        if service.opened.warning:
            print(service.opened.warning, file=sys.stderr)
        try:
            listening = _listen(settings.server.host, settings.server.port)
        except OSError as error:
            service.close()
            print(_taken(settings.server, error), file=sys.stderr)
            return 1
        with contextlib.closing(listening):
            return _serve(service, listening)


@contextlib.contextmanager
def _environment(told: Mapping[str, str]) -> Iterator[None]:
    """Names set for as long as we serve, and then as they were: who called us may go on."""
    before = {name: os.environ.get(name) for name in told}
    os.environ.update(told)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _taken(server: ServerSettings, error: OSError) -> str:
    reason = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror
    return (
        f"verse: port {server.port} of {server.host} cannot be used ({reason}); choose another "
        "with --port or --host."
    )


def _serve(service: Service, listening: socket.socket) -> int:
    import uvicorn

    from ui.api.wire import LINES, Wire
    from ui.serve import create_app

    app = create_app(service)
    config = uvicorn.Config(
        app,
        access_log=False,
        log_level="warning",
        proxy_headers=False,  # whom we believe is ours to say: ui/api/arriving.py
        http=Wire,
        limit_concurrency=LINES,
        server_header=False,
        timeout_graceful_shutdown=_GRACE,
        ws="websockets-sansio",
    )
    server = uvicorn.Server(config)
    # uvicorn raises what stopped it once more when all has ended: by then it has done its work.
    signal.signal(signal.SIGTERM, lambda *_: None)
    host, port = listening.getsockname()[:2]
    where = service.settings.server.url or f"http://{f'[{host}]' if ':' in host else host}:{port}"
    print(f"Chapter & Verse answers at {where} (Ctrl-C ends it).", file=sys.stderr, flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=[listening])
    return 0 if server.started else 1


def _listen(host: str, port: int) -> socket.socket:
    """A socket that listens; raises OSError where the address cannot be had."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    family, _, _, _, address = found[0]
    return socket.create_server(address[:2], family=family, backlog=BACKLOG)


def _port(text: str) -> int:
    if text.isdigit() and 1 <= int(text) <= 65535:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no port between 1 and 65535")
