"""The custody receipt of a package, to be filled in by hand when it changes hands."""

from crawler.bundle.custody import groups
from crawler.bundle.referral.blocks import Blanks, Cell, Heading, Sheet, Text, pairs
from crawler.bundle.referral.telling import Telling

GIVEN = (("body", 1), ("name", 1), ("medium", 1), ("date", 1), ("signature", 2))
TAKEN = (("body", 1), ("name", 1), ("state", 1), ("date", 1), ("signature", 2))


def sheet(telling: Telling) -> Sheet:
    """The receipt."""
    dossier, say = telling.dossier, telling.say
    bundle = dossier.bundle
    rows = [
        (say("receipt.package"), Cell(telling.package, "mono"), ""),
        (say("facts.case_id"), Cell(dossier.case.case_id, "mono"), telling.rests(dossier.case)),
        (say("facts.referral"), Cell(dossier.referral_id, "mono"), telling.rests(dossier.addressee)),
    ]
    if bundle is not None:
        on = telling.rests(bundle)
        rows += [
            (say("receipt.bundle"), Cell(bundle.name, "mono"), on),
            (say("receipt.exhibits"), Cell(str(bundle.exhibits)), on),
            (say("receipt.hash"), Cell(" ".join(groups(bundle.tag_manifest_sha256)), "mono"), on),
            (say("receipt.payload"), Cell(" ".join(groups(bundle.payload_sha256)), "mono"), on),
            (say("receipt.signer"), Cell(bundle.signer, "mono"), on),
        ]
    return Sheet(
        "custody-receipt",
        say("receipt.title"),
        (
            Text(say("receipt.lead")),
            pairs(*rows),
            Heading(say("receipt.given")),
            Blanks(tuple((say(f"receipt.{name}"), lines) for name, lines in GIVEN)),
            Heading(say("receipt.taken")),
            Blanks(tuple((say(f"receipt.{name}"), lines) for name, lines in TAKEN)),
        ),
    )
