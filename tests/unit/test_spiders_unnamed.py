"""Software that no engine file names: what it shows only to people, and where its pages differ from the usual."""

from spiders.calibration import Calibration
from spiders.canonical import canonical
from spiders.read import read
from spiders.ways import kind_of, split_page
from tests.unit.spider_pages import fetched

HARBOUR = "http://quay.example"
HASH = "b09d13ce7745aa02f61e8c9d5b3704fe28ac6d51"


def html(body: str, title: str = "Quay") -> bytes:
    return f"<!DOCTYPE html><html><head><title>{title}</title></head><body>{body}</body></html>".encode()


def post(number: int, person: str, said: str, href: str) -> str:
    return f"""<div id="{number}" class="sheet entry-post"><h4>Re: Lantern Street <a href="{href}">#</a></h4>
    <p><small>By <a href="/member/profile/{number}/">{person}</a> on Jan. {number}, 2026, 7:49 p.m.</small></p>
    <div class="post-content"><p>{said}</p></div></div>"""


def test_a_feed_that_only_people_see_is_asked_for_the_zone() -> None:
    rows = "".join(
        f'<tr><td><a href="/forum/shelf-{n}/">Shelf {n}</a></td><td>12 topics</td>'
        f'<td><a href="/feeds/shelf-{n}/" title="RSS feed"><i class="icon"></i></a></td></tr>'
        for n in (1, 2)
    )
    reading = read(fetched(html(f"<table>{rows}</table>"), f"{HARBOUR}/", "entry"))
    assert [link.url for link in reading.links if link.role == "feed"] == [f"{HARBOUR}/feeds/shelf-1/"]


def test_a_link_that_only_sounds_like_a_feed_is_none() -> None:
    rows = '<a href="/feeds-and-seeds/">RSS seeds</a><a href="/rss/">Rust and salt</a>'
    boards = "".join(f'<p><a href="/forum/shelf-{n}/">Shelf {n}</a> 4 topics</p>' for n in (1, 2))
    reading = read(fetched(html(rows + boards), f"{HARBOUR}/", "entry"))
    assert not [link for link in reading.links if link.role == "feed"]


def test_posts_whose_heads_link_to_themselves_are_posts() -> None:
    topic = f"{HARBOUR}/forum/shelf-2/topic/lantern-street-7/"
    body = "".join(
        post(n, f"person{n}", said, f"/forum/shelf-2/topic/lantern-street-7/?post={n}#{n}")
        for n, said in enumerate(("Lantern Street", "seen it", f"magnet:?xt=urn:btih:{HASH}"), 3)
    )
    reading = read(fetched(html(f"<h1>Lantern Street</h1>{body}", "Lantern Street"), topic))
    assert [listing.url for listing in reading.listings] == [topic, f"{topic}?post=5#5"]
    assert [target.object for target in reading.listings[1].targets] == [f"btih:{HASH}"]
    assert reading.listings[1].posted_by == "person5"


def test_the_numbers_of_a_topics_pages_make_no_list() -> None:
    rows = "".join(
        f"""<tr><td><a href="/forum/shelf-2/topic/title-number-{n}/">Title number {n}</a>
        <span class="pages"><a href="/forum/shelf-2/topic/title-number-{n}/?page=2">2</a></span></td><td>{n} replies</td></tr>"""
        for n in range(31, 36)
    )
    pages = '<div class="pagination"><a href="?page=2">2</a></div>'
    reading = read(fetched(html(f"<table>{rows}</table>{pages}"), f"{HARBOUR}/forum/shelf-2/", "list"))
    assert [link.url for link in reading.links if link.role == "list"] == [f"{HARBOUR}/forum/shelf-2/?page=2"]
    assert len([link for link in reading.links if link.role == "topic"]) == 5


def test_a_shop_that_tells_machines_nothing_is_read_by_what_can_be_bought() -> None:
    page = html(
        """<nav><a href="/">Home</a></nav><article class="goods-page"><div class="row"><div><h1>Lantern Street, 8 discs</h1>
        <p class="money">£14.50</p><form action="/basket/add/9/" method="post"><button>Add to basket</button></form></div></div>
        <div id="goods_description"><h2>Description</h2></div><p>Burned discs with printed labels, region free.</p>
        <div id="reviews"><h2>Reviews</h2><p>Came fast. Looked for Harbour Bell, too. 5 Jan 2026, 10:00</p></div></article>""",
        "Lantern Street, 8 discs",
    )
    (listing,) = read(fetched(page, f"{HARBOUR}/catalogue/lantern-street_9/")).listings
    assert listing.title == "Lantern Street, 8 discs"
    assert listing.price == "£14.50"
    assert "Burned discs" in listing.passage.text
    assert "Harbour Bell" not in listing.passage.text
    assert listing.posted_at_text is None


