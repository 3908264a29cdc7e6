"""Every reason that the verifiers can give is known in Chinese: collected from their source, not from what tests meet."""

import ast
import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.bundle.check.telling import why_zh
from crawler.bundle.verifier import modules
from crawler.evidence import revocation, verify
from crawler.wording import topic

SAMPLE = "7"
"""What stands where a reason has something filled in."""
RAISED = {"VerificationError", "TimestampError"}
YIELDED = {"_wrong": 2}
"""Functions that yield tuples: which of the members is a reason."""
RETURNED = {"confirm", "undecodable", "beyond", "has_lists"}
"""Functions that return a reason."""
Scope = dict[str, list[ast.expr]]


def sources() -> list[Path]:
    """The modules of the stand-alone verifier, and those that check a workspace."""
    beside = Path(verify.__file__).parent.glob("verify*.py")
    return sorted({*(path for path in modules().values() if path.suffix == ".py"), *beside})


def assigned(node: ast.AST) -> Scope:
    """What is assigned to each name somewhere within."""
    found: Scope = {}
    for one in ast.walk(node):
        if isinstance(one, ast.Assign):
            for target in one.targets:
                pairs = [(target, one.value)]
                if isinstance(target, ast.Tuple) and isinstance(one.value, ast.Tuple):
                    pairs = list(zip(target.elts, one.value.elts, strict=True))
                for name, value in pairs:
                    if isinstance(name, ast.Name):
                        found.setdefault(name.id, []).append(value)
    return found


def texts(node: ast.expr | None, scope: Scope, depth: int = 0) -> list[str]:
    """What an expression can be, where that can be read off the source; nothing where it cannot."""
    if depth > 6:
        return []
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else []
    if isinstance(node, ast.Name):
        return [text for value in scope.get(node.id, ()) for text in texts(value, scope, depth + 1)]
    if isinstance(node, ast.IfExp):
        return texts(node.body, scope, depth + 1) + texts(node.orelse, scope, depth + 1)
    if isinstance(node, ast.BoolOp):
        return [text for value in node.values for text in texts(value, scope, depth + 1)]
    if isinstance(node, ast.JoinedStr):
        pieces = [
            texts(piece.value, scope, depth + 1) or [SAMPLE]
            if isinstance(piece, ast.FormattedValue)
            else texts(piece, scope)
            for piece in node.values
        ]
        return ["".join(chosen) for chosen in itertools.product(*pieces)]
    return []


def reasons(path: Path) -> Iterator[tuple[int, str]]:
    """Every reason in a module, with its line."""
    module = ast.parse(path.read_text())
    constants = {
        name: values for statement in module.body for name, values in assigned(statement).items() if name.isupper()
    }
    functions = [node for node in ast.walk(module) if isinstance(node, ast.FunctionDef)]
    for function in functions:
        scope = constants | assigned(function)
        for node in ast.walk(function):
            found: ast.expr | None = None
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                if node.func.id == "Finding":
                    found = node.args[5] if len(node.args) > 5 else None
                elif node.func.id in RAISED and node.args:
                    found = node.args[0]
            elif isinstance(node, ast.Yield) and function.name in YIELDED and isinstance(node.value, ast.Tuple):
                found = node.value.elts[YIELDED[function.name]]
            elif isinstance(node, ast.Return) and function.name in RETURNED:
                found = node.value
            for text in texts(found, scope):
                yield node.lineno, text  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", sources(), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_reason_is_known_in_chinese(path: Path) -> None:
    missing = sorted({(line, text) for line, text in reasons(path) if text and not why_zh(text)})
    assert missing == []


def test_the_reasons_are_found_in_the_source() -> None:
    """The collector itself: it reads the reasons that a bundle's own verifier is known to give."""
    found = {text for path in sources() for _, text in reasons(path)}
    assert len(found) > 300
    assert {
        "not the file that was listed",
        "the chain is broken: lines are missing, added or moved",
        "the key that was given",
    } <= found


def checks(path: Path) -> set[str]:
    """The checks that a module names outright."""
    calls = (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))
    made = (call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "Finding" and call.args)
    return {text for call in made for text in texts(call.args[0], {})}


def test_every_check_has_a_name_in_chinese() -> None:
    """A check that is called after a file keeps that name."""
    named = {name for path in sources() for name in checks(path) if "." not in name}
    assert len(named) > 40
    assert named - topic("verify")["check"].keys() == set()


def test_why_revocation_was_not_checked_is_said_in_chinese() -> None:
    assert (
        why_zh("revocation not checked: no revocation list beside the stamp")
        == "吊销状态：未校验：时间戳旁没有吊销列表"
    )
    source = Path(revocation.__file__)
    functions = {"_out_of_scope", "_untimely"}
    returned = [
        text
        for function in ast.walk(ast.parse(source.read_text()))
        if isinstance(function, ast.FunctionDef) and function.name in functions
        for node in ast.walk(function)
        if isinstance(node, ast.Return)
        for text in texts(node.value, {})
        if text
    ]
    assert len(returned) == 6
    assert [text for text in returned if not why_zh(text)] == []
