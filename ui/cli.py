"""The `verse` command."""

from __future__ import annotations

import argparse
import datetime as dt
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

# Before numpy is first imported: starting a thread a core takes longer than all we ask of them.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from assistant.answer import ROLES, AssistantError
from assistant.settings import Settings, absolute, read_settings
from ingest.documents import IngestError
from ui.usage import COMMAND, Parser

EXAMPLES = """examples:
  verse ingest corpus
  verse ask "Can I text a parent on a trip?" --school dothill
  verse ask "can my ta take photos" --school weston --role volunteer --json
  verse ask --batch questions.jsonl > answers.jsonl
  verse chat
  verse coverage --school weston --output coverage.docx
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Exit status: 0 done, 1 failed, 2 wrong usage, 3 done but some input could not be read."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # Windows consoles are not UTF-8 by themselves
            stream.reconfigure(encoding="utf-8", errors="replace")
    words = sys.argv[1:] if argv is None else argv
    parser = _parser(words)
    args = parser.parse_args(words)
    try:
        if args.command == "config":  # reads for itself, so as to say what comes from where
            from ui.configuring import run_config

            return run_config(args)
        config = getattr(args, "config", None)
        if config and args.command in ("chat", "serve"):  # their pages read settings themselves
            os.environ["VERSE_CONFIG"] = str(absolute(config))
        return _run(args, read_settings(getattr(args, "home", None), config), parser)
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    except (AssistantError, IngestError) as error:
        print(f"verse: {error}", file=sys.stderr)
        return 2 if getattr(error, "wrong_usage", False) else 1
    except BrokenPipeError:
        return 1  # whoever read our output has gone
    except OSError as error:
        what = f" ({error.filename})" if error.filename else ""
        reason = error.strerror or type(error).__name__
        print(f"verse: {reason}{what}; free the space or mend the path.", file=sys.stderr)
        return 1
    except Exception as error:
        if os.environ.get("VERSE_DEBUG"):
            raise
        what = f"{type(error).__name__}: {error}".splitlines()[0][:200]
        print(
            f"verse: something we did not foresee ({what}); nothing was changed. "
            "Set VERSE_DEBUG=1 and try again to see where.",
            file=sys.stderr,
        )
        return 1


def _run(args: argparse.Namespace, settings: Settings, parser: argparse.ArgumentParser) -> int:
    # Each command imports what it needs: `verse ask` must start quickly.
    if args.command == "ingest":
        from ui.ingesting import run_ingest

        return run_ingest(args, settings)
    if args.command == "ask":
        from ui.asking import run_ask, run_batch

        if args.batch is not None:
            if args.question or args.history:
                parser.error("--batch takes questions and history from its file; leave those out")
            return run_batch(args, _with_model(args.llm, settings, parser))
        if args.question is None:
            parser.error('ask needs a question, such as: verse ask "Can I text a parent?"')
        return run_ask(args, _with_model(args.llm, settings, parser))
    if args.command == "chat":
        from ui.chatting import run_chat

        return run_chat(args, settings)
    if args.command == "coverage":
        from ui.covering import run_coverage

        return run_coverage(args, settings)
    if args.command == "serve":
        from assistant.configured.safe import remarks
        from ui.serving import run_serve

        for remark in remarks(settings):
            print(f"Note: {remark}", file=sys.stderr)
        return run_serve(args, settings)
    if args.command == "keys":
        from ui.keying import run_keys

        return run_keys(args, settings)
    if args.command == "audit":
        from ui.auditing import run_audit

        return run_audit(args, settings)
    if args.command == "eval":
        from eval.command import run

        return run(args)
    parser.print_help()
    return 2


def _with_model(named: str | None, settings: Settings, parser: argparse.ArgumentParser) -> Settings:
    """The settings with the language model that this one question is to be answered with."""
    if named is None:
        return settings
    from dataclasses import replace

    from assistant.configured.checks import CHECKS

    try:
        CHECKS["llm.model"](named)
    except ValueError as error:
        parser.error(f"--llm must be {error}, not {named!r}")
    model = "" if named == "off" else named
    return replace(settings, llm=replace(settings.llm, model=model, schools={}))


# Commands whose options stand in a module of their own, slow to import: only where they are named.
_OF_THEIR_OWN = {
    "serve": ("ui.serving", "chat, HTTP API and widget for a whole school or trust"),
    "keys": ("ui.keying", "make, list and revoke keys to the HTTP API"),
    "audit": ("ui.auditing", "export, erase or verify the answers that were kept"),
    "eval": ("eval.command", "measure the answers, offline"),
}


def _parser(words: Sequence[str] = ()) -> Parser:
    """The command line, with the options of such commands of their own as `words` name."""
    parser = Parser(
        prog="verse",
        description="Ask your school's policies. Get chapter and verse.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", metavar=COMMAND)

    ingest = commands.add_parser("ingest", help="index a folder of policies")
    ingest.add_argument("folder", nargs="?", default="corpus", help="default: ./corpus")
    ingest.add_argument("--school", metavar="NAME", help="the school of files no register names")
    ingest.add_argument("--ocr", action="store_true", help="read pages that are pictures, too")
    ingest.add_argument("--dry-run", action="store_true", help="change nothing; say what would")
    ingest.add_argument("--watch", action="store_true", help="go on whenever the folder changes")
    ingest.add_argument(
        "--report", metavar="FILE", type=Path, help="also write clauses beside pages as HTML"
    )
    ingest.add_argument("--json", action="store_true", help="the report as one JSON object")

    ask = commands.add_parser("ask", help="ask one question, or a file of them")
    ask.add_argument("question", nargs="?")
    ask.add_argument("--school", metavar="S", help="key, name, or a part of it")
    ask.add_argument("--role", choices=ROLES, default="staff", help="who asks (default: staff)")
    ask.add_argument(
        "--history", action="append", default=[], metavar="Q", help="an earlier question"
    )
    ask.add_argument("--as-of", type=_day, metavar="DATE", help="the day to answer for: 2026-11-20")
    ask.add_argument("--json", action="store_true", help="the answer as one JSON object")
    ask.add_argument("--llm", metavar="MODEL", help="provider:model that words it, or off")
    ask.add_argument("--batch", metavar="FILE", help="JSON lines in (- for stdin), answers out")

    chat = commands.add_parser("chat", help="the chat, in your browser")
    chat.add_argument("--port", type=_port, metavar="N", help="default: 8501")
    chat.add_argument("--no-browser", action="store_true", help="only print the address")

    coverage = commands.add_parser("coverage", help="the governors' report")
    coverage.add_argument("--school", metavar="S", help="key, name, or a part of it (default: all)")
    coverage.add_argument(
        "--format",
        choices=("html", "csv", "docx", "pdf", "json"),
        help="default: what the name of the output file asks for, else html",
    )
    coverage.add_argument("--output", metavar="FILE", type=Path, help="default: stdout")
    coverage.add_argument("--as-of", type=_day, metavar="DATE", help="the day to report on")
    coverage.add_argument(
        "--topics",
        metavar="FILE",
        type=Path,
        help="your own table of topics (default: topics.toml in the home, else ours)",
    )

    config = commands.add_parser("config", help="every setting, and what set it")
    config.add_argument("--json", action="store_true", help="as one JSON object")

    for name, (module, what) in _OF_THEIR_OWN.items():
        command = commands.add_parser(name, help=what)
        if name in words:
            importlib.import_module(module).add_arguments(command)
    return parser


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no date; write it like 2026-11-20"
        ) from error


def _port(text: str) -> int:
    if text.isdigit() and 1 <= int(text) <= 65535:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no port; choose one between 1 and 65535")


if __name__ == "__main__":
    raise SystemExit(main())
