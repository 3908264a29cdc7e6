"""An amount as an argument of a command."""

import re

import click

from crawler.errors import UsageError

_AMOUNT = re.compile(r"-?(?:\d{1,3}(?:[,，]\d{3})+|\d+)(?:\.\d+)?", re.ASCII)


class Number(click.ParamType[float]):
    """An amount in digits, with commas between thousands or without: 61000, 61,000, 1,000.50."""

    name = "number"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read the amount."""
        if isinstance(value, float | int):
            return float(value)
        text = str(value).strip()
        if not _AMOUNT.fullmatch(text):
            raise UsageError(
                "not an amount", text, "write it in digits, such as 61000 or 61,000.50; the currency goes into --unit"
            )
        return float(re.sub("[,，]", "", text))
