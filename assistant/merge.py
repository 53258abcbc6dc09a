"""One answer out of its shares: one a school, or one a question, or both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant import compose
from assistant.answer import Answer, Part, Quote, Verdict
from assistant.response import Response


@dataclass(frozen=True)
class Share:
    """What one school answers; `question` says to which, where several were asked in one."""

    response: Response
    question: str = ""


def merge(blank: Answer, shares: Sequence[Share]) -> Answer:
    """The answer filled in; each of several shares is a part that names its school or question."""
    responses = [share.response for share in shares]
    if len(responses) == 1:
        only = responses[0]
        return blank.model_copy(
            update={
                "status": only.status,
                "verdict": only.verdict,
                "answer": only.answer,
                "quotes": only.quotes,
                "notices": only.notices,
                "confidence": round(only.confidence, 3),
                "closest": only.closest,
                "answered_by": only.answered_by,
                "ask": only.ask or blank.ask,
            }
        )
    quotes: list[Quote] = []
    parts: list[Part] = []
    several = len({r.school.key for r in responses}) > 1
    for share, response in zip(shares, responses, strict=True):
        indexes = tuple(_put(quotes, quote) for quote in response.quotes)
        parts.append(
            Part(
                school=response.school.name,
                question=share.question,
                verdict=response.verdict,
                answer=response.answer,
                quotes=indexes,
            )
        )
    speaking = [r for r in responses if r.status == "answered"]
    silent = [r for r in responses if r.status != "answered"]
    asks = {r.school.name: r.ask or compose.ask_whom(r.school) for r in responses}
    return blank.model_copy(
        update={
            "status": "answered" if speaking else "not_covered",
            "verdict": common([r.verdict for r in speaking]),
            "answer": " ".join(_told(shares, several)),
            "quotes": tuple(quotes),
            "notices": tuple(
                dict.fromkeys(_of(r, n, several) for r in responses for n in r.notices)
            ),
            "ask": "; ".join(_named(name, whom, several) for name, whom in asks.items()),
            "confidence": round(min(r.confidence for r in responses), 3),
            "parts": tuple(parts),
            "answered_by": next(
                (r.answered_by for r in responses if r.answered_by != "extractive"), "extractive"
            ),
            "closest": ""
            if speaking
            else "; ".join(_of(r, r.closest, several) for r in silent if r.closest),
        }
    )


def _told(shares: Sequence[Share], several: bool) -> Iterator[str]:
    """What each share says, under the number of its question where more than one was asked."""
    questions = list(dict.fromkeys(share.question for share in shares))
    if not several and len({share.response.answer for share in shares}) == 1:
        yield shares[0].response.answer
        return
    told: set[str] = set()
    for share in shares:
        if len(questions) > 1 and share.question not in told:
            told.add(share.question)
            yield compose.NUMBERED[questions.index(share.question)]
        yield _of(share.response, share.response.answer, several)


def _put(quotes: list[Quote], quote: Quote) -> int:
    """The quote's place in the answer, where one stands once whatever rests on it."""
    if quote not in quotes:
        quotes.append(quote)
    return quotes.index(quote)


def _of(response: Response, words: str, several: bool) -> str:
    return _named(response.school.name, words, several)


def _named(school: str, words: str, several: bool) -> str:
    """Whose it is said, where more than one school answers."""
    return f"{school}: {words}" if several else words


def common(verdicts: Sequence[Verdict]) -> Verdict:
    if not verdicts:
        return "not_covered"
    return verdicts[0] if len(set(verdicts)) == 1 else "conditional"
