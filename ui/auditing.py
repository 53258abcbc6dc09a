"""`verse audit`: what was kept of the answers, to be exported, erased, or proved."""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import json
import os
import sys
import uuid
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from assistant.audit.choice import Choice
from assistant.audit.erase import count, count_asked, erase
from assistant.audit.export import lines
from assistant.audit.prove import Doubt, Proof, prove
from assistant.ledger import connected, is_there, set_aside
from assistant.settings import Settings
from assistant.triage import clean
from ingest.home import to_disk

EXAMPLES = """examples:
  verse audit export --since 2026-03-01 --before 2026-04-01 > march.jsonl
  verse audit export --school dothill --format csv --output answers.csv
  verse audit erase --user j.bloggs@school.example --yes
  verse audit verify
"""
_ASIDE = "{}, a record that was moved aside damaged, holds answers that are not looked at here."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the subcommands of `verse audit`."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EXAMPLES
    below = parser.add_subparsers(dest="audit_command", metavar="COMMAND", required=True)

    export = below.add_parser("export", help="kept answers as JSON lines or CSV")
    _choose(export)
    export.add_argument("--format", choices=("jsonl", "csv"), help="default: by --output, or jsonl")
    export.add_argument("--output", metavar="FILE", type=Path, help="default: stdout")
    export.add_argument(
        "--delicate",
        action="store_true",
        help="also answers on allegations, safeguarding, grievances or a crisis",
    )

    gone = below.add_parser(
        "erase",
        help="erase kept answers, and questions in vain with them; without --yes only say how many",
    )
    _choose(gone)
    gone.add_argument(
        "--everything", action="store_true", help="all that is kept of what was asked"
    )
    gone.add_argument("--delicate", action="store_true", help="only those on delicate matters")
    gone.add_argument("--yes", action="store_true", help="erase them for good")

    proof = below.add_parser("verify", help="check every kept quote against the stored documents")
    _choose(proof)
    proof.add_argument("--json", action="store_true", help="the result as one JSON object")


def run_audit(args: argparse.Namespace, settings: Settings) -> int:
    """Exit status: 0 done, 1 failed, 2 wrong usage, 3 done but some quotes are not proved."""
    aside = set_aside(settings)
    if aside and args.audit_command != "erase":
        print(f"verse: {_ASIDE.format(aside[0])}", file=sys.stderr)
    if args.audit_command == "export":
        return _export(args, settings)
    if args.audit_command == "erase":
        return _erase(args, settings)
    return _verify(args, settings)


