"""Answers as they were given, and their quotes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "answers",
        sa.Column("ticket", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("school", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("answered_by", sa.Text, nullable=False),
        sa.Column("confidence", sa.Double, nullable=False),
        sa.Column("seconds", sa.Double, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("contract", sa.Text, nullable=False),
        sa.Column("generation", sa.Text, nullable=False),
        sa.Column("model", sa.Text, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("delicate", sa.Boolean, nullable=False),
        sa.Column("thumb", sa.Text, nullable=False, server_default=""),
        sa.Column("word", sa.Text, nullable=False, server_default=""),
        sa.Column("digest", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("ticket", name="answers_pkey"),
        sqlite_with_rowid=False,
    )
    op.create_index("answers_at", "answers", ["at"])
    op.create_index("answers_school_at", "answers", ["school", "at"])
    op.create_table(
        "quotes",
        sa.Column("ticket", sa.Text, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("text_sha256", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("quote", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("ticket", "place", name="quotes_pkey"),
        sa.ForeignKeyConstraint(["ticket"], ["answers.ticket"], ondelete="CASCADE"),
        sqlite_with_rowid=False,
    )
    op.create_index("quotes_sha256", "quotes", ["sha256"])
