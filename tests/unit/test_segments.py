"""Which part of a page speaks for a title: posts, items, quotes, signatures."""

from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.matching.segments import Segments

LINK = "https://box.example/f/abcdef"


def read(text: str) -> Segments:
    targets = []
    at = text.find(LINK)
    while at >= 0:
        targets.append((at, at + len(LINK)))
        at = text.find(LINK, at + 1)
    return Segments(text, (0, len(text)), targets)


def kinds(text: str) -> list[str]:
    return [part.kind for part in read(text).parts]


def test_each_item_has_its_own_link() -> None:
    text = f"What I still have\n- Amber Hill: up again {LINK}\n- Low Tide: gone, ask Peter\n- Fern {LINK}"
    page = read(text)
    assert page.own_targets(text.index("Amber"))
    assert not page.own_targets(text.index("Low Tide"))
    assert not page.speaks(text.index(LINK), text.index("Low Tide"))


def test_a_link_under_a_list_speaks_for_all_of_it() -> None:
    text = f"New in the folder\n1. Amber Hill\n2. Low Tide\n3. Fern\n{LINK}"
    page = read(text)
    assert page.own_targets(text.index("Low Tide"))
    assert page.own_targets(text.index("Fern"))
    assert kinds(text) == ["heading", "item", "item", "item", "text"]


def test_a_later_post_answers_an_earlier_one_and_not_the_reverse() -> None:
    text = f"tom: has anybody got Amber Hill\njune: was it any good\nrex: sure {LINK}\ntom: ta, next I want Low Tide\nrex: no"
    page = read(text)
    assert page.answered(text.index("Amber"))
    assert page.own_targets(text.index("Amber"))
    assert not page.own_targets(text.index("Low Tide"))


def test_floors_of_a_chinese_board_are_posts() -> None:
    text = f"【闲聊】昨晚看了青石桥\n楼主：有人有吗\n1楼：同问\n2楼 老周：给你 {LINK}\n3楼：谢谢"
    page = read(text)
    assert [part.post for part in page.parts] == [0, 1, 2, 3, 4]
    assert page.answered(text.index("有人有吗"))


def test_labels_before_a_colon_are_no_speakers() -> None:
    text = f"Title: Amber Hill\nSize: 2 GB\nAudio: English\nLink: {LINK}"
    page = read(text)
    assert {part.post for part in page.parts} == {0}


def test_a_signature_speaks_for_nothing() -> None:
    text = f"#1 tom\nSpare parts list: {LINK}\n____\nI still dream of Amber Hill\n#2 rex\nthanks"
    page = read(text)
    assert page.of(text.index("dream")).kind == "signature"
    assert not page.own_targets(text.index("Amber"))


def test_a_line_under_several_posts_is_a_signature() -> None:
    text = "Printer jams\ntom · #1\nIt jams.\n~ Low Tide forever ~\nrex · #2\nClean it.\ntom · #3\nIt works.\n~ Low Tide forever ~"
    page = read(text)
    assert page.of(text.index("Low Tide")).kind == "signature"
    assert page.of(text.index("It works")).kind == "text"


def test_a_quote_goes_on_to_the_empty_line() -> None:
    text = "引用: 老周 发表于 3-2\n青石桥我有，私我\n\n此楼已处理。"
    page = read(text)
    assert page.of(text.index("青石桥")).kind == "quote"
    assert page.of(text.index("已处理")).kind == "text"


def test_words_with_a_colon_introduce_the_items_under_them() -> None:
    text = "Notice\nWe had to take these down:\n- Amber Hill\n- Low Tide\nThank you."
    page = read(text)
    assert page.intro(text.index("Low Tide")) == page.number_of(text.index("We had"))
    assert page.intro(text.index("Thank")) is None


def test_a_short_text_is_one_segment() -> None:
    assert len(read(f"Amber Hill 2019 1080p {LINK}").parts) == 1
    assert len(read("").parts) == 1


@given(st.text(alphabet="ab:.-#1楼> \n_·", max_size=120))
@settings(max_examples=300, deadline=None)
def test_segments_are_in_order_and_inside_the_body(text: str) -> None:
    page = read(text)
    ends = 0
    for part in page.parts:
        assert ends <= part.start <= part.end <= len(text)
        ends = part.end
    for at in range(len(text)):
        assert page.speaks(at, at)
