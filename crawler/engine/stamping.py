"""Asking timestamp authorities for their stamps: the sending that crawler.evidence leaves to others (RFC 3161, 3.4)."""

import time
import urllib.error
import urllib.request
from urllib.parse import urlsplit

from crawler.config import Authority
from crawler.errors import TimestampError

TIMEOUT_SECONDS = 20.0
REPLY_LIMIT = 1 << 20


def send(authority: Authority, query: bytes, timeout: float = TIMEOUT_SECONDS) -> bytes:
    """Post a timestamp query and return the raw reply.

    Raises TimestampError when the authority cannot be reached, answers with an error, or
    sends more than a stamp can be; whether the reply is good is for the receiver to check.
    """
    if urlsplit(authority.url).scheme not in ("http", "https"):
        raise TimestampError("not an http(s) address", authority.url, f"correct the authority {authority.id}")
    request = urllib.request.Request(
        authority.url,
        data=query,
        headers={"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"},
    )
    # An authority is configured by the operator; a proxy from the environment would be a stranger in between.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        ends = time.monotonic() + timeout
        with opener.open(request, timeout=timeout) as answer:
            reply = b""
            while len(reply) <= REPLY_LIMIT and (piece := answer.read1(65536)):
                reply += piece
                if time.monotonic() > ends:
                    raise TimeoutError("the reply drips")
    except (urllib.error.URLError, OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        raise TimestampError(
            f"no stamp ({reason})", f"authority {authority.id}", "it is asked again in the next run"
        ) from error
    if len(reply) > REPLY_LIMIT:
        raise TimestampError("the reply is too large", f"authority {authority.id}", "check its url")
    return reply
