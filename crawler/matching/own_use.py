"""Texts in which a copy is used, not given: what machines write of it, and questions about one's own.

The name of a release is an offer where people list what they give. In a log, a command, a test or
a question to other users it is the name of somebody's own file.
"""

import re
from collections.abc import Collection, Iterator
from functools import lru_cache

from crawler.matching.evidence import Evidence, rule
from crawler.matching.page import Page
from crawler.matching.surroundings import Surroundings

MACHINE, HELP = -6.5, -5.0
_HANDED = frozenset(
    (
        "target",
        "player",
        "hidden-block",
        "address",
        "invitation",
        "channel",
        "payment",
        "price",
        "words-of-sale",
        "says-has",
        "says-given",
        "who-wants",
        "selling",
    )
)
"""Rules that say that something is handed to others; the name of a file, its size and a form do not."""
_TRADED = frozenset(("price", "payment", "selling", "channel"))
"""Of these, those that a question about one's own copy may have as well."""
_THINGS = frozenset(
    (
        "release-name",
        "file-size",
        "file-named",
        "form-named",
        "carrier",
        "storage",
        "record",
        "own-copy",
        "unlocked",
        "sharing-site",
        "whole-of-it",
        "free-of-charge",
        "season-or-episode",
        "tongue-named",
        "selling",
        "delivery",
        "discs",
        "payment",
    )
)
"""Rules that name the copy itself, what it is on or how it comes; words of offers alone do not."""
_LITTLE, _ACT = 0.7, 1.2
TOLD = -2.2
_MANY_PLAIN, _SHARE_PLAIN, _SENTENCES = 12, 0.28, 2
_WORDS = re.compile(r"[^\W\d_]+(?:['’]\w+)?")
_PLAIN = frozenset(
    [
        "is",
        "are",
        "was",
        "were",
        "that",
        "which",
        "to",
        "it",
        "if",
        "how",
        "when",
        "than",
        "then",
        "but",
        "because",
        "so",
        "as",
        "my",
        "i",
        "we",
        "they",
        "he",
        "she",
        "his",
        "her",
        "their",
        "its",
        "has",
        "have",
        "had",
        "not",
        "been",
        "would",
        "could",
        "should",
        "will",
        "said",
        "about",
        "after",
        "before",
        "the",
        "a",
        "an",
        "of",
        "in",
        "on",
        "for",
        "with",
        "from",
        "at",
        "by",
        "this",
        "no",
        "only",
        "you",
        "your",
        "me",
        "us",
        "our",
        "there",
        "here",
        "or",
        "and",
        "be",
        "do",
        "don't",
        "who",
        "what",
        "where",
        "ist",
        "sind",
        "war",
        "und",
        "nicht",
        "mit",
        "auf",
        "für",
        "das",
        "die",
        "der",
        "den",
        "dem",
        "des",
        "ein",
        "eine",
        "von",
        "zu",
        "im",
        "ich",
        "wir",
        "sie",
        "er",
        "es",
        "dass",
        "wenn",
        "als",
        "auch",
        "noch",
        "nur",
        "hat",
        "haben",
        "wird",
        "le",
        "la",
        "les",
        "un",
        "une",
        "et",
        "est",
        "sont",
        "dans",
        "pour",
        "avec",
        "que",
        "qui",
        "sur",
        "pas",
        "je",
        "nous",
        "vous",
        "il",
        "elle",
        "des",
        "du",
        "au",
        "ce",
        "cette",
        "ne",
        "par",
        "plus",
        "el",
        "los",
        "las",
        "una",
        "y",
        "es",
        "son",
        "en",
        "para",
        "con",
        "no",
        "por",
        "se",
        "del",
        "al",
        "lo",
        "mi",
        "su",
        "como",
        "pero",
        "más",
        "il",
        "lo",
        "gli",
        "uno",
        "e",
        "è",
        "sono",
        "di",
        "che",
        "per",
        "non",
        "si",
        "della",
        "del",
        "nel",
        "con",
        "ma",
        "anche",
        "o",
        "os",
        "as",
        "um",
        "uma",
        "não",
        "com",
        "para",
        "por",
        "dos",
        "das",
        "mas",
        "seu",
        "и",
        "в",
        "не",
        "на",
        "что",
        "с",
        "по",
        "как",
        "это",
        "но",
        "из",
        "у",
        "за",
        "от",
        "для",
        "мы",
        "я",
        "он",
        "она",
        "они",
        "был",
        "была",
        "было",
        "все",
        "его",
        "ее",
        "i",
        "w",
        "nie",
        "na",
        "że",
        "się",
        "z",
        "do",
        "jest",
        "to",
        "jak",
        "ale",
        "od",
        "za",
        "po",
        "dla",
        "był",
        "była",
        "ve",
        "bir",
        "bu",
        "da",
        "de",
        "için",
        "ile",
        "ama",
        "çok",
        "ne",
    ]
)
_STOP = re.compile(r"[^\W\d_]{2,}[,;)'\"”’]*[.!?](?=\s|$)")
_LISTED = re.compile(r"(?i)\bindex of /|\bopen dir|\bdirectory listing|\bannounce\b|\bparent directory")
_ENOUGH = 2
_COMMANDS = (
    "ffmpeg|ffprobe|mkvmerge|mkvextract|mkvpropedit|mediainfo|handbrake(?:cli)?|makemkv(?:con)?|rsync|rclone|restic|borg|duplicity|syncthing|"
    "robocopy|xcopy|scp|sftp|chmod|chown|ls|ln|mv|cp|rm|du|find|grep|docker|podman|calibredb|calibre-debug|ebook-convert|ebook-meta|python3?|"
    "beets?|picard|kid3|diff|cmp|cat|stat|awk|sed|"
    "pip|git|npm|cargo|pytest|7z|7za|unrar|unzip|tar|par2|smartctl|zfs|zpool|btrfs|sha256sum|sha1sum|md5sum|cksum|exiftool|mpv|vlc|mplayer|filebot|"
    "sonarr|radarr|lidarr|bazarr|plex|jellyfin|emby|kodi|tdarr|nzbget|sabnzbd|qbittorrent|transmission|deluge|rtorrent"
)
_TOOLS = "ffmpeg|ffprobe|mkvmerge|mkvextract|mkvpropedit|rsync|rclone|restic|borg|calibredb|ebook-convert|beet|sonarr|radarr|lidarr|bazarr|tdarr|jellyfin|docker|git|npm|cargo|pytest|smartctl|zfs|filebot|handbrake|unrar|par2"
# Each says by itself that the line was written by a program or for one.
_SURE = tuple(
    re.compile(pattern)
    for pattern in (
        # A time and how grave it is, in the order of logs.
        r"(?i)^\W{0,3}(?:\d{4}[-/]\d\d[-/]\d\d[t ]|\w{3} [ \d]\d |\d\d/\d\d/\d{2,4} )?\d\d:\d\d:\d\d\S*[^\w\n]{1,4}(?:\S{1,24}[ :]){0,3}\W{0,2}(?:info|warn|warning|error|err|debug|notice|trace|fatal|critical|wrn|inf|dbg)\b",
        r"^\W{0,2}\[?(?:Info|INFO|Warn|WARN|WARNING|Warning|Error|ERROR|Debug|DEBUG|NOTICE|Notice|TRACE|Trace|FATAL|WRN|INF|ERR|DBG)[\]:|][:| ]",
        r"^(?:\w{3} [ \d]\d \d\d:\d\d:\d\d \S+ )?[\w./-]+\[\d+\]:? ",
        # An object that programs pass to each other, a table of what a test found.
        r"\{ ?\"\w+\" ?: ?[\"{\[\d].*\"\w+\" ?: ?[\"{\[\d]",
        r"(?i)^\|?(?: ?\w+ ?\|)* ?(?:expected|actual) ?\|(?: ?\w+ ?\|)* ?(?:got|actual|result|found|expected)\b",
        # How a listing of files ends on Windows.
        r"(?i)^\d+ (?:File|Dir)\(s\),? +[\d,.]+ bytes",
        # A prompt and a command.
        r"^\S{1,20}@\S{1,30}[:~ ]\S*[$#] ",
        rf"(?i)^(?:[$#%>] (?:sudo )?(?:{_COMMANDS})\b|>>> \w|PS [A-Z]:\S*> ?\w)",
        rf"(?i)^(?:sudo )?(?:{_COMMANDS})(?:\.exe)? +(?:-{{1,2}}[a-z]|[./~\"'{{]|[a-z]{{2,12}} +(?:-|/|\S+[:/])|\S+\.(?:mkv|mp4|avi|epub|pdf|flac|m4b|iso|zip|rar)\b)",
        rf"(?i)^(?:{_TOOLS})(?:[-\w]*)?(?: \w+){{0,2}}: ",
        # A test, an assignment, a call.
        r"\bassert(?:_?\w*)?\b ?\(?[\w\"'(]|\bexpect\(|\bdef \w+\(|\bfn \w+\(|\bfunction \w*\(|^\s*(?:import|from|const|let|var|public|private|return) \w+.*[=;(]|\bself\.\w+|\b(?:parse|guess|guessit|match|test|find|search|print|echo|open)\w*\([\"'r]|==\s*[\"'\d\[{]|[\"'],?\s*\)\s*;?\s*$|\w ?=\s*[\"'][^\"'\n]*[\"'][,;]?\s*$",
        r"^(?:feat|fix|chore|refactor|docs|tests?|build|ci|perf)(?:\([\w-]+\))?!?: ",
        # What a comparison of folders or texts shows.
        r"^(?:diff --git|--- [ab]/|\+\+\+ [ab]/|@@ -\d)",
    )
)
_PROMPT = re.compile(
    r"(?m)^\S{1,20}@\S{1,30}[:~ ]\S*[$#] \S|^(?:sha\d+sum|md5sum|ls -\w|git (?:diff|status|log)|restic|borg) ?\S|^\|[^\n]*\bexpected\b[^\n]*\|"
)
_PATH = re.compile(
    r"(?:^|[\s\"'`(=:>+-])(?:/(?:home|mnt|media|volumes?\d*|data|srv|opt|usr|var|tank|pool|users|nas|storage|share|shares|config|downloads|movies|films|tv|books|music)/|~/|[a-z]:\\|\\\\)[^\n]*$",
    re.IGNORECASE,
)
_CHANGED = re.compile(r"^(?:[+-]|[MADRU?!]{1,2}|[<>]f\S+)\s{1,8}\S")
_COMPARED = re.compile(
    r"(?im)^(?:diff --git|--- \S|\+\+\+ \S|@@ -\d|restic |borg |rsync|git (?:status|diff)|on branch )|\b(?:files? changed|snapshot|backup finished|new, \d+ (?:removed|changed)|added: \d)"
)
_FAILED = re.compile(
    r"(?i)\b(?:error|exception|traceback|errno|exit code|failed|could not|skipping|skipped|not added|rejected|input/output|permission denied|no such file|timed out|probe took|duplicate detected|stderr|segfault)\b"
)
_WORKED = re.compile(
    r"(?i)\b(?:moved to|copied|tagged \d|imported|importing|renamed to|transcod(?:e|ing|ed)|encoding|remuxing|scanning|indexing|indexed|backed up|backup|restored|checksums?|comparing|processing|processed|parsing|hardlink\w*|dedup\w*|unpacking|extracting|new size|matched to|identified as|scrobbl\w+)\b"
)
_ASKED = re.compile(
    r"(?i)\b(?:why (?:does|do|is|are|did|won'?t|can'?t|would)|how (?:do|can|should|would) (?:i|you|we|one)|how to (?:fix|get|stop|make|force|convert|split|set)|what am i|what'?s wrong|what (?:setting|crf|bitrate|preset|profile|codec|player|flag|option)|"
    r"what (?:do|did|would) (?:you|you guys|you folks|people)\b[^?\n]{0,30}\buse|any(?:one|body)? else\b|any (?:idea|ideas|setting|settings|fix|fixes|tips|advice|way|workaround|clue|thoughts|suggestions|help)|has any(?:one|body)|did any(?:one|body)|does any(?:one|body) know|anyone know|anybody know|"
    r"any(?:one|body) (?:had|seen|run into|managed|tried|fixed|solved|got it)|is there (?:a|any|some) (?:flag|setting|way|option|fix|trick|workaround|tool|script|plugin|preset|patch)|is (?:it|this) (?:just me|normal|my|a bug|the disc)|am i (?:missing|doing)|should i\b|do i (?:need|have)|can i (?:get|make|fix|stop|force|use)|is mine|or is it)"
)
_QUESTION = re.compile(r"[^.!?\n]{0,80}\?(?=\s|$)")
_OWN = re.compile(
    r"(?i)(?<![\w'])(?:my|mine|our|i|i'm|i've|we|me)(?![\w])(?! (?:can send|have it|will send|share|upload|put it))"
)
_FAULT = re.compile(
    r"(?i)\b(?:stutter\w*|freez\w+|crash\w*|stops? (?:at|after|working)|stuck|loops?|black screen|green line|no sound|out of sync|wrong (?:show|film|movie|page|order|colou?rs?|match|book)|won'?t (?:play|open|start|load|install|match|show)|doesn'?t (?:play|open|start|load|install|match|show|work)|can'?t (?:play|open|get)|keeps? \w+ing|fails?|failing|error|artifacts?|artefacts?|buffer\w*|drops? (?:frames|out)|goes to sdr|no luck|renamed|firmware|drivers?|transcod\w+|re-?encod\w+|metadata|convert\w*|ripped my own|settings?|scratch\w*|clicks?|skips|e_\w+|subtitles? (?:missing|offset)|judder|banding|lag\w*)\b"
)
_TO_OTHERS = re.compile(
    r"(?i)\b(?:help yoursel\w+|grab (?:it|them)|if (?:you|any(?:one|body)) (?:want|need|like)s?|(?:any(?:one|body)|who(?:ever)?|those who|people who) (?:wants?|needs?|still (?:looking|need|want)\w*)|dm me|pm me|ask me|in dm|write me|i (?:can|will|could) (?:send|share|upload|give|burn|copy)|up for grabs|enjoy|here you go|all (?:\w+ )?are up|take (?:it|them))\b"
)
_LONGEST, _SHORT = 6000, 400


