"""Text in, matches out."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from crawler.config import review_below
from crawler.errors import StorageError
from crawler.matching.against import against_rules
from crawler.matching.agreement import form_rules, kind_rules, year_rules
from crawler.matching.claims import claim_rules
from crawler.matching.corroboration import corroboration_rules
from crawler.matching.diction import diction_rules
from crawler.matching.evidence import Evidence
from crawler.matching.expansions import expansion_rules
from crawler.matching.handed import handed_rules
from crawler.matching.headings import heading_rules
from crawler.matching.host_rows import host_row_rules
from crawler.matching.identified import (
    IDENTIFIER,
    identified,
    identifier_rules,
    labelled,
    leads_to_identifier,
    stands_for,
)
from crawler.matching.index import Index
from crawler.matching.licences import OF_ADDRESSES, Terms, firm
from crawler.matching.media import file_rules
from crawler.matching.mention import mention_rules
from crawler.matching.offer import Offer
from crawler.matching.offering import offer_rules, weighed, word_rules
from crawler.matching.own_use import own_use_rules
from crawler.matching.page import Page, Where
from crawler.matching.passing import passing_rules
from crawler.matching.people import people_rules
from crawler.matching.places import Place, places
from crawler.matching.policy import doubted, governed
from crawler.matching.post import post_rules
from crawler.matching.publishers import publisher_rules
from crawler.matching.releases import may_hold_releases, packed_rules
from crawler.matching.renditions import rendition_rules
from crawler.matching.rules import RULES_VERSION
from crawler.matching.runs import may_hold_runs, run_kind_rules, run_rules, run_year_rules
from crawler.matching.sales import sales_rules
from crawler.matching.scales import Scales, shipped
from crawler.matching.shown import shown
from crawler.matching.signals import Signals
from crawler.matching.strength import strength
from crawler.matching.subordinate import attributed
from crawler.matching.surroundings import Surroundings
from crawler.matching.threads import thread_rules
from crawler.matching.title import number_rules, title_rules
from crawler.matching.variants import ALIAS, BUNDLE, SUBTITLE, TITLE, TYPO
from crawler.matching.volume_names import volume_rules
from crawler.model import Match, Reason, Work
from crawler.wording import say
from crawler.wording.reasons import SUSPENDED, say_rule

DEFAULT_THRESHOLD = 0.5
DEFAULT_REVIEW = 0.2


class Matcher:
    """Finds the watched works that a text offers, and says why.

    The answer depends on the text, the works and `rules_version` alone; neither the order of
    the works nor a work that the text does not name changes it. Where a licence has limits it
    depends on the day of the offer and the `country` as well.
    """

    def __init__(
        self,
        works: Iterable[Work] = (),
        threshold: float = DEFAULT_THRESHOLD,
        review: float = DEFAULT_REVIEW,
        *,
        index: Index | None = None,
        scales: Scales | None = None,
        country: str = "",
    ) -> None:
        self.index = index if index is not None else Index.build(works, RULES_VERSION)
        self.scales = scales if scales is not None else shipped()
        self.rules_version = self.scales.version
        self.threshold = threshold
        self.review = review_below(threshold, review)
        self.country = country
        """ISO 3166-1 alpha-2: from where pages are seen, for licences with territories; empty when unknown."""

    @property
    def fingerprint(self) -> str:
        """SHA-256 (hex) of the works and of the rules' version; the same for any order of the works."""
        return self.index.fingerprint

    def save(self, path: Path) -> None:
        """Write the index, to be loaded by a later run."""
        self.index.save(path)

    @classmethod
    def load(
        cls,
        path: Path,
        fingerprint: str | None = None,
        threshold: float = DEFAULT_THRESHOLD,
        review: float = DEFAULT_REVIEW,
        *,
        scales: Scales | None = None,
    ) -> "Matcher":
        """Read what `save` wrote. Raises StorageError when the fingerprint is not the one expected."""
        index = Index.load(path)
        if fingerprint is not None and index.fingerprint != fingerprint:
            raise StorageError("the index belongs to another watchlist", str(path), "make it anew from the watchlist")
        return cls(threshold=threshold, review=review, index=index, scales=scales)

    def match(self, offer: Offer) -> tuple[Match, ...]:
        """Every work with a score of at least `review`, best first; at equal scores by work id."""
        page = Page(offer)
        judged = self._judged(page)
        best: dict[int, tuple[float, Place, list[Evidence]]] = {}
        for place, evidence in judged:
            weighed = self.scales.weigh(evidence)
            score = self.scales.score(weighed)
            policy = self.index.work(place.work).policy
            score, weighed = doubted(score, weighed, self.threshold, self.review)
            score, weighed = governed(policy, score, weighed, self.threshold, self.review)
            if place.work not in best or score > best[place.work][0]:
                best[place.work] = score, place, weighed
        matches = [
            self._explain(page, place, score, evidence, judged)
            for score, place, evidence in best.values()
            if score >= self.review
        ]
        return tuple(sorted(matches, key=lambda match: (-match.score, match.work_id)))

    def candidates(self, offer: Offer) -> list[tuple[str, list[Evidence]]]:
        """Each place where a watched title stands, as the work's id and the evidence with its weights as set by hand.

        Whatever it would score; scales are fitted on it.
        """
        return [(work_id, evidence) for work_id, _, evidence in self.judged(Page(offer))]

    def judged(self, page: Page) -> list[tuple[str, Place, list[Evidence]]]:
        """The same with the place of each."""
        return [(self.index.work(place.work).work_id, place, evidence) for place, evidence in self._judged(page)]

    def _judged(self, page: Page) -> list[tuple[Place, list[Evidence]]]:
        """The places with evidence, and that evidence with its weights as set by hand."""
        offer = page.offer
        signals = None
        if not (offer.targets or offer.players or offer.hidden or offer.price or page.offers_in_words):
            # Only to save time: what shows no trace of an offer at all is no listing, whatever it names.
            signals = Signals(page)
            if not (signals or may_hold_releases(page) or may_hold_runs(page)):
                return []
        titles = _widest(places(page, self.index))
        named = [*titles, *identified(page, self.index, titles)]
        found = [place for place in named if self.index.work(place.work).policy != "off"]
        if not found:
            return []
        signals = Signals(page) if signals is None else signals
        offers: dict[tuple[str, ...], tuple[Terms, list[Evidence]]] = {}
        names = [
            (place.start, place.end)
            for place in found
            if place.form in (TITLE, ALIAS) and strength(place.spelling) in ("long", "short")
        ]
        judged = [(place, self._judge(page, place, offers, signals, names)) for place in found]
        complete = []
        for place, evidence in judged:
            if not evidence:
                continue
            evidence = [*evidence, *heading_rules(page, place, evidence, judged)]
            covering = _covering(place, found)
            if covering is not None:
                # The words of the page, not the other work: reasons go into bundles, and what else is watched does not.
                words = page.raw[covering.start : covering.end]
                evidence = [
                    *evidence,
                    Evidence("inside-other-title", -6.0, (covering.start, covering.end), {"other": words}),
                ]
            complete.append((place, evidence))
        return complete

    def _judge(
        self, page: Page, place: Place, given: dict[tuple[str, ...], tuple[Terms, list[Evidence]]], signals: Signals,
        names: list[tuple[int, int]],
    ) -> list[Evidence]:  # fmt: skip
        work = self.index.work(place.work)
        if work.licensed_domains not in given:
            terms = Terms(work.licensed_domains, page.offer, self.country)
            given[work.licensed_domains] = terms, offer_rules(page, terms)
        terms, given_there = given[work.licensed_domains]
        silent = self.scales.suspended
        near = Surroundings(page, place, work.creators)
        named_only = place.form == IDENTIFIER
        evidence = [stands_for(near, work)] if named_only else list(title_rules(place, near, work, self._name(place)))
        packed = [*packed_rules(near, work), *run_rules(near)]
        listed = list(host_row_rules(near, work))
        offers = [
            *given_there,
            *word_rules(near),
            *packed,
            *listed,
            *claim_rules(near),
            *handed_rules(near),
            # Words that stand inside the name of a work say nothing of a copy.
            *(one for one in signals.near(near, terms.lawful) if not _inside(one.span, names)),
        ]
        unheard = [one for one in offers if one.rule in silent]
        offers = [one for one in offers if one.rule not in silent] if unheard else offers
        kept = weighed(offers)
        evidence += kept
        targeted = any(one.rule == "target" for one in kept)
        genuine = {one.rule: firm(one, kept) for one in offers if one.weight < 0}
        evidence += (
            genuine.values()
            if not targeted
            else [one._replace(weight=round(one.weight * 0.3, 2)) for one in genuine.values()]
        )
        evidence += (one for one in given_there if not one.weight)
        evidence += sorted(unheard, key=lambda one: -abs(one.weight))
        if not named_only:
            evidence += identifier_rules(near, work)
        years = list(run_year_rules(near, work)) or list(year_rules(near, work))
        # An edition of the work has a year of its own, and perhaps an editor's name.
        of_edition = any(one.rule.startswith("identifier-") and one.weight > 0 for one in _heard(evidence, silent))
        evidence += (_softened(one) if of_edition else one for one in (*years, *people_rules(near, work)))
        published = list(publisher_rules(near, work))
        evidence += published
        agrees = any(one.rule == "year-agrees" and one.weight > 1 for one in _heard(years, silent))
        kinds = list(kind_rules(near, work, agrees)) or list(run_kind_rules(near, work))
        evidence += kinds or list(file_rules(page.offer.targets, work)) or form_rules(near, work, kept)
        if not named_only:
            follows = leads_to_identifier(near, work)
            whole = follows or packed
            evidence += (one for one in number_rules(near, work) if not (whole and one.rule == "longer-title"))
            evidence += volume_rules(near, work)
            evidence += post_rules(near, work, evidence)
            evidence += expansion_rules(near, work)
            evidence += thread_rules(near)
        evidence += passing_rules(near, work, _heard(evidence, silent))
        evidence += rendition_rules(near, work)
        evidence += sales_rules(near, _heard(evidence, silent))
        evidence += mention_rules(near, _heard(evidence, silent))
        # The name of the publisher is no sign that a copy is genuine ("...出版社"), nor that of a scheme before its number.
        near.names = (*(one.span for one in published if one.span), *labelled(evidence))
        evidence += against_rules(near, _heard(evidence, silent))
        evidence += own_use_rules(near, _heard(evidence, silent))
        if not named_only:
            evidence += corroboration_rules(near, work, _heard(evidence, silent))
        evidence += diction_rules(page, place.start, place.end, _heard(evidence, silent))
        if not named_only and "beside-another" not in silent:
            evidence = attributed(near, evidence)
        return _once(evidence, silent) if silent else evidence

    def _name(self, place: Place) -> str:
        """The title or other name of the work that stands at a place, in whatever spelling."""
        work = self.index.work(place.work)
        if place.form == TITLE or not work.aliases:
            return work.title
        spellings = self.index.variants(place.work)
        written = (one.name for one in spellings if (one.words, one.form) == (place.spelling, place.form))
        return next(written, work.title)

    def _explain(
        self,
        page: Page,
        place: Place,
        score: float,
        evidence: list[Evidence],
        judged: list[tuple[Place, list[Evidence]]],
    ) -> Match:
        reasons = tuple(_reason(page, shown(page, place, one)) for one in evidence)
        first = place.field
        spans = sorted(
            {
                (other.start - first.start, other.end - first.start)
                for other, _ in judged
                if other.work == place.work and other.field == first
            }
            - {(place.start - first.start, place.end - first.start)}
        )
        return Match(
            work_id=self.index.work(place.work).work_id,
            score=round(score, 4),
            reasons=reasons,
            spans=((place.start - first.start, place.end - first.start), *spans),
            rules_version=self.rules_version,
        )


