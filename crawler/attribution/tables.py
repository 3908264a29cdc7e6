"""Tables of addresses that the user supplies (MaxMind DB files): whose network, which holder, which country."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import maxminddb

from crawler.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Entry:
    """What a table says of one address; None for what it does not hold."""

    system: int | None
    holder: str | None
    country: str | None
    """ISO 3166-1 alpha-2: where the address is placed, else where it is registered."""


class AddressTable:
    """One MMDB file, its name and the day of its data; several kinds (country, city, ASN) may stand side by side."""

    def __init__(self, path: Path) -> None:
        """Open it. Raises ConfigurationError for what is no such file."""
        try:
            self.sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
            self._reader = maxminddb.open_database(str(path))
        except (OSError, maxminddb.InvalidDatabaseError) as error:
            raise ConfigurationError(
                f"not a table of addresses ({error})", str(path), "give the path of an .mmdb file"
            ) from None
        about = self._reader.metadata()
        self.name = str(about.database_type)
        self.day = datetime.fromtimestamp(about.build_epoch, UTC).date().isoformat()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._reader.close()

    def of(self, address: str) -> Entry | None:
        """What it says of an address; None where it knows nothing, or where the text is no address."""
        try:
            found: Any = self._reader.get(address)
        except ValueError:
            return None
        if not isinstance(found, dict):
            return None
        country = (found.get("country") or {}).get("iso_code") or (found.get("registered_country") or {}).get(
            "iso_code"
        )
        system = found.get("autonomous_system_number") or found.get("asn")
        holder = found.get("autonomous_system_organization") or found.get("as_name")
        number = (
            int(str(system).upper().removeprefix("AS"))
            if system and str(system).upper().removeprefix("AS").isdigit()
            else None
        )
        return Entry(number, str(holder) if holder else None, str(country).upper() if country else None)
