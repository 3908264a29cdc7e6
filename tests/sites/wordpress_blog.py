"""A real WordPress on a MariaDB of its own: Debian's code in a temporary folder, PHP's built-in server, loopback only."""

import contextlib
import html
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.crawl.folders import free_port
from tests.sites.serving import running
from tests.sites.software import folder, program
from tests.sites.works import Entry

CODE = Path("/usr/share/wordpress")
CONFIGURATION = """<?php
define('DB_NAME', 'wordpress');
define('DB_USER', 'root');
define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:%(socket)s');
define('DB_CHARSET', 'utf8mb4');
define('WP_HOME', '%(home)s');
define('WP_SITEURL', '%(home)s');
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('DISABLE_WP_CRON', true);
define('AUTOMATIC_UPDATER_DISABLED', true);
define('AUTH_KEY', 'of no worth');
$table_prefix = 'wp_';
define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
"""
ROUTER = """<?php
$path = __DIR__ . '/code' . urldecode(parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH));
if (is_file($path)) { return false; }
if (is_dir($path) && is_file(rtrim($path, '/') . '/index.php') && rtrim($path, '/') !== __DIR__ . '/code') { return false; }
chdir(__DIR__ . '/code');
$_SERVER['SCRIPT_NAME'] = '/index.php';
require __DIR__ . '/code/index.php';
"""
FILLING = """<?php
$given = json_decode(stream_get_contents(STDIN), true);
$_SERVER['HTTP_HOST'] = parse_url($given['home'], PHP_URL_HOST) . ':' . parse_url($given['home'], PHP_URL_PORT);
$_SERVER['REQUEST_METHOD'] = 'GET';
$_SERVER['SERVER_PROTOCOL'] = 'HTTP/1.1';
if ($given['install']) { define('WP_INSTALLING', true); }
require __DIR__ . '/code/wp-load.php';
if ($given['install']) {
    require ABSPATH . 'wp-admin/includes/upgrade.php';
    wp_install('Quay Notes', 'quayhand', 'quayhand@blog.example', true, '', 'a long invented password');
    update_option('permalink_structure', '/%postname%/');
    update_option('template', 'twentytwentythree');
    update_option('stylesheet', 'twentytwentythree');
}
wp_set_current_user(1);
$links = [];
foreach ($given['posts'] as $post) {
    $made = wp_insert_post(['post_title' => $post['title'], 'post_content' => $post['html'], 'post_status' => 'publish',
        'post_date' => $post['at'], 'post_date_gmt' => $post['at'], 'post_author' => 1], true);
    if (is_wp_error($made)) { fwrite(STDERR, $made->get_error_message()); exit(1); }
    $links[] = get_permalink($made);
}
flush_rewrite_rules(false);
echo "\\nlinks:", json_encode($links);
"""
LINK = re.compile(r"https?://[^\s<]+")


class WordPressBlog:
    """A blog in a folder; `fill` may be called while it is served."""

    def __init__(self, place: Path) -> None:
        self.php = program("php", "php-cli")
        self.server = program("mariadbd", "mariadb-server")
        self.maker = program("mariadb-install-db", "mariadb-server")
        source = folder(CODE, "wordpress")
        theme = folder(CODE / "wp-content/themes/twentytwentythree", "wordpress-theme-twentytwentythree")
        self.place = place
        place.mkdir()
        shutil.copytree(
            source, place / "code", symlinks=True, ignore=shutil.ignore_patterns(".htaccess", "themes", "wp-config.php")
        )
        shutil.copytree(theme, place / "code/wp-content/themes/twentytwentythree")
        (place / "router.php").write_text(ROUTER)
        (place / "filling.php").write_text(FILLING)
        self.home = f"http://127.0.0.1:{free_port()}"
        self._installed = False

    @contextlib.contextmanager
    def serving(self) -> Iterator[str]:
        """Start the database and the blog until the block ends; gives the base address."""
        # The path of a socket may have 107 bytes, and a test's folder can be longer.
        with tempfile.TemporaryDirectory() as short:
            socket = Path(short, "s")
            (self.place / "code/wp-config.php").write_text(CONFIGURATION % {"socket": socket, "home": self.home})
            with self._database(socket):
                self.fill([])
                with self._pages():
                    yield f"{self.home}/"

    def fill(self, entries: Sequence[Entry]) -> list[str]:
        """Write a post for each entry; their addresses."""
        posts = [
            {"title": entry.title, "html": _html(entry.text), "at": f"{entry.posted_at:%Y-%m-%d %H:%M:%S}"}
            for entry in entries
        ]
        given = json.dumps({"home": self.home, "install": not self._installed, "posts": posts})
        done = subprocess.run(
            [self.php, "-d", "sendmail_path=/bin/true", str(self.place / "filling.php")], input=given, capture_output=True,
            text=True, check=False, timeout=900,
        )  # fmt: skip
        assert done.returncode == 0 and "\nlinks:" in done.stdout, done.stdout + done.stderr
        self._installed = True
        links: list[str] = json.loads(done.stdout.rpartition("\nlinks:")[2])
        return links

    def _database(self, socket: Path) -> contextlib.AbstractContextManager[None]:
        data = self.place / "data"
        person = ["--user=root"] if os.geteuid() == 0 else []
        subprocess.run(
            [self.maker, "--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal", "--skip-test-db", *person],
            check=True, capture_output=True, timeout=900,
        )  # fmt: skip
        (self.place / "first.sql").write_text("CREATE DATABASE IF NOT EXISTS wordpress CHARACTER SET utf8mb4;\n")
        command = [
            self.server, "--no-defaults", f"--datadir={data}", f"--socket={socket}", "--skip-networking", *person,
            f"--init-file={self.place / 'first.sql'}", f"--pid-file={self.place / 'pid'}", "--innodb-buffer-pool-size=32M",
        ]  # fmt: skip
        return running(command, self.place, socket)

    def _pages(self) -> contextlib.AbstractContextManager[None]:
        command = [self.php, "-d", "sendmail_path=/bin/true", "-S", self.home.partition("//")[2], "-t", str(self.place / "code"),
                   str(self.place / "router.php")]  # fmt: skip
        return running(command, self.place, f"{self.home}/wp-json/", {"PHP_CLI_SERVER_WORKERS": "2"})


def _html(text: str) -> str:
    linked = LINK.sub(lambda found: f'<a href="{found[0]}">{found[0]}</a>', html.escape(text))
    return "".join(f"<!-- wp:paragraph --><p>{part}</p><!-- /wp:paragraph -->" for part in linked.split("\n\n"))
