"""The site softwares that have a reader of their own, by name; ``generic`` reads by structure alone."""

from types import ModuleType

from spiders.engines import discuz, generic, phpbb

ENGINES: dict[str, ModuleType] = {"phpbb": phpbb, "discuz": discuz, "generic": generic}
ENGINE_NAMES = tuple(ENGINES)
