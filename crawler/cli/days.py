"""A calendar day as an option of a command."""

from datetime import date

import click

from crawler.errors import UsageError


class Day(click.ParamType[date]):
    """A calendar day, YYYY-MM-DD."""

    name = "date"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read the day."""
        try:
            return value if isinstance(value, date) else date.fromisoformat(str(value))
        except ValueError:
            raise UsageError("not a day", str(value), "write it as 2026-12-31") from None
