"""The authority that a referral goes to, as people write it."""

import re
from dataclasses import dataclass

from crawler.casework.agencies import WORLD, Counterpart
from crawler.errors import RefusedError, UsageError


@dataclass(frozen=True, slots=True)
class Agency:
    """An authority that receives bundles."""

    country: str
    """ISO 3166-1 alpha-2."""
    name: str

    def __str__(self) -> str:
        return f"{self.country}/{self.name}"


def agency(text: str) -> Agency:
    """Read ``COUNTRY/NAME``. Raises UsageError for anything else."""
    country, slash, name = text.partition("/")
    country, name = country.strip().upper(), " ".join(name.split())
    if not slash or not re.fullmatch("[A-Z]{2}", country) or not name:
        raise UsageError("not an agency", text, 'write COUNTRY/NAME, such as "US/IPR Center" or "CN/版权局"')
    return Agency(country, name)


def entry(text: str, directory: tuple[Counterpart, ...]) -> Counterpart | None:
    """The entry of the directory that an agency's id or ``COUNTRY/NAME`` stands for; None where there is none."""
    wanted = text.strip()
    country, slash, name = wanted.partition("/")
    if not slash:
        return next((one for one in directory if one.agency_id == wanted.lower()), None)
    homes = (country.strip().upper(), WORLD)
    return next((one for one in directory if one.country in homes and _plain(name) in _names(one)), None)


def at_home(to: Agency, directory: tuple[Counterpart, ...]) -> None:
    """The directory of agencies knows the agency in no other country alone: its country decides which gates are asked.

    Raises RefusedError for ``CN/IPR Center``, whose only known home is the United States.
    """
    wanted = _plain(to.name)
    homes = {one.country for one in directory if wanted in _names(one)}
    if homes and not homes & {to.country, WORLD}:
        raise RefusedError(
            f"the directory knows this agency in {', '.join(sorted(homes))}", str(to),
            "name it with its own country; see: titlewatch agencies list",
        )  # fmt: skip


def _names(one: Counterpart) -> set[str]:
    written = {one.agency_id, *one.name.values()}
    written |= {part for name in one.name.values() for part in re.split(r"[()（）]", name)}
    return {_plain(name) for name in written if name.strip()}


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())
