"""Which addresses would answer a challenge, and which only look a little like it."""

import pytest

from crawler.health.challenges import answers, answers_from


@pytest.mark.parametrize(
    ("url", "does"),
    [
        ("http://quay.example/?tok=42", True),
        ("http://quay.example/list?page=2&captcha_token=x", True),
        ("http://quay.example/?g-recaptcha-response=x", True),
        ("http://quay.example/?pow_solution=x", True),
        ("http://quay.example/.within.website/x/cmd/anubis/api/pass-challenge?x=1", True),
        ("http://quay.example/?sid=42&page=3", False),
        ("http://quay.example/verified-uploads/?sort=token-ring", False),
    ],
)
def test_an_address_that_answers_a_challenge_is_told(url: str, does: bool) -> None:
    assert answers(url) is does


@pytest.mark.parametrize(
    ("asked", "refused"),
    [
        ("/?tok=42", True),
        ("/?a=1&captcha_token=x", True),
        ("/cdn-cgi/challenge-platform/h/b/flow", True),
        ("/?x=1", False),
        ("/api?token=42", False),
        ("/?sid=2", False),
        ("/?clearance=1", False),
    ],
)
def test_a_page_may_not_answer_a_challenge_in_its_sites_place(asked: str, refused: bool) -> None:
    """What the page's own address names already is no answer, and data has an address of its own."""
    assert answers_from(f"http://quay.example{asked}", "http://quay.example/?sid=1&clearance=1") is refused