def own_use_rules(near: Surroundings, found: Collection[Evidence]) -> Iterator[Evidence]:
    """Against a title in what a machine wrote, or in a question about the writer's own copy, where nothing is handed to others."""
    page, place = near.page, near.place
    if len(page.raw) > _LONGEST or page.offer.targets:
        return
    named = {one.rule: one.weight for one in found if one.weight > 0}
    handed = named.keys() & _HANDED
    if handed - _TRADED:
        return
    things = any(one in _THINGS and (one != "release-name" or weight >= _LITTLE) for one, weight in named.items())
    # A form that is named and an act of handing on make an offer together.
    things = things or "channel" in named or ("release-name" in named and named.get("act-of-sharing", 0.0) >= _ACT)
    if not things and place.field.where == "body" and _is_told(page):
        yield rule("told-only", TOLD, (place.start, place.end))
    if _TO_OTHERS.search(page.raw):
        return
    line = page.raw[near.line.start : near.line.start + len(near.line.raw)]
    span = (place.start, place.end)
    if not handed and not _LISTED.search(page.raw) and _by_machine(page, line, page.raw[near.line.start : place.start]):
        yield rule("machine-record", MACHINE, span, words=line.strip()[:40])
        return
    asked = _ASKED.search(page.raw) or (_QUESTION.search(page.raw) if not handed and len(page.raw) <= _SHORT else None)
    if asked and "?" in page.raw and _OWN.search(page.raw) and _FAULT.search(page.raw):
        yield rule("help-sought", HELP, asked.span(), words=asked[0].strip())


