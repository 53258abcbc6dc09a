"""Questions in vain, counts, and decisions: the record as it was before alembic."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "asked",
        sa.Column("ticket", sa.Text, nullable=False),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("school", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("confidence", sa.Double().with_variant(sa.REAL(), "sqlite"), nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("thumb", sa.Text, nullable=False, server_default=""),
        sa.Column("word", sa.Text, nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("ticket", name="asked_pkey"),
        sqlite_with_rowid=False,
    )
    op.create_index("asked_on", "asked", ["school", "day"])
    op.create_table(
        "counted",
        sa.Column("month", sa.Text, nullable=False),
        sa.Column("school", sa.Text, nullable=False),
        sa.Column("questions", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("month", "school", name="counted_pkey"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "decided",
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("school", sa.Text, nullable=False),
        sa.Column("first", sa.Text, nullable=False),
        sa.Column("second", sa.Text, nullable=False),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("number", name="decided_pkey"),
    )
