"""Links of every kind, in every disguise, found in what one person wrote."""

from crawler.targets.finding import find, normalise_url

__all__ = ["find", "normalise_url"]
