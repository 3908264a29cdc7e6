"""The state of a target's landing page in words, from what the store holds of it."""

from collections.abc import Mapping
from typing import Any

from crawler.wording import say, topic
from crawler.wording.remarks import remark


def state_name(state: str, language: str) -> str:
    """A state in the reader's language."""
    return say(f"landing.state.{state}", language)


def say_why(said: Mapping[str, Any], language: str) -> str:
    """By what a state is known, in the reader's language; what a later version says is only pointed at."""
    by = said.get("by")
    if "why" in said:
        said = {**said, "why": remark(str(said["why"]), language)}
    try:
        return say(f"landing.by.{by if by in topic('landing')['by'] else 'other'}", language, **said)
    except KeyError:
        return say("landing.by.other", language)
