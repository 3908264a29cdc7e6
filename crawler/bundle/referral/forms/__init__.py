"""The forms and notices that a recipient's country asks for."""

from collections.abc import Collection
from functools import partial

from crawler.bundle.referral import word
from crawler.bundle.referral.attribution_sheet import Draw
from crawler.bundle.referral.documents import Document
from crawler.bundle.referral.forms import cn, notices, records, site_dossier, us
from crawler.casework.dossier import Dossier

WRITERS = {"docx": word.write}
SITE_DOSSIER = "forms/site-dossier"
FORMS: tuple[Document, ...] = (
    Document("forms/us-complaint", us.complaint, is_for=us.is_for, writers=WRITERS),
    Document("forms/us-fre-902-13-14", records.certificate, us.is_for, frozenset({"en"}), writers=WRITERS),
    Document("forms/cn-tousu", cn.complaint, is_for=cn.complains, writers=WRITERS),
    Document("forms/cn-xiansuo-yisong", cn.transfer, is_for=cn.passes_on, writers=WRITERS),
    Document("forms/cn-tiqu-bilu", records.extraction, cn.is_for, frozenset({"zh"}), writers=WRITERS),
    Document("forms/cn-qingdan", records.checklist, cn.is_for, frozenset({"zh"}), writers=WRITERS),
    Document(SITE_DOSSIER, site_dossier.dossier, is_for=site_dossier.is_for, writers=WRITERS),
    Document("forms/notices", notices.overview, notices.is_for, purpose="notice"),
)
"""All of them but the notices themselves, in the order in which they are read; each says to whom it belongs."""


def documents(dossier: Dossier, draw: Draw | None = None, shut: Collection[str] = ()) -> tuple[Document, ...]:
    """The forms, and a draft notice for each who carries what was offered, unless the gate of notices is `shut`.

    `draw` makes the pictures of the timelines. Raises RefusedError where a notice would name a genuine page.
    """
    drawn = Document(
        SITE_DOSSIER, partial(site_dossier.dossier, draw=draw), is_for=site_dossier.is_for, writers=WRITERS
    )
    forms = tuple(drawn if one.name == SITE_DOSSIER else one for one in FORMS)
    return forms if "notice" in shut else (*forms, *notices.documents(dossier))
