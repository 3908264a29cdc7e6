"""Asking timestamp authorities for their stamps: the sending that crawler.evidence leaves to others (RFC 3161, 3.4)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from crawler import clock
from crawler.config import Authority
from crawler.engine import answering
from crawler.engine.revocation_lists import RevocationLists
from crawler.errors import RevokedError, TimestampError, TitlewatchError, UsageError
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
    return looked_up(ask(data, authority, roots, sender), authority, roots, lists)


def ask(data: bytes, authority: Authority, roots: bytes, sender: Send) -> Obtained:
    """Ask for a stamp and check all but revocation. Raises TimestampError when it cannot be accepted."""
    request = make_request(data, authority.policy)
    asked = clock.now()
    reply = sender(authority, request.der)
    answered = clock.now()
    stamp = check_reply(request.der, reply, roots, answered, policy=authority.policy)
    return Obtained(request.der, reply, stamp, asked, answered)


def looked_up(obtained: Obtained, authority: Authority, roots: bytes, lists: RevocationLists) -> Obtained:
    """The stamp with its certificates looked for on the lists that they name; RevokedError when one is revoked."""
    request, reply, answered = obtained.request, obtained.reply, obtained.answered_at
    found, missing = lists.fetch(obtained.stamp.lists_at, answering.host_of(authority.url))
    usable, spoilt = [], []
    for one in found:
        try:
            check_reply(request, reply, roots, answered, [one], authority.policy)
            usable.append(one)
        except RevokedError:
            raise
        except TimestampError as error:
            spoilt.append(str(error))
    stamp = check_reply(request, reply, roots, answered, usable, authority.policy)
    if stamp.unchecked:
        none = "" if stamp.lists_at else "its certificates name no revocation list"
        why = "; ".join(part for part in (none, missing, *spoilt) if part) or stamp.unchecked
        stamp = replace(stamp, unchecked=why)
    return replace(obtained, stamp=stamp)


def send(authority: Authority, query: bytes, timeout: float = TIMEOUT_SECONDS) -> bytes:
    """Post a timestamp query and return the raw reply.

    Raises TimestampError when the authority cannot be reached, answers with an error or with a
    redirect, is not done in time, or sends more than a stamp can be; whether the reply is
    good is for the receiver to check.
    """
    which = f"authority {authority.id}"
    headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
    try:
        own = answering.host_of(authority.url)
    except UsageError as error:
        raise TimestampError(error.what, authority.url, f"correct the authority {authority.id}") from None
    try:
        reply = answering.answer(authority.url, own, REPLY_LIMIT, timeout, query, headers)
    except answering.FAILURES as error:
        reason = error.what if isinstance(error, TitlewatchError) else error
        raise TimestampError(f"no stamp ({reason})", which, "it is asked again in the next run") from error
    if len(reply) > REPLY_LIMIT:
        raise TimestampError("the reply is too large", which, "check its url")
    return reply
