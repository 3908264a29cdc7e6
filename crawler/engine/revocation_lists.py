"""Fetching the revocation lists that certificates name (RFC 5280, 4.2.1.13): plain GET, no redirect, limited."""

import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from http.client import HTTPException, HTTPMessage
from typing import IO

from crawler.evidence.revocation import LIST_LIMIT

TIMEOUT_SECONDS = 5.0


class _Stay(urllib.request.HTTPRedirectHandler):
    """A list is where its certificate says; nothing may send us elsewhere."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        """Follow nothing: the redirect is then an error like every other."""
        return


class RevocationLists:
    """Fetches each list once, as long as the object is kept; a list that failed is not asked for again."""

    def __init__(self, timeout: float = TIMEOUT_SECONDS) -> None:
        self._timeout = timeout
        self._known: dict[str, bytes | str] = {}

    def fetch(self, addresses: Sequence[str]) -> tuple[list[bytes], str]:
        """The lists of some addresses, and why some are missing; a failure is words and never an exception."""
        lists: list[bytes] = []
        missing: list[str] = []
        for address in addresses:
            if address not in self._known:
                self._known[address] = self._get(address)
            answer = self._known[address]
            if isinstance(answer, bytes):
                lists.append(answer)
            else:
                missing.append(f"{address} ({answer})")
        return lists, "; ".join(missing)

    def _get(self, address: str) -> bytes | str:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _Stay())
        ends = time.monotonic() + self._timeout
        data = b""
        try:
            with opener.open(address, timeout=self._timeout) as answer:
                while len(data) <= LIST_LIMIT and (piece := answer.read1(65536)):
                    data += piece
                    if time.monotonic() > ends:
                        return "the list drips"
        except (urllib.error.URLError, HTTPException, OSError, ValueError) as error:
            return str(getattr(error, "reason", error))
        return data if len(data) <= LIST_LIMIT else f"more than {LIST_LIMIT} bytes"
