"""How `works test` tells what a text is to the watchlist."""

from collections import Counter
from typing import TYPE_CHECKING

from crawler.cli import voice
from crawler.cli.picture import picture
from crawler.wording import say, topic
from crawler.wording.reasons import kind_name, say_reason, work_kind_name
from crawler.wording.repeated import shown_once

if TYPE_CHECKING:
    from crawler.desk.explaining import Answer, Change, Examination
    from crawler.model import Reason

SPELLINGS_SHOWN = 6
FAR_SHOWN = 3
"""Works that are no hit and yet told in full, where none was asked about by name."""
_INDENT = " " * 12


class Telling:
    """An examination told in one language."""

    def __init__(self, found: "Examination", language: str) -> None:
        self.found = found
        self.language = language

    def tell(self) -> None:
        """Print all of it."""
        found = self.found
        far = [] if found.asked else [a for a in found.answers if a.verdict in ("below", "named", "off")][FAR_SHOWN:]
        for answer in found.answers:
            if answer not in far:
                self._answer(answer)
                voice.line()
        if far:
            self._tell("far", works=self._said("between").join(answer.work.work_id for answer in far))
            voice.line()
        if not found.watched:
            self._tell("no_works")
            return
        if not found.answers:
            self._tell("nothing")
        kinds = Counter(kind_name(link.kind, self.language) for link in found.links)
        said = self._said("between").join(f"{kind} {count}" for kind, count in kinds.items())
        self._tell(
            "looked",
            count=found.watched,
            characters=len(found.text),
            lines=len(found.text.splitlines()),
            links=len(found.links),
            kinds=self._said("kinds", kinds=said) if said else "",
        )
        if not found.answers:
            self._tell("nothing_hint")

    def _answer(self, answer: "Answer") -> None:
        found, work = self.found, answer.work
        about = [work_kind_name(work.kind, self.language)] if work.kind else []
        about += [str(work.year)] if work.year else []
        if work.policy != "default":
            word = say(f"console.works.policy.{work.policy}", self.language)
            about.append(self._said("policy", policy=word))
        facts = self._said("about", facts=self._said("between").join(about)) if about else ""
        self._tell("head", work=work.work_id, title=work.title, about=facts)
        limits = found.review, found.threshold
        scores = {
            "score": _two(answer.score, *limits), "threshold": _two(found.threshold), "review": _two(found.review)
        }  # fmt: skip
        verdict: str = answer.verdict
        if verdict == "named":
            words = {True: "words", False: "named", None: "either"}[answer.among_words]
            verdict = "inside" if answer.inside else words
        self._tell(f"verdict.{verdict}", **scores, longer=answer.inside)
        if answer.verdict in ("named", "off"):
            for span in answer.spans[:SPELLINGS_SHOWN]:
                self._picture(found.text, span)
            if answer.changes:
                self._missing(answer)
            return
        if answer.lookups is not None:
            self._looked_for(answer)
            return
        ordered = sorted(answer.reasons, key=lambda reason: -abs(reason.weight))
        self._reasons("reasons_for", [reason for reason in ordered if reason.weight > 0])
        self._reasons("reasons_against", [reason for reason in ordered if reason.weight < 0])
        self._reasons("reasons_noted", [reason for reason in ordered if reason.weight == 0])
        if answer.verdict != "hit":
            self._missing(answer)

    def _reasons(self, head: str, reasons: "list[Reason]") -> None:
        from crawler.desk.explaining import place_of
        from crawler.store.listings import reason_facts

        if reasons:
            self._tell(head)
        shown: set[tuple[int, int]] = set()
        for reason in shown_once(reason_facts(reason) for reason in reasons):
            text, weight = say_reason(reason, self.language), f"{reason['weight']:+.2f}"
            if reason["span"] is None or reason["in"] != "body":
                self._tell("reason", weight=weight, text=text)
                continue
            start, end = reason["span"]
            line, column = place_of(self.found.text, start)
            place = self._said("line", line=line, column=column)
            self._tell("reason_at", weight=weight, text=text, place=place)
            if (start, end) not in shown:
                shown.add((start, end))
                self._picture(self.found.text, (start, end))

    def _missing(self, answer: "Answer") -> None:
        work = answer.work
        if work.policy == "review":
            self._tell("missing.review")
        elif answer.changes:
            self._tell("missing.head")
            for change in answer.changes:
                self._change(answer, change)
        else:
            self._tell("missing.none")
        if work.year is None:
            self._tell("missing.unknown_year")
        if not work.creators:
            self._tell("missing.unknown_person")

    def _change(self, answer: "Answer", change: "Change") -> None:
        score = _two(change.score)
        from crawler.matching.identifiers import told

        if change.without is not None:
            from crawler.store.listings import reason_facts

            reason = next(one for one in answer.reasons if one.rule == change.without)
            self._tell("missing.without", text=say_reason(reason_facts(reason), self.language), score=score)
            return
        person = answer.work.creators[0] if answer.work.creators else ""
        facts = {"year": answer.work.year, "person": person}
        facts |= {
            "publisher": next(iter(answer.work.publishers), ""),
            "identifier": next(iter(told(answer.work.identifiers)), ""),
        }
        what = [self._said(f"missing.{one}", **facts) for one in change.add]
        self._tell("missing.add", what=self._said("missing.and").join(what), score=score)

    def _looked_for(self, answer: "Answer") -> None:
        self._tell("looked_for.head")
        forms = topic("explain")["form"]
        for form, spellings in (answer.lookups or {}).items():
            listed = " | ".join(spellings[:SPELLINGS_SHOWN])
            if len(spellings) > SPELLINGS_SHOWN:
                listed += self._said("looked_for.more", count=len(spellings) - SPELLINGS_SHOWN)
            name = self._said(f"form.{form if form in forms else 'other'}")
            self._tell("looked_for.line", form=name, spellings=listed)
        if answer.near is not None:
            near = answer.near
            self._tell("looked_for.near", written=near.written, spelling=near.spelling)
            self._picture(self.found.text, (near.start, near.end))
            self._tell("looked_for.slip")

    def _picture(self, text: str, span: tuple[int, int]) -> None:
        for drawn in picture(text, span):
            voice.line(_INDENT + drawn)

    def _said(self, key: str, **facts: object) -> str:
        return say(f"explain.{key}", self.language, **{name: voice.shown(value) for name, value in facts.items()})

    def _tell(self, key: str, **facts: object) -> None:
        voice.line(self._said(key, **facts))


def _two(score: float, *limits: float) -> str:
    """A score to two places; to four where two would show it as a limit that it does not reach."""
    short = f"{score:.2f}"
    return f"{score:.4f}" if any(score < limit and short == f"{limit:.2f}" for limit in limits) else short
