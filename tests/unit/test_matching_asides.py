"""Words that speak against an offer where they are said of it, and say nothing where they are said of something else."""

import pytest

from crawler import targets
from crawler.matching import Matcher, Offer
from crawler.model import Passage, Work

QUINCE = Work("quince", "The Quince Ferrymen", "film", 2022, aliases=("木瓜渡船",), creators=("Odile Marsh",))
GRAMMAR = Work("grammar", "Tidewater Grammar", "book", 2015, aliases=("潮间带语法",), creators=("Ren Holloway",))
VALE = Work("vale", "Vale of Kites", "game", 2021, aliases=("纸鸢谷",), creators=("Tin Orchard",))


def score(work: Work, text: str) -> float:
    offer = Offer("", text, targets.find(Passage(text)))
    return max((one.score for one in Matcher([work], review=0.0).match(offer)), default=0.0)


@pytest.mark.parametrize(
    ("work", "text"),
    [
        # The end of a question stands inside the phrase that asks.
        (QUINCE, "movie night, anyone? got The Quince Ferrymen in 720p, uploading to mega, ping me in 20"),
        # The word is the beginning of a host's name.
        (QUINCE, "木瓜渡船(2022)在线观看,线路一卡就切线路二,无广告 wtb-guankan.example"),
        # The request was met.
        (QUINCE, "Requests answered this week, links in the drive folder: The Quince Ferrymen 1080p WEB-DL"),
        (QUINCE, "【求助已解决】木瓜渡船 1080p 国语，网盘 https://pan.baidu.com/s/1aaaBBB 提取码 x1y2"),
        # Forbidding to ask asks for nothing.
        (QUINCE, "木瓜渡船 1080p 全 folder link 给你们，别 request 编辑权限"),
        # Something else is gone.
        (QUINCE, "my old thread was deleted: The Quince Ferrymen 720p, mega folder, password as always"),
        (GRAMMAR, "I have Tidewater Grammar as epub and the author's deleted chapters. Write me, I'll send the zip"),
        # Before the cinemas have it.
        (QUINCE, "fully loaded tv box, The Quince Ferrymen before it's in cinemas, 1 year 40 quid, ring Daz"),
        # Items of a numbered list.
        (QUINCE, "三部打包:1.木瓜渡船 2.盐田来信 3.北岸,1080p,留邮箱我晚上统一发"),
        # What comes along is told behind a sign of addition.
        (VALE, "纸鸢谷 + 外传风筝匠 整合版 ISO 已去验证 网盘自取 https://pan.baidu.com/s/1aaaBBB"),
        # The name of an account says nothing of the goods.
        (GRAMMAR, "潮间带语法 epub Ren Holloway 公众号:旧书虫 发关键词自取"),
        # Who sells because it has been watched.
        (QUINCE, "出U盘一个 64G 里面有木瓜渡船 1080p,我妈看完了,28包邮"),
        (VALE, "纸鸢谷 破解安装档我放 NAS 了,帐号 guest 密码 1234,装之前先断网"),
        # Copied by hand, and where the link is.
        (GRAMMAR, "photocopied all of Tidewater Grammar at work and turned it into a PDF, the file's pinned"),
        (QUINCE, "The Quince Ferrymen full hd, no buffering, link in first comment"),
        (VALE, "Vale of Kites (steam offline account, shared with others), 2 EUR, instant delivery"),
    ],
)
def test_said_of_something_else_it_takes_nothing_away(work: Work, text: str) -> None:
    assert score(work, text) >= 0.5


@pytest.mark.parametrize(
    ("work", "text"),
    [
        (QUINCE, "anyone got The Quince Ferrymen in 720p? ping me"),
        (QUINCE, "wtb The Quince Ferrymen dvd, original only"),
        (QUINCE, "Requests » Filled: No » The Quince Ferrymen 1080p · bounty 12 GB"),
        (QUINCE, "求助：木瓜渡船 1080p 资源，网盘最好"),
        (QUINCE, "请大家 request 木瓜渡船，我也在等"),
        (QUINCE, "The Quince Ferrymen: link deleted by the host, nothing left"),
        (GRAMMAR, "Tidewater Grammar by Ren Holloway is out of print and cannot be had"),
        (QUINCE, "The Quince Ferrymen is in cinemas from Friday, tickets 12 quid"),
        (QUINCE, "木瓜渡船 2 2025 1080p https://pan.baidu.com/s/1aaaBBB 提取码 x1y2"),
        (VALE, "纸鸢谷外传 免安装 https://pan.baidu.com/s/1aaaBBB"),
        (GRAMMAR, "出旧书 潮间带语法 正版 自提 20元"),
        (GRAMMAR, "同学聚会相册《潮间带语法》电子版做好啦,班长传到了网盘,密码是入学年份,大家下载留念"),
        (QUINCE, "《木瓜渡船》看完了，很安静的片子，周末推荐"),
        (GRAMMAR, "my own flash cards for Tidewater Grammar, you will need the book, Anki file on a Yandex disk"),
        (QUINCE, "Odile Marsh's studio confirms that The Quince Ferrymen leaked on Friday; out 9 August"),
        (
            VALE,
            "Thanks for contacting support. We're sorry the download of Vale of Kites stalls. Sign out and back in.",
        ),
    ],
)
def test_said_of_the_offer_it_still_speaks_against_it(work: Work, text: str) -> None:
    assert score(work, text) < 0.5
