"""works test, works policy: why a text is a hit or not, and how far a work's matches are trusted."""

import json
from pathlib import Path

import pytest

from tests.cli.seeding import seed
from tests.cli.titlewatch import Shell

AT = ("--workspace", "W")
OFFER = "The Salt Lantern (2024) 1080p\nmagnet:?xt=urn:btih:a0b1c2d3e4a0b1c2d3e4a0b1c2d3e4a0b1c2d3e4"


@pytest.fixture
def watched(shell: Shell, workspace: Path) -> Shell:
    """A workspace that watches five works."""
    (shell.folder / "a.csv").write_text(
        "id,title,kind,year,creators\nsalt,The Salt Lantern,film,2024,Ines Farrow\nit,It,film,1990,\n"
        "ferry,渡口空无一人,电影,2023,沈未眠\nport,渡口,图书,,\nheron,The Longest Heron Road,book,2011,\n"
    )
    shell("works", "import", "a.csv", *AT)
    return shell


def test_a_hit_shows_each_reason_at_its_place(watched: Shell) -> None:
    out = watched("works", "test", OFFER, *AT).out
    assert "A HIT" in out
    lines = out.splitlines()
    at = next(n for n, line in enumerate(lines) if line.endswith("^" * 16))
    assert lines[at - 1].strip() == "The Salt Lantern (2024) 1080p"
    assert lines[at].index("^") == lines[at - 1].index("The Salt Lantern")
    (answer,) = watched("works", "test", OFFER, "--json", *AT).objects
    assert (answer["work"], answer["verdict"]) == ("salt", "hit")
    quoted = [reason for reason in answer["reasons"] if reason["quote"] is not None]
    assert quoted
    for reason in quoted:
        assert OFFER[slice(*reason["span"])] == reason["quote"]
        assert OFFER.splitlines()[reason["place"][0] - 1][reason["place"][1] - 1 :].startswith(reason["quote"])
    assert all(reason["text"] and reason["text_zh"] != reason["text"] for reason in answer["reasons"])


def test_chinese_marks_stand_under_wide_characters(watched: Shell) -> None:
    out = watched("works", "test", "大家好，《渡口空无一人》 1080P 网盘资源", "--lang", "zh", *AT).out
    marks = next(line for line in out.splitlines() if line.endswith("^" * 12))
    assert marks.index("^") == 12 + 2 * 5
    assert "命中" in out
    assert "侵权" not in out


def test_what_would_decide_does(watched: Shell) -> None:
    text = "It 1080p\nmagnet:?xt=urn:btih:a0b1c2d3e4a0b1c2d3e4a0b1c2d3e4a0b1c2d3e4"
    (answer,) = watched("works", "test", text, "--work", "it", "--json", *AT).objects
    assert answer["verdict"] in ("review", "below")
    (year,) = [one for one in answer["would_decide"] if one["add"] == ["year"]]
    (better,) = watched("works", "test", text.replace("It", "It (1990)"), "--work", "it", "--json", *AT).objects
    assert (better["verdict"], better["score"]) == ("hit", year["score"])
    out = watched("works", "test", text, "--work", "it", "--lang", "both", *AT).out
    assert "the year 1990 beside the title" in out and "作品名旁的年份 1990" in out
    assert "has no people for it" in out


def test_what_is_not_found_says_what_was_looked_for(watched: Shell) -> None:
    out = watched("works", "test", "The Longest Hero Rode, free epub", "--work", "heron", *AT).out
    assert "NOT FOUND" in out
    assert "the longest heron road" in out
    assert "“The Longest Hero Rode”" in out
    out = watched("works", "test", "渡口早就没有人了", "--work", "ferry", "--lang", "zh", *AT).out
    assert "du kou kong wu yi ren" in out and "拼音" in out
    out = watched("works", "test", "I read it on the train, then slept.", "--work", "it", *AT).out
    assert "words among other words" in out and "^^" in out
    out = watched("works", "test", "Good evening.\nNothing here.", *AT).out
    assert "No watched title stands in this text" in out
    assert "watched works 5" in out and "lines 2" in out


def test_a_title_inside_a_longer_one_is_told(watched: Shell) -> None:
    out = watched("works", "test", "渡口空无一人 网盘资源", "--work", "port", *AT).out
    assert "NOT A HIT" in out
    assert "longer" in out and "“渡口空无一人”" in out


def test_texts_come_from_files_and_from_standard_input(watched: Shell) -> None:
    (watched.folder / "post.txt").write_bytes("渡口空无一人 1080P 网盘资源 下载".encode("gb18030"))
    assert watched("works", "test", "--file", "post.txt", "--json", *AT).objects[0]["work"] == "ferry"
    assert watched("works", "test", "-", "--json", *AT, stdin=OFFER).objects[0]["work"] == "salt"
    assert "--file" in watched("works", "test", *AT, code=2).error
    assert "cannot be read" in watched("works", "test", "--file", "none.txt", *AT, code=2).error
    assert "no text" in watched("works", "test", " ", *AT, code=2).error
    assert "did you mean heron?" in watched("works", "test", "x", "--work", "herno", *AT, code=2).error


