"""titlewatch match: which watched work does a text offer?"""

import sys

import click

from crawler.cli import voice
from crawler.cli.command import Command, as_json, examples, opened, workspace_if_any


@click.command(
    cls=Command,
    epilog=examples(
        "titlewatch match --json < cases.jsonl",
        """echo '{"id": 1, "text": "The Salt Lantern 1080p free download", \\""",
        """       "watchlist": [{"id": "salt", "title": "The Salt Lantern"}]}' | titlewatch match --json""",
    ),
)
@as_json
def match(as_json: bool) -> None:
    """Match texts from standard input, one JSON object a line with id, text and watchlist.

    No workspace is needed; inside one its matching settings and suspended rules count. A case may say when it was
    posted ("posted_at": "2026-03-01T08:00:00Z"): licences with dates are held against that day, else against today.
    """
    from crawler.config import Configuration
    from crawler.desk.matching import match_lines
    from crawler.engine.weighing import scales_of

    place = workspace_if_any()
    configuration = place.configuration() if place else Configuration()
    scales = scales_of(place, opened(place)) if place else None
    for answer in match_lines(sys.stdin.buffer, configuration.matching, scales, configuration.collector.country):
        if as_json:
            voice.data(answer)
        else:
            voice.tell("match.line", id=answer["id"], work=answer["match"] or "-", score=f"{answer['score']:.2f}")
            for reason in answer["reasons"]:
                voice.tell("hits.reason", weight=f"{reason['weight']:+.2f}", text=voice.reason(reason))