def _by_machine(page: Page, line: str, head: str) -> bool:
    stripped = line.strip()
    if any(pattern.search(stripped) for pattern in _SURE):
        return True
    points = sum(
        pattern.search(text) is not None for pattern, text in ((_PATH, head), (_FAILED, line), (_WORKED, line))
    )
    points += _machines(page)
    if _CHANGED.match(stripped) and _COMPARED.search(page.raw):
        points += _ENOUGH
    return points >= _ENOUGH


@lru_cache(maxsize=4)
def _is_told(page: Page) -> bool:
    """Whether a page is running text of sentences, held together by words of grammar."""
    words = [word.lower() for word in _WORDS.findall(page.raw)]
    plain = sum(word in _PLAIN for word in words)
    return (
        plain >= _MANY_PLAIN
        and plain >= _SHARE_PLAIN * len(words)
        and sum(1 for _ in _STOP.finditer(page.raw)) >= _SENTENCES
    )


@lru_cache(maxsize=4)
def _machines(page: Page) -> int:
    """How many lines of a page a machine wrote, up to enough: what stands below a prompt is what the command printed."""
    if _PROMPT.search(page.raw):
        return _ENOUGH
    return min(
        _ENOUGH, sum(any(pattern.search(line.strip()) for pattern in _SURE) for line in page.raw.split("\n")[:60])
    )
