"""A dossier made by hand, as large and as hostile as a test wants it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from crawler.bundle.referral.language import Language
from crawler.bundle.referral.telling import Telling
from crawler.casework.basis import Basis
from crawler.casework.dossier import Dossier
from crawler.casework.facts import (
    Act,
    Addressee,
    Approved,
    BundleFact,
    CaseFact,
    Collector,
    CopyFact,
    Decided,
    Hosted,
    Item,
    MoveFact,
    Place,
    StatementFact,
    Unplaced,
    WorkFact,
)
from crawler.statement import Statement

AT = datetime(2026, 3, 1, 8, tzinfo=UTC)
DIGEST = "0123456789abcdef" * 4
CASE = (Basis("case", "01JCASE0000000000000000000"),)
REFERRAL = (Basis("referral", "01JREF00000000000000000000"),)


def item(number: int, title: str = "灯海归航 1080P", url: str = "https://box.locker.example/f/1") -> Item:
    """An exhibit with one hosting object."""
    exhibit = f"01JEXH{number:020d}"
    return Item(
        basis=(Basis("exhibit", exhibit),), number=number, exhibit_id=exhibit, hit_id=f"01JHIT{number:020d}",
        work_id="lantern", site_id="harbour", title=title, text=title, source_page=f"http://harbour.example/t/{number}",
        read_on=f"http://harbour.example/t/{number}",
        hosted=(Hosted("locker", None, url, f"file:locker/{number}", None, "live", AT),), price=None, posted_by="tide",
        posted_at=AT, posted_at_text="3天前", posted_at_basis="date-header", captured_at=AT, seen_first=AT, seen_last=AT,
        status=200, address="192.0.2.7", page_sha256=DIGEST, has_picture=True, counters=(("views", "1.2万", 12000),),
        state="up", state_since=AT,
        decision=Decided(
            basis=(Basis("decision", f"01JDEC{number:020d}"),), verdict="infringing", by="Zhou", system="zhou@desk", at=AT
        ),
    )  # fmt: skip


def dossier(items: int = 3, **changes: object) -> Dossier:
    """A case with some exhibits, one server in Canada and one host behind an edge, and one move."""
    shown = tuple(item(number) for number in range(1, items + 1))
    said = Statement("ST1", "harbour.example", "country", "CA", AT, "a table", "medium", "X1", about="192.0.2.7")
    made = Dossier(
        case=CaseFact(basis=CASE, case_id=CASE[0].name, title="灯海归航", track="criminal", opened_at=AT, opened_by="li@desk"),
        collector=Collector(
            basis=(Basis("configuration", "collector"),), name="Lin", organisation="Centre", country="CN", contact="a@b.example"
        ),
        addressee=Addressee(
            basis=REFERRAL, agency="US/IPR Center", country="US", name="IPR Center", legal_basis="17 USC 506", entry=None,
            standing=None,
        ),
        referral_id=REFERRAL[0].name,
        works=(
            WorkFact(
                basis=(Basis("work", "lantern"),), work_id="lantern", title="灯海归航", aliases=(), kind="film", year=2024,
                language="zh", creators=(), publishers=(), identifiers=(), reference_urls=("https://films.example/lantern",),
                authorities=(),
            ),
        ),
        items=shown,
        left_out=1,
        copies=tuple(
            CopyFact(
                basis=one.basis, work_id="lantern", object=f"file:locker/{one.number}", pages=(one.source_page,), offered=AT,
                is_dated=False,
            )
            for one in shown
        ),
        rows=(), totals=(), thresholds=(), hosts=("attic.example", "harbour.example"),
        statements=(StatementFact(basis=(Basis("statement", "ST1"),), statement=said),),
        withheld=2,
        places=(
            Place(
                basis=(Basis("statement", "ST1"),), country="CA", role="server", host="harbour.example", confidence="medium",
                at=AT, sources=("a table",), is_disputed=False,
            ),
        ),
        unplaced=(Unplaced(basis=(Basis("statement", "ST1"),), host="attic.example", why="edge", edge="ExampleCDN"),),
        crosses_borders=True,
        moves=(
            MoveFact(
                basis=(Basis("statement", "ST1"),), subject="harbour.example", kind="country", before=("CN",), after=("CA",),
                at=AT + timedelta(days=9), last_seen=AT, confidence="high", days_since_found=9, days_since_act=9,
            ),
        ),
        links=(), routes=(), refusals=(),
        acts=(Act(basis=shown[0].basis, kind="found", at=AT, by="", what=shown[0].source_page, days=0),),
        parties=(),
        approvals=(Approved(basis=REFERRAL, by="Li Si", system="li@desk", at=AT),),
        translations=(),
        bundle=BundleFact(
            basis=(Basis("bundle", "TW-X"),), name="TW-01JCASE0000000000000000000-20260301T080000Z-0a1b2c3d",
            exhibits=items, made_at=AT, payload_sha256=DIGEST, tag_manifest_sha256=DIGEST[::-1], signer=DIGEST,
        ),
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


def telling(language: Language, told: Dossier | None = None) -> Telling:
    """A dossier told in a language."""
    return Telling(told or dossier(), language, "TW-REFERRAL-X-US-20260301T080000Z-0a1b2c3d", date(2026, 3, 2))
