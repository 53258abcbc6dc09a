"""When policies are due for review, as a drawing: a line for each policy, beside a line for today.

Two drawings are made, one for wide windows and one for narrow ones, where names stand above their
lines. The table beside it says the same in words.
"""

from __future__ import annotations

import base64
import datetime as dt
import io
import threading
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import matplotlib
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure

from assistant.due import Due
from ingest.documents import flow
from ui.marks import safe
from ui.words import printable

MOST = 40  # policies in a drawing; the table has them all
_FAR = dt.timedelta(days=3652)  # beyond which a date is drawn at the edge, with an arrow
_LONGEST = 46  # characters of a title
_LONGEST_DATE = 26
_PEN = threading.Lock()  # matplotlib draws for one at a time: its settings are everybody's


@dataclass(frozen=True)
class Colours:
    """Of a theme; marks differ in shape as well."""

    ink: str
    soft: str
    line: str
    paper: str
    over: str
    due: str


LIGHT = Colours("#1c2730", "#45525a", "#d5d8d5", "#fbfaf6", "#98252b", "#14603a")
DARK = Colours("#e9e7e1", "#bac5cb", "#39444c", "#12181d", "#f5a3a3", "#86d3a5")


def figure(dues: Sequence[Due], as_of: dt.date, dark: bool = False) -> str:
    """Both drawings as HTML; "" where no policy has a date."""
    dated = [due for due in dues if due.last_day is not None and not due.draft]
    if not dated:
        return ""
    told = safe(described(dues))
    pictures = "".join(
        f'<img class="cv-timeline-{name}" alt="{told}" src="data:image/svg+xml;base64,'
        f'{base64.b64encode(svg(dated[:MOST], as_of, narrow, dark)).decode()}">'
        for name, narrow in (("wide", False), ("narrow", True))
    )
    return (
        f'<figure class="cv-timeline">{pictures}'
        f"<figcaption>{safe(_caption(dues, as_of))}</figcaption></figure>"
    )


def described(dues: Sequence[Due]) -> str:
    """The drawing in words."""
    dated = [due for due in dues if due.last_day is not None and not due.draft]
    over = [due for due in dated if due.state == "overdue"]
    said = [f"Timeline of next reviews: {len(over)} of {len(dated)} dates have passed"]
    if over:
        said.append(f"the first to fall due was “{flow(over[0].policy.title)}”, {over[0].due}")
    if coming := [due for due in dated if due.state == "due"]:
        said.append(f"the next to fall due is “{flow(coming[0].policy.title)}”, {coming[0].due}")
    return printable(f"{'; '.join(said)}. The table below says the same in words.")


def _caption(dues: Sequence[Due], as_of: dt.date) -> str:
    drafts = sum(due.draft for due in dues)
    undated = sum(due.last_day is None and not due.draft for due in dues)
    left = len(dues) - undated - drafts - MOST
    said = ["◆ overdue, ● not yet due; the upright line is today."]
    if any(due.last_day and abs(due.last_day - as_of) > _FAR for due in dues):
        said.append("◀ or ▶ lies further off than there is room for.")
    if undated:
        said.append(f"{undated} without a review date {_are(undated)} in the table alone.")
    if drafts:
        word = "draft" if drafts == 1 else "drafts"
        said.append(f"{drafts} {word} {_are(drafts)} in the table alone.")
    if left > 0:
        said.append(f"{left} that fall due later {_are(left)} in the table alone.")
    return " ".join(said)


def _are(number: int) -> str:
    return "is" if number == 1 else "are"


def svg(dues: Sequence[Due], as_of: dt.date, narrow: bool, dark: bool) -> bytes:
    """A drawing of policies that have a date, as SVG whose letters are outlines."""
    with _PEN:
        return _drawn(dues, as_of, narrow, dark)


def _drawn(dues: Sequence[Due], as_of: dt.date, narrow: bool, dark: bool) -> bytes:
    colours = DARK if dark else LIGHT
    step = 0.46 if narrow else 0.3
    drawn = Figure(figsize=(4.4 if narrow else 9.6, 0.75 + step * len(dues)), layout="constrained")
    axes = drawn.add_subplot()
    first, last = as_of - _FAR, as_of + _FAR
    days = [min(max(due.last_day or as_of, first), last) for due in dues]
    today = _number(as_of)
    for place, (due, day) in enumerate(zip(dues, days, strict=True)):
        over = due.state == "overdue"
        colour = colours.over if over else colours.due
        mark = "D" if over else "o"
        if due.last_day != day:
            mark = "<" if day == first else ">"
        axes.plot([today, _number(day)], [place, place], color=colour, lw=2, alpha=0.55)
        axes.plot([_number(day)], [place], mark, color=colour, ms=7)
        title = _short(due.policy.title, 40 if narrow else _LONGEST)
        date = _short(due.due, _LONGEST_DATE)
        words = f"{title}: {date}" if narrow else date
        where: tuple[float, float] = (0, 7) if narrow else (-9 if over else 9, 0)
        axes.annotate(
            words, (0 if narrow else _number(day), place), where,
            xycoords=("axes fraction", "data") if narrow else "data",
            textcoords="offset points", color=colours.ink, fontsize=9.5 if narrow else 9,
            ha="left" if narrow else "right" if over else "left",
            va="bottom" if narrow else "center", parse_math=False, annotation_clip=False,
            bbox={"facecolor": colours.paper, "edgecolor": "none", "pad": 0.8} if narrow else None,
        )  # fmt: skip
    axes.axvline(today, color=colours.ink, lw=1.3)
    shown = [*map(_number, days), today]
    span = max(max(shown) - min(shown), 180)
    left, right = (span * _room(dues, over, narrow) for over in (True, False))
    axes.set_xlim(min(shown) - left, max(shown) + right)
    axes.set_ylim(len(dues) - 0.4, -0.95 if narrow else -0.6)
    names = [] if narrow else [_short(due.policy.title, _LONGEST) for due in dues]
    axes.set_yticks(range(len(names)), names)
    for label in axes.get_yticklabels():
        label.set_parse_math(False)
    locator = AutoDateLocator(minticks=3, maxticks=5 if narrow else 8)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    form = ConciseDateFormatter(locator, show_offset=False)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_formatter(form)
    axes.xaxis.set_ticks_position("top")
    axes.grid(axis="x", color=colours.line, lw=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(length=0, labelsize=9.5, colors=colours.ink)
    for side in axes.spines.values():
        side.set_visible(False)
    out = io.BytesIO()
    with warnings.catch_warnings(), matplotlib.rc_context({"font.family": "DejaVu Sans"}):
        warnings.simplefilter("ignore")  # letters that the font has not are drawn as boxes
        drawn.savefig(out, format="svg", transparent=True, metadata={"Date": None})
    return out.getvalue()


def _room(dues: Sequence[Due], over: bool, narrow: bool) -> float:
    """What the dates beside their marks need of the drawing's breadth, as a share."""
    if narrow:
        return 0.05
    beside = (len(due.due) for due in dues if (due.state == "overdue") is over)
    return 0.04 + 0.021 * min(_LONGEST_DATE, max(beside, default=0))


def _number(day: dt.date) -> float:
    """A day as matplotlib counts them, from 1970."""
    return float((day - dt.date(1970, 1, 1)).days)


def _short(text: str, most: int) -> str:
    plain = " ".join(printable(flow(text)).split())
    return plain if len(plain) <= most else f"{plain[: most - 1].rstrip()}…"
