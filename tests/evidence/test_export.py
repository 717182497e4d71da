from __future__ import annotations

from typing import Any

import pytest

from tieline.errors import DamagedStoreError
from tieline.evidence.export import export_files
from tieline.evidence.layout import MANIFEST
from tieline.record.entry import parse_entry
from tieline.record.names import check_origin
from tieline.record.note import parse_vkey
from tieline.record.tile import parse_bundle, parse_path
from tieline.replication.parcel import log_name


def export(line: Any, store: Any = None, **options: Any) -> dict[str, bytes]:
    store = store or line.desks["alpha"].store
    return dict(export_files(store, line.line, line.parties, **options))


def test_the_same_home_gives_the_same_bytes_and_the_manifest_last(small_line: Any) -> None:
    one, two = export(small_line), export(small_line)
    assert list(one.items()) == list(two.items())
    assert list(one)[-1] == MANIFEST


def test_names_fit_every_file_system(small_line: Any) -> None:
    allowed = set("abcdefghijklmnopqrstuvwxyz0123456789./-")
    names = [name for name in export(small_line, plaintexts=True) if name != MANIFEST]
    assert [name for name in names if not set(name) <= allowed] == []


def test_tiles_and_bundles_stand_where_c2sp_puts_them(small_line: Any) -> None:
    files, store = export(small_line), small_line.desks["alpha"].store
    for origin in store.origins():
        prefix, size = f"{log_name(origin)}/", store.size(origin)
        own = {n.removeprefix(prefix): d for n, d in files.items() if n.startswith(prefix)}
        assert sorted(own) == ["checkpoint", f"tile/0/000.p/{size}", f"tile/entries/000.p/{size}"]
        bundle = parse_path(f"tile/entries/000.p/{size}")
        leaves = parse_bundle(own[bundle.path], bundle.width)
        assert leaves == tuple(store.leaves(origin, 0, size))


def test_the_manifest_names_every_key_in_the_standard_form(small_line: Any) -> None:
    rows = export(small_line)[MANIFEST].decode().splitlines()
    keys = [parse_vkey(row.removeprefix("vkey ")) for row in rows if row.startswith("vkey ")]
    assert {key.name.rpartition("/")[2] for key in keys} == {
        "alpha-1",
        "bravo-1",
        "alpha-mirror-1",
        "bravo-mirror-1",
    }
    assert all(check_origin(key.name) for key in keys)
    for party, digits in small_line.parties.items():
        assert f"party {party} {digits}" in rows


def test_plaintexts_go_along_only_when_asked_for(small_line: Any) -> None:
    assert not [n for n in export(small_line) if n.startswith("plaintext/")]
    assert [n for n in export(small_line, plaintexts=True) if n.startswith("plaintext/")]


def test_a_plaintext_that_is_not_the_committed_one_is_not_shown(
    small_line: Any, home_of: Any
) -> None:
    store = home_of(small_line, "alpha")
    snapshot = store.snapshot()
    for digest in snapshot.plaintexts:
        snapshot.plaintexts[digest] += b" "
    store.restore(snapshot)
    assert not [n for n in export(small_line, store, plaintexts=True) if n.startswith("plaintext")]


@pytest.mark.parametrize("what", ["leaf", "blob", "head"])
def test_a_damaged_home_is_not_exported(small_line: Any, home_of: Any, what: str) -> None:
    store, origin = home_of(small_line, "alpha"), f"{small_line.line}/bravo-1"
    snapshot = store.snapshot()
    log = snapshot.logs[origin]
    if what == "leaf":
        log.leaves[1] = log.leaves[2]
    elif what == "blob":
        del snapshot.blobs[parse_entry(log.leaves[1]).payloads[0].digest]
    else:
        size = max(log.checkpoints)
        log.checkpoints[size] = log.checkpoints[size].replace(b"A", b"B", 1)
    store.restore(snapshot)

    with pytest.raises(DamagedStoreError):
        export(small_line, store)


def test_a_log_of_which_nothing_is_signed_yet_is_left_out(small_line: Any, home_of: Any) -> None:
    store, origin = home_of(small_line, "alpha"), f"{small_line.line}/bravo-1"
    snapshot = store.snapshot()
    snapshot.logs[origin].checkpoints.clear()
    store.restore(snapshot)
    assert not [n for n in export(small_line, store) if n.startswith(log_name(origin))]
