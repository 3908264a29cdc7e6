"""Fetching the revocation lists that certificates name (RFC 5280, 4.2.1.13): few, soon, and from where one may go."""

from collections.abc import Sequence

from crawler import clock
from crawler.engine import answering
from crawler.engine.guard.addresses import AddressRefused
from crawler.evidence.revocation import LIST_LIMIT

TIMEOUT_SECONDS = 10.0
"""For all the lists of one chain together."""
ADDRESS_LIMIT = 8
"""Addresses of one chain that are asked; a certificate may name any number."""


class RevocationLists:
    """Fetches each list once, as long as the object is kept; a list that failed is not asked for again."""

    def __init__(self, timeout: float = TIMEOUT_SECONDS) -> None:
        self._timeout = timeout
        self._known: dict[tuple[str, str], bytes | str] = {}

    def fetch(self, addresses: Sequence[str], own: str) -> tuple[list[bytes], str]:
        """The lists of some addresses, and why some are missing; a failure is words and never an exception.

        `own` is the host of the authority that the operator configured: no other may be a
        private one. The words tell nothing of what a stranger's address leads to.
        """
        lists: list[bytes] = []
        missing: list[str] = []
        ends = clock.monotonic_ns() + int(self._timeout * 1e9)
        for address in addresses[:ADDRESS_LIMIT]:
            if (address, own) not in self._known:
                self._known[address, own] = self._get(address, own, (ends - clock.monotonic_ns()) / 1e9)
            answer = self._known[address, own]
            if isinstance(answer, bytes):
                lists.append(answer)
            else:
                missing.append(f"{address} ({answer})")
        if len(addresses) > ADDRESS_LIMIT:
            missing.append(f"{len(addresses) - ADDRESS_LIMIT} further addresses were not asked")
        return lists, "; ".join(missing)

    def _get(self, address: str, own: str, seconds: float) -> bytes | str:
        late = f"the list was late: not here within {self._timeout:g} s"
        if seconds <= 0:
            return late
        try:
            data = answering.answer(address, own, LIST_LIMIT, seconds)
        except TimeoutError:
            return late
        except AddressRefused:
            return "not at an address that may be asked"
        except answering.FAILURES:
            return "the list could not be fetched"
        return data if len(data) <= LIST_LIMIT else f"more than {LIST_LIMIT} bytes"
