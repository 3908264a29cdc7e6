"""How a workspace weighs the rules: its own scales where it names a file, and without the rules that it suspended."""

from crawler.config import Matching
from crawler.matching.scales import Scales, load, shipped
from crawler.store import Store, rules
from crawler.workspace import Workspace


def unsuspended(workspace: Workspace, settings: Matching) -> Scales:
    """The scales that `matching.scales` names, else those that come with titlewatch. Raises ConfigurationError."""
    return load(workspace.folder / settings.scales) if settings.scales else shipped()


def scales_of(workspace: Workspace, store: Store) -> Scales:
    """The scales that count in a workspace now. Raises ConfigurationError for a file that holds none."""
    return unsuspended(workspace, workspace.configuration().matching).without(rules.suspended(store))
