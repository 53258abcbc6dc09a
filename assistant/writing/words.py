"""What we say of a language model: that it wrote, why it did not, what was sent and where."""

from __future__ import annotations

from dataclasses import replace

from assistant import compose
from assistant.answer import Quote, Verdict
from assistant.llm import Chat, Reason
from assistant.response import Response, silence

_WHY: dict[Reason | str, str] = {
    "late": "did not answer in time",
    "busy": "takes no more questions just now",
    "down": "cannot be reached",
    "refused": "refused to answer",
    "too_long": "cannot take so much text",
    "unreadable": "sent nothing that could be read",
    "unproved": "wrote nothing that the clauses prove",
    "spent": "has had its calls for today",
}


def ours_after_all(ours: Response, chat: Chat, reason: Reason | str, sent: bool = True) -> Response:
    """The answer that needs no model, and why it is that one."""
    said = f"{chat.name} {_WHY[reason]}, so this is our own answer, in the policy's words."
    return replace(ours, notices=(*ours.notices, said, *((_sent(chat),) if sent else ())))


def left_unanswered(ours: Response, chat: Chat) -> Response:
    """The model finds that nothing governs: silence is the stricter reading."""
    first = ours.quotes[0]
    named = (first.policy, *first.heading[-1:], f"clause {first.clause}" if first.clause else "")
    said = f"{chat.name} found that no clause governs this, so it is left unanswered."
    return replace(
        silence(ours.school, None, 1 - ours.confidence),
        closest=", ".join(filter(None, named)),
        notices=(said, _sent(chat)),
        answered_by=chat.name,
    )


def worded_by(chat: Chat) -> str:
    return f"Worded by {chat.name} and checked against the clauses quoted. {_sent(chat)}"


def disagreement(chat: Chat, theirs: Verdict, ours: Verdict) -> str:
    return (
        f"{chat.name} reads the clauses as “{_plain(theirs)}” and we as “{_plain(ours)}”; "
        "the stricter stands."
    )


def exception(quote: Quote) -> str:
    """An exception that the model left out, in the policy's words."""
    return f"{compose.EXCEPTION} {compose.whole(quote)}"


def _sent(chat: Chat) -> str:
    return (
        "The question, with names, addresses and numbers masked, and these clauses were sent to "
        f"{chat.address}."
    )


def _plain(verdict: Verdict) -> str:
    return verdict.replace("_", " ")