def _heard(evidence: list[Evidence], silent: frozenset[str]) -> list[Evidence]:
    """What other rules may build on: a suspended rule bears nothing out, and takes nothing away either."""
    return [one for one in evidence if one.rule not in silent] if silent else evidence


def _once(evidence: list[Evidence], silent: frozenset[str]) -> list[Evidence]:
    """The evidence with each suspended rule named once."""
    named: set[str] = set()
    kept = []
    for one in evidence:
        if one.rule not in named:
            kept.append(one)
        named.update({one.rule} & silent)
    return kept


def _softened(one: Evidence) -> Evidence:
    return one._replace(weight=round(one.weight * 0.3, 2)) if one.weight < 0 else one


def _inside(span: tuple[int, int] | None, names: list[tuple[int, int]]) -> bool:
    return span is not None and any(low <= span[0] and span[1] <= high for low, high in names)


def _widest(found: list[Place]) -> list[Place]:
    """The places without those inside a longer place of the same work."""
    return [
        place
        for place in found
        if not any(
            other.work == place.work
            and other.form != TYPO
            and not (other.form == SUBTITLE and place.form in (TITLE, ALIAS))
            and other.start <= place.start
            and place.end <= other.end
            and (other.start, other.end) != (place.start, place.end)
            for other in found
        )
    ]


