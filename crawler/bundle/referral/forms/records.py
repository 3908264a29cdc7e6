"""The forms on how the evidence was taken: the same words as in the bundle, said of the same facts."""

from datetime import datetime

from crawler.bundle import forms as bundled
from crawler.bundle.paper import LONG_PART
from crawler.bundle.referral.blocks import Block, Bullets, Cell, Sheet, Text, table
from crawler.bundle.referral.forms.parts import said
from crawler.bundle.referral.forms.transcript import read
from crawler.bundle.referral.telling import NOTHING, Telling, stamp
from crawler.casework.facts import Item
from crawler.wording import say

BLANK, SHORT = "_" * 30, "_" * 12


def extraction(telling: Telling) -> Sheet:
    """网络在线提取笔录."""
    return _sheet(telling, "cn-tiqu-bilu", "extraction", "zh", Bullets(_steps(telling, "zh"), is_numbered=True))


def certificate(telling: Telling) -> Sheet:
    """The certification of records under FRE 902(13) and 902(14), to be signed."""
    return _sheet(telling, "us-fre-902-13-14", "certificate", "en", Bullets(_steps(telling, "en"), is_numbered=True))


def checklist(telling: Telling) -> Sheet:
    """电子数据提取固定清单: the response of each exhibit; the bundle's own list has every file with its size."""
    heads = bundled.CHECKLIST
    head = (heads[0], heads[1], heads[3], heads[7], heads[9], heads[11], telling.say("value.rests"))
    rows = [
        (str(number), Cell(item.exhibit_id, "mono"), bundled.KINDS["page.html"][0], Cell(telling.short(item.read_on, 300), "url"),
         bundled.beijing(stamp(item.captured_at)), Cell(item.page_sha256, "mono"), telling.exhibit(item))
        for number, item in enumerate(telling.dossier.items, 1)
    ]  # fmt: skip
    whole = Text(said(telling, "records.whole_list"))
    listed = table(head, rows, (5, 18, 7, 28, 14, 22, 6))
    return _sheet(telling, "cn-qingdan", "checklist", "zh", whole, listed, shape_wide=True)


def _sheet(telling: Telling, name: str, form: str, language: str, *long_part: Block, shape_wide: bool = False) -> Sheet:
    dossier = telling.dossier
    times = [item.captured_at for item in dossier.items]
    start, end = (min(times), max(times)) if times else (None, None)
    bundle = dossier.bundle
    text = say(
        f"bundle.forms.{form}", language,
        # Its name without the time of export, which a signer fills in.
        bundle=bundle.name.rsplit("-", 2)[0] if bundle else BLANK, case_id=dossier.case.case_id, title=_cell(dossier.case.title),
        exhibits=len(dossier.items), software=said(telling, "records.software"), fingerprint=bundle.signer if bundle else BLANK,
        start=_second(start), end=_second(end), start_cn=_beijing(start), end_cn=_beijing(end), blank=BLANK, short=SHORT,
        stamps=said(telling, "records.stamps"), uncounselled=say("bundle.forms.uncounselled", language),
        steps=LONG_PART, rows=LONG_PART,
    )  # fmt: skip
    title, blocks = read(text, long_part, telling.rests(dossier.case, *dossier.items))
    return Sheet(name, title, blocks, "landscape" if shape_wide else "portrait")


def _steps(telling: Telling, language: str) -> tuple[str, ...]:
    return tuple(telling.resting(_step(telling, item, language), item) for item in telling.dossier.items)


def _step(telling: Telling, item: Item, language: str) -> str:
    at = stamp(item.captured_at)
    return say(
        "bundle.forms.extraction_step", language, time=bundled.second(at), time_cn=bundled.beijing(at),
        url=telling.short(item.read_on, 300), address=item.address or NOTHING, status=item.status or NOTHING,
        sha256=item.page_sha256, title=telling.short(item.title, 160),
    )  # fmt: skip


def _cell(text: str) -> str:
    """Text from people in a row of a form, which a bar or a new line would break."""
    return " ".join(text.split()).replace("|", "／")


def _second(moment: datetime | None) -> str:
    return bundled.second(stamp(moment)) if moment else SHORT


def _beijing(moment: datetime | None) -> str:
    return bundled.beijing(stamp(moment)) if moment else SHORT
