"""The Merkle tree of RFC 9162 over ledger lines. Standard library only.

Leaf hash: SHA-256(0x00 || line without its newline); node: SHA-256(0x01 || left || right).
"""

import hashlib
from collections.abc import Iterable, Sequence

from crawler.errors import VerificationError

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(line: bytes) -> bytes:
    """The hash of one leaf (RFC 9162, 2.1.1)."""
    return hashlib.sha256(b"\x00" + line).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node (RFC 9162, 2.1.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """A growing tree's root in memory that grows with its depth only."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    @property
    def peaks(self) -> tuple[bytes, ...]:
        """The roots of the whole subtrees, largest first: all that it remembers."""
        return tuple(self._peaks)

    @classmethod
    def resumed(cls, size: int, peaks: Sequence[bytes]) -> "Frontier":
        """The frontier that had this size and these peaks. Raises ValueError when they do not go together."""
        if size < 0 or len(peaks) != size.bit_count() or any(len(peak) != 32 for peak in peaks):
            raise ValueError(f"no tree of {size} leaves has these peaks")
        frontier = cls()
        frontier.size, frontier._peaks = size, list(peaks)
        return frontier

    def append(self, leaf: bytes) -> None:
        """Add a leaf hash."""
        size = self.size
        while size & 1:
            leaf = node_hash(self._peaks.pop(), leaf)
            size >>= 1
        self._peaks.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """The root over all leaves so far; that of the empty tree is SHA-256 of nothing."""
        if not self._peaks:
            return EMPTY_ROOT
        root = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            root = node_hash(peak, root)
        return root


class Tree:
    """A whole tree, for proofs: about 64 bytes a leaf, each proof in logarithmic time."""

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self._levels: list[bytearray] = [bytearray()]
        for leaf in leaves:
            self.append(leaf)

    @property
    def size(self) -> int:
        """How many leaves."""
        return len(self._levels[0]) // 32

    def append(self, leaf: bytes) -> None:
        """Add a leaf hash."""
        level = 0
        self._levels[0] += leaf
        while len(self._levels[level]) % 64 == 0:
            pair = self._levels[level][-64:]
            level += 1
            if level == len(self._levels):
                self._levels.append(bytearray())
            self._levels[level] += node_hash(bytes(pair[:32]), bytes(pair[32:]))

    def root(self, size: int | None = None) -> bytes:
        """The root over the first `size` leaves."""
        return self._range(0, self._checked(size))

    def inclusion(self, index: int, size: int | None = None) -> list[bytes]:
        """The inclusion proof of leaf `index` in the tree of the first `size` leaves (RFC 9162, 2.1.3.1)."""
        size = self._checked(size)
        if not 0 <= index < size:
            raise VerificationError(f"no leaf {index} in a tree of {size}", "ledger tree")
        low, high, proof = 0, size, []
        while high - low > 1:
            middle = low + _split(high - low)
            if index < middle:
                proof.append(self._range(middle, high))
                high = middle
            else:
                proof.append(self._range(low, middle))
                low = middle
        return proof[::-1]

    def consistency(self, old: int, new: int | None = None) -> list[bytes]:
        """The proof that the tree of `old` leaves is a prefix of that of `new` (RFC 9162, 2.1.4.1)."""
        new = self._checked(new)
        if not 0 <= old <= new:
            raise VerificationError(f"a tree of {old} is no prefix of a tree of {new}", "ledger tree")
        if old in (0, new):
            return []
        low, high, whole, proof = 0, new, True, []
        while old != high:
            middle = low + _split(high - low)
            if old <= middle:
                proof.append(self._range(middle, high))
                high = middle
            else:
                proof.append(self._range(low, middle))
                low, whole = middle, False
        if not whole:
            proof.append(self._range(low, high))
        return proof[::-1]

    def _checked(self, size: int | None) -> int:
        if size is None:
            return self.size
        if not 0 <= size <= self.size:
            raise VerificationError(f"the tree has {self.size} leaves, not {size}", "ledger tree")
        return size

    def _range(self, low: int, high: int) -> bytes:
        """The hash over leaves low..high; `low` is always a multiple of a power of two >= the range."""
        count = high - low
        if count == 0:
            return EMPTY_ROOT
        if count & (count - 1) == 0:
            level = count.bit_length() - 1
            start = (low >> level) * 32
            return bytes(self._levels[level][start : start + 32])
        middle = low + _split(count)
        return node_hash(self._range(low, middle), self._range(middle, high))


def _split(count: int) -> int:
    """The largest power of two smaller than `count`."""
    return 1 << ((count - 1).bit_length() - 1)


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Check an inclusion proof (RFC 9162, 2.1.3.2). Raises VerificationError unless it holds."""
    if not 0 <= index < size:
        raise VerificationError(f"no leaf {index} in a tree of {size}", "inclusion proof")
    position, last, found = index, size - 1, leaf
    for piece in proof:
        if last == 0:
            raise VerificationError("longer than the tree is deep", "inclusion proof")
        if position & 1 or position == last:
            found = node_hash(piece, found)
            while position and not position & 1:
                position, last = position >> 1, last >> 1
        else:
            found = node_hash(found, piece)
        position, last = position >> 1, last >> 1
    if last != 0 or found != root:
        raise VerificationError("does not lead to the root", "inclusion proof")


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Check a consistency proof (RFC 9162, 2.1.4.2). Raises VerificationError unless it holds."""
    which = "consistency proof"
    if not 0 <= old <= new:
        raise VerificationError(f"a tree of {old} is no prefix of a tree of {new}", which)
    if old == new or old == 0:
        if proof or (old == new and old_root != new_root) or (old == 0 and old_root != EMPTY_ROOT):
            raise VerificationError("does not lead to the roots", which)
        return
    path = list(proof)
    if old & (old - 1) == 0:
        path.insert(0, old_root)
    if not path:
        raise VerificationError("is empty", which)
    position, last = old - 1, new - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    first = second = path[0]
    for piece in path[1:]:
        if last == 0:
            raise VerificationError("longer than the tree is deep", which)
        if position & 1 or position == last:
            first, second = node_hash(piece, first), node_hash(piece, second)
            while position and not position & 1:
                position, last = position >> 1, last >> 1
        else:
            second = node_hash(second, piece)
        position, last = position >> 1, last >> 1
    if last != 0 or first != old_root or second != new_root:
        raise VerificationError("does not lead to the roots", which)
