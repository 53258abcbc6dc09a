"""Steps from one form of the record to the next, which alembic runs for `migrate.py`."""
