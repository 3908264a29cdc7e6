"""One thing that is wrong in a site file."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, where, and what to do."""

    place: str
    """``file`` or ``file:line``."""
    key: str
    """Dotted; empty for the file as a whole."""
    what: str
    remedy: str

    def __str__(self) -> str:
        return "; ".join(part for part in (self.what, self.place, self.remedy) if part)
