"""RFC 9162 trees: against the definition, and no proof of anything false."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import VerificationError
from crawler.evidence.tree import Frontier, Tree, leaf_hash, node_hash, verify_consistency, verify_inclusion


def by_definition(leaves: list[bytes]) -> bytes:
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(by_definition(leaves[:split]), by_definition(leaves[split:]))


def leaves(count: int) -> list[bytes]:
    return [leaf_hash(b"%d" % number) for number in range(count)]


@pytest.mark.parametrize("count", range(70))
def test_roots_follow_the_definition(count: int) -> None:
    frontier = Frontier()
    for leaf in leaves(count):
        frontier.append(leaf)
    tree = Tree(leaves(100))
    assert frontier.root() == tree.root(count) == by_definition(leaves(count))


@given(st.data(), st.integers(1, 300))
def test_inclusion(data: st.DataObject, size: int) -> None:
    tree = Tree(leaves(size))
    index = data.draw(st.integers(0, size - 1))
    proof = tree.inclusion(index)
    verify_inclusion(leaf_hash(b"%d" % index), index, size, proof, tree.root())
    with pytest.raises(VerificationError):
        verify_inclusion(leaf_hash(b"another"), index, size, proof, tree.root())
    if size > 1:
        other = data.draw(st.integers(0, size - 1).filter(lambda number: number != index))
        with pytest.raises(VerificationError):
            verify_inclusion(leaf_hash(b"%d" % index), other, size, proof, tree.root())
        with pytest.raises(VerificationError):
            verify_inclusion(leaf_hash(b"%d" % index), index, size, proof[:-1], tree.root())
    with pytest.raises(VerificationError):
        verify_inclusion(leaf_hash(b"%d" % index), index, size, [*proof, proof[0] if proof else bytes(32)], tree.root())


@given(st.data(), st.integers(0, 300))
def test_consistency(data: st.DataObject, new: int) -> None:
    tree = Tree(leaves(new))
    old = data.draw(st.integers(0, new))
    proof = tree.consistency(old)
    verify_consistency(old, new, tree.root(old), tree.root(), proof)
    if old > 0:
        with pytest.raises(VerificationError):
            verify_consistency(old, new, bytes(32), tree.root(), proof)
        with pytest.raises(VerificationError):
            verify_consistency(old, new, tree.root(old), bytes(32), proof)
    with pytest.raises(VerificationError):
        verify_consistency(old, new, tree.root(old), tree.root(), [*proof, bytes(32)])


def path(index: int, part: list[bytes]) -> list[bytes]:
    """PATH(m, D_n) of RFC 9162, 2.1.3.1, as it is written there."""
    if len(part) == 1:
        return []
    split = 1 << ((len(part) - 1).bit_length() - 1)
    if index < split:
        return [*path(index, part[:split]), by_definition(part[split:])]
    return [*path(index - split, part[split:]), by_definition(part[:split])]


def subproof(old: int, part: list[bytes], whole: bool) -> list[bytes]:
    """SUBPROOF(m, D_n, b) of RFC 9162, 2.1.4.1, as it is written there."""
    if old == len(part):
        return [] if whole else [by_definition(part)]
    split = 1 << ((len(part) - 1).bit_length() - 1)
    if old <= split:
        return [*subproof(old, part[:split], whole), by_definition(part[split:])]
    return [*subproof(old - split, part[split:], False), by_definition(part[:split])]


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 7, 8, 9, 13, 16, 21, 31, 32, 33])
def test_proofs_are_those_of_the_definition(size: int) -> None:
    tree, part = Tree(leaves(40)), leaves(size)
    for index in range(size):
        assert tree.inclusion(index, size) == path(index, part)
        assert tree.consistency(index + 1, size) == subproof(index + 1, part, True)


def test_nonsense_is_refused() -> None:
    tree = Tree(leaves(5))
    for wrong in (lambda: tree.inclusion(5), lambda: tree.root(6), lambda: tree.consistency(6)):
        with pytest.raises(VerificationError):
            wrong()
