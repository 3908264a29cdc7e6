"""What of Scrapy's log reaches the terminal: not the items, which are whole pages."""

from typing import Any

from scrapy import Request, Spider
from scrapy.http import Response
from scrapy.logformatter import LogFormatter, LogFormatterResult
from twisted.python.failure import Failure


class QuietFormatter(LogFormatter):
    """Says nothing of crawled pages and scraped items; errors are said as they are."""

    def crawled(self, request: Request, response: Response, spider: Spider) -> LogFormatterResult | None:  # type: ignore[override]
        """Nothing: the record holds it."""
        return None

    def scraped(self, item: Any, response: Response | Failure | None, spider: Spider) -> LogFormatterResult | None:  # type: ignore[override]
        """Nothing: the record holds it."""
        return None
