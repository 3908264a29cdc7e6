"""Seven years of an invented case: every event, every count of days and of copies, and each fact with what it rests on."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from pypdf import PdfReader

from crawler.desk import routing, verifying
from crawler.desk.packaging import Packaged
from tests.abroad.seven_years import IPR, NAMES, POLICE, Years, day, live

FOUND, COMPLAINT, ORDER, BLOCKED = date(2016, 10, 11), date(2016, 10, 17), date(2016, 12, 5), date(2016, 12, 14)
MOVES = [
    # kind, before, after, last seen before, first seen after, days since the first finding, days since what we sent last
    ("geo-block-on", ["open (200)"], ["shut (451)"], "2016-12-10", "2016-12-14", 64, 58),
    ("address", ["192.0.2.10"], ["198.51.100.20"], "2017-02-19", "2017-02-20", 132, 126),
    ("country", ["CN"], ["CA"], "2017-02-19", "2017-02-20", 132, 126),
    ("network", ["AS64500"], ["AS64501"], "2017-02-19", "2017-02-20", 132, 126),
    ("domain", [NAMES[0]], [NAMES[1]], "2017-03-01", "2018-06-01", 598, 142),
    ("address", ["198.51.100.20"], ["203.0.113.30"], "2018-06-03", "2019-09-10", 1064, 608),
    ("country", ["CA"], ["JP"], "2018-06-03", "2019-09-10", 1064, 608),
    ("network", ["AS64501"], ["AS64502"], "2018-06-03", "2019-09-10", 1064, 608),
    ("domain", [NAMES[1]], [NAMES[2]], None, "2021-03-03", 1604, 1148),
]


@dataclass
class Lived:
    """The years that were lived, and the packages for both countries at their end."""

    years: Years
    case: str
    referrals: dict[str, str]
    packages: dict[str, Packaged]

    def dossier(self, agency: str) -> dict[str, Any]:
        told: dict[str, Any] = json.loads((self.packages[agency].package / "dossier.json").read_text(encoding="utf-8"))
        return told

    def text(self, agency: str, name: str) -> str:
        pages = PdfReader(self.packages[agency].package / name).pages
        return " ".join(" ".join(page.extract_text() for page in pages).split())


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    with pytest.MonkeyPatch.context() as patch:
        years, case, referrals = live(tmp_path_factory.mktemp("years") / "W", patch)
        packages = {
            agency: years.refer(day("2023-12-28"), case, agency, basis, "criminal", ("both",))[1]
            for agency, basis in ((IPR, "18 USC 2319"), (POLICE, "刑法第二百一十七条"))
        }
        yield Lived(years, case, referrals, packages)
        years.store.close()


@pytest.mark.parametrize("agency", [IPR, POLICE])
def test_the_dossier_has_the_exact_events_with_their_days(lived: Lived, agency: str) -> None:
    told = [
        (m["kind"], m["before"], m["after"], m["last_seen"] and m["last_seen"][:10], m["at"][:10], m["days_since_found"], m["days_since_act"])
        for m in lived.dossier(agency)["moves"]
    ]  # fmt: skip
    assert told == MOVES
    assert (BLOCKED - FOUND).days == 64 and (BLOCKED - COMPLAINT).days == 58 and (BLOCKED - ORDER).days == 9


def test_our_own_acts_stand_in_their_order_with_their_days(lived: Lived) -> None:
    acts = [(act["kind"], act["at"][:10], act["days"]) for act in lived.dossier(POLICE)["acts"]]
    assert acts == sorted(acts, key=lambda act: act[1])
    for expected in (
        ("found", "2016-10-11", 0), ("dispatched", "2016-10-17", 6), ("acknowledged", "2016-11-08", 28), ("answered", "2016-12-05", 55),
        ("dispatched", "2017-03-02", 142), ("dispatched", "2017-06-01", 233), ("dispatched", "2018-01-10", 456),
        ("dispatched", "2022-09-12", 2162), ("answered", "2023-12-26", 2632),
    ):  # fmt: skip
        assert expected in acts


def test_copies_are_counted_once_however_many_pages_and_names_lead_to_them(lived: Lived) -> None:
    dossier = lived.dossier(IPR)
    counted: dict[str, int] = {}
    for copy in dossier["copies"]:
        counted[copy["work_id"]] = counted.get(copy["work_id"], 0) + 1
    assert counted == {"kestrel": 3, "lanternfish": 2, "harrow": 1}
    (mirrored,) = [copy for copy in dossier["copies"] if copy["object"].endswith("001")]
    assert len(mirrored["pages"]) == 2
    totals = {(total["counter"], total["counted"]): total["number"] for total in dossier["totals"]}
    assert totals["copies", "observed"] == 6 and totals["turnover", "claimed"] == 1_777_000
    states = {one["threshold"]["threshold_id"] if "threshold" in one else one["assessment"]["threshold"]["threshold_id"]: one["assessment"]["state"]
              for one in dossier["thresholds"]}  # fmt: skip
    assert states["cn-217-money"] == "met" and states["us-2319-felony"] == "not-met"


@pytest.mark.parametrize("agency", [IPR, POLICE])
def test_each_fact_leads_to_an_exhibit_or_to_what_else_is_on_record(lived: Lived, agency: str) -> None:
    dossier, package = lived.dossier(agency), lived.packages[agency].package
    bases = [basis for fact in _facts(dossier) for basis in fact["basis"]]
    assert len(bases) > 100 and all(fact["basis"] for fact in _facts(dossier))
    with (package / lived.packages[agency].bundle.name / "data" / "exhibits.csv").open(
        encoding="utf-8-sig", newline=""
    ) as file:
        listed = file.read()
    for exhibit in {basis.removeprefix("exhibit ") for basis in bases if basis.startswith("exhibit ")}:
        assert exhibit in listed
    stated = {fact["statement"]["statement_id"] for fact in dossier["statements"]}
    assert {basis.removeprefix("statement ") for basis in bases if basis.startswith("statement ")} <= stated
    entered = lived.years.workspace.ledger.read_text(encoding="utf-8")
    for kind in ("decision", "referral", "authorisation", "amount"):
        for one in {basis.removeprefix(f"{kind} ") for basis in bases if basis.startswith(f"{kind} ")}:
            assert one in entered


def _facts(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if isinstance(value.get("basis"), list):
            yield value
        for one in value.values():
            yield from _facts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _facts(one)


def test_one_command_draws_it_in_both_languages(lived: Lived) -> None:
    for agency in (IPR, POLICE):
        english, chinese = (
            lived.text(agency, "en/attribution.pdf"),
            lived.text(agency, "zh/attribution.pdf").replace(" ", ""),
        )
        for shown in ("2016-12-14", "2017-02-20", "2018-06-01", "2019-09-10", "2021-03-03"):
            assert shown in english and shown in chinese
        assert "Canada" in english and "加拿大" in chinese
        facts = lived.text(agency, "zh/facts.pdf").replace(" ", "")
        assert "漂流湾" in facts and "红隼之塔" in facts
        assert len(PdfReader(lived.packages[agency].package / "en" / "cover.pdf").pages) == 1


def test_the_same_case_goes_to_both_countries_in_the_forms_of_each(lived: Lived) -> None:
    names = {
        agency: {path.stem for path in lived.packages[agency].package.rglob("*.pdf") if "/data/" not in path.as_posix()}
        for agency in (IPR, POLICE)
    }
    assert any(name.startswith("us-") for name in names[IPR]) and not any(name.startswith("cn-") for name in names[IPR])
    assert any(name.startswith("cn-") for name in names[POLICE]) and not any(
        name.startswith("us-") for name in names[POLICE]
    )
    for agency in (IPR, POLICE):
        assert not [found for found in verifying.verify(lived.packages[agency].package, None) if found.state == "fail"]


def test_the_papers_claim_no_signature_and_link_to_nothing(lived: Lived) -> None:
    for path in lived.packages[IPR].package.glob("*/**/*.pdf"):
        if "/data/" not in path.as_posix():
            for page in PdfReader(path).pages:
                assert "/Annots" not in page or not [one for one in page["/Annots"] if one.get_object().get("/A")]  # type: ignore[union-attr]


def test_an_edge_in_front_of_the_server_names_no_country(lived: Lived) -> None:
    years = lived.years
    edge = "192.0.2.99"
    for number in range(4):
        moment = day(f"2023-12-{27 + number}")
        years.state(moment, NAMES[2], ("address", edge, None), ("edge", "ExampleCDN", edge), ("country", "US", edge))
    years.at(day("2023-12-31"))
    touched, route = routing.route(
        years.store, years.workspace, lived.case, "criminal", "right-holder", date(2023, 12, 31)
    )
    assert ("US", "server") not in {(touch.country, touch.role) for touch in touched.touches}
    assert "US" not in {recipient.agency.country for recipient in route.recipients}
    hidden = [refusal for refusal in route.refusals if refusal.why == "origin-hidden"]
    assert [(refusal.subject, refusal.detail) for refusal in hidden] == [(NAMES[2], "ExampleCDN")]


def test_the_years_verify_as_a_whole(lived: Lived) -> None:
    found = verifying.verify(lived.years.workspace.folder, None)
    assert not [one for one in found if one.state == "fail"]
