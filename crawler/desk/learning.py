"""What people's decisions say of the rules of matching; suspending a rule, and fitting the scales anew."""

import re
from dataclasses import dataclass, field, replace

from crawler import clock
from crawler.desk.entering import enter
from crawler.desk.person import acting
from crawler.engine.weighing import scales_of, unsuspended
from crawler.errors import UnknownObjectError, UsageError
from crawler.evidence.canonical import sha256_hex
from crawler.matching import Matcher
from crawler.matching.figures import Figures, figures, wilson
from crawler.matching.fitting import NEGATIVES, Judged, Table, chosen, judged
from crawler.matching.offer import offer_of
from crawler.matching.scales import Scales
from crawler.store import Store, rules, works
from crawler.store.rules import RESUMPTION, SUSPENSION, RuleAct
from crawler.wording import LANGUAGES, topic
from crawler.workspace import Workspace

RIGHT = frozenset({"infringing"})
WRONG = frozenset({"not_infringing", "same_title_other_work", "review_news", "licensed"})
"""Other verdicts say nothing of a rule."""
ENOUGH = 20
"""Decisions that it takes to judge a rule."""


@dataclass(slots=True)
class Record:
    """How a rule has done in a workspace."""

    rule: str
    says: dict[str, str]
    """Its sentence in each language, with … for what a text fills in."""
    scale: float
    """What its weight is multiplied with; a suspended rule shows the one that it had."""
    hits: int = 0
    """In which it spoke."""
    right: int = 0
    wrong: int = 0
    suspension: RuleAct | None = None
    weight: float = field(default=0.0, repr=False)
    """Sum of the weights with which it spoke: above 0 it speaks for an offer."""
    bar: float = field(default=0.0, repr=False)

    @property
    def decided(self) -> int:
        """Hits that people judged right or wrong."""
        return self.right + self.wrong

    @property
    def precision(self) -> float | None:
        """The share of decided hits that were right; None before the first."""
        return self.right / self.decided if self.decided else None

    @property
    def interval(self) -> tuple[float, float]:
        """Where the precision lies, with 95% confidence."""
        return wilson(self.right, self.decided)

    @property
    def speaks(self) -> str | None:
        """for or against an offer; None while it spoke in no hit, or suspended only."""
        return "for" if self.weight > 0 else "against" if self.weight < 0 else None

    @property
    def state(self) -> str:
        """suspended; few decisions; flagged where it is surely right less often than demanded; ok.

        A rule that speaks against is never flagged: what it kept from being a hit, people rarely see.
        """
        if self.suspension:
            return "suspended"
        if self.decided < ENOUGH:
            return "few"
        return "flagged" if self.interval[1] < self.bar and self.speaks == "for" else "ok"


def known() -> tuple[str, ...]:
    """The names of all rules; a work's policy is none, though it stands among the reasons."""
    return tuple(sorted(name for name in topic("matching") if not name.startswith("policy-")))


def records(store: Store, workspace: Workspace, *, decided_only: bool = False) -> list[Record]:
    """Each rule's record: suspended and flagged ones first, then by the hits in which they spoke.

    `decided_only` leaves hits out that nobody has judged.
    """
    settings = workspace.configuration().matching
    scales, suspended = unsuspended(workspace, settings), rules.suspended(store)
    made = {
        rule: Record(rule, _says(rule), scales.of(rule), suspension=suspended.get(rule), bar=settings.rule_precision)
        for rule in sorted({*known(), *suspended})
    }
    for status, reasons in rules.spoken(store, settings.threshold, decided_only=decided_only):
        weights: dict[str, float] = {}
        for reason in reasons:
            weights[reason["rule"]] = weights.get(reason["rule"], 0.0) + reason["weight"]
        for rule, weight in weights.items():
            # A rule of an earlier version is no longer there to be judged.
            if record := made.get(rule):
                record.hits += 1
                record.weight += weight
                # Who speaks against an offer is right where there was none.
                bears_out, refutes = (RIGHT, WRONG) if weight >= 0 else (WRONG, RIGHT)
                record.right += status in bears_out
                record.wrong += status in refutes
    order = {"suspended": 0, "flagged": 1}
    return sorted(made.values(), key=lambda one: (order.get(one.state, 2), -one.hits, one.rule))


def noticed(store: Store, workspace: Workspace) -> tuple[list[str], list[str]]:
    """The rules that are flagged, and those that are suspended: nobody should overlook either after a run."""
    found = records(store, workspace, decided_only=True)
    flagged = [one.rule for one in found if one.state == "flagged"]
    return flagged, [one.rule for one in found if one.state == "suspended"]


