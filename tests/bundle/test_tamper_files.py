"""Files taken away, slipped in, exchanged for links, and named so that some system reads them otherwise."""

import os
import shutil
import socket
import stat
from pathlib import Path

import pytest

from crawler.bundle import layout
from tests.bundle.conftest import Fresh, Made
from tests.bundle.forger import SEGMENT, both, delete, exhibit, insert, swap
from tests.bundle.tampering import SHELLS, Tampering, hold, hold_script

PAGE = exhibit(1, "page.html")


def link(bundle: Path) -> None:
    shutil.move(bundle / PAGE, bundle.parent / "aside.html")
    (bundle / PAGE).symlink_to(bundle.parent / "aside.html")


def link_inside(bundle: Path) -> None:
    (bundle / PAGE).unlink()
    (bundle / PAGE).symlink_to(Path("..") / "01JEXH00000000000000000000" / "page.html")


def cyclic_link(bundle: Path) -> None:
    (bundle / "data/loop").symlink_to(bundle / "data")


def link_to_itself(bundle: Path) -> None:
    (bundle / PAGE).unlink()
    (bundle / PAGE).symlink_to("page.html")


def link_to_the_world(bundle: Path) -> None:
    (bundle / "data/extra").symlink_to("/")


def folder_as_link(bundle: Path) -> None:
    shutil.move(bundle / exhibit(1), bundle.parent / "aside")
    (bundle / exhibit(1)).symlink_to(bundle.parent / "aside")


def hard_link(bundle: Path) -> None:
    (bundle / "data/copy.html").hardlink_to(bundle / PAGE)


def pipe(bundle: Path) -> None:
    (bundle / PAGE).unlink()
    os.mkfifo(bundle / PAGE)


def extra_pipe(bundle: Path) -> None:
    os.mkfifo(bundle / "data/pipe")


def door(bundle: Path) -> None:
    here = Path.cwd()
    os.chdir(bundle / "data")  # The name of a socket is at most 108 bytes long.
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind("door")
    finally:
        os.chdir(here)


def device(bundle: Path) -> None:
    (bundle / PAGE).unlink()
    try:
        os.mknod(bundle / PAGE, 0o666 | stat.S_IFCHR, os.makedev(1, 5))
    except PermissionError:
        pytest.skip("making a device needs root")


def folder_in_its_place(bundle: Path) -> None:
    (bundle / PAGE).unlink()
    (bundle / PAGE).mkdir()


def empty_folder(bundle: Path) -> None:
    (bundle / "data/empty").mkdir()


def deep_folders(bundle: Path) -> None:
    deep = bundle / "data" / "/".join("d" * 12)
    deep.mkdir(parents=True)
    (deep / "file").write_bytes(b"deep")


def upper_folder(bundle: Path) -> None:
    (bundle / "data/Captures").mkdir()
    (bundle / "data/Captures/page.html").write_bytes(b"clash")


def normal_forms(bundle: Path) -> None:
    for name in ("data/caf\u00e9.txt", "data/cafe\u0301.txt"):
        (bundle / name).write_bytes(b"two names, one look")


def newline(bundle: Path) -> None:
    (bundle / "data/one\nFAILED  two").write_bytes(b"two lines")


def hidden_tree(bundle: Path) -> None:
    (bundle / ".git").mkdir()
    (bundle / ".git/config").write_bytes(b"[core]")


