"""The kinds of facts that a package may say of a case; each rests on something on record (crawler.casework.basis).

All times are UTC.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from crawler.casework.agencies import Counterpart, Standing
from crawler.casework.basis import Basis, Fact
from crawler.casework.counters import Basis as CountBasis
from crawler.casework.counters import CounterName
from crawler.casework.countries import Role
from crawler.casework.routing import Refusal
from crawler.casework.thresholds import Assessment
from crawler.statement import Confidence, Statement, StatementKind

ActKind = Literal[
    "found",
    "opened",
    "decided",
    "drafted",
    "approved",
    "dispatched",
    "acknowledged",
    "answered",
    "corrected",
    "withdrawn",
]
"""``found`` is the first finding, ``dispatched`` what a person sent: a referral, or a notice to who carries the copies."""
MoveKind = str
"""One of those of crawler.attribution.moves."""
Way = Literal["human", "machine"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFact(Fact):
    """The case itself."""

    case_id: str
    title: str
    track: str | None
    """One of crawler.model.TRACKS."""
    tracks: tuple[str, ...] = ()
    """All of crawler.model.ACTIONS on which it goes."""
    campaigns: tuple[str, ...] = ()
    opened_at: datetime
    opened_by: str
    legal_hold: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Collector(Fact):
    """Who collected, and from where; empty where the configuration is."""

    name: str
    organisation: str
    country: str
    """ISO 3166-1 alpha-2."""
    contact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee(Fact):
    """To whom the package goes."""

    agency: str
    """``COUNTRY/NAME``, as the referral says."""
    country: str
    name: str
    legal_basis: str
    entry: Counterpart | None
    """Its entry in the directory; None where the directory has none of that name, or several."""
    standing: Standing | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority(Fact):
    """A right-holder's authority to act for works."""

    authorisation_id: str
    rightsholder: str
    reference: str
    territory: tuple[str, ...]
    valid_from: date
    valid_to: date
    works: tuple[str, ...]
    document_sha256: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkFact(Fact):
    """A work of the case."""

    work_id: str
    title: str
    aliases: tuple[str, ...]
    kind: str | None
    year: int | None
    language: str | None
    creators: tuple[str, ...]
    publishers: tuple[str, ...]
    identifiers: tuple[str, ...]
    reference_urls: tuple[str, ...]
    """Genuine pages: never to be named as infringing."""
    authorities: tuple[Authority, ...]


@dataclass(frozen=True, slots=True)
class Hosted:
    """Where an offered copy sits: the hosting object, apart from the page that offers it."""

    kind: str
    family: str | None
    url: str
    object: str | None
    access_code: str | None
    state: str | None
    """Of its landing page when it was last looked at (crawler.targets); None for one that was never asked."""
    checked_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided(Fact):
    """The decision that stands for an item."""

    verdict: str
    by: str
    system: str
    """``user@host``."""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Item(Fact):
    """One listing of the case, as its exhibit shows it."""

    number: int
    """Of the exhibit in the bundle."""
    exhibit_id: str
    hit_id: str
    work_id: str
    site_id: str
    title: str
    text: str
    source_page: str
    """The address of the listing: the page that offers."""
    read_on: str
    hosted: tuple[Hosted, ...]
    price: str | None
    posted_by: str | None
    posted_at: datetime | None
    posted_at_text: str | None
    posted_at_basis: str | None
    captured_at: datetime
    """When the page of the exhibit was requested."""
    seen_first: datetime
    seen_last: datetime
    status: int | None
    """HTTP."""
    address: str | None
    """Of the peer on that connection."""
    page_sha256: str
    """Of the response as it came."""
    has_picture: bool
    counters: tuple[tuple[str, str, int], ...]
    """Name, as displayed, number: what the page claims."""
    state: str
    state_since: datetime
    decision: Decided


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyFact(Fact):
    """One distinct copy of a work: one hosted object, whatever number of pages lead to it."""

    work_id: str
    object: str
    pages: tuple[str, ...]
    offered: datetime
    is_dated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFact(Fact):
    """One thing that is counted."""

    counter: CounterName
    counted: CountBasis
    number: float
    unit: str
    at: datetime
    is_dated: bool
    what: str
    shown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Total(Fact):
    """The sum of rows of one counter, one basis and one unit."""

    counter: CounterName
    counted: CountBasis
    number: float
    unit: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdFact(Fact):
    """A threshold held against what is counted."""

    assessment: Assessment
    figures: tuple[tuple[Basis, ...], ...]
    """What the rows of each of its figures rest on, in their order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementFact(Fact):
    """One thing that a source said of a host."""

    statement: Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Place(Fact):
    """A country that a host touches, in one role."""

    country: str
    role: Role
    host: str
    """Empty for the collector's own country."""
    confidence: Confidence
    at: datetime
    sources: tuple[str, ...]
    is_disputed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Unplaced(Fact):
    """A host whose server's country is not known, and why."""

    host: str
    why: Literal["edge", "unplaced", "unobserved"]
    edge: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveFact(Fact):
    """Something that changed about where a site or a host is."""

    subject: str
    """The host, or the site for what is the site's."""
    kind: MoveKind
    before: tuple[str, ...]
    after: tuple[str, ...]
    at: datetime
    """When the new state was first seen."""
    last_seen: datetime | None
    """When the old state was last seen."""
    confidence: Confidence
    vantage: str | None = None
    edge: str | None = None
    """The delivery network to which the new address belongs."""
    days_since_found: int | None
    """Days from our first finding; None for what was before it."""
    days_since_act: int | None
    """Days from the last thing that we sent before it; None where nothing was sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkFact(Fact):
    """A graded link between two sites or actors."""

    left: str
    right: str
    grade: Literal["strong", "medium", "weak"]
    shared: tuple[tuple[StatementKind, str], ...]
    """What they share: kind and value."""
    is_disputed: bool
    is_asserted: bool
    """Whether it bears out that one operator runs both; no other link may be taken for that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteFact(Fact):
    """An agency that the case may go to."""

    agency: Counterpart
    track: str
    standing: Standing
    through: str
    is_instead: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NoRouteFact(Fact):
    """A country or a host for which nobody can be named, and why."""

    subject: str
    why: Refusal
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Act(Fact):
    """What was done, by whom, and how many days after the first finding."""

    kind: ActKind
    at: datetime
    by: str
    what: str
    days: int | None
    """None for what was before the first finding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Party(Fact):
    """Somebody in the case."""

    role: str
    """One of crawler.store.parties.ROLES."""
    country: str | None
    name: str
    """Empty where nobody had it opened for this package: names and contacts are personal data."""
    contact: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved(Fact):
    """One person's approval of the referral."""

    by: str
    system: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation(Fact):
    """A translation that a person entered."""

    exhibit_id: str
    part: str
    """What of the exhibit: one of crawler.store.translations.PARTS."""
    source: str
    """ISO 639-1, as is `into`."""
    into: str
    way: Way
    by: str
    at: datetime
    document_sha256: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleFact(Fact):
    """The evidence bundle beside the package."""

    name: str
    exhibits: int
    made_at: datetime
    payload_sha256: str
    """Of its manifest-sha256.txt: the same for every export of an unchanged case."""
    tag_manifest_sha256: str
    """Of its tagmanifest-sha256.txt: the file that is signed."""
    signer: str
    """The fingerprint of the key."""
