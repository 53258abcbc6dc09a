"""The database of questions in vain, decisions and kept answers."""

from assistant.ledger.attempts import Where, attempt, connected, is_there, set_aside, shrink
from assistant.ledger.engine import FILE, LedgerError

__all__ = [
    "FILE", "LedgerError", "Where", "attempt", "connected", "is_there", "set_aside", "shrink",
]  # fmt: skip