def test_a_page_where_several_things_can_be_bought_is_no_product() -> None:
    goods = "".join(
        f'<li><a href="/g/{n}">Bell {n}</a> <b>£{n}.50</b><form action="/cart/add/{n}"><button>Buy</button></form></li>'
        for n in (1, 2, 3)
    )
    reading = read(fetched(html(f"<h1>Bells</h1><ul>{goods}</ul>", "Bells"), f"{HARBOUR}/bells"))
    assert not any(listing.price for listing in reading.listings)


def test_an_entrys_body_is_not_the_head_above_it() -> None:
    page = html(
        """<article><h1>Lantern Street</h1><div class="description"><h2>About this film</h2></div>
        <p>A film about a street, with a lantern, told in three parts.</p></article>""",
        "Lantern Street",
    )
    (listing,) = read(fetched(page, f"{HARBOUR}/films/lantern-street")).listings
    assert "told in three parts" in listing.passage.text


def test_a_page_that_only_names_its_entries_is_a_list() -> None:
    names = (
        "Lantern Street, both parts",
        "The Harbour Bell",
        "Notes on Salt and Rope",
        "北岸旧事 精校版",
        "Winter Tide",
    )
    items = "".join(f'<li><a href="/wiki.php?id=films:f{n}">{name}</a></li>' for n, name in enumerate(names))
    reading = read(
        fetched(html(f"<main><h1>Films</h1><ul>{items}</ul></main>"), f"{HARBOUR}/wiki.php?id=films", "list")
    )
    assert [link.url for link in reading.links] == [f"{HARBOUR}/wiki.php?id=films:f{n}" for n in range(5)]


def test_a_list_in_parts_for_each_letter_is_one() -> None:
    names = {
        "H": ["Harbour Bell, the whole of it"],
        "L": ["Lantern Street", "Lighthouse keepers"],
        "W": ["Winter Tide"],
    }
    parts = "".join(
        f"<div class='letter'><h3>{letter}</h3><ul>"
        + "".join(f'<li><a href="/w/{name.replace(" ", "_")}">{name}</a></li>' for name in held)
        + "</ul></div>"
        for letter, held in names.items()
    )
    reading = read(fetched(html(f"<main><h1>Films</h1>{parts}</main>"), f"{HARBOUR}/w/Category:Films", "list"))
    assert len([link for link in reading.links if link.role == "topic"]) == 4


def test_short_names_in_a_row_are_no_list() -> None:
    items = "".join(f'<li><a href="/{name}/">{name}</a></li>' for name in ("Home", "Films", "Books", "Talk", "Shop"))
    reading = read(fetched(html(f"<ul>{items}</ul>"), f"{HARBOUR}/somewhere", "list"))
    assert not [link for link in reading.links if link.role == "topic"]


def test_a_record_ends_where_the_main_part_does() -> None:
    page = html(
        f"""<div class="site"><div class="bar"><a href="/x">Skip to content</a> Recent changes: Harbour Bell</div>
        <main><h1>Lantern Street</h1><div><p>magnet:?xt=urn:btih:{HASH}</p></div></main></div>""",
        "Lantern Street",
    )
    (listing,) = read(fetched(page, f"{HARBOUR}/wiki.php?id=films:f1")).listings
    assert "Harbour Bell" not in listing.passage.text
    assert len(listing.targets) == 1


def test_a_wikis_other_views_of_a_page_are_that_page() -> None:
    plain = f"{HARBOUR}/index.php?title=Lantern_Street"
    assert canonical(f"{plain}&diff=41&oldid=0") == plain
    assert canonical(f"{plain}&oldid=12") == plain
    assert canonical(f"{HARBOUR}/viewer?diff=41") == f"{HARBOUR}/viewer?diff=41"


def test_what_a_wiki_keeps_beside_its_entries_is_not_followed() -> None:
    for name in ("Special:RecentChanges", "User:Rook", "Talk:Lantern_Street", "特殊:最近更改"):
        assert kind_of(canonical(f"{HARBOUR}/index.php/{name}")) == "never"
        assert kind_of(canonical(f"{HARBOUR}/index.php?title={name}")) == "never"
    assert kind_of(f"{HARBOUR}/index.php/News:_a_court_decides") == "unknown"
    assert kind_of(f"{HARBOUR}/index.php/Category:Films") == "unknown"


