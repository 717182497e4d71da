"""Bech32 (BIP 173) without its length limit, as age writes its keys."""

from __future__ import annotations

from tieline.errors import MalformedError

TEXT_CHARS_MAX = 4_096
"""A hybrid recipient has 1,959 characters."""

_CHARSET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_VALUES = {letter: value for value, letter in enumerate(_CHARSET)}
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CHECKSUM_CHARS = 6
_BITS = 5


def encode(prefix: str, data: bytes) -> str:
    """Lower-case Bech32 of ``data`` under a human-readable ``prefix``."""
    values = _regroup(data, 8, _BITS)
    check = _polymod([*_expand(prefix), *values, *bytes(_CHECKSUM_CHARS)]) ^ 1
    tail = [check >> _BITS * (_CHECKSUM_CHARS - 1 - i) & 31 for i in range(_CHECKSUM_CHARS)]
    return f"{prefix}1{''.join(_CHARSET[value] for value in (*values, *tail))}"


def decode(text: str) -> tuple[str, bytes]:
    """Prefix, in lower case, and data of a Bech32 string.

    Raises:
        MalformedError: mixed case, a strange character, a wrong checksum, or padding that
            is not zero.
    """
    lower = text.lower()
    if len(text) > TEXT_CHARS_MAX or not text.isascii() or text not in (lower, text.upper()):
        raise MalformedError("a Bech32 key is ASCII, of one case, and not endless")
    prefix, one, encoded = lower.rpartition("1")
    if not one or not prefix or len(encoded) < _CHECKSUM_CHARS or not prefix.isprintable():
        raise MalformedError("a Bech32 key has a prefix, a 1, and at least a checksum")
    if not _VALUES.keys() >= set(encoded):
        raise MalformedError("a Bech32 key with a character that is not of its alphabet")
    values = [_VALUES[letter] for letter in encoded]
    if _polymod([*_expand(prefix), *values]) != 1:
        raise MalformedError("a Bech32 key with a wrong checksum: it was not copied whole")
    data = bytes(_regroup(values[:-_CHECKSUM_CHARS], _BITS, 8, pad=False))
    if encode(prefix, data) != lower:
        raise MalformedError("a Bech32 key with bits to spare")
    return prefix, data


def _expand(prefix: str) -> list[int]:
    codes = prefix.encode()
    return [*(code >> _BITS for code in codes), 0, *(code & 31 for code in codes)]


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << _BITS ^ value
        for bit, generator in enumerate(_GENERATOR):
            if top >> bit & 1:
                check ^= generator
    return check


def _regroup(data: bytes | list[int], width: int, target: int, *, pad: bool = True) -> list[int]:
    """Cut a run of ``width``-bit values into ``target``-bit values."""
    found = []
    held = bits = 0
    for value in data:
        held = held << width | value
        bits += width
        while bits >= target:
            bits -= target
            found.append(held >> bits)
            held &= (1 << bits) - 1
    if pad and bits:
        found.append(held << target - bits)
    return found
