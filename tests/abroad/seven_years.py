"""Seven years of an invented case, replayed through the product: nights, moves, complaints, an order, notices that nobody
answered, a conviction. Every observation is recorded by the real writers at the time at which it was made."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from crawler import clock
from crawler.desk import (
    conducting,
    corresponding,
    counting,
    deciding,
    following,
    founding,
    gathering,
    packaging,
    person,
    referring,
)
from crawler.desk.packaging import Packaged
from crawler.evidence import beginning, entries, keys, seal
from crawler.evidence.canonical import canonical_json, sha256_hex
from crawler.evidence.ledger import Ledger
from crawler.evidence.warc import Segment, records_of
from crawler.health.observed import Observed
from crawler.model import Exchange, Site, Target, Work
from crawler.reading import Page
from crawler.statement import Statement, StatementKind
from crawler.store import Store, exchanges, health, pages, runs, sites, statements, works
from crawler.store.exchanges import Kept
from crawler.workspace import Workspace
from tests.bundle import case_workspace
from tests.bundle.case_workspace import Offer

SITE = "driftcove"
NAMES = ("driftcove920.example", "driftdm.example", "driftgood.example")
"""The names under which it went, one after the other."""
WORKS = (
    Work("kestrel", "The Kestrel Tower", "series", 2014, "en", ("红隼之塔",), ("M. Aoba",)),
    Work("lanternfish", "灯鱼物语", "series", 2016, "zh", ("Lanternfish Tales",), ("K. Hoshi",)),
    Work("harrow", "Harrow Street", "film", 2018, "en", (), ("A. Wren",)),
)
POLICE, CULTURE, IPR, HOST = (
    "CN/公安机关食品药品犯罪侦查部门",
    "CN/文化市场综合行政执法机构",
    "US/IPR Center",
    "CA/Maple Hosting",
)

EXCHANGE = case_workspace._exchange


def day(text: str, hour: int = 2) -> datetime:
    """An hour of a day, UTC."""
    return datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC) + timedelta(hours=hour)


@dataclass
class Years:
    """The workspace, and the time at which it stands."""

    folder: Path
    patch: pytest.MonkeyPatch
    workspace: Workspace = field(init=False)
    store: Store = field(init=False)
    nights: int = 0
    said: int = 0
    server: str = "192.0.2.10"
    """The address that answers now."""

    def at(self, moment: datetime) -> None:
        """Put the time."""
        self.patch.setattr(clock, "now", lambda: moment)

    def begin(self, moment: datetime) -> None:
        """Found the workspace in Japan, with a watchlist and a site."""
        self.at(moment)
        told = {
            "collector.name": "Hana Example", "collector.organisation": "風帆動画協会 (Windsail Animation Guild)",
            "collector.country": "JP", "collector.contact": "evidence@guild.example",
        }  # fmt: skip
        self.workspace = founding.found(self.folder, told, "titlewatch 0.1.0").workspace
        self.store = Store.open(self.workspace.database)
        works.save(self.store, WORKS)
        home = f"http://{NAMES[0]}/"
        sites.add(self.store, Site(SITE, home, (f"{NAMES[0]}:80",), "maccms"), "tester")
        with self.store.transaction() as connection:
            pages.write_new(
                connection,
                [Page(number, SITE, f"http://{name}/", role="entry") for number, name in enumerate(NAMES, 1)],
            )

    def night(
        self,
        moment: datetime,
        offers: Sequence[Offer] = (),
        front: tuple[str, int, str] | None = None,
        vantage: str = "JP",
    ) -> list[str]:
        """A run: pages with offers, and how the front page (URL, status, page or Location) answered; returns the hits."""
        self.at(moment)
        self.nights += 1
        first, run = self.nights * 100, f"01JRUN{self.nights:020d}"
        self.patch.setattr(case_workspace, "START", moment)
        self.patch.setattr(case_workspace, "RUN", run)
        peer = {"address": self.server, "resolved": (self.server,)}
        self.patch.setattr(case_workspace, "_exchange", lambda *told, **more: EXCHANGE(*told, **{**peer, **more}))
        configuration = {"crawl": {"delay": 5.0}, "collector": {"country": vantage}}
        machine = deepcopy(case_workspace.MACHINE)
        machine["tool"]["configuration_sha256"] = sha256_hex(canonical_json(configuration))  # type: ignore[index]
        machine["network"]["vantage"]["country"] = vantage  # type: ignore[index]
        runs.begin(self.store, run, "titlewatch 0.1.0", canonical_json(configuration).decode())
        ledger = Ledger(self.workspace.ledger)
        ledger.append([{"type": "run-start", "run": run, "software": "titlewatch 0.1.0", **machine}])
        signer = keys.load(self.workspace.keys)
        begun = beginning.begin(self.workspace.evidence, run, ledger.head(), signer, "titlewatch 0.1.0", [])
        ledger.append([entries.begin_body(begun)])
        tokens = beginning.Tokens(self.workspace.evidence)(run)
        with Segment.create(
            self.workspace.evidence, f"TW-{run}-000001", {"run": run, "operator": "Hana Example", "robots": "obey"}
        ) as segment:
            ledger.append([entries.segment_body(run, case_workspace._first(segment))])
            if front:
                self._front(ledger, segment, tokens, first + 99, *front)
            hits = [
                case_workspace._offer(self.store, ledger, segment, offer, first + number, tokens)
                for number, offer in enumerate(offers)
            ]
            segment.seal()
        path = seal.seal(
            self.workspace.evidence / f"TW-{run}-000001.warc.gz", ledger.head(), signer, run, "titlewatch 0.1.0", []
        )
        ledger.append([entries.seal_body(path)])
        ledger.close()
        return hits

    def _front(
        self,
        ledger: Ledger,
        segment: Segment,
        tokens: list[beginning.Token],
        number: int,
        url: str,
        status: int,
        what: str,
    ) -> None:
        body = what.encode()
        more = f"Location: {what}\r\n".encode() if 300 <= status < 400 else b""
        response = (
            b"HTTP/1.1 %d X\r\nContent-Type: text/html\r\n%bContent-Length: %d\r\n\r\n" % (status, more, len(body))
            + body
        )
        made: Exchange = case_workspace._exchange(SITE, url, body, number, status=status, response=response)
        placed = segment.append(records_of(made, tokens))
        (entry,) = ledger.append([entries.exchange_body(made, placed)])
        kept = Kept(placed.segment, placed.offset, placed.length, tuple(one.as_dict() for one in placed.records))
        with self.store.transaction() as connection:
            exchanges.write(connection, made, sha256_hex(made.response), entry.seq, kept, None)

    def led_away(self, url: str) -> None:
        """What the last night's visit came to: the site leads elsewhere."""
        observed = Observed(entry="moved", away={url: 1}).as_dict()
        health.write(self.store, f"01JRUN{self.nights:020d}", SITE, "moved", (), observed)

    def state(self, moment: datetime, host: str, *said: tuple[StatementKind, str, str | None]) -> None:
        """What tables and resolvers say of a host at a time."""
        made = []
        for kind, value, about in said:
            self.said += 1
            basis = f"observation of {moment.date()}"
            made.append(
                Statement(
                    f"01JST{self.said:021d}",
                    host,
                    kind,
                    value,
                    moment,
                    "the guild's address table",
                    "medium",
                    basis,
                    None,
                    about,
                )
            )
        with self.store.transaction() as connection:
            statements.write(connection, made)

    def place(self, moment: datetime, host: str, address: str, country: str, system: str, nights: int = 2) -> None:
        """A host's server, seen in some nights one after the other."""
        self.server = address
        for night in range(nights):
            self.state(
                moment + timedelta(days=night),
                host,
                ("address", address, None),
                ("network", system, address),
                ("country", country, address),
            )

    @contextmanager
    def as_user(self, name: str) -> Iterator[None]:
        """Act as a system user."""
        with self.patch.context() as patched:
            for module in (
                "crawler.desk.referring",
                "crawler.desk.entering",
                "crawler.desk.conducting",
                "crawler.desk.corresponding",
            ):
                patched.setattr(f"{module}.acting", lambda: person.Person(name, "guild", ()))
            yield

    def refer(
        self, moment: datetime, case: str, agency: str, basis: str, track: str, languages: Sequence[str] = ("en",)
    ) -> tuple[str, Packaged]:
        """Draft, approve by two people and package; every gate is passed."""
        self.at(moment)
        made = referring.draft(self.store, self.workspace, case, agency, basis, "Hana Example", track)
        for name in ("hana", "sora"):
            with self.as_user(name):
                referring.approve(self.store, self.workspace, made.referral_id, name.title())
        return made.referral_id, packaging.package(self.store, self.workspace, made.referral_id, languages=languages)


