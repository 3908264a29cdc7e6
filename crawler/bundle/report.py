"""What the report says, in one language: the view that the template lays out (format.md 9)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography import x509

from crawler.bundle import beginnings, layout
from crawler.bundle.casefile import CaseFile, Exhibit
from crawler.bundle.conduct import conduct
from crawler.bundle.forms import beijing, second
from crawler.bundle.glance import copies_at, numbers, served_from
from crawler.bundle.log import CaseLog
from crawler.bundle.markings import excerpt, marked, one_line, printable
from crawler.bundle.stamping import SegmentState, banner
from crawler.model import Work
from crawler.wording import say
from crawler.wording.landings import say_why, state_name
from crawler.wording.reasons import kind_name, say_reason, work_kind_name
from crawler.wording.repeated import shown_once

LIMITS = ("observed", "suspected", "country", "person", "tls", "vantage", "clock", "pictures", "collector")
COVER_LINES = 8
"""More works or sites than this stand in the overview alone."""
LANG = {"en": "en", "zh": "zh-Hans"}


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """All that the reports are made from."""

    case: CaseFile
    captures: Sequence[Mapping[str, Any]]
    """capture.json of each exhibit."""
    segments: Sequence[SegmentState]
    collector: Sequence[str]
    """Lines that name the collector."""
    software: str
    fingerprint: str
    log: CaseLog
    span: tuple[str, str]
    folder: Path
    """The bundle that is being built."""
    pictures: Mapping[str, tuple[str, int, int]]
    """Exhibit -> image source for the report, width and height of the whole picture."""


class Document:
    """The report in one language, as the template reads it."""

    def __init__(self, facts: ReportFacts, language: str) -> None:
        self.language = language
        self.lang = LANG[language]
        self._said: dict[str, str] = {}
        case = facts.case
        self.banners = self._banners(facts)
        self.exhibits = [
            self._exhibit(exhibit, capture, facts)
            for exhibit, capture in zip(case.exhibits, facts.captures, strict=True)
        ]
        self.ledger_state = self.t("value.ledger_state", entries=len(facts.log.entries), size=facts.log.size)
        self.runs = conduct(facts.log, sorted(case.row.runs), self.t)
        self.cover = [
            (self.t("label.case"), [_plain(case.case_id)]),
            (self.t("label.case_title"), [_plain(case.row.title)]),
            (self.t("label.track"), [_plain(self._named("track", case.row.track))]),
            (self.t("label.opened"), [_plain(second(case.row.opened_at))]),
            (self.t("label.works"), self._listed([self._work(work) for work in case.works])),
            (self.t("label.sites"), self._listed([f"{site.site_id} ({', '.join(site.hosts)})" for site in case.sites])),
            (self.t("label.exhibits"), [_plain(str(len(case.exhibits)))]),
            (self.t("label.period"), [_plain(f"{second(facts.span[0])} – {second(facts.span[1])}")]),
            (self.t("label.collector"), [_plain(line) for line in facts.collector] or [_plain("–")]),
            (self.t("label.software"), [_plain(facts.software)]),
            (self.t("label.fingerprint"), [_mono(facts.fingerprint)]),
            (self.t("label.log_root"), [_plain(str(facts.log.size)), _mono(facts.log.root)]),
        ]
        self.glance = self._glance(case)
        self.servers = [
            {
                "site": row.site,
                "hosts": row.hosts,
                "servers": list(row.servers),
                "tls": self.t("value.yes" if row.encrypted else "value.no"),
                "time": list(dict.fromkeys(second(moment) for moment in row.span)),
                "exhibits": numbers(row.exhibits),
            }
            for row in served_from(case, facts.captures)
        ]
        self.copies = [
            {
                "place": row.place,
                "kinds": ", ".join(one_line(kind_name(kind, language)) for kind in row.kinds),
                "count": len(row.addresses),
                "exhibits": numbers(row.exhibits),
            }
            for row in copies_at(case)
        ]
        self.segments = [self._segment(segment) for segment in facts.segments]
        self.limits = [say(f"bundle.limits.{name}", language) for name in LIMITS]

    def t(self, key: str, **facts: object) -> str:
        """A sentence of the report."""
        if facts:
            return say(f"report.{key}", self.language, **facts)
        if key not in self._said:
            self._said[key] = say(f"report.{key}", self.language)
        return self._said[key]

    def _banners(self, facts: ReportFacts) -> list[tuple[str, str]]:
        found = []
        unsealed = [segment.name for segment in facts.segments if segment.sealed_at is None]
        if unsealed:
            found.append(("loud", self.t("banner.open", missing=", ".join(unsealed))))
        key, named = banner(facts.segments)
        found.append(("plain" if key == "stamped" else "loud", self.t(f"banner.{key}", **named)))
        missing = [w.title for w in facts.case.works if w.work_id not in facts.case.row.authorised_works]
        if missing:
            named_works = "; ".join(entry["text"] for entry in self._listed(missing))
            found.append(("plain", self.t("banner.authorisation", works=named_works)))
        found.append(("quiet", self.t("banner.suspected")))
        found.append(("quiet", self.t("banner.bundle")))
        return found

    def _glance(self, case: CaseFile) -> str:
        """What the case is about, in two sentences."""
        verdicts: dict[str, int] = {}
        for exhibit in case.exhibits:
            verdicts[exhibit.decision["verdict"]] = verdicts.get(exhibit.decision["verdict"], 0) + 1
        people = dict.fromkeys(one_line(exhibit.decision["decided_by"]) for exhibit in case.exhibits)
        return self.t(
            "value.glance",
            exhibits=len(case.exhibits),
            sites=len(case.sites),
            works=len(case.works),
            verdicts=self.t("value.comma").join(
                self.t("value.verdict_count", verdict=self._named("verdict", verdict), count=count)
                for verdict, count in sorted(verdicts.items())
            ),
            people=self.t("value.comma").join(people),
        )

    def _listed(self, lines: Sequence[str]) -> list[dict[str, Any]]:
        """At most eight lines; how many more there are is said."""
        if len(lines) <= COVER_LINES:
            return [_plain(line) for line in lines]
        more = self.t("value.more", count=len(lines) - COVER_LINES + 1)
        return [*(_plain(line) for line in lines[: COVER_LINES - 1]), _plain(more)]

    def _named(self, topic: str, key: str | None) -> str:
        if not key:
            return self.t("value.none")
        try:
            return self.t(f"{topic}.{key}")
        except KeyError:
            return one_line(key)

    def _work(self, work: Work) -> str:
        parts = [one_line(work_kind_name(work.kind, self.language)) if work.kind else "", str(work.year or "")]
        detail = self.t("value.comma").join(part for part in parts if part)
        named = self.t("value.work", title=work.title, detail=detail) if detail else work.title
        return one_line(named) + f" [{work.work_id}]"

    def _segment(self, segment: SegmentState) -> dict[str, Any]:
        stamps = [f"{one_line(name)}: {second(time)}" for name, time in segment.stamps]
        stamps += [self.t("value.pending", authority=authority) for authority in segment.pending]
        return {
            "name": segment.name,
            "records": segment.records,
            "sealed": second(segment.sealed_at) if segment.sealed_at else self.t("value.not_sealed"),
            "stamps": stamps or [self.t("value.unstamped")],
        }

    def _exhibit(self, exhibit: Exhibit, capture: Mapping[str, Any], facts: ReportFacts) -> dict[str, Any]:
        listing = exhibit.listing
        page = next(e for e in capture["exchanges"] if e["role"] == "page")
        response = next((record for record in page["records"] if record["type"] == "response"), None)
        spans = {
            where: [tuple(r["span"]) for r in exhibit.reasons if r["in"] == where and r["span"]]
            for where in ("title", "body")
        }
        verdict = self._named("verdict", exhibit.decision["verdict"])
        return {
            "number": exhibit.number,
            "name": exhibit.name,
            "work": one_line(exhibit.work.title),
            "work_full": self._work(exhibit.work),
            "title_plain": one_line(listing["title"]) or "–",
            "heading": shortened(one_line(listing["title"]) or "–", 80),
            "title": marked(listing["title"], spans["title"]),
            "text": excerpt(listing["text"].strip("\n"), _shifted(listing["text"], spans["body"])),
            "url": printable(listing["url"]),
            "posted_short": self._posted(listing, "posted_short") or second(listing["posted_at"]),
            "verdict": verdict,
            "offer": self._offer(listing),
            "where": self._where(exhibit, page),
            "bracket": beginnings.sentences(capture["time_bracket"], language=self.language, moment=self._moment),
            "targets": [self._target(target) for target in exhibit.targets],
            "landings": [self._landing(landing) for landing in capture.get("landings", ())],
            "reasons": [self._reason(reason) for reason in shown_once(exhibit.reasons)],
            "score": f"{float(listing['match']['score']):.2f}",
            "rules": self.t("value.score", version=one_line(str(listing["match"]["rules_version"])) or "–"),
            "decisions": [
                self.t(
                    "value.decided",
                    verdict=self._named("verdict", decision["verdict"]),
                    name=one_line(decision["decided_by"]),
                    time=second(decision["decided_at"]),
                    user=one_line(decision["system_user"]),
                    host=one_line(decision["system_host"]),
                )
                for decision in exhibit.decisions
            ],
            "picture": self._picture(exhibit, facts),
            "read_from": self._read_from(capture),
            "no_picture": self._no_picture(capture.get("picture_missing")),
            "server": self._server(exhibit, page, capture, facts.folder),
            "hashes": self._hashes(page, capture),
            "record": f"{response['file']} @ {response['offset']} + {response['length']}" if response else "–",
            "ledger": ", ".join(
                str(seq)
                for seq in sorted(
                    {e["ledger_seq"] for e in capture["exchanges"] if e["ledger_seq"] is not None}
                    | {landing["ledger_seq"] for landing in capture.get("landings", ())}
                    | {c["ledger_seq"] for c in capture["captures"]}
                    | {exhibit.row.ledger_seq}
                    | {d["ledger_seq"] for d in exhibit.decisions if d["ledger_seq"] is not None}
                )
            ),
        }

    def _offer(self, listing: Mapping[str, Any]) -> list[tuple[str, str]]:
        rows = [
            (self.t("label.hidden"), listing["hidden"]),
            (self.t("label.price"), listing["price"]),
            (self.t("label.players"), "\n".join(listing["players"])),
        ]
        return [(label, printable(value)) for label, value in rows if value]

    def _where(self, exhibit: Exhibit, page: Mapping[str, Any]) -> list[tuple[str, str]]:
        listing = exhibit.listing
        posted = self._posted(listing, "posted_only") or self._moment(listing["posted_at"])
        if listing["posted_at"] and listing["posted_at_text"]:
            posted += self.t("value.posted_as", text=one_line(listing["posted_at_text"]))
        if listing["posted_at_basis"]:
            posted += self.t("value.posted_basis", basis=self._named("basis", listing["posted_at_basis"]))
        rows = [(self.t("label.listing_url"), printable(listing["url"]))]
        if page["url"] != listing["url"]:
            rows.append((self.t("label.page_url"), printable(page["url"])))
        return [
            *rows,
            (self.t("label.site"), one_line(exhibit.site.site_id)),
            (self.t("label.posted_by"), one_line(listing["posted_by"] or "") or self.t("value.not_shown")),
            (self.t("label.posted"), posted),
            (self.t("label.seen"), self._moment(page["started"])),
        ]

    def _posted(self, listing: Mapping[str, Any], key: str) -> str:
        """What is said in the place of a time of posting that is not known; empty where it is."""
        if listing["posted_at"]:
            return ""
        text = one_line(listing["posted_at_text"] or "")
        return self.t(f"value.{key}", text=text) if text else self.t("value.unknown")

    def _moment(self, moment: str) -> str:
        """A time in UTC, and for Chinese readers in their own zone too."""
        return self.t("value.moment", utc=second(moment), beijing=beijing(moment))

    def _target(self, target: Mapping[str, Any]) -> dict[str, str]:
        notes = []
        if target["as_written"] and target["as_written"] != target["url"]:
            notes.append(self.t("value.as_written", text=one_line(target["as_written"])[:300]))
        if target.get("damaged"):
            notes.append(self.t("value.damaged"))
        return {
            "kind": one_line(kind_name(target["kind"], self.language)),
            "url": printable(target["url"]),
            "object": printable(target["object"] or ""),
            "code": printable(target["access_code"] or "–"),
            "note": "; ".join(notes),
        }

    def _landing(self, landing: Mapping[str, Any]) -> dict[str, Any]:
        """In what state a target was found when its page was asked for, by what, and where that is recorded."""
        said = {name: one_line(value) if isinstance(value, str) else value for name, value in landing["said"].items()}
        exchanges = landing["exchanges"]
        ids = self.t("value.comma").join(exchange["exchange"] for exchange in exchanges)
        record = "landing_record" if exchanges else "landing_entry"
        return {
            "address": printable(landing["url"]),
            "way": [printable(exchange["url"]) for exchange in exchanges],
            "time": self._moment(exchanges[-1]["started"] if exchanges else landing["entered"]),
            "state": one_line(state_name(landing["state"], self.language)),
            "why": one_line(say_why(said, self.language)),
            "record": self.t(f"value.{record}", entry=landing["ledger_seq"], exchanges=ids),
        }

    def _reason(self, reason: Mapping[str, Any]) -> dict[str, str]:
        facts = {key: one_line(v) if isinstance(v, str) else v for key, v in (reason.get("facts") or {}).items()}
        text = say_reason({**reason, "facts": facts, "text": one_line(reason["text"])}, self.language)
        return {"text": text, "place": self._named("place", reason["in"]), "weight": f"{float(reason['weight']):+.2f}"}

    def _picture(self, exhibit: Exhibit, facts: ReportFacts) -> dict[str, str] | None:
        if exhibit.name not in facts.pictures or exhibit.capture is None:
            return None
        source, width, height = facts.pictures[exhibit.name]
        path = f"{layout.capture_folder(exhibit.name)}/screenshot.png"
        time = second(exhibit.capture.captured_at)
        return {"src": source, "note": self.t("value.picture_note", time=time, path=path, width=width, height=height)}

    def _read_from(self, capture: Mapping[str, Any]) -> str | None:
        """Of a listing that was read from what a browser made of its page: that it was, and from what that was made."""
        said = capture.get("read_from")
        if said is None:
            return None
        return self.t("value.read_from", file=layout.RENDERED, sha256=said["sha256"], parts=len(said["made_from"]))

    def _no_picture(self, missing: Mapping[str, Any] | None) -> str:
        if not missing:
            return self.t("value.no_picture")
        return self.t(f"no_picture.{missing['reason']}", why=one_line(missing["why"]))

    def _server(
        self, exhibit: Exhibit, page: Mapping[str, Any], capture: Mapping[str, Any], folder: Path
    ) -> list[tuple[str, list[str]]]:
        peer, tls = page["peer"], page["tls"]
        rows = [
            (
                self.t("label.server"),
                [self.t("value.server", address=peer["address"] or "–", port=peer["port"] or "–")],
            ),
            (self.t("label.resolved"), [", ".join(page.get("resolved") or ()) or self.t("value.none")]),
            (self.t("label.http"), [f"HTTP/1.1 {page['status'] or '–'}"]),
        ]
        if tls:
            state = tls["verify_error"]
            rows.append((self.t("label.tls"), [f"{tls['version']}, {tls['cipher']}, {one_line(tls['server_name'])}"]))
            names = [certificate for certificate in self._certificate(folder, exhibit) if certificate]
            good = self.t("label.certificate_bad", why=one_line(state)) if state else self.t("label.certificate_good")
            rows.append(
                (self.t("label.certificate"), [*names, f"SHA-256 {next(iter(tls['chain_sha256']), '–')}", good])
            )
        else:
            rows.append((self.t("label.tls"), [self.t("value.plain_http")]))
        robots = capture["robots"]
        if robots["policy"] == "ignore":
            said = self.t("robots.ignore", authority=one_line(robots["authority"] or "–"))
        elif robots["url"]:
            said = self.t("robots.obey", url=printable(robots["url"]), status=robots["status"] or "–")
        else:
            said = self.t("robots.obey_unknown")
        return [*rows, (self.t("label.robots"), [said])]

    def _certificate(self, folder: Path, exhibit: Exhibit) -> list[str]:
        path = folder / layout.capture_folder(exhibit.name) / "tls-chain.pem"
        try:
            leaf = x509.load_pem_x509_certificates(path.read_bytes())[0]
            return [
                self.t(
                    "label.certificate_names",
                    subject=one_line(leaf.subject.rfc4514_string()) or "–",
                    issuer=one_line(leaf.issuer.rfc4514_string()) or "–",
                    start=f"{leaf.not_valid_before_utc:%Y-%m-%d}",
                    end=f"{leaf.not_valid_after_utc:%Y-%m-%d}",
                )
            ]
        except (OSError, ValueError, IndexError):
            # A hostile server may send what no parser takes; its hash is printed all the same.
            return []

    def _hashes(self, page: Mapping[str, Any], capture: Mapping[str, Any]) -> list[tuple[str, str]]:
        rows = [
            (self.t(f"file.{name}"), page[name]["sha256"])
            for name in ("request", "response", "entity")
            if page.get(name)
        ]
        return rows + [
            (name, facts["sha256"]) for name, facts in sorted(capture["files"].items()) if name != "page.html"
        ]


def shortened(text: str, limit: int) -> str:
    """The text, or its beginning with an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def _plain(text: str) -> dict[str, Any]:
    return {"text": one_line(text), "mono": False}


def _mono(text: str) -> dict[str, Any]:
    return {"text": text, "mono": True}


def _shifted(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans after the leading line breaks of the text were left out."""
    cut = len(text) - len(text.lstrip("\n"))
    return [(start - cut, end - cut) for start, end in spans]
