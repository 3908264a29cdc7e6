"""The names of other projects that the wire rests on, checked before the first request."""

import scrapy
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from twisted.internet import interfaces, tcp

from crawler.errors import EnvironmentProblem

SERIES = "2.19"
HANDLER_FIELDS = ("_crawler", "_default_maxsize", "_bind_address")
"""What Scrapy's own handler sets on itself and the wire reads."""
NEEDED: tuple[tuple[object, str], ...] = (
    (HTTP11DownloadHandler, "download_request"),
    (HTTP11DownloadHandler, "close"),
    (tcp.Client, "startTLS"),
    (tcp.Client, "abortConnection"),
    (interfaces, "IHandshakeListener"),
    (interfaces, "IOpenSSLClientConnectionCreator"),
)


def check_names(handler: object | None = None) -> None:
    """Raise EnvironmentProblem when Scrapy or Twisted lacks what the wire uses.

    `handler` is a handler just made, whose own fields are checked too. Scrapy only logs
    what a handler raises while it is made: a runner calls this first.
    """
    fields = () if handler is None else tuple((handler, name) for name in HANDLER_FIELDS)
    wanted = (*NEEDED, *fields)
    missing = [name for owner, name in wanted if not hasattr(owner, name)]
    if missing or not scrapy.__version__.startswith(f"{SERIES}."):
        raise EnvironmentProblem(
            f"the wire recorder needs Scrapy {SERIES}.* and this is {scrapy.__version__}",
            ", ".join(missing) or "version",
            f"install scrapy=={SERIES}.*",
        )
