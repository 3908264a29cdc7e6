"""The works and the items of a case as facts, from what the record says of them."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from crawler import clock
from crawler.casework.basis import Basis, rests_on
from crawler.casework.facts import Authority, Decided, Hosted, Item, WorkFact
from crawler.store import Store, authorisations, hits, works
from crawler.store.exhibits import CaseItem, CaseRow


def work_facts(store: Store, infringing: Sequence[CaseItem]) -> tuple[WorkFact, ...]:
    """The works of items, each with who may act for it and where the genuine work is."""
    known = {item.work.work_id: item.work for item in infringing}
    on_file, genuine = authorisations.for_works(store, sorted(known)), works.genuine_pages(store, sorted(known))
    return tuple(
        WorkFact(
            basis=(Basis("work", work.work_id),), work_id=work.work_id, title=work.title, aliases=work.aliases,
            kind=work.kind, year=work.year, language=work.language, creators=work.creators,
            publishers=work.publishers, identifiers=work.identifiers, reference_urls=genuine[work_id],
            authorities=tuple(
                Authority(
                    basis=(Basis("authorisation", a.authorisation_id), *rests_on("document", [a.document_sha256])),
                    authorisation_id=a.authorisation_id, rightsholder=a.rightsholder, reference=a.reference,
                    territory=a.territory, valid_from=a.valid_from, valid_to=a.valid_to, works=a.works,
                    document_sha256=a.document_sha256,
                )
                for a in on_file[work_id]
            ),
        )
        for work_id, work in sorted(known.items())
    )  # fmt: skip


def item_facts(store: Store, row: CaseRow, infringing: Sequence[CaseItem]) -> tuple[Item, ...]:
    """The items of a case, numbered as its bundle numbers its exhibits; one without an exhibit shows nothing."""
    numbers = {item.hit["hit_id"]: number for number, item in enumerate(row.items, 1)}
    read = {hit["hit_id"]: hit for hit in hits.several(store, [item.hit["hit_id"] for item in infringing])}
    return tuple(
        _item(numbers[item.hit["hit_id"]], item, read[item.hit["hit_id"]])
        for item in infringing
        if item.exhibit is not None
    )


def _item(number: int, item: CaseItem, hit: Mapping[str, Any]) -> Item:
    assert item.exhibit is not None
    listing, shown = json.loads(item.exhibit.listing), item.exhibit
    page, last = next(e for e in shown.exchanges if e.role == "page"), item.decisions[-1]
    looked = {link["object"] or link["url"]: link["landing"] for link in hit["links"]}
    return Item(
        basis=(Basis("exhibit", shown.exhibit_id),), number=number, exhibit_id=shown.exhibit_id, hit_id=hit["hit_id"],
        work_id=item.work.work_id, site_id=item.site.site_id, title=listing["title"], text=listing["text"],
        source_page=listing["url"], read_on=listing["page_url"],
        hosted=tuple(_hosted(link, looked.get(link["object"] or link["url"])) for link in listing["links"]),
        price=listing["price"], posted_by=listing["posted_by"],
        posted_at=clock.parse(listing["posted_at"]) if listing["posted_at"] else None,
        posted_at_text=listing["posted_at_text"], posted_at_basis=listing["posted_at_basis"],
        captured_at=clock.parse(page.facts["started_at"]), seen_first=clock.parse(hit["seen_first"]),
        seen_last=clock.parse(hit["seen_last"]), status=page.facts["status"], address=page.facts["address"],
        page_sha256=page.facts["response_sha256"],
        has_picture=any("screenshot.png" in capture.files for capture in shown.captures),
        counters=tuple((c["name"], c["shown"], c["number"]) for c in hit["counters"]), state=hit["state"],
        state_since=clock.parse(hit["state_since"]),
        decision=Decided(
            basis=(Basis("decision", last["decision_id"]),), verdict=last["verdict"], by=last["decided_by"],
            system=f"{last['system_user']}@{last['system_host']}", at=clock.parse(last["decided_at"]),
        ),
    )  # fmt: skip


def _hosted(link: Mapping[str, Any], landing: Mapping[str, Any] | None) -> Hosted:
    return Hosted(
        kind=link["kind"], family=link["family"], url=link["url"], object=link["object"],
        access_code=link["access_code"], state=landing["state"] if landing else None,
        checked_at=clock.parse(landing["checked"]) if landing and landing["checked"] else None,
    )  # fmt: skip