def _choose(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--since", type=_day, metavar="DATE", help="given on this day or later")
    parser.add_argument("--before", type=_day, metavar="DATE", help="given before this day")
    parser.add_argument("--school", metavar="KEY", help="about this school")
    parser.add_argument("--user", metavar="NAME", help="asked by this person, where that is kept")
    parser.add_argument("--ticket", metavar="ID", help="the answer with this id")


def _chosen(args: argparse.Namespace, delicate: bool | None = None) -> Choice:
    return Choice(args.since, args.before, args.school, args.user, args.ticket, delicate)


def _export(args: argparse.Namespace, settings: Settings) -> int:
    choice = _chosen(args, None if args.delicate else False)
    csv = args.format == "csv" or (not args.format and _suffix(args.output) == ".csv")
    found = lines(settings, choice, "csv" if csv else "jsonl")
    if args.output is None:
        for line in found:
            sys.stdout.write(line)
    else:
        _write(args.output, found, "\ufeff" if csv else "")  # by which Excel knows UTF-8
    if not count(settings, _chosen(args))[0]:
        print(f"verse: {_none(_chosen(args), 'export')}", file=sys.stderr)
    elif not args.delicate:
        left, _ = count(settings, _chosen(args, True))
        if left:
            print(
                f"verse: {_some(left)} on delicate matters {_were(left)} left out; "
                "--delicate takes them in.",
                file=sys.stderr,
            )
    return 0


def _erase(args: argparse.Namespace, settings: Settings) -> int:
    choice = _chosen(args, True if args.delicate else None)
    if args.everything == (choice != Choice()):
        print(
            "verse: Say which answers to erase: --everything, or one or more of --since, --before, "
            "--school, --user, --ticket, --delicate.",
            file=sys.stderr,
        )
        return 2
    if not is_there(settings):
        # Nothing to erase may mean the wrong home: it fails as the others do, in their words.
        if aside := set_aside(settings):
            print(f"verse: {_ASIDE.format(aside[0])}", file=sys.stderr)
        with connected(settings):
            pass
    if not args.yes:
        meant, problem = count(settings, choice)
        if problem:
            print(f"verse: {problem}", file=sys.stderr)
            return 1
        beside = count_asked(settings, choice)
        if not meant + beside:
            print(_none(choice, "erase", "answer or question"))
            return 0
        it = "it" if meant + beside == 1 else "them"
        print(f"{_both(meant, beside)} would be erased; add --yes to erase {it}.")
        return 0
    gone = erase(settings, choice)
    if not (gone.answers or gone.questions or gone.problem):
        print(_none(choice, "erase", "answer or question"))
        return 0
    were = "was" if gone.answers + gone.questions == 1 else "were"
    print(f"{_both(gone.answers, gone.questions)} {were} erased.")
    if gone.problem:
        print(f"verse: {gone.problem}", file=sys.stderr)
    return 1 if gone.problem else 0


def _verify(args: argparse.Namespace, settings: Settings) -> int:
    proof = prove(settings, _chosen(args))
    if args.json:
        print(json.dumps(_as_json(proof), ensure_ascii=False))
    else:
        told = _told(proof) if proof.answers else [_none(_chosen(args), "check")]
        sys.stdout.write("".join(f"{line}\n" for line in told))
    return 3 if proof.doubts else 0


def _told(proof: Proof) -> Iterable[str]:
    """The result in sentences, what is amiss by document."""
    quotes = f"{proof.quotes:,} quote{'s' * (proof.quotes != 1)}"
    yield f"{_some(proof.answers)} with {quotes}: {proof.proved:,} proved."
    by_cause = Counter((one.source, one.sha256, one.why) for one in proof.doubts)
    for (source, sha256, why), times in sorted(by_cause.items()):
        which = [
            one
            for one in proof.doubts
            if (one.source, one.sha256, one.why) == (source, sha256, why)
        ]
        of = f"{clean(source)} (sha256 {clean(sha256)[:12]}…): " if source else ""
        days = sorted({one.at.date().isoformat() for one in which})
        when = days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}"
        yield f"{of}{why} Not proved: {times:,}, given {when}, in {_tickets(which)}."


def _tickets(doubts: Iterable[Doubt], most: int = 5) -> str:
    tickets = list(dict.fromkeys(clean(one.ticket) for one in doubts))
    more = f" and {len(tickets) - most:,} more" if len(tickets) > most else ""
    return ", ".join(tickets[:most]) + more


def _as_json(proof: Proof) -> dict[str, object]:
    doubts = [
        {
            "id": one.ticket,
            "at": one.at.isoformat(),
            "quote": one.place,
            "source": one.source,
            "sha256": one.sha256,
            "why": one.why,
        }
        for one in proof.doubts
    ]
    return {
        "answers": proof.answers,
        "quotes": proof.quotes,
        "proved": proof.proved,
        "not_proved": doubts,
    }


def _write(path: Path, found: Iterable[str], begin: str) -> None:
    """A file that is whole or not there, for its owner alone: it holds what people asked."""
    aside = path.with_name(f".{path.name}.{os.getpid()}.{uuid.uuid4().hex[:6]}")
    try:
        opened = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(opened, "w", encoding="utf-8", newline="") as file:
            file.write(begin)
            file.writelines(found)
            to_disk(file)
        aside.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            aside.unlink(missing_ok=True)
        raise


def _suffix(path: Path | None) -> str:
    return path.suffix.lower() if path else ""


def _some(number: int) -> str:
    return f"{number:,} answer{'s' * (number != 1)}"


def _both(answers: int, questions: int) -> str:
    """Questions in vain are another record; they are named where there are some."""
    if not questions:
        return _some(answers)
    vain = f"{questions:,} question{'s' * (questions != 1)} in vain"
    return f"{_some(answers)} and {vain}" if answers else vain


def _none(choice: Choice, do: str, what: str = "answer") -> str:
    """That nothing is meant: nothing is kept at all, or nothing that was chosen."""
    kept = f"No {what} is kept" if choice == Choice() else f"No kept {what} fits what you chose"
    return f"{kept}, so there is nothing to {do}."


def _were(number: int) -> str:
    return "was" if number == 1 else "were"


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no date; write it like 2026-11-20"
        ) from error