TABLE = {
    "payload file deleted": Tampering(delete(PAGE), PAGE, PAGE),
    "tag file deleted": Tampering(delete("README-zh.md"), "README-zh.md", "README-zh.md"),
    "signature deleted": Tampering(delete(layout.SIGNATURE), layout.SIGNATURE, layout.SIGNATURE),
    "key deleted": Tampering(delete(layout.PUBLIC_KEY), layout.PUBLIC_KEY, layout.PUBLIC_KEY),
    "stamp's reply deleted": Tampering(delete("timestamps/practice.tsr"), "timestamps/practice.tsr"),
    "all stamps deleted": Tampering(lambda bundle: shutil.rmtree(bundle / "timestamps"), "timestamps/practice"),
    "proofs of an exhibit deleted": Tampering(delete("data/log/inclusion/01JEXH00000000000000000001.json"),
                                              "inclusion/01JEXH00000000000000000001.json", "01JEXH00000000000000000001.json"),
    "consistency deleted": Tampering(delete(layout.CONSISTENCY), layout.CONSISTENCY, layout.CONSISTENCY),
    "form deleted": Tampering(delete("data/forms/cn-qingdan.csv"), "cn-qingdan.csv"),
    "all forms deleted": Tampering(lambda bundle: shutil.rmtree(bundle / "data/forms"), "data/forms", "data/forms"),
    "report deleted": Tampering(delete(layout.HTML_REPORT), layout.HTML_REPORT, layout.HTML_REPORT),
    "exhibit's folder deleted": Tampering(lambda bundle: shutil.rmtree(bundle / exhibit(1)), exhibit(1), exhibit(1)),
    "segment deleted": Tampering(delete(SEGMENT), SEGMENT, SEGMENT),
    "tag manifests deleted": Tampering(both(*(delete(name) for name in layout.TAG_MANIFESTS)), "tagmanifest-sha256.txt", reforgeable=False),
    "payload file inserted": Tampering(insert(exhibit(1, "extra.html")), "extra.html", "extra.html"),
    "payload folder inserted": Tampering(insert("data/more/file.html"), "data/more/file.html", "data/more"),
    "tag file inserted": Tampering(insert("notes.txt"), "notes.txt", "notes.txt"),
    "hidden file inserted": Tampering(insert("data/.hidden"), "data/.hidden", "data/.hidden"),
    "hidden folder inserted": Tampering(hidden_tree, ".git", ".git"),
    "back-up of a file inserted": Tampering(insert("data/case.json~"), "case.json~", "case.json~"),
    "file beside the signature": Tampering(insert("signatures/other.txt"), "signatures/other.txt", "signatures/other.txt"),
    "second key beside the key": Tampering(insert("signatures/signer2.pub.pem"), "signer2.pub.pem", "signer2.pub.pem"),
    "stamp of a stranger": Tampering(insert("timestamps/stranger.tsr"), "stranger.tsr"),
    "folder among the stamps": Tampering(insert("timestamps/practice/x.tsr"), "timestamps/practice/x.tsr", "timestamps/practice/x.tsr"),
    "fetch.txt": Tampering(insert("fetch.txt", b"http://evil.example/x 1 data/x\n"), "fetch.txt", "fetch.txt"),
    "link to a file outside": Tampering(link, PAGE, PAGE),
    "link to a file inside": Tampering(link_inside, PAGE, PAGE),
    "link to itself": Tampering(link_to_itself, PAGE, PAGE),
    "link to a folder outside": Tampering(link_to_the_world, "data/extra", "data/extra"),
    "link in a circle": Tampering(cyclic_link, "data/loop", "data/loop"),
    "folder exchanged for a link": Tampering(folder_as_link, exhibit(1), exhibit(1)),
    "hard link under another name": Tampering(hard_link, "data/copy.html", "data/copy.html"),
    "pipe in a file's place": Tampering(pipe, PAGE, PAGE),
    "pipe": Tampering(extra_pipe, "data/pipe", "data/pipe"),
    "socket": Tampering(door, "data/door", "data/door"),
    "device in a file's place": Tampering(device, PAGE, PAGE),
    "folder in a file's place": Tampering(folder_in_its_place, PAGE, PAGE),
    "empty folder": Tampering(empty_folder, "data/empty", "data/empty"),
    "folders nested too deep": Tampering(deep_folders, "data/d/d", "data/d/d"),
    "names that differ in case": Tampering(insert("data/Case.json"), "data/Case.json", "ase.json"),
    "folders that differ in case": Tampering(upper_folder, "data/Captures", "aptures"),
    "names that differ in normal form": Tampering(normal_forms, "data/caf", "data/caf"),
    "name not ASCII": Tampering(insert("data/证据.txt"), "data/\\u8bc1", "data/\\u8bc1"),
    "name not UTF-8": Tampering(insert(b"data/\xff\xfe.txt"), "data/", "data/"),
    "name with a space": Tampering(insert("data/a name.txt"), "data/a name.txt", "data/a name.txt"),
    "name with a line feed": Tampering(newline, "data/one\\n", "data/one\\n"),
    "name with terminal codes": Tampering(insert("data/\x1b[2Jx"), "data/\\x1b[2Jx", "data/\\x1b[2Jx"),
    "name with a direction override": Tampering(insert("data/\u202efdp.exe"), "data/\\u202e", "data/\\u202e"),
    "name that Windows reserves": Tampering(insert(exhibit(1, "CON.html")), "CON.html", "CON.html"),
    "name with a dot at its end": Tampering(insert("data/case.json."), "data/case.json.", "data/case.json."),
    "name with a space at its end": Tampering(insert("data/case.json "), "data/case.json ", "data/case.json "),
    "name with a backslash": Tampering(insert("data\\case.json"), "data\\\\case.json", "data\\\\case.json"),
    "name with a colon": Tampering(insert("data/case.json:stream"), "case.json:stream", "case.json:stream"),
    "name that begins with a dash": Tampering(insert("-rf"), "-rf", "-rf"),
    "name that is too long": Tampering(insert("data/" + "n" * 240), "n" * 240, "n" * 240),
    "pages of two exhibits exchanged": Tampering(swap(exhibit(0, "page.html"), exhibit(1, "page.html")), exhibit(1, "page.html"), exhibit(1, "page.html")),
    "folders of two exhibits exchanged": Tampering(swap(exhibit(0), exhibit(1)), exhibit(1), exhibit(1)),
    "report exchanged for a form": Tampering(swap(layout.HTML_REPORT, "data/forms/custody-receipt.html"), layout.HTML_REPORT),
    "proofs exchanged": Tampering(swap("data/log/inclusion/01JEXH00000000000000000000.json", "data/log/inclusion/01JEXH00000000000000000001.json"),
                                  "01JEXH00000000000000000001.json", "01JEXH00000000000000000001.json"),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLE)
def test_it_is_found_and_named(made: Made, copy: Fresh, name: str) -> None:
    hold(TABLE[name], copy(), made)


BY_SCRIPT = [name for number, name in enumerate(TABLE) if number % 3 == 0 or "name" in name or "stamp" in name]


@pytest.mark.parametrize("name", BY_SCRIPT)
def test_the_script_finds_it(made: Made, copy: Fresh, name: str) -> None:
    hold_script(TABLE[name], copy(), made)


@pytest.mark.parametrize("shell", SHELLS[1:])
@pytest.mark.parametrize(
    "name", ("link to a file outside", "name with a line feed", "stamp of a stranger", "fetch.txt")
)
def test_the_script_finds_it_in_other_shells(made: Made, copy: Fresh, name: str, shell: str) -> None:
    hold_script(TABLE[name], copy(), made, shell)
