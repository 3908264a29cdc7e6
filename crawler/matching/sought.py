"""Threads in which a copy is sought: who asks, who has none either, and whether anybody gives one."""

import re
from functools import lru_cache

from crawler.matching.page import Page

_LONGEST = 4000
_OPENING = 420
"""Characters of a page within which a thread asks what it asks."""
_LACKING = 2
# Somebody asks for a copy.
_ASKED = re.compile(
    r"(?i)\b(?:any(?:one|body)|some(?:one|body)|who|does any\w+|has any\w+|can any\w+)\b[^.!\n]{0,40}\b(?:ha(?:ve|s|d)|got|seed\w*|upload|up(?:ped)?|share|link|copy|rip|send|post|know where|re-?up\w*)\b"
    r"|\b(?:looking|searching|hunting|asking) (?:\w+ ){0,2}for\b|\b(?:been )?(?:searching|looking|hunting) (?:for )?(?:ages|years|everywhere|this)|\bwanted\b|\[?\breq(?:uest)?\b\]?|\bp(?:lease|ls|lz|lzz) (?:some(?:one|body)|any(?:one|body)|re-?up\w*|up(?:load)?|share|post|seed)\b"
    r"|\bany (?:working )?(?:links?|mirrors?|torrent|seeds?|chance|copy|rip)\b[^.\n]{0,40}\?|\b(?:i'?d|would|i will|i'd even) (?:love|trade|give|pay|kill)\b[^.\n]{0,30}\b(?:for|it|copy)\b|^[^\n]{0,80}\b(?:download|link|torrent|copy|s\d\d|complete)\s?\?\s*$|\bneed(?:ing)? (?:a |the )?(?:link|copy|rip|seed)",
    re.MULTILINE,
)
# Somebody has none, or none any more.
_NONE = re.compile(
    r"(?i)\b(?:sorry|no luck|nope|no idea|not any ?more|same (?:here|boat)|bump(?:ing|ed)?|never (?:found|seen|even seen|saw|got|came)|(?:is|are|was|were|all|it'?s|thread is|link is|seems?|long) (?:gone|dead|nuked|lost|taken down|unseeded)|nobody (?:has|seeds?|knows)|no one (?:has|seeds?)|no (?:seeds?|seeders|mirrors?|reply|answer|copies)|"
    r"(?:died|stolen|crashed|fried|bricked|wiped|formatted|flooded)|lost (?:mine|it|my|the)|(?:only )?found (?:a |only )?fakes?|following|if (?:i|anyone|any of us) (?:ever |do |does )?(?:find|finds|come|comes|dig|digs|turn)|wrote to|written to|no reply|gutted|thanks anyway|(?:oh|ah) well|shame|pity|out of print|used to have|had (?:it|the|a)\b|taken down|file removed|graveyard|tombstone|up in smoke|(?:ok|okay) (?:thx|thanks|ty)|out of luck|let me know if|still (?:looking|searching|nothing)|anything\? |nada|me (?:too|neither)|will pay|following)\b|(?<!\w)\+1\b"
)
# Somebody gives one.
_GIVEN = re.compile(
    r"(?i)\b(?:here (?:you|u|ya) (?:go|are)|here it is|here'?s (?:mine|the|my|a)|got it,|i'?ve (?:still )?got (?:it|them|all)|i (?:still )?have (?:it|them|all|both|the (?:whole|full|complete))\b(?! no)|(?:re-?)?upp(?:ed|ing) (?:it|to|mine|now|again)|(?:re-?)?uploaded (?:it|to|mine|now|again|here)|i'?ll (?:up|upload|seed|share|send) (?:it|mine|them|you|tonight|now|tomorrow)|(?:sent|sending|dropped|messaged) (?:you|u|it|ya)|pm'?e?d (?:you|u)|(?:check|see) (?:your|ur) (?:pms?|dms?|inbox|messages)|"
    r"in (?:your|ur) (?:pms?|dms?|inbox)|pm me|dm me|downloading (?:now|it)|grabb(?:ed|ing) it|works (?:great|fine|perfectly)|thank(?:s| you)[^.\n]{0,20}(?:downloading|got it|grabbing|works|star|legend|so much)|enjoy\b|seeding (?:it )?(?:now|again|since)|new link|fresh link|link (?:updated|fixed|below|here)|you star|wow thanks|request filled|filled\b|magnet:\?|available (?:here|at|on|for)|(?:my|the) (?:copy|rip) (?:is|from)[^.\n]{0,30}:)"
)


@lru_cache(maxsize=4)
def sought_in_vain(page: Page) -> tuple[int, int] | None:
    """Where somebody asks for a copy at the head of a thread in which others have none either; None when one is given."""
    raw = page.raw
    if len(raw) > _LONGEST or page.offer.targets or raw.count("\n") < _LACKING:
        return None
    asked = _ASKED.search(raw, 0, _OPENING)
    if asked is None or _GIVEN.search(raw):
        return None
    lacking = {found[0].lower() for found in _NONE.finditer(raw, 0)}
    return asked.span() if len(lacking) >= _LACKING else None
