"""`verse keys`: make, list and revoke keys to the HTTP API."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from assistant.scope import find_school
from assistant.settings import Settings
from assistant.sight import AUDIENCES, Audience
from ingest.home import IndexMissing
from ingest.index import open_index
from ui.access.keys import Key, Keys, KeysError
from ui.access.who import RANKS, Rank
from ui.words import printable

_TOLD = (
    "This is the key {name!r}; keep it where only its program can read it, for it is not shown "
    "again. Send it as `Authorization: Bearer …`."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    does = parser.add_subparsers(dest="keys_command", metavar="COMMAND", required=True)

    add = does.add_parser("add", help="make a key and print it, this once")
    add.add_argument("name", help="what it is for: intranet-dothill")
    whose = add.add_mutually_exclusive_group(required=True)
    whose.add_argument(
        "--school",
        action="append",
        metavar="S",
        help="it asks of this school (key or name); may be repeated",
    )
    whose.add_argument("--all-schools", action="store_true", help="it asks of every school")
    add.add_argument(
        "--audience",
        choices=AUDIENCES,
        help="it is answered from what is for these, and for everyone; an admin's needs none",
    )
    add.add_argument("--rank", choices=RANKS, default="reader", help="default: reader")

    does.add_parser("list", help="every key there is or was, never the keys themselves")

    revoke = does.add_parser("revoke", help="let a key open nothing any more, at once")
    revoke.add_argument("name")


def run_keys(args: argparse.Namespace, settings: Settings) -> int:
    """The key alone on stdout; KeysError or UnknownSchool where it cannot be made."""
    keys = Keys(settings.home)
    if args.keys_command == "add":
        audience = _audience(args.audience, args.rank)
        schools = None if args.all_schools else _schools(args.school, settings)
        token = keys.add(args.name, schools, [audience], args.rank)
        print(_TOLD.format(name=args.name), file=sys.stderr)
        print(token)
    elif args.keys_command == "list":
        print("\n".join(map(_line, keys.all())) or "There are no keys.")
    else:
        print(_line(keys.revoke(args.name)))
    return 0


def _audience(named: Audience | None, rank: Rank) -> Audience:
    """Whom a key belongs to: it must be said, but of an administrator, who sees everything."""
    if named is None and rank != "admin":
        raise KeysError(f"Say for whom the key asks: --audience and one of {', '.join(AUDIENCES)}.")
    return named or AUDIENCES[-1]


def _schools(named: Sequence[str], settings: Settings) -> list[str]:
    """Keys of schools that are indexed: a key for one that is misspelt would open nothing."""
    try:
        known = open_index(settings.home).schools
    except IndexMissing as error:
        raise KeysError(f"{error} A key is limited to schools that are indexed.") from error
    return [find_school(name, known).key for name in named]


def _line(key: Key) -> str:
    schools = "every school" if key.schools is None else ", ".join(key.schools)
    used = f"used {key.used}" if key.used else "never used"
    gone = f", revoked {key.revoked}" if key.revoked else ""
    audiences = ", ".join(key.audiences)
    said = f"{key.name}: {key.rank}, {schools}, {audiences}, made {key.created}, {used}{gone}"
    return printable(said)
