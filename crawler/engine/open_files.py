"""How many files and connections a run may have open: as many as the system lets it."""

import logging
import resource

log = logging.getLogger(__name__)


def allow_open_files() -> int:
    """Raise this process's limit of open files to the most that it may set itself; returns it. Never lowers it.

    Sites that are visited side by side hold a connection each, and many systems begin with 1,024.
    """
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 65_536 if most == resource.RLIM_INFINITY else min(most, 65_536)
    if now == resource.RLIM_INFINITY or now >= wanted:
        return now
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
    except (OSError, ValueError) as refused:
        log.warning("the limit of %d open files stays as it is (%s)", now, refused)
        return now
    return wanted
