"""Every error that titlewatch raises on purpose, and the exit code that each one means.

    TitlewatchError                      1  the answer is no, or something failed
    |-- UsageError                       2  wrong usage or wrong input
    |   |-- ConfigurationError              titlewatch.toml or a --set
    |   |-- WatchlistError                  a file of works; names file, row and column
    |   `-- UnknownObjectError              an id that the workspace does not hold
    |-- EnvironmentProblem               4  the machine does not allow it
    |   |-- WorkspaceLockedError            another run holds the workspace
    |   |-- WorkspaceVersionError           the workspace is of a newer titlewatch
    |   `-- StorageError                    no space, read-only, not a workspace file
    |-- EvidenceError                    1  evidence that does not hold
    |   |-- VerificationError               a signature, hash, stamp or proof is wrong
    |   `-- TimestampError                  a timestamp reply that cannot be accepted
    |-- RefusedError                     1  a guard rail said no (address, robots, decision)
    |   |-- AddressRefused                  engine/guard/addresses: no connection to that address
    |   |-- BudgetSpent                     engine/guard/pace: the run's requests are spent
    |   `-- VisitStopped                    engine/guard/pace: this visit to the site is over
    `-- SiteFault                        3  a site's fault, never ours; the run goes on

Do not add an error without drawing it here. A message has three parts: what happened,
which object, what to do.
"""

from typing import Self


class TitlewatchError(Exception):
    """Base of all deliberate errors: ``what; which object; what to do``."""

    exit_code = 1

    def __init__(self, what: str, which: str = "", remedy: str = "") -> None:
        self.what, self.which, self.remedy = what, which, remedy
        super().__init__("; ".join(part for part in (what, which, remedy) if part))

    def __reduce__(self) -> tuple[type[Self], tuple[str, str, str]]:
        # It crosses from one process to another in its three parts.
        return type(self), (self.what, self.which, self.remedy)


class UsageError(TitlewatchError):
    """Wrong usage or wrong input."""

    exit_code = 2


class ConfigurationError(UsageError):
    """A key or value of titlewatch.toml, or of ``--set``, is not acceptable."""


class WatchlistError(UsageError):
    """A file of works has a row that cannot be taken."""


class UnknownObjectError(UsageError):
    """An id names nothing in this workspace."""


class EnvironmentProblem(TitlewatchError):
    """The machine does not allow what was asked."""

    exit_code = 4


class WorkspaceLockedError(EnvironmentProblem):
    """Another run holds the workspace's lock."""


class WorkspaceVersionError(EnvironmentProblem):
    """The workspace was written by a newer titlewatch."""


class StorageError(EnvironmentProblem):
    """Something could not be read from or written to disk."""


class EvidenceError(TitlewatchError):
    """Evidence does not hold."""


class VerificationError(EvidenceError):
    """A signature, hash, stamp or proof is wrong."""


class TimestampError(EvidenceError):
    """A timestamp authority's reply cannot be accepted."""


class RevokedError(TimestampError):
    """A certificate of a timestamp authority was revoked."""


class RefusedError(TitlewatchError):
    """A guard rail refused."""


class SiteFault(TitlewatchError):
    """A site misbehaved; the run goes on."""

    exit_code = 3
