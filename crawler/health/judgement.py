"""The state of a site after a visit: what was observed, held against what the site showed in its earlier visits."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from crawler.health.likeness import ALIKE, likeness
from crawler.health.observed import OBSTACLES, UNREAD, Fields, Observed

OK, EMPTY, LAYOUT = "ok", "empty", "layout-changed"
STATES = (OK, EMPTY, LAYOUT, "blocked", "login-wall", "challenge", "moved", "parked", "down", "robots-forbidden")
HISTORY = 9
"""Earlier visits whose median counts as usual."""
_SOME = 3
"""Pages with the same obstacle that are no accident."""
_OFTEN = 0.3
"""By so much more of the pages than usual."""
_FIRST = 0.5
"""The share of pages behind an obstacle that a first visit need not put up with."""
_COLLAPSE = 0.3
"""Lists that show less than this part of what they showed."""
_ROWS = 10
"""Rows before, from which a collapse or a lack of known ones says something."""
_IN_VAIN = 5
"""Pages behind rows without a listing that say that the site cannot be read: a front page names a few that hold none."""
_USUAL = 0.6
"""A field that this share of listings carried is one that the site has."""
_LOST = 0.5
"""A field, or a page's listings, found on less than this part of the usual share."""
_NEARLY_ALL, _MOST = 0.95, 0.8
"""Where so many topics yielded listings, so many must."""
_MANY = 8
"""Listings from which a share of offers says something: a night's few may be talk."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A site's state after a visit, and what it rests on."""

    state: str | None
    """One of STATES; None when the visit read too little to say."""
    reasons: tuple[Mapping[str, Any], ...] = ()
    """Each with a ``key`` of wording/health.toml and the facts of its sentence; those of an `ok` are worth knowing."""

    @property
    def needs_person(self) -> bool:
        """Whether somebody must look."""
        return self.state not in (OK, None)


@dataclass(frozen=True, slots=True)
class Past:
    """What is known of a site's earlier visits, the latest first."""

    good: Sequence[Observed] = ()
    """What visits observed that were judged ok, since a person last accepted the site as it is."""
    last: Verdict = field(default_factory=lambda: Verdict(None))
    """The latest verdict."""

    def usual(self, shares: Iterable[float]) -> float | None:
        """The median of some shares, one for each visit that had one; None without any."""
        found = list(shares)[:HISTORY]
        return median(found) if found else None


def judge(now: Observed, past: Past) -> Verdict:
    """The state of a site, by the first of these that holds.

    Something stands in its place; nothing was asked for; nothing can be read that could be read before, or nothing at
    all; known pages, rows or fields are missing that were there. Never `ok` without a row.
    """
    if not now.pages and now.stopped is None and not now.words:
        return Verdict(None)
    obstacle = _obstacle(now, past)
    if obstacle is not None:
        return Verdict(obstacle, (_reason(obstacle, said=_said(now, obstacle)), *_counts(now)))
    if not now.good:
        verdict = _without_rows(now, past)
        if verdict is not None:
            return verdict
    faults = tuple(_faults(now, past))
    if faults:
        return Verdict(LAYOUT, faults)
    last = _without_found(past.last, now.lists_found)
    if _is_unproved(now, last):
        return last
    if _has_rows_alone(now, past):
        return Verdict(
            EMPTY, (_reason("rows-alone", rows=now.rows, pages=now.answers.get("ok", 0) - now.lists_with_rows),)
        )
    return Verdict(OK, tuple(_remarks(now, past)))


def _obstacle(now: Observed, past: Past) -> str | None:
    """What stands in the site's place, if something does."""
    found = {kind: now.answers.get(kind, 0) for kind in OBSTACLES if now.answers.get(kind)}
    if now.entry in OBSTACLES and not now.good and not _only_talks_of(now, past):
        return now.entry
    if now.stopped is not None:
        return now.stopped
    read = now.answers.get("ok", 0) + now.answers.get("unchanged", 0)
    if not now.good and not read:
        waiting = next((kind for kind in OBSTACLES if kind in now.words), None)
        return max(found, key=lambda kind: found[kind]) if found else waiting or _nothing_but(now)
    for kind, count in sorted(found.items(), key=lambda pair: -pair[1]):
        # robots.txt may keep half of a site to itself, and topics may have been sent elsewhere.
        if count >= _SOME and kind != "robots-forbidden" and count / now.pages >= _bearable(kind, past):
            return kind
    return None


def _said(now: Observed, obstacle: str) -> str:
    """What was said of an obstacle; a site that is down for redirects and refusals alone has their words."""
    kinds = (obstacle, "refused", "redirect") if obstacle == "down" else (obstacle,)
    return next((said for kind in kinds if (said := now.words.get(kind))), "")


