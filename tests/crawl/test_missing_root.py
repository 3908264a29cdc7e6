"""A forum that lies beside a root which is missing: found without needless questions, and visited again for its lists alone."""

from pathlib import Path

from crawler.practice.server import Answer, Heard, LoopbackServer
from tests.cli.titlewatch import Shell

AT = ("--workspace", "W")
WISHES = ("network.allow_private=true", "crawl.delay=0", "browser.capture=false", "browser.render=false")


def test_a_missing_root_costs_one_question_and_no_canary(tmp_path: Path) -> None:
    asked: list[str] = []

    def answer(heard: Heard) -> Answer:
        asked.append(heard.path)
        rows = "".join(f'<tr><td><a class="title" href="/topic/{n}">Walk number {n}</a></td></tr>' for n in range(1, 8))
        if heard.path == "/index.php":
            return Answer(
                200, f'<title>Quay</title><div id="wrap"><table class="forumline">{rows}</table></div>'.encode()
            )
        if heard.path.startswith("/topic/"):
            link = "https://boxes.example/f/0a1b2c3d4e5f.rar"
            body = f'<h1>Walk {heard.path[7:]}</h1><div class="post"><p>Free download: <a href="{link}">{link}</a></p></div>'
            return Answer(200, f"<title>Walk {heard.path[7:]}</title>{body}".encode())
        return Answer(404, b"<title>Not Found</title><h1>Not Found</h1><hr><address>a server</address>")

    shell = Shell(tmp_path)
    shell("init", "W", *(word for wish in WISHES for word in ("--set", wish)))
    shell("works", "add", "The Heron Ledger", *AT)
    with LoopbackServer("quay", answer, None) as server:
        shell("sites", "add", server.url, "--id", "quay", *AT)
        shell("crawl", *AT)
        assert asked[:3] == ["/robots.txt", "/", "/index.php"] and len(asked) == 10
        asked.clear()
        shell("crawl", *AT)
        assert set(asked) <= {"/", "/index.php"}
