"""What a page tells of the story of a work: its words are the story's, no words of the page."""

import re
from functools import lru_cache

# "Synopsis: ...", "【内容介绍】...", up to the end of the line.
_TOLD = re.compile(
    r"(?im)(?:^|[|｜])[\s>*◎●◆■▶☆★【\[「《(（-]{0,4}(?:(?:内容|剧情|作品|故事|图书|小说|影片|电影|游戏|本书)?(?:简介|簡介|介绍|介紹|提要|梗概|概要|大纲)|内容|劇情|剧情|故事|文案|梗概|导读|引子|一句话(?:简介|介绍)?|synopsis|plot(?: summary)?|storyline|story|summary|blurb|logline|description)(?=[\s:：】\]」》)）])[】\]」》)）]?[ \t\u3000]*[:：]?[ \t\u3000]*(?:\n(?=[^\n]))?(?P<story>[^\n|｜]{8,})"
)
# A page that has nothing also has a field of this name, and says there what it wants.
_OF_COPY = re.compile(
    r"(?i)资源|資源|链接|鏈接|网盘|网址|下载|下載|百度|夸克|txt|epub|pdf|mobi|azw|mp3|本[馆店站书片剧帖]|正版|购买|订阅|楼主|预告|花絮|影评(?!人)|书评(?!人)|乐评(?!人)|解说|download|\blinks?\b|https?:|\bcopy\b|this (?:book|film|page|trailer|review)|trailer|review"
)


def in_synopsis(raw: str, start: int, place: int) -> bool:
    """The word stands in the telling of a story, and the title at a place does not."""
    return any(low <= start < high and not low <= place < high for low, high in _stories(raw))


@lru_cache(maxsize=4)
def _stories(raw: str) -> tuple[tuple[int, int], ...]:
    return tuple(found.span("story") for found in _TOLD.finditer(raw) if not _OF_COPY.search(found["story"]))
