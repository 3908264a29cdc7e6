"""How far a run may go: requests for each site, when it ends, and about which hosts others are asked meanwhile."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler import clock

CLOSING = timedelta(seconds=60)
"""What a run keeps for its end: pages under way, seals and stamps."""
SHARE = 20
"""At most one part in so many of a short run is kept for its end."""
OVER = "the night is over"
"""Why a visit is over that the hour ended."""
SHUT = "page after page was answered with: "
"""Why a visit is over whose site lets nobody in; what stands there follows."""
STOPPED = "the run was stopped"
"""Why a visit is over that neither the site nor its pages ended."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one run beside its requests in all; None where there is none."""

    per_site: int | None = None
    """Requests to one site."""
    until: datetime | None = None
    hosts: tuple[str, ...] = ()
    """Hosts about which resolvers and registries are asked beside the visits."""

    def seconds_left(self) -> float | None:
        """Seconds until visits must stop, so that the run ends in time; None without an end."""
        if self.until is None:
            return None
        left = self.until - clock.now()
        return max(0.0, (left - min(CLOSING, left / SHARE)).total_seconds())
