"""What the database knows of acts that the ledger names."""

from collections.abc import Iterable

from crawler.store.database import Store

_PLACES = {
    "decision": ("decisions", "decision_id"),
    "case": ("cases", "case_id"),
    "export": ("bundles", "bundle_id"),
    "site": ("sites", "site_id"),
    "authorisation": ("authorisations", "authorisation_id"),
    "referral": ("referrals", "referral_id"),
    "suspension": ("rule_acts", "act_id"),
    "resumption": ("rule_acts", "act_id"),
}
KINDS = tuple(_PLACES)


def unknown(store: Store, kind: str, ids: Iterable[str]) -> list[str]:
    """Those of the ids (of one of KINDS; of an export its bundle's) that the database does not hold, in their order."""
    table, column = _PLACES[kind]
    return [one for one in ids if store.row(f"SELECT 1 FROM {table} WHERE {column} = ?", (one,)) is None]
