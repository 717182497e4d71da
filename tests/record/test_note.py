"""Signed notes: parsing, verifying line by line, and never keeping what came."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieline.errors import BadSignatureError, MalformedError, UnverifiedError
from tieline.record import ed25519, mldsa
from tieline.record.note import (
    ED25519,
    ED25519_COSIGNATURE,
    MLDSA44,
    NOTE_BYTES_MAX,
    SIGNATURE_LINES_MAX,
    Note,
    SignatureLine,
    VerifierKey,
    format_vkey,
    key_id,
    parse_note,
    parse_vkey,
    rebuild,
    sign_text,
    verify_note,
)

NAME = "lines.example/2026-kestrel/alpha"
SEED = bytes(range(32))
VKEY = f"{NAME}+219e33f5+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
KEY = parse_vkey(VKEY)
TEXT = f"{NAME}\n7\n3bib5AOAnjJXUNPSY814kpwpQreUKjS3fhIslZSnTIw=\n".encode()
NOTE = (
    TEXT
    + (
        f"\n— {NAME} IZ4z9f6cmPOJO71SCu9GjR0+HQe9TuNYgveFQyO7XdfB3yllNGMoBXYTjFPB/cjS2vCF1F68X3hu"
        "s475MXkwHSfd7A8=\n"
    ).encode()
)
LINE = sign_text(TEXT, NAME, SEED)
STRANGER = SignatureLine(name=NAME, key_id=b"\x00\x01\x02\x03", signature=b"x" * 64)


def test_the_worked_example_is_made_byte_for_byte() -> None:
    assert rebuild(TEXT, [LINE]) == NOTE
    assert format_vkey(KEY) == VKEY
    assert VerifierKey(name=NAME, type=ED25519, public=ed25519.public_of(SEED)) == KEY


def test_the_worked_example_verifies() -> None:
    note, rebuilt = verify_note(NOTE, [KEY])
    assert (note, rebuilt) == (Note(text=TEXT, lines=(LINE,)), NOTE)


def test_the_mirror_key_of_the_worked_example_is_made_and_read() -> None:
    vkey = "beta.example/mirror+682f6a34+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X"
    public = ed25519.public_of(bytes(range(0x20, 0x40)))
    key = VerifierKey(name="beta.example/mirror", type=ED25519_COSIGNATURE, public=public)
    assert format_vkey(key) == vkey
    assert parse_vkey(vkey) == key


def test_the_post_quantum_key_of_the_worked_example_has_its_id() -> None:
    public = mldsa.public_of(bytes(range(0x40, 0x60)))
    assert key_id("beta.example/mirror", MLDSA44, public).hex() == "2d48b35c"


def test_a_vkey_whose_id_is_not_its_own_is_refused() -> None:
    with pytest.raises(MalformedError, match="says id 5893dc2c; it is 219e33f5"):
        parse_vkey(VKEY.replace("219e33f5", "5893dc2c"))


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "name",
        "name+219e33f5",
        f" {VKEY}",
        f"{VKEY} ",
        f"{VKEY}\n",
        VKEY.replace("219e33f5", "219E33F5"),
        VKEY.replace("219e33f5", "19e33f5"),
        VKEY.replace("SVTG4", "SVTG5"),
        VKEY[:-4],
        "name+219e33f5+",
        "+219e33f5+AQ==",
        "na me+219e33f5+AQ==",
        "name+219e33f5+AQ==",
        "\ud800+219e33f5+AQ==",
        VKEY.replace("+AQOh", "+AgOh"),
    ],
)
def test_what_is_no_vkey_is_refused(vkey: str) -> None:
    with pytest.raises(MalformedError):
        parse_vkey(vkey)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "a\x7fb", "a\u2003b", "x" * 256])
def test_a_key_name_has_no_space_control_or_plus(name: str) -> None:
    with pytest.raises(MalformedError):
        VerifierKey(name=name, type=ED25519, public=KEY.public)


def test_the_last_empty_line_separates() -> None:
    text = b"one\n\ntwo\n\n"
    parsed = parse_note(rebuild(text, [LINE]))
    assert (parsed.text, parsed.lines) == (text, (LINE,))


def test_line_separators_of_unicode_do_not_split() -> None:
    text = "one\u2028two\u0085three\n".encode()
    assert parse_note(rebuild(text, [LINE])).text == text


def test_garbage_under_our_name_does_not_spoil_the_note() -> None:
    wrong = SignatureLine(name=NAME, key_id=LINE.key_id, signature=bytes(64))
    for lines in ([wrong, LINE], [LINE, wrong], [STRANGER, wrong, LINE]):
        assert verify_note(rebuild(TEXT, lines), [KEY])[1] == NOTE


def test_a_note_without_a_line_of_ours_is_refused() -> None:
    with pytest.raises(BadSignatureError, match="no signature of"):
        verify_note(rebuild(TEXT, [STRANGER]), [KEY])


def test_name_and_id_match_together_only() -> None:
    same_id = SignatureLine(name="other.example/x", key_id=LINE.key_id, signature=LINE.signature)
    with pytest.raises(BadSignatureError, match="no signature of"):
        verify_note(rebuild(TEXT, [same_id]), [KEY])


def test_every_key_that_is_asked_for_has_to_sign() -> None:
    other = VerifierKey(name="beta.example/x", type=ED25519, public=ed25519.public_of(bytes(32)))
    both = rebuild(TEXT, [LINE, sign_text(TEXT, other.name, bytes(32))])
    assert len(verify_note(both, [KEY, other])[0].lines) == 2
    with pytest.raises(BadSignatureError):
        verify_note(NOTE, [KEY, other])


def test_a_note_is_not_verified_by_nobody_or_by_a_timed_key() -> None:
    timed = VerifierKey(name=NAME, type=ED25519_COSIGNATURE, public=KEY.public)
    for keys in ([], [timed]):
        with pytest.raises(MalformedError):
            verify_note(NOTE, keys)


@given(st.integers(0, 8 * len(NOTE) - 1))
def test_no_bit_of_a_note_may_change(bit: int) -> None:
    data = bytearray(NOTE)
    data[bit // 8] ^= 1 << bit % 8
    with pytest.raises(UnverifiedError):
        verify_note(bytes(data), [KEY])


def test_the_number_of_lines_is_limited() -> None:
    full = [LINE] + [STRANGER] * (SIGNATURE_LINES_MAX - 1)
    assert verify_note(rebuild(TEXT, full), [KEY])[1] == NOTE
    with pytest.raises(MalformedError):
        parse_note(rebuild(TEXT, [*full, STRANGER]))


def test_the_size_of_a_note_is_limited() -> None:
    rest = NOTE_BYTES_MAX - len(rebuild(b"\n", [LINE]))
    assert len(parse_note(rebuild(b"x" * rest + b"\n", [LINE])).text) == rest + 1
    with pytest.raises(MalformedError):
        rebuild(b"x" * (rest + 1) + b"\n", [LINE])


@pytest.mark.parametrize("text", [b"", b"no newline", b"tab\t\n", b"\x00\n", b"\xff\n", b"\x7f\n"])
def test_a_note_is_not_built_of_what_could_not_be_read(text: bytes) -> None:
    with pytest.raises(MalformedError):
        rebuild(text, [LINE])


def test_a_note_is_not_built_without_a_signature() -> None:
    with pytest.raises(MalformedError):
        rebuild(TEXT, [])


@given(
    st.binary(max_size=120)
    | st.text("— ab\n=+/AQ", max_size=60).map(str.encode)
    | st.text("— ab\n=+/AQ", max_size=60).map(lambda tail: TEXT + b"\n" + tail.encode())
)
def test_only_malformed_escapes(data: bytes) -> None:
    with contextlib.suppress(MalformedError):
        note = parse_note(data)
        assert rebuild(note.text, note.lines) == data


@given(st.text(max_size=60) | st.text("ab+0123456789ABCDEF=", max_size=60))
def test_a_vkey_that_is_read_writes_back_as_it_was(text: str) -> None:
    with contextlib.suppress(MalformedError):
        assert format_vkey(parse_vkey(text)) == text