def suspend(store: Store, workspace: Workspace, rule: str, decided_by: str, note: str) -> RuleAct:
    """Let a rule count nothing from the next run on; it is still named among the reasons.

    The ledger names the rule, the person and the hash of the note. Raises UnknownObjectError
    for an unknown rule, UsageError for an empty name or note, or where it is suspended.
    """
    if rule not in known():
        raise UnknownObjectError("no such rule", rule, "see: titlewatch rules")
    if not note.strip():
        raise UsageError("no reason given", "--note", "say why the rule is not to be trusted")
    return _act(store, workspace, rule, SUSPENSION, decided_by, note.strip())


def resume(store: Store, workspace: Workspace, rule: str, decided_by: str) -> RuleAct:
    """Let a suspended rule count again from the next run on. Raises UsageError where it is not suspended."""
    return _act(store, workspace, rule, RESUMPTION, decided_by, "")


def _act(store: Store, workspace: Workspace, rule: str, act: str, decided_by: str, note: str) -> RuleAct:
    decided_by = " ".join(decided_by.split())
    if not decided_by:
        raise UsageError("nobody decided", "--by", "give the name of the person who decides")
    with store.transaction() as connection:
        if (rule in rules.suspended(store)) == (act == SUSPENSION):
            what = "the rule is suspended already" if act == SUSPENSION else "the rule is not suspended"
            raise UsageError(what, rule, "see: titlewatch rules")
        person, now = acting(), clock.now()
        made = RuleAct(clock.new_id(), rule, act, note, decided_by, person.user, person.host, now)
        # Entered while the database holds the lock, so that the order of entries is that of the acts.
        (seq,) = enter(workspace, [_body(made, _version_after(store, workspace, made))])
        rules.write(connection, made, seq)
    return replace(made, ledger_seq=seq)


def _version_after(store: Store, workspace: Workspace, made: RuleAct) -> str:
    scales = scales_of(workspace, store)
    change = frozenset({made.rule})
    return scales.without(scales.suspended | change if made.act == SUSPENSION else scales.suspended - change).version


def _body(made: RuleAct, rules_version: str) -> dict[str, object]:
    return {
        "type": made.act,
        made.act: made.act_id,
        "rule": made.rule,
        "decided_by": made.decided_by,
        "decided_at": clock.stamp(made.decided_at),
        "note_sha256": sha256_hex(f"{made.act_id}\n{made.note}".encode()) if made.note else None,
        "rules_version": rules_version,
    }


@dataclass(frozen=True, slots=True)
class Learned:
    """Scales fitted on a workspace's decisions."""

    scales: Scales
    before: Figures
    """Of the scales in use, on the decided hits."""
    held_out: Figures
    """Of the fitted ones, on decided hits that they had not seen."""


def fit(store: Store, workspace: Workspace, negatives: float = NEGATIVES) -> Learned:
    """Fit scales on the decided listings as they stand now, pulled towards the scales in use.

    Only hits are decided, so that nothing is learned of offers that were overlooked. Raises
    UsageError when too few are decided.
    """
    settings = workspace.configuration().matching
    prior = unsuspended(workspace, settings)
    texts = _decided(store)
    done = chosen(texts, prior, negatives)
    held = figures(texts, *done.held_out, settings.threshold)
    fitted = {
        "method": "logistic loss on decisions, squared pull towards the scales before",
        "rules": prior.version,
        "date": clock.stamp(clock.now())[:10],
        "texts": len(texts),
        "sources": ["decisions of this workspace"],
        "strength": done.strength,
        "negatives": negatives,
        "held_out": f"precision {held.precision:.3f}, recall {held.recall:.3f}, Brier {held.brier:.3f}",
    }
    before = figures(texts, *Table(texts).answers(prior), settings.threshold)
    return Learned(replace(done.scales, fitted=fitted), before, held)


def _decided(store: Store) -> list[Judged]:
    found = [one for one in rules.decided(store) if one.verdict in RIGHT | WRONG]
    wanted = {one.work_id for one in found}
    matcher = Matcher(replace(work, policy="default") for work in works.every(store) if work.work_id in wanted)
    texts = []
    for one in found:
        candidates = [
            place for place in matcher.candidates(offer_of(one.listing, one.seen_at)) if place[0] == one.work_id
        ]
        texts.append(judged("decisions", candidates, one.work_id if one.verdict in RIGHT else None))
    return texts


def _says(rule: str) -> dict[str, str]:
    sentences = topic("matching").get(rule) or dict.fromkeys(LANGUAGES, rule)
    return {language: re.sub(r"\{\w+\}", "…", sentences[language]) for language in LANGUAGES}
