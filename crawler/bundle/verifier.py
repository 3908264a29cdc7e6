"""The verifier written as one file that runs without titlewatch (a zipapp, PEP 441), the same bytes each time."""

import ast
import hashlib
import io
import os
from collections.abc import Iterator
from pathlib import Path

import crawler
from crawler.bundle.archive import write_stored
from crawler.errors import StorageError

ENTRANCE = "crawler.bundle.alone"
ALSO = ("crawler.bundle.check.run", "crawler.evidence.verify")
WORDING = "crawler/wording/verify.toml"
MAIN = b"import sys\n\nfrom crawler.bundle.alone import main\n\nsys.exit(main())\n"
SHEBANG = b"#!/usr/bin/env python3\n"


def modules() -> dict[str, Path]:
    """Every module of ours that the verifier needs, by its path in the program: those that it imports, and no other."""
    home = Path(crawler.__file__).parent.parent
    found: dict[str, Path] = {}
    waiting = [ENTRANCE, *ALSO]
    while waiting:
        name = waiting.pop()
        path = _source(home, name)
        if path is None or path.relative_to(home).as_posix() in found:
            continue
        found[path.relative_to(home).as_posix()] = path
        package = name if path.name == "__init__.py" else name.rpartition(".")[0]
        waiting += [package, *_imports(path)]
    return dict(sorted(found.items()))


def _source(home: Path, name: str) -> Path | None:
    if name.split(".")[0] != "crawler":
        return None
    stem = home.joinpath(*name.split("."))
    return next((path for path in (stem.with_suffix(".py"), stem / "__init__.py") if path.is_file()), None)


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def program() -> bytes:
    """The bytes of the program."""
    home = Path(crawler.__file__).parent.parent
    files: list[tuple[str, Path | bytes]] = [(name, path.read_bytes()) for name, path in modules().items()]
    files += [("__main__.py", MAIN), (WORDING, (home / WORDING).read_bytes())]
    target = io.BytesIO()
    write_stored(target, sorted(files, key=lambda file: file[0]))
    return SHEBANG + target.getvalue()


def write(path: Path) -> str:
    """Write the program and return its SHA-256. Raises StorageError."""
    data = program()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(data)
            os.fchmod(file.fileno(), 0o755)
    except FileExistsError:
        raise StorageError("there is a file already", str(path), "name another, or take it away") from None
    except OSError as error:
        raise StorageError(
            f"cannot write ({error.strerror})", str(path), "free space or mend the permissions"
        ) from error
    return hashlib.sha256(data).hexdigest()
