"""The names of other projects that the wire rests on, checked before the first request."""

from functools import cache

import scrapy
from scrapy.core.downloader.handlers import http11
from twisted.internet import interfaces, tcp

from crawler.errors import EnvironmentProblem

SERIES = "2.19"


@cache
def check_names() -> None:
    """Raise EnvironmentProblem when Scrapy or Twisted lacks what the wire uses."""
    missing = [
        name
        for name, present in (
            ("HTTP11DownloadHandler.download_request", hasattr(http11.HTTP11DownloadHandler, "download_request")),
            ("HTTP11DownloadHandler.close", hasattr(http11.HTTP11DownloadHandler, "close")),
            ("tcp.Client.startTLS", hasattr(tcp.Client, "startTLS")),
            ("tcp.Client.abortConnection", hasattr(tcp.Client, "abortConnection")),
            ("IHandshakeListener", hasattr(interfaces, "IHandshakeListener")),
            ("IOpenSSLClientConnectionCreator", hasattr(interfaces, "IOpenSSLClientConnectionCreator")),
        )
        if not present
    ]
    if missing or not scrapy.__version__.startswith(f"{SERIES}."):
        raise EnvironmentProblem(
            f"the wire recorder needs Scrapy {SERIES}.* and this is {scrapy.__version__}",
            ", ".join(missing) or "version",
            f"install scrapy=={SERIES}.*",
        )
