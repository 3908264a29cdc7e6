"""The only place with SQL: one SQLite file per workspace, read and written through these functions."""

from crawler.store.database import Store

__all__ = ["Store"]
