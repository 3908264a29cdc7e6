"""What the record says of hosts that are no sites: links of listings, addresses written in their texts, names of certificates."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from crawler.store.database import Store


@dataclass(frozen=True, slots=True)
class Pointer:
    """One listing that names an address elsewhere."""

    site_id: str
    listing_url: str
    url: str
    is_hit: bool
    last_seen: str


def links(store: Store) -> Iterator[Pointer]:
    """The targets of listings that belong to no known family of hosts."""
    for row in store.connection.execute(
        "SELECT l.site_id, l.url AS listing, u.url, u.last_seen, "
        "EXISTS (SELECT 1 FROM hits h WHERE h.listing_id = l.listing_id) AS is_hit "
        "FROM hosting_urls u JOIN listings l USING (listing_id) WHERE u.family IS NULL AND u.url LIKE 'http%'"
    ):
        yield Pointer(row["site_id"], row["listing"], row["url"], bool(row["is_hit"]), row["last_seen"])


def forwards(store: Store) -> Iterator[Pointer]:
    """Where the redirectors and shorteners lead that listings name: the last address on the way that was recorded last."""
    for row in store.connection.execute(
        "SELECT l.site_id, l.url AS listing, e.hops ->> '$[#-1].url' AS led, u.last_seen, "
        "EXISTS (SELECT 1 FROM hits h WHERE h.listing_id = l.listing_id) AS is_hit "
        "FROM landing_events e JOIN hosting_urls u ON coalesce(u.object, u.url) = e.target JOIN listings l USING (listing_id) "
        "WHERE json_array_length(e.hops) > 1 AND led LIKE 'http%' "
        "AND e.at = (SELECT max(o.at) FROM landing_events o WHERE o.target = e.target)"
    ):
        yield Pointer(row["site_id"], row["listing"], row["led"], bool(row["is_hit"]), row["last_seen"])


def texts(store: Store) -> Iterator[tuple[Pointer, str]]:
    """The texts of listings in which an address is written, each with a pointer whose `url` is empty."""
    for row in store.connection.execute(
        "SELECT l.site_id, l.url, l.text, l.last_seen, EXISTS (SELECT 1 FROM hits h WHERE h.listing_id = l.listing_id) AS is_hit "
        "FROM listings l WHERE l.text LIKE '%://%'"
    ):
        yield Pointer(row["site_id"], row["url"], "", bool(row["is_hit"]), row["last_seen"]), row["text"]


def addresses(store: Store) -> Iterator[tuple[str, str]]:
    """The site and the address of every listing."""
    for row in store.connection.execute("SELECT site_id, url FROM listings"):
        yield row["site_id"], row["url"]


def certificates(store: Store) -> Iterator[tuple[str, list[str]]]:
    """For each host:port whose certificate was seen, the names in its latest one."""
    for row in store.connection.execute(
        "SELECT host, json_extract(facts, '$.certificate.names') AS names, max(observed_at) FROM net_observations "
        "WHERE json_extract(facts, '$.certificate.names') IS NOT NULL GROUP BY host"
    ):
        yield row["host"], json.loads(row["names"])


def reserved(store: Store) -> tuple[set[str], set[str]]:
    """The licences of works as they are written (crawler.licence), and the hosts of sites as ``host:port``."""
    licensed = {row[0] for row in store.rows("SELECT DISTINCT value FROM work_facets WHERE facet = 'licensed_domain'")}
    return licensed, {row[0] for row in store.rows("SELECT host FROM site_hosts")}


def same_listings(store: Store, at_most: int = 100_000) -> Iterator[tuple[str, str, int]]:
    """Pairs of sites, in the order of their ids, and how many listings with the same title and text both hold.

    Of the newest listings only, and of those whose text is long enough to be somebody's own.
    """
    for row in store.connection.execute(
        "WITH recent AS (SELECT site_id, title, text FROM listings WHERE length(text) >= 60 "
        "ORDER BY last_seen DESC LIMIT ?), "
        "told AS (SELECT DISTINCT site_id, title, text FROM recent), "
        "shared AS (SELECT title, text FROM told GROUP BY title, text HAVING count(*) BETWEEN 2 AND 20) "
        "SELECT a.site_id AS one, b.site_id AS other, count(*) AS common FROM shared s "
        "JOIN told a ON a.title = s.title AND a.text = s.text JOIN told b ON b.title = s.title AND b.text = s.text "
        "WHERE a.site_id < b.site_id GROUP BY a.site_id, b.site_id",
        (at_most,),
    ):
        yield row["one"], row["other"], row["common"]
