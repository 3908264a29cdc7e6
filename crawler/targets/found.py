"""A link read out of one string, before anyone has judged whether it is a target."""

from dataclasses import dataclass, replace

from crawler.targets.address import Address
from crawler.targets.codes import Place, assign, code_in_address, mentions
from crawler.targets.families import families_of_host, redirector_of
from crawler.targets.view import View


@dataclass(frozen=True, slots=True)
class Found:
    """A link at its place in a string."""

    start: int
    end: int
    url: str
    """As a person would type it."""
    kind: str | None = None
    """None until an ordinary address is judged."""
    object: str | None = None
    family: str | None = None
    """The family of hosts that it belongs to, or the redirector that hides where it leads."""
    code: str | None = None
    disguised: bool = False
    damaged: bool = False
    address: Address | None = None

    def stands_alone(self) -> bool:
        """Whether a link out of a hidden layer is surely one, not a chance likeness in decoded bytes."""
        return self.address is None or self.object is not None or not self.address.schemeless


def found_at(address: Address, view: View) -> Found:
    """An address with its family and object, at its place in the view's origin."""
    start, end = view.span(address.start, address.end)
    family, name, damaged = None, None, False
    for candidate in families_of_host(address.host):
        if identity := candidate.identity(address.tail):
            family, name = candidate, candidate.object_of(address.tail)
            damaged = address.cut and bool(candidate.lengths) and len(identity) not in candidate.lengths
            break
    forwarder = None if family else redirector_of(address.host)
    plainly = view.origin[start : start + 4].lower() in ("http", "ftp:", "ftps")
    return Found(
        start,
        end,
        address.url if "://" in address.url[:8] else f"https://{address.url}",
        family.kind if family else None,
        None if damaged else name,
        family.name if family else forwarder.name if forwarder else None,
        code_in_address(address.tail, family is not None),
        disguised=address.disguised or not (address.schemeless or plainly),
        damaged=damaged,
        address=address,
    )


def with_codes(text: str, found: list[Found]) -> list[Found]:
    """The links of one string with the access codes that the same string names."""
    named = mentions(text) if found else []
    if not named:
        return found
    places = [
        Place(str(number), one.start, one.end, one.kind == "cloud_drive")
        for number, one in enumerate(found)
        if one.address is not None and one.kind in (None, "cloud_drive", "locker")
    ]
    codes = assign(text, places, named, {str(number): one.code for number, one in enumerate(found) if one.code})
    return [replace(one, code=codes.get(str(number))) for number, one in enumerate(found)]
