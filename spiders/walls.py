"""In what state a page without listings is: behind a login, missing, or another in its place; by positive words, never by status alone."""

import re

from crawler.reading import PageState
from spiders.page import FetchedPage
from spiders.standins import state_of
from spiders.xpath import Elements, Truth

_HEADINGS = Elements("//h1 | //h2 | //legend | //caption | //th")
_MESSAGES = Elements(
    "//*[contains(@class,'error') or contains(@class,'alert') or contains(@class,'message') or contains(@class,'notice')"
    " or contains(@class,'info') or contains(@class,'blockMessage') or contains(@id,'message') or contains(@id,'msg')"
    " or contains(@id,'login') or contains(@id,'error') or contains(@class,'panel') or contains(@class,'inbox')]"
)
_PASSWORD = Truth("//input[@type='password']")

_LOGIN_TITLE = re.compile(
    r"(?:^|[-–—|·:\s])(?:log ?in|sign ?in|login required|authentication required)\s*(?:$|[-–—|·:])|用户登录|登录 -|- 登录|^登录|登錄$|会员登录|请登录|请先登录",
    re.I,
)
_LOGIN_WORDS = re.compile(
    r"not logged in or (?:you )?do not have permission|you (?:must|need to|have to) (?:be )?(?:log(?:ged)? ?in|sign(?:ed)? ?in|register(?:ed)?)(?![^.\n]{0,40}\b(?:post|reply|comment|create|start|vote|submit|write)\b)"
    r"|you (?:do not|don't) have (?:the )?(?:required )?permissions?(?: to (?:access|view|read|do))?|you are not (?:logged in|authori[sz]ed|allowed|permitted)[^.\n]{0,40}(?:view|read|access|permission|see)"
    r"|(?:the )?(?:board|forum|topic|section|page)[^.\n]{0,60}(?:requires|is only (?:available|accessible|open) (?:to|for)) (?:you to be )?(?:registered|logged|members)"
    r"|(?:please )?(?:log ?in|sign ?in)(?: or (?:register|sign ?up|create an account))? to (?:continue|view|access|see|read)|only (?:registered )?(?:members|users) (?:can|may|are allowed)|missing or off limits|members only"
    r"|not (?:been )?authori[sz]ed to (?:read|view|access)"
    r"|您?(?:需要|必须|尚未|还没有|还未|没有)(?:先)?(?:登录|登陆)(?![^\n。]{0,8}(?:发|回帖|回复|评论|参与))|抱歉[,，]?您?(?:没有|无)权限?|没有权限(?:访问|查看|浏览)|无权(?:访问|查看|浏览)|请先?(?:登录|登陆)(?:后)?(?:再|才|继续|查看)|仅限?(?:会员|注册用户|特定用户)"
    r"|本版块?(?:只有|仅限?)[^\n。]{0,12}(?:可以|才能)?(?:访问|浏览)|您所在的用户组|游客[^\n。]{0,14}(?:无法|不能|没有|无权)",
    re.I,
)
_MISSING_WORDS = re.compile(
    r"(?:page|topic|thread|post|forum|board|discussion|article|file|user|the requested [\w ]{1,20}|that)[^.\n]{0,30}(?:(?:does|do) not exist|doesn't exist|(?:was|is|could|can) ?not (?:be )?found|cannot be found|has been (?:deleted|removed)|no longer exists)"
    r"|\b404\b|not found|nothing (?:was )?found|invalid (?:thread|topic|forum|post|board|link)|no (?:thread|topic|forum) specified|bad request\. the link you followed|incorrect or outdated"
    r"|(?:主题|帖子|版块|页面|内容|板块|文章|用户)[^\n。]{0,8}(?:不存在|已被?删除|已被?移除|未找到|找不到)|指定的(?:主题|版块)不存在|您访问的页面不存在|正在被审核|没有找到",
    re.I,
)


def state_without_content(page: FetchedPage) -> tuple[PageState, tuple[str, ...]]:
    """The state of a page on which nothing was read, and the words that say so, for the record."""
    instead = state_of(page)
    if instead is not None and instead[0] != "blocked":
        return instead[0], (instead[1],)
    lines = _messages(page)
    has_form = bool(_PASSWORD(page.root))
    for text in lines:
        found = _LOGIN_WORDS.search(text)
        if found:
            return "login_wall", (f"login wall: {_around(text, found)}",)
    title = page.title
    if has_form and _LOGIN_TITLE.search(title):
        return "login_wall", (f"login wall: {_line(title)}",)
    if page.status == 401 or (page.status == 403 and has_form):
        return "login_wall", (f"login wall: status {page.status}",)
    if page.status in (404, 410):
        return "missing", (f"status {page.status}",)
    if instead is not None:
        return instead[0], (instead[1],)
    for text in lines:
        found = _MISSING_WORDS.search(text)
        if found and page.status < 500:
            return "missing", (f"missing: {_around(text, found)}",)
    if page.status >= 400:
        return "failed", (f"status {page.status}",)
    return "empty", ()


def _messages(page: FetchedPage) -> list[str]:
    found = [page.title]
    for element in (*_HEADINGS(page.root), *_MESSAGES(page.root)):
        text = " ".join(" ".join(element.itertext()).split())
        if 3 < len(text) < 1200:
            found.append(text)
    text = " ".join(
        " ".join(
            map(str, page.root.itertext("body", "p", "div", "td", "span", "b", "strong", "li", "font", "center", "br"))
        ).split()
    )
    if len(found) < 3 or len(text) < 1500:
        # A page this short is its message.
        found.append(text[:1500])
    return list(dict.fromkeys(found))


def _around(text: str, found: re.Match[str]) -> str:
    return _line(text[max(0, found.start() - 60) : found.end() + 80])


def _line(text: str) -> str:
    return " ".join(text.split())[:200]
