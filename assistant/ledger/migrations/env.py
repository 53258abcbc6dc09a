"""What alembic runs: the steps that are missing, on the connection it was given."""

from __future__ import annotations

from alembic import context

from assistant.ledger.migrate import VERSIONS
from assistant.ledger.tables import NAMES

# Within the caller's transaction, so that a database is brought up wholly or not at all.
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=NAMES,
    version_table=VERSIONS,
)
context.run_migrations()