def test_policies_decide_what_a_hit_needs(watched: Shell) -> None:
    bare = OFFER.replace(" (2024)", "")

    def verdict(text: str) -> tuple[str, set[str]]:
        (answer,) = watched("works", "test", text, "--work", "salt", "--json", *AT).objects
        return answer["verdict"], {reason["rule"] for reason in answer["reasons"]}

    assert verdict(bare)[0] == "hit"
    watched("works", "policy", "salt", "strict", "--by", "Li Si", "--note", "sells everywhere", *AT)
    assert verdict(OFFER)[0] == "hit"
    assert verdict(bare)[0] == "review" and "policy-strict" in verdict(bare)[1]
    watched("works", "policy", "salt", "heron", "review", *AT)
    assert verdict(OFFER)[0] == "review" and "policy-review" in verdict(OFFER)[1]
    watched("works", "policy", "salt", "off", *AT)
    assert verdict(OFFER) == ("off", set())
    rows = {row["id"]: row for row in watched("works", "list", "--json", *AT).objects}
    assert (rows["salt"]["policy"], rows["heron"]["policy"], rows["it"]["policy"]) == ("off", "review", "default")
    watched("works", "export", "out.csv", *AT)
    assert "0 added, 0 changed, 5 unchanged" in watched("works", "import", "out.csv", *AT).out
    entries = [e for e in watched("ledger", "--json", *AT).objects if e.get("act") == "policy"]
    assert [(e["works"], e["policy"], e["changed"]) for e in entries] == [
        (["salt"], "strict", 1), (["heron", "salt"], "review", 2), (["salt"], "off", 1),
    ]  # fmt: skip
    assert entries[0]["by"] == "Li Si" and "sells everywhere" not in json.dumps(entries)


def test_a_policy_that_cannot_be_set(watched: Shell) -> None:
    assert "did you mean “strict”?" in watched("works", "policy", "salt", "stict", *AT, code=2).error
    assert "nothing was changed" in watched("works", "policy", "salt", "nobody", "strict", *AT, code=2).error
    assert {row["policy"] for row in watched("works", "list", "--json", *AT).objects} == {"default"}


def test_a_case_for_match_may_carry_a_policy(shell: Shell) -> None:
    work = {"id": "salt", "title": "The Salt Lantern", "year": 2024}
    cases = [{"id": n, "text": OFFER.replace(" (2024)", ""), "watchlist": [{**work, "policy": policy}]}
             for n, policy in enumerate(("default", "strict", "off", "unheard-of"))]  # fmt: skip
    answers = shell("match", "--json", stdin="".join(json.dumps(case) + "\n" for case in cases)).objects
    assert [answer["match"] for answer in answers] == ["salt", None, None, "salt"]
    assert answers[1]["score"] < 0.5


def test_ids_may_be_cut_short(watched: Shell) -> None:
    added = watched("works", "add", "Home", "--id", "heron-tern", "--policy", "复核", *AT)
    assert added.out == "heron-tern\n"
    assert "Risk high" in added.err and "Its policy is review" in added.err
    watched("works", "policy", "ferr", "off", *AT)
    watched("works", "policy", "heron", "off", *AT)
    rows = {row["id"]: row["policy"] for row in watched("works", "list", "--json", *AT).objects}
    assert rows["heron-tern"] == "review"
    off = {row["id"] for row in watched("works", "list", "--json", *AT).objects if row["policy"] == "off"}
    assert off == {"ferry", "heron"}
    assert "several works begin so" in watched("works", "policy", "hero", "off", *AT, code=2).error


def test_a_hit_may_be_named_by_its_beginning(shell: Shell, workspace: Path) -> None:
    first, *others = seed(workspace)
    short = next(first[:n] for n in range(6, 27) if not any(other.startswith(first[:n]) for other in others))
    shell("decide", short.lower(), "--verdict", "unclear", "--by", "Li Si", *AT)
    decided = shell("hits", "--status", "unclear", "--json", *AT).objects
    assert [hit["hit_id"] for hit in decided] == [first]
    assert "several hits begin so" in shell("decide", first[:6], "--verdict", "unclear", "--by", "X", *AT, code=2).error
    assert "no such hit" in shell("decide", "01NOSUCH", "--verdict", "unclear", "--by", "X", *AT, code=2).error


def test_a_title_without_an_offer_is_told_from_words_among_others(watched: Shell) -> None:
    review = watched("works", "test", "《渡口空无一人》 (2023)，看完很安静", "--lang", "both", *AT).out
    assert "nothing there offers a copy: no link, no price" in review and "没有任何提供复制件的内容" in review
    assert "among other words" not in review


def test_a_licence_that_is_over_is_noted_and_a_score_is_never_shown_as_the_limit_it_misses(
    watched: Shell, workspace: Path
) -> None:
    from crawler.cli.explaining import _two

    watched(
        "works", "add", "Kelp and Candle", "--id", "kelp", "--licensed-domain", "shop.kelp.example (..2024-12-31)", *AT
    )
    text = "Kelp and Candle full film https://shop.kelp.example/1 https://pan.quark.cn/s/abc123def"
    out = watched("works", "test", text, *AT).out
    assert "+0.00" in out.partition("noted, and counts nothing:")[2]
    assert "+0.00" not in out.partition("noted, and counts nothing:")[0]
    assert (_two(0.1978, 0.2, 0.5), _two(0.4, 0.2, 0.5), _two(0.2, 0.2, 0.5)) == ("0.1978", "0.40", "0.20")
