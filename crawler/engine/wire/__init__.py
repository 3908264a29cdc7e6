"""The wire: every byte of every exchange, above TLS, in both directions."""

from crawler.engine.wire.fetching import fetch
from crawler.engine.wire.handler import ExchangeSink, WireDownloadHandler
from crawler.engine.wire.names import check_names

__all__ = ["ExchangeSink", "WireDownloadHandler", "check_names", "fetch"]
