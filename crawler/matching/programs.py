"""What programs write of files and what people write for programs: logs, commands, comparisons, tests."""

import re
from functools import lru_cache

from crawler.matching.page import Page

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


def by_machine(page: Page, line: str, head: str) -> bool:
    """Whether a program wrote a title's line, given with what stands before the title, or reads it."""
    stripped = line.strip()
    if any(pattern.search(stripped) for pattern in _SURE):
        return True
    points = sum(
        pattern.search(text) is not None for pattern, text in ((_PATH, head), (_FAILED, line), (_WORKED, line))
    )
    points += _machines(page)
    if _CHANGED.match(stripped) and _compared(page):
        points += _ENOUGH
    return points >= _ENOUGH


@lru_cache(maxsize=4)
def _machines(page: Page) -> int:
    """How many lines of a page a machine wrote, up to enough: what stands below a prompt is what the command printed."""
    if _PROMPT.search(page.raw):
        return _ENOUGH
    return min(
        _ENOUGH, sum(any(pattern.search(line.strip()) for pattern in _SURE) for line in page.raw.split("\n")[:60])
    )


@lru_cache(maxsize=4)
def _compared(page: Page) -> bool:
    return _COMPARED.search(page.raw) is not None