def _only_talks_of(now: Observed, past: Past) -> bool:
    """Whether a page that was read before only mentions its members' corner, while others answer and cannot be read."""
    return now.entry == "login-wall" and bool(past.good) and now.answers.get("ok", 0) > now.answers.get("login-wall", 0)


def _bearable(kind: str, past: Past) -> float:
    usual = past.usual(one.answers.get(kind, 0) / one.pages for one in past.good if one.pages >= _SOME)
    return _FIRST if usual is None else min(0.95, usual + _OFTEN)


def _nothing_but(now: Observed) -> str | None:
    """What a site is that answered with nothing but redirects, or where we may not go."""
    if now.answers.get("redirect") or now.answers.get("refused"):
        return "down"
    return None


def _without_rows(now: Observed, past: Past) -> Verdict | None:
    """A visit that read no row: never ok where rows were read before, and nothing to rest on where they were not.

    None where the lists answered that they are as they were, and they were well.
    """
    answered = now.answers.get("ok", 0)
    if unread := _unread(now):
        anew = [_reason("scripted-anew", count=now.scripted_anew)] if now.scripted_anew else []
        return Verdict(LAYOUT if now.had_rows else EMPTY, (*anew, *unread))
    if now.answers.get("unchanged") and (not answered or now.rows_unchanged):
        # Validators are kept of pages that were read well: what is as it was is well.
        return None if now.had_rows else Verdict(EMPTY, (_reason("no-rows", pages=now.pages),))
    if now.answers.get("missing") and not answered:
        return Verdict("down", (_reason("all-missing", count=now.answers["missing"]),))
    if now.pages == 0 or not (answered or now.answers.get("ours")):
        return Verdict(None)
    reasons: list[Mapping[str, Any]] = [_reason("rows-gone" if now.had_rows else "no-rows", pages=now.pages)]
    if now.answers.get("ours"):
        reasons.append(_reason("ours", count=now.answers["ours"], said=now.words.get("ours", "")))
    reasons += _template(now, past)
    return Verdict(LAYOUT if now.had_rows else EMPTY, tuple(reasons))


def _without_found(last: Verdict, found: int) -> Verdict:
    """The latest verdict, as many of its lost lists taken back as were found again."""
    reasons = [
        {**one, "count": int(one["count"]) - found} if one["key"] == "lists-lost" else one for one in last.reasons
    ]
    return Verdict(last.state, tuple(one for one in reasons if one["key"] != "lists-lost" or one["count"] > 0))


def _is_unproved(now: Observed, last: Verdict) -> bool:
    """Whether the layout was found changed and this visit read nothing of the kind that could not be read then."""
    if last.state != LAYOUT:
        return False
    keys = [str(one["key"]) for one in last.reasons]
    if "lists-lost" in keys:
        return True
    if "scripted-anew" in keys and not now.lists:
        return True
    if any(key.startswith("field-") for key in keys):
        return not (now.on_topics.listings or now.on_lists.listings)
    if any(key.startswith(("topics-", "canaries-", "fell-back")) for key in keys):
        return not (now.topics_with_listings or now.canaries_held)
    return bool({"collapse", "strangers"} & set(keys)) and not now.lists


def _has_rows_alone(now: Observed, past: Past) -> bool:
    """Whether a site of which no listing was ever read shows rows, and the pages behind them were read in vain."""
    behind = now.answers.get("ok", 0) - now.lists_with_rows
    listings = now.on_topics.listings + now.on_lists.listings
    known = any(one.on_topics.listings + one.on_lists.listings for one in past.good)
    return not (listings or known or now.canaries_held) and behind >= _IN_VAIN