def drive(number: int) -> tuple[Target, ...]:
    """A share of a cloud drive."""
    url = f"https://pan.drive.example/s/1Kestrel{number:03d}"
    return (Target("cloud_drive", url, f"share:drive/1Kestrel{number:03d}", url, "k7m2", "drive"),)


def offer(number: int, work: str, title: str, name: str, share: int) -> Offer:
    """A page of the site that offers a work under one of its names."""
    place = title.find(title.split(" S0")[0])
    return Offer(
        SITE, f"/voddetail/{number}.html", title, f"{title} free, share below", (place, place + len(title.split(' S0')[0])), work,
        drive(share), host=name,
    )  # fmt: skip


def live(folder: Path, patch: pytest.MonkeyPatch) -> tuple[Years, str, dict[str, str]]:
    """Everything that happened, from October 2016 to December 2023; returns the years, the case and the referrals."""
    years = Years(folder, patch)
    years.begin(day("2016-10-10"))
    shown = [
        offer(1, "kestrel", "The Kestrel Tower S01 complete", NAMES[0], 1),
        offer(2, "kestrel", "The Kestrel Tower S02 complete", NAMES[0], 2),
        offer(3, "kestrel", "The Kestrel Tower S01 mirror", NAMES[0], 1),
        offer(4, "lanternfish", "灯鱼物语 S01 全集", NAMES[0], 3),
    ]
    first = years.night(day("2016-10-11"), shown, (f"http://{NAMES[0]}/", 200, "<title>Drift Cove</title>"))
    years.place(day("2016-10-11"), NAMES[0], "192.0.2.10", "CN", "AS64500")
    years.at(day("2016-10-12"))
    case = gathering.new_case(years.store, years.workspace, "Drift Cove (漂流湾)", "administrative").case_id
    gathering.add(years.store, years.workspace, case, first)
    deciding.decide(years.store, years.workspace, first, "infringing", "Hana Example", "")
    for work in WORKS:
        referring.put_on_file(
            years.store, years.workspace, rightsholder="Windsail Pictures", reference="POA-2016-4", work_ids=[work.work_id],
            territory="WORLD", valid_from=date(2016, 10, 1), valid_to=date(2024, 12, 31),
        )  # fmt: skip
    proof = folder.parent / "receipt.pdf"
    proof.write_bytes(b"%PDF receipt")
    sent: dict[str, str] = {}

    def dispatch(name: str, referral: str, package: Packaged, on: str, channel: str, to: str) -> None:
        years.at(day(on, 9))
        corresponding.dispatch(
            years.store, years.workspace, referral, package.package, channel=channel, to=to, on_day=date.fromisoformat(on),
            proof=proof, by="Hana Example",
        )  # fmt: skip
        sent[name] = referral

    def told(act: str, name: str, on: str, **facts: object) -> None:
        years.at(day(on, 9))
        getattr(corresponding, act)(
            years.store, years.workspace, sent[name], on_day=date.fromisoformat(on), by="Hana Example", **facts
        )

    # The administrative complaint under the campaign of the year, accepted, and the order to shut down.
    referral, package = years.refer(
        day("2016-10-14"), case, CULTURE, "信息网络传播权保护条例第十八条", "administrative"
    )
    dispatch("complaint", referral, package, "2016-10-17", "post", "registered letter")
    told("acknowledge", "complaint", "2016-11-08", reference="文执 2016-118")
    told("outcome", "complaint", "2016-12-05", result="site-closed", text="order to shut down")
    # Nine days later it is shut in China, and open elsewhere.
    years.night(day("2016-12-10"), (), (f"http://{NAMES[0]}/", 200, "<title>Drift Cove</title>"), "CN")
    years.night(day("2016-12-14"), (), (f"http://{NAMES[0]}/", 451, "<title>Unavailable in your country</title>"), "CN")
    years.night(day("2016-12-14", 3), (), (f"http://{NAMES[0]}/", 200, "<title>Drift Cove</title>"), "JP")
    years.night(day("2016-12-15"), (), (f"http://{NAMES[0]}/", 451, "<title>Unavailable in your country</title>"), "CN")
    # The server goes to Canada, where the host answers no notice.
    years.place(day("2017-02-18"), NAMES[0], "192.0.2.10", "CN", "AS64500")
    years.place(day("2017-02-20"), NAMES[0], "198.51.100.20", "CA", "AS64501", 3)
    years.at(day("2017-03-01"))
    conducting.put_on_track(years.store, years.workspace, case, "intermediary-notice", False, "Hana Example")
    more = years.night(day("2017-03-01"), [offer(5, "lanternfish", "灯鱼物语 S02 全集", NAMES[0], 4)])
    gathering.add(years.store, years.workspace, case, more)
    deciding.decide(years.store, years.workspace, more, "infringing", "Hana Example", "")
    referral, package = years.refer(day("2017-03-02"), case, HOST, "notice to the host", "intermediary-notice")
    for number, on in enumerate(("2017-03-02", "2017-06-01", "2018-01-10")):
        dispatch("notice", referral, package, on, "email", "abuse@maple.example")
        told(
            "outcome",
            "notice",
            (date.fromisoformat(on) + timedelta(days=60)).isoformat(),
            result="no-reply",
            text=f"notice {number + 1}",
        )
    # Two more names, and a server in Japan.
    for old, new, on in ((0, 1, "2018-06-01"), (1, 2, "2021-03-03")):
        for night in range(2):
            years.night(day(on) + timedelta(days=night), (), (f"http://{NAMES[old]}/", 301, f"http://{NAMES[new]}/"))
            years.led_away(f"http://{NAMES[new]}/")
        note = "the same pages under the new name"
        following.follow(years.store, years.workspace, SITE, f"http://{NAMES[new]}/", "Hana Example", note)
    years.place(day("2018-06-02"), NAMES[1], "198.51.100.20", "CA", "AS64501")
    years.place(day("2019-09-10"), NAMES[1], "203.0.113.30", "JP", "AS64502", 3)
    years.place(day("2021-03-04"), NAMES[2], "203.0.113.30", "JP", "AS64502")
    late = years.night(
        day("2022-08-30"),
        [
            offer(6, "harrow", "Harrow Street 1080p", NAMES[2], 5),
            offer(7, "kestrel", "The Kestrel Tower S03", NAMES[2], 6),
        ],
    )
    gathering.add(years.store, years.workspace, case, late)
    deciding.decide(years.store, years.workspace, late, "infringing", "Hana Example", "")
    counting.enter_amount(
        years.store, years.workspace, case, counter="turnover", number=1_777_000, unit="CNY", basis="claimed",
        source="the site's own page for advertisers", day=date(2022, 8, 30), entered_by="Hana Example",
    )  # fmt: skip
    # The criminal complaint, the arrests, the conviction.
    years.at(day("2022-09-01"))
    conducting.put_on_track(years.store, years.workspace, case, "criminal", False, "Hana Example")
    referral, package = years.refer(day("2022-09-08"), case, POLICE, "刑法第二百一十七条", "criminal")
    dispatch("criminal", referral, package, "2022-09-12", "hand", "the reception office")
    told("message", "criminal", "2023-02-14", direction="in", text="three suspects were arrested")
    told("outcome", "criminal", "2023-12-26", result="convicted", text="judgment of first instance")
    years.at(day("2023-12-27"))
    return years, case, sent
