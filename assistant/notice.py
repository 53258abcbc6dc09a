"""What people are told, before they ask, of what is kept and of what leaves this machine."""

from __future__ import annotations

from assistant.settings import Settings

NOTICE = (
    "Questions are kept by day, with names, addresses and phone numbers masked as well as can be, "
    "without who asked; questions about allegations, safeguarding, grievances or a crisis are only "
    "counted. They show the governors what the policies do not answer."
)
NO_NOTICE = "Nothing you ask is recorded: it is forgotten when you close this page."


def notice(settings: Settings) -> str:
    """What the chat says of what is kept, and of what leaves this machine."""
    told = [_audit_notice(settings)] if settings.audit.on else []
    told += [f"{NOTICE} All of it is erased after {_days(settings)}."] if settings.record else []
    told = told or [NO_NOTICE]
    llm = settings.llm
    if names := sorted({llm.model, *llm.schools.values()} - {"", "off"}):
        to = llm.base_url or "its provider"
        told.append(
            f"A language model ({', '.join(names)}) may word answers: your question, with names, "
            f"addresses and numbers masked, and the clauses it needs are sent to {to}."
        )
    return " ".join(told)


def _audit_notice(settings: Settings) -> str:
    named = settings.audit.keep_user and settings.sign_in.mode != "none"
    whom = "with the name you signed in with" if named else "without who asked"
    return (
        f"Every answer is kept for {_days(settings)}, so that it can be proved what was said, with "
        f"your question, {whom}; names, addresses and phone numbers in it are masked as well as "
        "can be. Questions about allegations, safeguarding, grievances or a crisis are kept "
        "without a name and by day only."
    )


def _days(settings: Settings) -> str:
    days = settings.audit.days
    return f"{days:,} day{'s' * (days != 1)}"
