"""Every answer kept, so that it can be proved later what was said; off until switched on."""

from assistant.audit.log import Audit, open_audit
from assistant.record import Kept

__all__ = ["Audit", "Kept", "open_audit"]