def test_a_column_named_after_the_one_beside_it_holds_the_rows() -> None:
    rows = "".join(
        f'<div class="summary"><b>{n} answers</b><h2><a href="/question/{n}/title-{n}/">Title number {n}</a></h2></div>'
        for n in range(21, 25)
    )
    aside = '<div class="sidebar"><a href="/question/99/other/">Another title, with 3 answers</a></div>'
    page = html(f'<div class="col-with-sidebar"><main>{rows}</main>{aside}</div>')
    reading = read(fetched(page, f"{HARBOUR}/questions/", "list"))
    assert [link.url for link in reading.links] == [f"{HARBOUR}/question/{n}/title-{n}/" for n in range(21, 25)]


def test_addresses_of_questions() -> None:
    assert kind_of(f"{HARBOUR}/questions/12/lantern-street") == "topic"
    assert kind_of(f"{HARBOUR}/questions/tagged/films") == "unknown"
    assert kind_of(f"{HARBOUR}/questions/ask") == "never"
    assert kind_of(f"{HARBOUR}/forum/a-1/topic/title-2/?post=4") == "post"
    assert split_page(f"{HARBOUR}/questions/sort:new/page:3/") == (f"{HARBOUR}/questions/sort:new/", 3)


def answer(number: int, person: str, said: str) -> str:
    return f"""<div id="js-post-{number}" class="js-post"><div class="post-content"><div class="post-body"><p>{said}</p></div>
    <p class="author-line">asked <abbr title="2026-01-{number} 10:00:00+00:00">2026-01-{number} 10:00</abbr> <a href="/users/{number}/">{person}</a></p>
    <div class="js-post-comments"><h5>Comments</h5><div><a>add a comment</a><a>see more comments</a>
    <script>if (!page.data.userCanPostComments) {{ hide('js-add-comment-for-post-{number}-btn'); hide('controls'); }}</script></div></div></div></div>"""


def test_a_posts_own_words_outweigh_what_scripts_say_beside_it() -> None:
    posts = answer(12, "rook", f"magnet:?xt=urn:btih:{HASH}") + "".join(
        answer(n, f"w{n}", "Thanks!") for n in (13, 14, 15)
    )
    head = "<h1><span>Lantern Street</span><button>edit</button></h1>"
    url = f"{HARBOUR}/question/12/lantern-street/"
    reading = read(fetched(html(head + posts, "Lantern Street - Quay"), url))
    assert reading.title == "Lantern Street"
    assert [(one.url, one.posted_by, one.passage.text) for one in reading.listings] == [
        (url, "rook", f"magnet:?xt=urn:btih:{HASH}")
    ]


def test_an_opening_post_repeated_on_further_pages_is_one_listing() -> None:
    posts = answer(12, "rook", f"magnet:?xt=urn:btih:{HASH}") + answer(18, "w18", "Thanks!")
    url = f"{HARBOUR}/question/12/lantern-street/"
    reading = read(
        fetched(html(f"<h1>Lantern Street</h1>{posts}", "Lantern Street"), f"{url}?page=2"), None, Calibration()
    )
    assert [one.url for one in reading.listings] == [url]


def test_a_head_that_repeats_the_title_is_no_ones_words() -> None:
    title = "Lantern Street (2031) 1080p WEB-DL"
    posts = "".join(
        f"""<div class="k{n % 1}"><div><div>{head} <a href="?post={n}#{n}">¶</a></div>
        <p><small>By <a href="/member/profile/{n}/">p{n}</a> on Jan. {n}, 2026, 7:49 p.m.</small></p><div>{said}</div></div></div>"""
        for n, head, said in (
            (11, title, f"magnet:?xt=urn:btih:{HASH}"),
            (12, f"Re: {title}", "Thanks!"),
            (13, f"Re: {title}", "seen it, and it was worth every minute"),
        )
    )
    page = html(f"<h1>{title}</h1><div>{posts}</div>", title)
    said = [one.passage.text for one in read(fetched(page, f"{HARBOUR}/forum/a-1/topic/lantern-street-7/")).listings]
    assert len(said) == 2
    assert HASH in said[0]
    assert "1080p" not in said[1]
