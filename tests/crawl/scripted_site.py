"""An invented share board that exists in its visitors' browsers alone: a shell, a script, and JSON behind it."""

import json
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from crawler.practice.pictures import cover
from crawler.practice.server import Answer, Heard

WORK = "The Glass Orchard of Venn"
_TITLES = (
    "Harbour Lights, all three seasons", f"{WORK} (2019) 1080p", "Paper Lanterns audiobook", "Sourdough for beginners",
    "Night Train to Oulu, subtitles", "A Kettle of Kites, scans",
)  # fmt: skip
_STYLES = "article, li { padding: 4px } h1 { font: bold 22px sans-serif }"

_SCRIPT = """
const root = document.getElementById("root"), options = %(options)s;
const element = (tag, text, more = {}) => Object.assign(document.createElement(tag), {textContent: text}, more);
const ask = async (path) => (await fetch(path)).json();
const at = () => options.hash ? location.hash.slice(1) || "/" : location.pathname;
const to = (path) => (options.hash ? "#" : "") + path;

function row(topic) {
  const item = element("li", "", {className: "topic-row"});
  item.append(element("a", topic.title, {href: to("/topic/" + topic.id), className: "topic-title"}),
              element("span", " by " + topic.author + ", " + topic.replies + " replies, "),
              Object.assign(element("time", topic.posted.slice(0, 10)), {dateTime: topic.posted}));
  return item;
}

async function list() {
  const list = element("ul", "", {className: "topics"});
  const page = await ask("/api/topics?page=1");
  list.append(...page.topics.map(row));
  root.replaceChildren(element("h1", "Latest shares"), list);
  if (options.grows) {
    const end = root.appendChild(element("div", ""));
    end.style.marginTop = "3000px";
    new IntersectionObserver(async (seen) => {
      if (seen.some((one) => one.isIntersecting)) list.append(...(await ask("/api/topics?page=2")).topics.map(row));
    }).observe(end);
  }
}

async function topic(id) {
  const found = await ask("/api/topics/" + id), post = element("article", "", {className: "post", id: "post-1"});
  const link = element("a", found.link, {href: found.link});
  post.append(element("div", found.author, {className: "author"}),
              Object.assign(element("time", found.posted), {dateTime: found.posted}),
              element("div", found.text, {className: "content"}), new Image());
  post.querySelector("img").src = "/cover.png";
  post.querySelector(".content").append(document.createElement("br"), link, element("span", " code: " + found.code));
  root.replaceChildren(element("h1", found.title), post);
}

async function show() {
  if (options.posts) fetch("/api/seen", {method: "POST", body: "{}"}).catch(() => {});
  if (options.calls) fetch(options.calls).then((answer) => answer.text()).then((text) => root.append(text), () => {});
  if (options.waits) await new Promise((done) => setTimeout(done, options.waits));
  const found = at().match(/^\\/topic\\/(\\d+)/);
  await (found ? topic(found[1]) : list());
  if (options.restless && !found) {
    setInterval(() => root.append(element("i", ".")), 50);
    setInterval(() => { fetch("/api/ping?at=" + root.children.length); }, 400);
  }
}
show();
"""