def _covering(place: Place, found: list[Place]) -> Place | None:
    """The place of another work's longer title around this one, when that is the likelier reading.

    What a sequel's bundle is called ("... Collection") is no title: this work is in the bundle too.
    """
    for other in found:
        if other.form == BUNDLE:
            continue
        longer = (
            other.start <= place.start and place.end <= other.end and other.end - other.start > place.end - place.start
        )
        if (
            longer
            and other.work != place.work
            and other.disguise in ("none", "invisible", "symbols", "spaced", "encoded")
        ):
            return other
    return None


def _reason(page: Page, evidence: Evidence) -> Reason:
    where: Where = "body"
    span = None
    if evidence.span is not None:
        field = page.field_of(*evidence.span)
        if field is not None:
            where, span = field.where, (evidence.span[0] - field.start, evidence.span[1] - field.start)
    elif evidence.rule in ("target", "player", "reference-address", "identifier-linked", *OF_ADDRESSES):
        where = "target"
    facts: dict[str, Any] = dict(evidence.facts)
    text = say_rule(evidence.rule, "en", facts)
    return Reason(
        rule=evidence.rule,
        weight=evidence.weight,
        text=say(SUSPENDED, "en", said=text) if facts.get("suspended") else text,
        where=where,
        span=span,
        facts=facts,
    )
