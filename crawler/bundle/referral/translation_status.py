"""In which script each exhibit's text is, and what a person entered as its translation; nothing else is called translated."""

from collections import defaultdict

from crawler.bundle.referral.blocks import Sheet, Text, table
from crawler.bundle.referral.scripts import shares
from crawler.bundle.referral.telling import Telling
from crawler.casework.facts import Translation


def sheet(telling: Telling) -> Sheet:
    """The translation status."""
    say = telling.say
    entered: dict[str, list[Translation]] = defaultdict(list)
    for one in telling.dossier.translations:
        entered[one.exhibit_id].append(one)
    rows = []
    for item in telling.dossier.items:
        done = entered[item.exhibit_id]
        said = [
            say(
                "translation.entered",
                part=telling.word("part", one.part),
                source=one.source,
                into=one.into,
                way=telling.word("way", one.way),
            )
            for one in done
        ]
        by = [f"{one.by}, {telling.day(one.at)} [{telling.rests(one)}]" for one in done]
        rows.append(
            (telling.exhibit(item), written(telling, item.title), written(telling, item.text),
             telling.listed(said) or say("translation.untranslated"), telling.listed(by))
        )  # fmt: skip
    head = (say("exhibits.number"), *(say(f"translation.{name}") for name in ("of_title", "of_text", "done", "by")))
    return Sheet(
        "translation-status",
        say("translation.title"),
        (
            Text(say("translation.lead")),
            Text(say("translation.package")),
            table(head, rows, (8, 24, 24, 22, 22)),
        ),
    )


def written(telling: Telling, text: str) -> str:
    """The scripts of a text with their shares."""
    told = [
        telling.say("translation.share", script=telling.word("script", one), share=share) for one, share in shares(text)
    ]
    return telling.listed(told) or telling.say("translation.no_letters")
