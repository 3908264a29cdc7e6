"""The words that people write for columns, kinds and policies, and the word that a slip of theirs probably meant."""

from collections.abc import Iterable
from difflib import get_close_matches

COLUMNS_CALLED = {
    "id": ("编号", "作品编号", "作品id"),
    "title": ("标题", "作品", "名称", "作品名", "作品名称", "片名", "书名", "剧名", "题名", "曲名"),
    "kind": ("类型", "类别", "种类", "作品类型", "作品类别"),
    "year": ("年份", "年", "年代", "出版年", "出版年份", "上映年份", "首播年份", "发行年份"),
    "language": ("语言", "语种"),
    "aliases": ("别名", "又名", "译名", "其他名称", "其他标题", "外文名", "英文名", "中文名"),
    "creators": (
        "作者", "导演", "主演", "主创", "编剧", "演员", "歌手", "艺人", "艺术家", "译者", "播讲", "演播", "开发者",
        "作者/导演/主演", "作者/导演", "导演/主演",
    ),
    "licensed_domains": ("正版域名", "授权域名", "正版网站", "正版平台", "正版渠道", "授权网站", "授权", "许可", "授权平台", "授权范围", "licences", "licenses"),
    "identifiers": ("标识", "标识符", "国际标准书号", "书号", "isbn", "eidr", "doi", "isrc", "ean", "upc"),
    "publishers": (
        "publisher", "出版社", "出版者", "出版方", "出版商", "发行商", "发行方", "发行公司", "出品方", "出品公司", "厂牌", "唱片公司",
    ),
    "policy": ("策略", "匹配策略", "监测策略"),
}  # fmt: skip
"""Column -> what else its heading may be, in lower case."""
KINDS_CALLED = {
    "film": ("电影", "影片"),
    "series": ("剧集", "电视剧", "连续剧", "网络剧", "网剧"),
    "book": ("图书", "书", "书籍", "小说", "电子书"),
    "audiobook": ("有声书", "有声读物"),
    "music": ("音乐", "专辑", "歌曲"),
    "software": ("软件",),
    "game": ("游戏",),
    "disc": ("光盘", "碟片", "影碟"),
}
POLICIES_CALLED = {
    "default": ("默认",),
    "strict": ("严格",),
    "review": ("复核", "仅复核", "人工复核"),
    "off": ("停用", "关闭", "不监测"),
}
_MEANT = {
    "name": "title", "work": "title", "type": "kind", "category": "kind", "date": "year", "lang": "language",
    "author": "creators", "authors": "creators", "director": "creators", "artist": "creators", "cast": "creators",
    "actors": "creators", "people": "creators", "aka": "aliases", "other_titles": "aliases", "domain": "licensed_domains",
    "domains": "licensed_domains", "shops": "licensed_domains",
    "licence": "licensed_domains", "license": "licensed_domains", "studio": "publishers", "label": "publishers", "imdb": "identifiers", "url": "identifiers",
    "movie": "film", "movies": "film", "tv": "series", "show": "series", "tv_series": "series", "ebook": "book",
    "novel": "book", "album": "music", "song": "music", "app": "software", "program": "software", "dvd": "disc",
    "动漫": "series", "动画": "series", "normal": "default", "none": "off",
}  # fmt: skip
"""Words that mean one of ours, but not surely enough to be taken for it."""


def _turned(called: dict[str, tuple[str, ...]]) -> dict[str, str]:
    return {word: name for name, words in called.items() for word in (name, *words)}


COLUMN_OF = _turned(COLUMNS_CALLED)
KIND_OF = _turned(KINDS_CALLED)
POLICY_OF = _turned(POLICIES_CALLED)


def column(written: str) -> str:
    """The column that a heading means; the heading itself where it means none.

    >>> column("片名"), column("colour")
    ('title', 'colour')
    """
    return COLUMN_OF.get(written, written)


def meant(written: str, known: Iterable[str]) -> str:
    """A question after the known word that is nearest, with a blank before it; empty where none is near.

    >>> meant("titel", ["title", "year"])
    ' (did you mean “title”?)'
    """
    names = list(known)
    word = "_".join(written.lower().split())
    close = [_MEANT[word]] if _MEANT.get(word) in names else get_close_matches(word, names, 1, 0.6)
    return f" (did you mean “{close[0]}”?)" if close else ""
