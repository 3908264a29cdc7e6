"""Asking timestamp authorities for their stamps: the sending that crawler.evidence leaves to others (RFC 3161, 3.4)."""

import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from http.client import HTTPException
from urllib.parse import urlsplit

from crawler import clock
from crawler.config import Authority
from crawler.engine.revocation_lists import RevocationLists
from crawler.errors import RevokedError, TimestampError
from crawler.evidence.timestamp import Stamp, check_reply, make_request

TIMEOUT_SECONDS = 20.0
REPLY_LIMIT = 1 << 20
Send = Callable[[Authority, bytes], bytes]


@dataclass(frozen=True, slots=True)
class Obtained:
    """A stamp that was asked for and accepted: request and reply as they went over the wire, and when."""

    request: bytes
    reply: bytes
    stamp: Stamp
    asked_at: datetime
    answered_at: datetime


def obtain(data: bytes, authority: Authority, roots: bytes, sender: Send, lists: RevocationLists) -> Obtained:
    """Ask one authority for a stamp over `data` and check it, revocation included.

    Where the lists that its certificates name cannot be had, the stamp is accepted and says
    in `unchecked` why. Raises TimestampError when there is no stamp that can be accepted.
    """
    request = make_request(data, authority.policy)
    asked = clock.now()
    reply = sender(authority, request.der)
    answered = clock.now()
    stamp = check_reply(request.der, reply, roots, answered, policy=authority.policy)
    found, missing = lists.fetch(stamp.lists_at)
    usable, spoilt = [], []
    for one in found:
        try:
            check_reply(request.der, reply, roots, answered, [one], authority.policy)
            usable.append(one)
        except RevokedError:
            raise
        except TimestampError as error:
            spoilt.append(str(error))
    stamp = check_reply(request.der, reply, roots, answered, usable, authority.policy)
    if stamp.unchecked:
        none = "" if stamp.lists_at else "its certificates name no revocation list"
        why = "; ".join(part for part in (none, missing, *spoilt) if part) or stamp.unchecked
        stamp = replace(stamp, unchecked=why)
    return Obtained(request.der, reply, stamp, asked, answered)


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
    except (urllib.error.URLError, HTTPException, OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        raise TimestampError(
            f"no stamp ({reason})", f"authority {authority.id}", "it is asked again in the next run"
        ) from error
    if len(reply) > REPLY_LIMIT:
        raise TimestampError("the reply is too large", f"authority {authority.id}", "check its url")
    return reply
