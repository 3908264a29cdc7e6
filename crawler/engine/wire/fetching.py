"""Fetching beside the spider's own requests: robots.txt, pictures, probes; same recorder, guard and pace."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response


@contextmanager
def naming(request: Request) -> Iterator[None]:
    """Let whatever is raised inside carry the id of the request's exchange, as ``exchange_id``."""
    try:
        yield
    except Exception as error:
        vars(error)["exchange_id"] = request.meta.get("exchange_id")
        raise


async def fetch(
    crawler: Crawler,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    purpose: str = "page",
    via: str | None = None,
    hop: int = 0,
) -> Response:
    """Fetch one URL through the crawler's downloader; any status is an answer, a redirect is not followed.

    The exchange's id is ``response.meta["exchange_id"]``. Raises what the wire raises, with
    the id as the exception's ``exchange_id``.
    """
    assert crawler.engine is not None
    facts = {"purpose": purpose, "via": via, "hop": hop}
    request = Request(
        url,
        headers=dict(headers or {}),
        dont_filter=True,
        meta={"exchange": facts, "dont_redirect": True, "dont_retry": True, "handle_httpstatus_all": True},
    )
    with naming(request):
        return await crawler.engine.download_async(request)
