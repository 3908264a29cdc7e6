"""A site's timeline as SVG: readable in black and white at the width of A4, the same bytes for the same facts, no script."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from unicodedata import east_asian_width
from xml.sax.saxutils import escape

from crawler.attribution.acts import Act, After
from crawler.attribution.moves import Move
from crawler.casework.move_words import after_what, change_of, day, kind_of, minute, remarks
from crawler.casework.timeline import Lane, Period, Timeline
from crawler.wording import say

WIDTH, MARGIN, LEFT, RIGHT = 720, 8, 128, 704
_ROW, _BAR, _SIZE, _SMALL = 22, 15, 11, 9.5
_BINS = 72
_STEPS = (1, 2, 7, 14, 30, 91, 182, 365, 730, 1826, 3652)
_LISTED = 60
_COUNTED_FROM = ("finding", "notice", "referral")
_GREY, _INK = "#666", "#111"
_FONTS = (
    "Noto Sans, Helvetica, Arial, Noto Sans CJK SC, Noto Serif CJK SC, PingFang SC, Microsoft YaHei, SimSun, sans-serif"
)
_PATTERNS = (
    ("none", '<rect width="6" height="6" fill="#fff"/>'),
    ("one", '<rect width="6" height="6" fill="#fff"/><path d="M0 6L6 0" stroke="#999" stroke-width=".8"/>'),
    ("two", '<rect width="6" height="6" fill="#e2e2e2"/>'),
    ("three", '<rect width="6" height="6" fill="#fff"/><path d="M0 3H6" stroke="#999" stroke-width=".8"/>'),
    ("four", '<rect width="6" height="6" fill="#fff"/><circle cx="3" cy="3" r=".9" fill="#888"/>'),
    ("edge", '<rect width="6" height="6" fill="#fff"/><path d="M0 0L6 6M0 6L6 0" stroke="#bbb" stroke-width=".7"/>'),
    ("dark", '<rect width="6" height="6" fill="#444"/>'),
    ("shut", '<rect width="6" height="6" fill="#fff"/><path d="M0 6L6 0" stroke="#222" stroke-width="2"/>'),
)
_OF_VALUES = ("none", "one", "two", "three", "four")


@dataclass(frozen=True, slots=True)
class _Event:
    """A numbered act, or the changes of one host in one time."""

    number: int
    at: datetime
    last_seen: datetime | None
    is_act: bool
    lines: tuple[str, ...]
    notes: tuple[str, ...] = ()
    is_day: bool = False


def picture(shown: Timeline, language: str, *, is_listed: bool = True) -> str:
    """The SVG; `language` is ``en`` or ``zh``. Without `is_listed` the lanes alone, for a page that lists the changes itself."""
    return _Drawing(shown, language).whole(is_listed)


class _Drawing:
    def __init__(self, shown: Timeline, language: str) -> None:
        self.shown, self.language = shown, language
        # A day around it keeps marks off the edges.
        around = max((shown.end - shown.begin) * 0.02, timedelta(hours=12))
        self.begin, self.end = shown.begin - around, shown.end + around
        self.parts: list[str] = []
        self.y = 26.0
        self.fills: dict[tuple[str, tuple[str, ...]], str] = {}

    def whole(self, is_listed: bool) -> str:
        title = self.say("title", site=self.shown.site)
        period = self.say("period", begin=day(self.shown.begin), end=day(self.shown.end))
        self.text(0, 14, title, size=13, weight="bold")
        self.text(RIGHT, 14, period, anchor="end", size=_SMALL)
        top = self.y
        self.axis()
        self.hits()
        for lane in self.shown.lanes:
            self.lane(lane)
        if self.shown.left_out:
            self.text(LEFT, self.y + 6, self.say("left_out", count=self.shown.left_out), size=_SMALL, fill=_GREY)
            self.y += 16
        events = _events(self.shown, self.language)
        self.marks([one for one in events if not one.is_act], self.say("changes"), is_act=False)
        self.marks([one for one in events if one.is_act], self.say("acts"), is_act=True)
        self.grid(top + 6, self.y - 4)
        self.legend(events if is_listed else [])
        height = round(self.y + 8)
        patterns = "".join(
            f'<pattern id="tw-{name}" width="6" height="6" patternUnits="userSpaceOnUse">{drawn}</pattern>'
            for name, drawn in _PATTERNS
        )
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
            f'role="img" lang="{"zh-Hans" if self.language == "zh" else "en"}" font-family="{_FONTS}" font-size="{_SIZE}" '
            f'fill="{_INK}"><title>{_safe(title)}</title><desc>{_safe(period)}</desc><defs>{patterns}</defs>'
            f'<rect width="{WIDTH}" height="{height}" fill="#fff"/><g transform="translate({MARGIN} 4)">\n'
            + "\n".join(self.parts)
            + "\n</g></svg>\n"
        )

    def say(self, key: str, **facts: object) -> str:
        return say(f"timeline.{key}", self.language, **facts)

    def x(self, at: datetime) -> float:
        return LEFT + (RIGHT - LEFT) * ((at - self.begin) / (self.end - self.begin))

    def text(
        self, x: float, y: float, text: str, *, anchor: str = "start", size: float = _SIZE, weight: str = "", fill: str = ""
    ) -> None:  # fmt: skip
        more = f' font-weight="{weight}"' if weight else ""
        more += f' fill="{fill}"' if fill else ""
        more += f' text-anchor="{anchor}"' if anchor != "start" else ""
        self.parts.append(f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}"{more}>{_safe(text)}</text>')

    def axis(self) -> None:
        for at, label in _ticks(self.begin, self.end):
            self.text(self.x(at), self.y, label, anchor="middle", size=_SMALL, fill=_GREY)
        self.parts.append(f'<path d="M{LEFT} {self.y + 4:.1f}H{RIGHT}" stroke="{_INK}" stroke-width=".8"/>')
        self.y += 12

    def grid(self, top: float, bottom: float) -> None:
        path = "".join(f"M{self.x(at):.1f} {top:.1f}V{bottom:.1f}" for at, _ in _ticks(self.begin, self.end))
        # Behind everything else.
        self.parts.insert(0, f'<path d="{path}" stroke="#ddd" stroke-width=".6" fill="none"/>')

    def hits(self) -> None:
        height = 34
        bins = [0] * _BINS
        for at, count in self.shown.hits:
            bins[min(int((at - self.begin) / (self.end - self.begin) * _BINS), _BINS - 1)] += count
        most, step = max(bins, default=0), (RIGHT - LEFT) / _BINS
        self.text(0, self.y + 14, self.say("hits"), weight="bold")
        self.text(0, self.y + 27, self.say("hits_most", most=most), size=_SMALL, fill=_GREY)
        base = self.y + height
        bars = "".join(
            f"M{LEFT + number * step + 0.6:.1f} {base:.1f}v{-max(count / most * (height - 4), 1.5):.1f}h{step - 1.2:.1f}V{base:.1f}z"
            for number, count in enumerate(bins)
            if count
        )
        self.parts.append(
            f'<path d="{bars}" fill="{_INK}"/><path d="M{LEFT} {base:.1f}H{RIGHT}" stroke="{_INK}" stroke-width=".6"/>'
        )
        self.y = base + 10

    def lane(self, lane: Lane) -> None:
        named = self.say(f"lane.{lane.what}")
        if lane.vantage:
            named = self.say("from", what=named, country=lane.vantage)
        self.text(0, self.y + 7, _fitting(lane.host, LEFT - 6, _SMALL), size=_SMALL, weight="bold")
        self.text(0, self.y + 18, named, size=_SMALL, fill=_GREY)
        for period in lane.periods:
            self.period(lane, period)
        self.y += _ROW + 6

    def period(self, lane: Lane, period: Period) -> None:
        left, right = self.x(period.start), self.x(period.end)
        middle = self.y + 2 + _BAR / 2
        if period.state == "between":
            self.parts.append(
                f'<path d="M{left:.1f} {middle:.1f}H{right:.1f}" stroke="{_INK}" stroke-width="1" stroke-dasharray="2 2"/>'
            )
            return
        width = max(right - left, 2)
        label = self.label(period)
        fill = self.fill(lane, period)
        self.parts.append(
            f'<rect x="{left:.1f}" y="{self.y + 2:.1f}" width="{width:.1f}" height="{_BAR}" fill="url(#tw-{fill})" '
            f'stroke="{_INK}" stroke-width=".8"><title>{_safe(label)} {minute(period.start)} – {minute(period.end)}</title></rect>'
        )
        written = _fitting(label, width - 6, _SMALL)
        if written and (written == label or width > 40):
            if fill != "none":
                room = _width(written, _SMALL) + 4
                self.parts.append(
                    f'<rect x="{left + 2:.1f}" y="{self.y + 3.5:.1f}" width="{room:.1f}" height="{_BAR - 3}" fill="#fff"/>'
                )
            self.text(left + 4, self.y + 13, written, size=_SMALL)

    def label(self, period: Period) -> str:
        if period.state == "value":
            return say("moves.list", self.language).join(period.values)
        return self.say(f"state.{period.state}", value=say("moves.list", self.language).join(period.values))

    def fill(self, lane: Lane, period: Period) -> str:
        if period.state == "value":
            key = (lane.what, period.values)
            used = sum(what == lane.what for what, _ in self.fills)
            return self.fills.setdefault(key, _OF_VALUES[used % len(_OF_VALUES)])
        return {"edge": "edge", "dark": "dark", "shut": "shut", "away": "three"}.get(period.state, "none")

    def marks(self, events: Sequence[_Event], name: str, *, is_act: bool) -> None:
        if not events:
            return
        self.text(0, self.y + 12, name, weight="bold")
        rows: list[float] = []
        for one in events:
            at = self.x(one.at)
            begins = min(at - 9, self.x(one.last_seen)) if one.last_seen else at - 9
            row = next((number for number, taken in enumerate(rows) if taken <= begins), len(rows))
            rows[row : row + 1] = [at + 10]
            y = self.y + 8 + 18 * row
            if one.last_seen is not None and one.last_seen < one.at:
                x = self.x(one.last_seen)
                self.parts.append(
                    f'<path d="M{x:.1f} {y - 3:.1f}v6M{x:.1f} {y:.1f}H{at:.1f}" stroke="{_INK}" stroke-width=".8"/>'
                )
            shape = (
                f'<path d="M{at - 8:.1f} {y - 7:.1f}h16v14h-16z" fill="{_INK}"/>'
                if is_act
                else f'<circle cx="{at:.1f}" cy="{y:.1f}" r="8" fill="#fff" stroke="{_INK}"/>'
            )
            self.parts.append(shape)
            self.text(
                at, y + 3.4, str(one.number), anchor="middle", size=9, fill="#fff" if is_act else "", weight="bold"
            )
        self.y += 18 * len(rows) + 8

    def legend(self, events: Sequence[_Event]) -> None:
        self.y += 6
        self.parts.append(f'<path d="M0 {self.y - 8:.1f}H{RIGHT}" stroke="{_INK}" stroke-width=".6"/>')
        for one in events[:_LISTED]:
            self.y += 8
            y = self.y - 3.5
            self.parts.append(
                f'<path d="M1 {y - 6:.1f}h14v12h-14z" fill="{_INK}"/>' if one.is_act
                else f'<circle cx="8" cy="{y:.1f}" r="7" fill="#fff" stroke="{_INK}"/>'
            )  # fmt: skip
            self.text(
                8, y + 3.2, str(one.number), anchor="middle", size=8.5, fill="#fff" if one.is_act else "", weight="bold"
            )
            dated = day(one.at) if one.is_day else minute(one.at)
            if one.last_seen is not None:
                dated = f"{minute(min(one.last_seen, one.at))} – {minute(max(one.last_seen, one.at))}"
            self.text(22, self.y, dated, size=_SMALL, fill=_GREY)
            for line in (part for text in one.lines for part in _wrapped(text, RIGHT - 216, _SIZE)):
                self.text(216, self.y, line)
                self.y += 13
            for note in one.notes:
                for line in _wrapped(note, RIGHT - 216, _SMALL):
                    self.text(216, self.y, line, size=_SMALL, fill=_GREY)
                    self.y += 12
        if len(events) > _LISTED:
            self.y += 8
            self.text(22, self.y, self.say("more", count=len(events) - _LISTED), fill=_GREY)
        self.y += 10
        for line in _wrapped(f"{self.say('reading')} {say('moves.after.counted', self.language)}", RIGHT, _SMALL):
            self.text(0, self.y, line, size=_SMALL, fill=_GREY)
            self.y += 12


def _events(shown: Timeline, language: str) -> list[_Event]:
    """Acts and changes in order of time; what changed of one host in one time is one event."""
    after: dict[str, list[After]] = {}
    for found in shown.after:
        if found.act.kind in _COUNTED_FROM:
            after.setdefault(found.move.move_id, []).append(found)
    grouped: dict[tuple[datetime, str, datetime | None, str], list[Move]] = {}
    for move in shown.moves:
        grouped.setdefault((move.at, move.host, move.last_seen, move.vantage or ""), []).append(move)
    made: list[tuple[datetime, str, Act | list[Move]]] = [(act.at, "", act) for act in shown.acts]
    made += [(key[0], key[1], moves) for key, moves in grouped.items()]
    events = []
    for number, (at, _, one) in enumerate(sorted(made, key=lambda made: made[:2]), 1):
        if isinstance(one, list):
            notes = [after_what(found, language) for found in after.get(one[0].move_id, ())]
            notes += list(dict.fromkeys(note for move in one for note in remarks(move, language, is_short=True)))
            events.append(
                _Event(
                    number, at, one[0].last_seen, False, tuple(_change(move, language) for move in one), tuple(notes)
                )
            )
        else:
            told = [say(f"timeline.act.{one.kind}", language), *(part for part in (one.to, one.reference) if part)]
            colon = "：" if language == "zh" else ": "
            text = colon.join([told[0], "  ".join(told[1:])] if told[1:] else told)
            events.append(_Event(number, at, None, True, (text,), is_day=one.is_day))
    return events


def _change(move: Move, language: str) -> str:
    colon = "：" if language == "zh" else ": "
    return f"{move.host}  {kind_of(move, language)}{colon}{change_of(move, language)}"


def _ticks(begin: datetime, end: datetime) -> list[tuple[datetime, str]]:
    """At most ten times with their labels: days, firsts of months, or firsts of years."""
    days = max((end - begin).days, 1)
    step = next((one for one in _STEPS if days / one <= 9), _STEPS[-1])
    first = begin.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    if step < 30:
        dates = (first + timedelta(days=step * number) for number in range(1, days // step + 2))
        return [
            (at, at.strftime("%m-%d" if number else "%Y-%m-%d"))
            for number, at in enumerate(d for d in dates if begin <= d <= end)
        ]
    months = max(round(step / 30.4), 1)
    count = (first.year * 12 + first.month - 1) // months * months
    found = []
    while (at := datetime(count // 12, count % 12 + 1, 1, tzinfo=UTC)) <= end:
        if at >= begin:
            found.append((at, at.strftime("%Y-%m" if months < 12 else "%Y")))
        count += months
    return found


def _width(text: str, size: float) -> float:
    """About how wide a text is: a Chinese character is as wide as it is high, a Latin one a little over half."""
    return sum(1.0 if east_asian_width(c) in "WF" else 0.62 if c.isupper() else 0.55 for c in text) * size


def _fitting(text: str, room: float, size: float) -> str:
    """As much of a text as there is room for, with an ellipsis where it is cut."""
    if _width(text, size) <= room:
        return text
    while text and _width(text + "…", size) > room:
        text = text[:-1]
    return f"{text}…" if len(text) > 1 else ""


def _wrapped(text: str, room: float, size: float) -> Iterable[str]:
    """Lines of a text: broken at blanks, and between Chinese characters."""
    line = ""
    for word in _words(text):
        if line and _width((line + word).rstrip(), size) > room:
            yield line.rstrip()
            line = word.lstrip()
        else:
            line += word
    if line.strip():
        yield line.rstrip()


def _words(text: str) -> Iterable[str]:
    word = ""
    for character in text:
        is_wide = east_asian_width(character) in "WF"
        # What ends a clause stays with it.
        if is_wide and character not in "，。；：、））" and word:
            yield word
            word = ""
        word += character
        if character == " " or len(word) > 60:
            yield word
            word = ""
    if word:
        yield word


def _safe(text: str) -> str:
    return escape("".join(c if c.isprintable() else "\ufffd" for c in text))
