"""Posts of pages that name none of their parts: what each post says anew is its body, not what all of them repeat."""

from spiders.canonical import canonical
from spiders.read import read
from tests.unit.spider_pages import fetched

URL = "http://quay.example/topic/7/the-heron-ledger/"
LINK = "https://boxes.example/f/0a1b2c3d4e5f.rar"
SHARE = "<ul><li><a href='#'>share this post</a></li></ul><div><ul><li><a href='https://news.example/s?u=1'>Share it with the readers of the News</a></li><li><a href='https://mail.example/?u=1'>Send it by electronic mail to a friend</a></li></ul></div>"


def page(*posts: tuple[str, str]) -> bytes:
    """A topic without a class or an id, every post followed by the same block of buttons."""
    shown = "".join(
        f"<div data-number='{number}' data-pk='{number}'><div><div>P</div></div><div><div><a href='/user/{number}/{name}/'><span>{name}</span></a></div>"
        f"<ul><li title='April {number}, 2026, 3:36 a.m.'>{number} Apr</li></ul></div><div>{text}</div><div>{SHARE}</div></div>"
        for number, (name, text) in enumerate(posts, 1)
    )
    return f"<title>The Heron Ledger - Quay</title><h1>The Heron Ledger</h1><main><div>{shown}</div></main>".encode()


def test_buttons_that_stand_below_every_post_are_nobodys_words() -> None:
    thanks = [
        (name, f"<p>{words}</p>") for name, words in (("bea", "Thanks!"), ("cyn", "Great, thanks"), ("dov", "Thanks!"))
    ]
    reading = read(fetched(page(("ada", f"<p>The Heron Ledger <a href='{LINK}'>here</a></p>"), *thanks), URL), None)
    opening = next(one for one in reading.listings if not one.is_reply)
    assert [target.url for target in opening.targets] == [LINK]
    assert opening.posted_by == "ada"
    assert not any("News" in one.passage.text for one in reading.listings)


def test_where_a_reader_left_off_is_no_page_of_its_own() -> None:
    assert canonical("http://quay.example/topic/7/?first-unread=1") == "http://quay.example/topic/7/"
    assert canonical("http://quay.example/topic/7/?page=2&first_unread=1") == "http://quay.example/topic/7/?page=2"
