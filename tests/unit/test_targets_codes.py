"""Access codes in every notation, each with its own link."""

import pytest

from crawler.model import Attribute, Passage
from crawler.targets import find

BAIDU = "https://pan.baidu.com/s/1QmWv8sKdTzXc4LpNb6RyUj"
BAIDU2 = "https://pan.baidu.com/s/1Zx7KdWm3TqLc9VbNa5RyUs"
QUARK = "https://pan.quark.cn/s/7ac41be09d52"
ALI = "https://www.alipan.com/s/kT4vQz9LmWx"


def codes(text: str, *attributes: Attribute) -> list[str | None]:
    return [target.access_code for target in find(Passage(text, attributes))]


NOTATIONS = [
    f"{BAIDU} 提取码: a1b2",
    f"{BAIDU} 提取码：a1b2",
    f"{BAIDU}提取码:a1b2",
    f"{BAIDU} 提取码 a1b2",
    f"{BAIDU} 提取码a1b2",
    f"{BAIDU} 提取码=a1b2",
    f"{BAIDU} 提取码是a1b2",
    f"{BAIDU} 提取码为：a1b2",
    f"{BAIDU}（提取码：a1b2）",
    f"{BAIDU} (提取码: a1b2)",
    f"{BAIDU} 【提取码】a1b2",
    f"{BAIDU} 提取码【a1b2】",
    f"{BAIDU} 提取码：「a1b2」",
    f"{BAIDU} 提取密码：a1b2",
    f"{BAIDU} 访问码：a1b2",
    f"{BAIDU} 訪問碼：a1b2",
    f"{BAIDU} 分享码：a1b2",
    f"{BAIDU} 密码：a1b2",
    f"{BAIDU} 密碼: a1b2",
    f"{BAIDU} 口令：a1b2",
    f"{BAIDU} 码：a1b2",
    f"{BAIDU} 提取码：ａ１ｂ２",
    f"{BAIDU} code: a1b2",
    f"{BAIDU} Code a1b2",
    f"{BAIDU} pwd:a1b2",
    f"{BAIDU} pwd=a1b2",
    f"{BAIDU} pw: a1b2",
    f"{BAIDU} passcode: a1b2",
    f"{BAIDU} Access code: a1b2",
    f"{BAIDU} password: a1b2",
    f"{BAIDU} a1b2",
    f"{BAIDU}\n提取码：a1b2",
    f"{BAIDU}\n\n提取码：\na1b2",
    f"提取码：a1b2\n{BAIDU}",
    f"提取码：a1b2 链接：{BAIDU}",
    f"{BAIDU}?pwd=a1b2",
    f"{BAIDU}#pwd=a1b2",
    f"{BAIDU}?pwd=a1b2 提取码：zz99",
    f"{BAIDU} 提取码：a1b2 解压密码：zz99",
    f"{BAIDU} 解压密码：zz99 提取码：a1b2",
    f"{BAIDU}\n解压密码：zz99\n提取码：a1b2",
]


@pytest.mark.parametrize("text", NOTATIONS)
def test_every_notation(text: str) -> None:
    assert codes(text) == ["a1b2"]


NONE = [
    f"{BAIDU} 解压密码：a1b2",
    f"{BAIDU} 压缩包密码: a1b2",
    f"{BAIDU} rar password: a1b2",
    f"{BAIDU} 提取码见图",
    f"{BAIDU} 提取码：无",
    f"{BAIDU} 邀请码：a1b2",
    f"{BAIDU} 验证码：a1b2",
    f"{BAIDU} promo code: SAVE20",
    f"{BAIDU} error code: 4040",
    f"Code: Select all\n{BAIDU}",
    f"{BAIDU} password: none",
    f"{BAIDU}\n1\n2\n3\n4\n5\n提取码：a1b2",
    f"提取码：\n{BAIDU}",
]


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_access_code(text: str) -> None:
    assert codes(text) == [None]


PAIRS = [
    (f"{BAIDU} 提取码：a1b2\n{QUARK} 提取码：c3d4", ["a1b2", "c3d4"]),
    (f"{BAIDU}\n提取码：a1b2\n{QUARK}\n提取码：c3d4", ["a1b2", "c3d4"]),
    (f"提取码：a1b2\n{BAIDU}\n提取码：c3d4\n{QUARK}", ["a1b2", "c3d4"]),
    (f"{BAIDU} 提取码：a1b2 {QUARK} 提取码：c3d4", ["a1b2", "c3d4"]),
    (f"提取码：a1b2 {BAIDU} 提取码：c3d4 {QUARK}", ["a1b2", "c3d4"]),
    (f"{BAIDU}\n{QUARK} 提取码：c3d4", [None, "c3d4"]),
    (f"{BAIDU} 提取码：a1b2\n{QUARK}", ["a1b2", None]),
    (f"{BAIDU}\n提取码：a1b2\n\n{QUARK}", ["a1b2", None]),
    (f"{BAIDU}?pwd=a1b2\n{ALI}\n提取码：c3d4", ["a1b2", "c3d4"]),
    (f"{BAIDU}?pwd=a1b2\n提取码：a1b2\n{ALI}", ["a1b2", None]),
    (f"{BAIDU} {BAIDU2} 提取码都是 a1b2", ["a1b2", "a1b2"]),
    (f"{BAIDU}\n{BAIDU2}\n提取码统一为：a1b2", ["a1b2", "a1b2"]),
    (f"magnet:?xt=urn:btih:{'4f8a1c03' * 5}\n提取码：a1b2\n{BAIDU}", [None, "a1b2"]),
    (f"{BAIDU}\n提取码：a1b2\nhttps://rapidgator.net/file/{'7c41be09' * 4}", ["a1b2", None]),
    (f"{BAIDU} 提取码：a1b2\n{BAIDU2} 提取码：c3d4\n{QUARK}\n{ALI} 提取码：e5f6", ["a1b2", "c3d4", None, "e5f6"]),
]


@pytest.mark.parametrize(("text", "expected"), PAIRS)
def test_each_code_goes_to_its_own_link(text: str, expected: list[str | None]) -> None:
    assert codes(text) == expected


def test_a_code_in_the_text_belongs_to_the_link_in_the_href() -> None:
    text = "点击转存 提取码：a1b2"
    assert codes(text, Attribute("a", "href", BAIDU, 0, 4)) == ["a1b2"]


def test_a_code_in_an_attribute() -> None:
    attributes = (Attribute("a", "href", BAIDU, 0, 4), Attribute("button", "data-code", "a1b2", 5, 7))
    assert codes("点击转存 复制", *attributes) == ["a1b2"]


def test_link_and_code_hidden_together() -> None:
    from base64 import b64encode

    assert codes(b64encode(f"链接：{BAIDU} 提取码：a1b2".encode()).decode()) == ["a1b2"]


def test_a_file_on_a_plain_host_takes_no_code() -> None:
    assert codes("https://dl.example/lantern.rar 提取码：a1b2") == [None]
