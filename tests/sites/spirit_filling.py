"""Runs inside a Spirit project: writes the topics and replies that stand on stdin as JSON; prints the topics' paths."""

import json
import sys
from datetime import datetime

import django

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from django.utils import timezone  # noqa: E402
from spirit.category.models import Category  # noqa: E402
from spirit.comment.models import Comment  # noqa: E402
from spirit.core.utils.markdown import Markdown  # noqa: E402
from spirit.topic.models import Topic  # noqa: E402

BOARDS = ("Films and series", "Books", "Everything else")
given = json.load(sys.stdin)
member, _ = get_user_model().objects.get_or_create(username="quayhand", email="quayhand@forum.example")
boards = [Category.objects.get_or_create(title=title)[0] for title in BOARDS]
paths = []
for row in given.get("topics", ()):
    at = datetime.fromisoformat(row["at"])
    topic = Topic.objects.create(
        user=member, category=boards[row["board"]], title=row["title"], date=at, last_active=at, comment_count=1
    )
    Comment.objects.create(
        user=member, topic=topic, comment=row["text"], comment_html=Markdown().render(row["text"]), date=at
    )
    paths.append(topic.get_absolute_url())
for row in given.get("replies", ()):
    topic = Topic.objects.get(pk=row["topic"])
    Comment.objects.create(
        user=member, topic=topic, comment=row["text"], comment_html=Markdown().render(row["text"]), date=timezone.now()
    )
    topic.increase_comment_count()
print(json.dumps(paths))