def _faults(now: Observed, past: Past) -> Iterable[Mapping[str, Any]]:
    """What a visit that read something lacks."""
    if now.scripted_anew:
        yield _reason("scripted-anew", count=now.scripted_anew)
    # Lists that were gone when a person took the site as it is are not missed again.
    accepted = max(0, past.good[0].lists_lost - now.lists_found) if past.good else 0
    if now.lists_lost > accepted:
        yield _reason("lists-lost", count=now.lists_lost - accepted)
    if now.dry and now.dry >= now.reread / 2:
        yield _reason("dry", dry=now.dry, reread=now.reread)
    elif now.rows_before >= _ROWS and now.rows_now < _COLLAPSE * now.rows_before:
        yield _reason("collapse", now=now.rows_now, before=now.rows_before)
    kept = past.usual(one.rows_kept / one.rows_before for one in past.good if one.rows_before >= _ROWS)
    if kept is not None and kept >= 0.3 and now.rows_before >= _ROWS and not now.rows_kept:
        yield _reason("strangers", before=now.rows_before)
    yields = past.usual(one.topics_with_listings / one.topics for one in past.good if one.topics >= _SOME)
    if yields is not None and yields >= _USUAL and now.topics_with_listings < _mutes(yields) * now.topics:
        yield _reason("topics-mute", mute=now.topics - now.topics_with_listings, topics=now.topics)
    if now.canaries_mute >= max(2, now.canaries / 2):
        yield _reason("canaries-mute", mute=now.canaries_mute, asked=now.canaries)
    if now.canaries_gone >= 5 and now.canaries_gone >= 0.8 * now.canaries:
        yield _reason("canaries-gone", gone=now.canaries_gone, asked=now.canaries)
    if now.answers.get("ours", 0) >= max(2, now.pages / 2):
        yield _reason("ours", count=now.answers["ours"], said=now.words.get("ours", ""))
    if now.canaries_other and not now.canaries_same and (template := _template(now, past)):
        yield _reason("canaries-other", other=now.canaries_other)
        yield from template
    read = now.lists + now.topics
    fallen = past.usual(
        one.fell_back / (one.lists + one.topics) for one in past.good if one.lists + one.topics >= _SOME
    )
    if fallen is not None and fallen <= 0.1 and now.fell_back >= max(2, read / 2):
        yield _reason("fell-back", count=now.fell_back, pages=read)
    yield from _fields(now.on_topics, [one.on_topics for one in past.good])
    yield from _fields(now.on_lists, [one.on_lists for one in past.good])
    unread = _unread(now)
    if sum(int(one["count"]) for one in unread if one["key"] != "renderings-spent") > now.pages / 2:
        yield from unread


def _unread(now: Observed) -> list[Mapping[str, Any]]:
    """The pages that need JavaScript and were not read."""
    return [
        _reason(kind, count=count, said=now.words.get(kind, ""))
        for kind in UNREAD
        if (count := now.answers.get(kind, 0))
    ]


def _mutes(usual: float) -> float:
    """The share of topics that must yield listings: where nearly all did, one that does not in four is one too many."""
    return _MOST if usual >= _NEARLY_ALL else _LOST * usual


def _fields(now: Fields, before: Sequence[Fields]) -> Iterable[Mapping[str, Any]]:
    """The fields that the site's listings carried and carry no longer."""
    lost: list[Mapping[str, Any]] = []
    for name in ("titled", "posters", "dates", "offers"):
        shares = [one.share(name) for one in before if one.listings >= _SOME][:HISTORY]
        usual = median(shares) if shares else 0.0
        enough = _MANY if name == "offers" else 1
        share = now.share(name)
        if now.listings >= enough and usual >= _USUAL and share < (0.1 if name == "offers" else _LOST) * usual:
            lost.append(_reason(f"field-{name}", share=round(100 * share), usual=round(100 * usual), of=now.listings))
    # One listing or two without one field are the writer's doing; without two fields they were read wrong.
    return lost if now.listings >= _SOME or len(lost) >= 2 else []


def _template(now: Observed, past: Past) -> list[Mapping[str, Any]]:
    """What the entry page's template says of a site that cannot be read."""
    before = next((one for one in past.good if one.shape), None)
    if before is None or now.shape is None:
        return []
    alike = likeness(now.shape, before.shape)
    found: list[Mapping[str, Any]] = [_reason("template", alike=round(100 * alike))] if alike < ALIKE else []
    if before.software and now.software != before.software:
        found.append(_reason("software", before=before.software, now=now.software or "-"))
    return found


def _remarks(now: Observed, past: Past) -> Iterable[Mapping[str, Any]]:
    """What is worth knowing of a site that was read well."""
    if not past.good and now.good:
        yield _reason("first", rows=now.rows, listings=now.on_topics.listings + now.on_lists.listings)
    yield from _template(now, past)
    if past.last.needs_person:
        yield _reason("well-again")
    if not now.good:
        yield _reason("unchanged")
    yield from _unread(now)
    yield from _counts(now)


def _counts(now: Observed) -> Iterable[Mapping[str, Any]]:
    """How many pages had something in their place, where some had."""
    for kind in OBSTACLES:
        if now.pages > 1 and (count := now.answers.get(kind, 0)):
            yield _reason("pages", kind=kind, count=count, pages=now.pages)


def _reason(key: str, **facts: Any) -> dict[str, Any]:
    return {"key": key, **facts}
