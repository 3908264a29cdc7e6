"""titlewatch operators: which sites seem to be run by one operator, how surely, and by what evidence."""

import click

from crawler.cli import voice
from crawler.cli.command import Command, Group, as_json, examples, opened, workspace
from crawler.wording import say


@click.group(
    cls=Group,
    invoke_without_command=True,
    epilog=examples(
        "titlewatch operators",
        "titlewatch operators --site forum-example --json",
        "titlewatch operators --ftm > operators.ftm.json",
        'titlewatch operators dispute forum-example other.example --note "the footer was copied" --by "Li Wen"',
    ),
)
@click.option(
    "--site", metavar="SITE", help="Only links of this site, or of the domain of a host that belongs to none."
)
@click.option("--ftm", "as_entities", is_flag=True, help="Entities of FollowTheMoney, one a line.")
@as_json
@click.pass_context
def operators(context: click.Context, site: str | None, as_entities: bool, as_json: bool) -> None:
    """Links between sites, graded: strong, medium, weak. One medium trace is shown and asserts nothing.

    What many sites share (an agency's account, a theme, a host's certificate) is no trace of an operator.
    """
    if context.invoked_subcommand is not None:
        return
    from crawler.desk import linking
    from crawler.store import operator_links

    store = opened(workspace())
    found = linking.links(store, site)
    if as_entities:
        for entity in linking.entities(found):
            voice.data(entity)
        return
    if as_json:
        for link in found:
            voice.data(
                {
                    "left": link.left, "right": link.right, "grade": link.grade, "asserted": link.is_asserted,
                    "disputed": link.is_disputed, "against": list(link.against), "because": list(link.because),
                    "shared": [
                        {"kind": t.kind, "value": t.value, "grade": t.grade, "statements": list(t.statements)} for t in link.shared
                    ],
                }
            )  # fmt: skip
        return
    language = voice.language()
    if not found:
        voice.aside(say("operators.none", language))
        return
    words = operator_links.disputes(store)
    for link in found:
        asserted = say(f"operators.asserted.{'yes' if link.is_asserted else 'no'}", language)
        grade = say(f"operators.grade.{link.grade}", language)
        voice.line(
            voice.shown(
                say("operators.link", language, left=link.left, right=link.right, grade=grade, asserted=asserted)
            )
        )
        for trace in link.shared:
            facts = {
                "kind": voice.sentence(f"hosts.kinds.{trace.kind}"), "value": trace.value,
                "grade": say(f"operators.grade.{trace.grade}", language), "ids": ", ".join(trace.statements),
            }  # fmt: skip
            voice.line(f"    {voice.shown(say('operators.trace', language, **facts))}")
        if link.against:
            voice.line(f"    {say('operators.against', language, ids=', '.join(link.against))}")
        word = words.get(frozenset((link.left, link.right)))
        if word is not None and word.is_disputed:
            voice.line(f"    {voice.shown(say('operators.disputed', language, by=word.done_by, note=word.note))}")


@operators.command(
    cls=Command,
    epilog=examples(
        'titlewatch operators dispute forum-example other.example --note "the footer was copied" --by "Li Wen"',
        'titlewatch operators dispute forum-example other.example --withdraw --note "both paid from one account" --by "Li Wen"',
    ),
)
@click.argument("one", metavar="SITE")
@click.argument("other", metavar="SITE")
@click.option(
    "--note", required=True, metavar="TEXT", help="Why; it stays in the workspace, the ledger holds its hash."
)
@click.option("--by", required=True, metavar="NAME", help="Who says so.")
@click.option("--withdraw", is_flag=True, help="The link is no longer disputed.")
def dispute(one: str, other: str, note: str, by: str, withdraw: bool) -> None:
    """Say that a link is wrong: it is shown as disputed and asserted no longer."""
    from crawler.desk import linking

    place = workspace()
    said = linking.dispute(opened(place), place, one, other, note, by, is_disputed=not withdraw)
    key = "undisputed_now" if withdraw else "disputed_now"
    voice.line(voice.shown(say(f"operators.{key}", voice.language(), one=said.one, other=said.other)))