@dataclass
class ScriptedSite:
    """Answers like such a board; what it does besides is chosen by `options` (see the script)."""

    options: dict[str, object] = field(default_factory=dict)
    head: str = ""
    title: str = "Lantern Share"
    shell: str = '<div id="root"></div><noscript>You need to enable JavaScript to run this app.</noscript>'
    broken: bool = False
    """The interface answers with errors."""
    served: bool = False
    """Its pages come whole from the server, without a script."""
    titles: list[str] = field(default_factory=lambda: list(_TITLES))
    asked: list[str] = field(default_factory=list)
    """Method and path of every request."""

    def __call__(self, heard: Heard) -> Answer:
        self.asked.append(f"{heard.method} {heard.path}")
        parts = urlsplit(heard.path)
        if parts.path == "/robots.txt":
            return Answer(404)
        if parts.path.startswith("/api/"):
            return Answer(500) if self.broken else self._interface(parts.path, parse_qs(parts.query))
        if parts.path == "/app.js":
            return Answer(200, (_SCRIPT % {"options": json.dumps(self.options)}).encode(), "text/javascript")
        if parts.path == "/cover.png":
            return Answer(200, cover("Venn"), "image/png")
        if parts.path == "/app.css":
            return Answer(200, _STYLES.encode(), "text/css")
        if parts.path == "/feed.xml":
            entry = f"<item><title>{WORK}</title><link>/topic/2</link><pubDate>Mon, 02 Mar 2026 08:00:00 GMT</pubDate></item>"
            feed = (
                f'<?xml version="1.0"?><rss version="2.0"><channel><title>{self.title}</title>{entry}</channel></rss>'
            )
            return Answer(200, feed.encode(), "application/rss+xml")
        if self.served:
            return self._whole(parts.path)
        body = (
            f"<!doctype html><html><head><meta charset=utf-8><title>{self.title}</title>{self.head}"
            f'<link rel=stylesheet href="/app.css"></head><body>{self.shell}<script type=module src="/app.js"></script></body></html>'
        )
        tag = '"shell-1"'
        if heard.header("if-none-match") == tag:
            return Answer(304, headers=(("ETag", tag),))
        return Answer(200, body.encode(), headers=(("ETag", tag),))

    def _whole(self, path: str) -> Answer:
        """The same pages as the script makes, for every reader."""
        number = path.rpartition("/")[2]
        if path.startswith("/topic/") and number.isdigit() and 0 < int(number) <= len(self.titles):
            one = self._topic(int(number) - 1)
            body = (
                f'<h1>{one["title"]}</h1><article class="post" id="post-1"><div class="author">{one["author"]}</div>'
                f'<time datetime="{one["posted"]}">{one["posted"]}</time><div class="content">{one["text"]}<br>'
                f'<a href="{one["link"]}">{one["link"]}</a> code: {one["code"]}</div></article>'
            )
        elif path == "/":
            rows = [self._topic(index) for index in range(len(self.titles))]
            body = (
                "<h1>Latest shares</h1><ul>"
                + "".join(
                    f'<li class="topic-row"><a class="topic-title" href="/topic/{one["id"]}">{one["title"]}</a> by '
                    f'{one["author"]}, {one["replies"]} replies, <time datetime="{one["posted"]}">{one["posted"]}</time></li>'
                    for one in rows
                )
                + "</ul>"
            )
        else:
            return Answer(404)
        return Answer(200, f"<!doctype html><title>{self.title}</title>{body}".encode())

    def _interface(self, path: str, query: dict[str, list[str]]) -> Answer:
        if path == "/api/topics":
            per_page = 4 if self.options.get("grows") else 100
            start = (int(query["page"][0]) - 1) * per_page
            found = [self._topic(n) for n in range(start, min(start + per_page, len(self.titles)))]
            return _json({"topics": found})
        number = path.rpartition("/")[2]
        if path.startswith("/api/topics/") and number.isdigit() and 0 < int(number) <= len(self.titles):
            return _json(self._topic(int(number) - 1))
        return _json({"ok": True})

    def _topic(self, index: int) -> dict[str, object]:
        number, title = index + 1, self.titles[index]
        return {
            "id": number, "title": title, "author": f"venn{number}", "replies": number,
            "posted": f"2026-03-{number:02}T08:00:00Z",
            "text": f"{title}, full copy, works on every player. Download here, unpack with the code below. Enjoy!",
            "link": f"https://pan.baidu.com/s/1Lantern{number:02}VennShare", "code": f"v{number}x{number}",
        }  # fmt: skip


def _json(value: object) -> Answer:
    return Answer(200, json.dumps(value).encode(), "application/json")
