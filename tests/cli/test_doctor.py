"""The doctor finds what is wrong, and says what to do."""

from __future__ import annotations

import shutil
import sqlite3

import pytest

WORST_LAST = ("ok", "warn", "fail")


def findings(ran):
    """The worst finding of each check."""
    found = sorted(ran.json["findings"], key=lambda f: WORST_LAST.index(f["result"]))
    return {finding["check"]: finding for finding in found}


def test_a_sound_home_passes_with_a_warning_about_the_vault(pair, run):
    ran = run("doctor", "--json", home=pair.alpha.home)
    assert ran.json["sound"]
    assert findings(ran)["vault"]["result"] == "warn"
    assert ran.json["settings"]["home"]["from"] == "flag"
    assert "sound" in run("doctor", home=pair.alpha.home).out


def test_a_setting_from_the_environment_is_named_as_such(pair, run, monkeypatch):
    monkeypatch.setenv("TIELINE_CONSOLE", "127.0.0.1:1")
    ran = run("doctor", "--quick", "--json", home=pair.alpha.home)
    assert ran.json["settings"]["console"] == {"value": "127.0.0.1:1", "from": "TIELINE_CONSOLE"}


def test_a_home_without_a_party_fails(run, tmp_path):
    ran = run("doctor", "--json", home=tmp_path / "none", code=1)
    assert "tieline init" in findings(ran)["home"]["remedy"]


def test_a_key_that_others_can_read_fails(pair, run):
    key = next((pair.alpha.home / "officers").glob("*.key"))
    key.chmod(0o644)
    ran = run("doctor", "--json", home=pair.alpha.home, code=1)
    assert key.name in findings(ran)["permissions"]["words"]
    assert "chmod" in findings(ran)["permissions"]["remedy"]


def test_lost_marks_fail_and_lead_to_a_new_generation(pair, run, tmp_path):
    for mark in (tmp_path / "xdg_state_home").rglob("*.mark"):
        mark.unlink()
    ran = run("doctor", "--json", home=pair.alpha.home, code=1)
    assert "line generation" in findings(ran)["line border"]["remedy"]


def test_a_home_restored_from_a_backup_fails(pair, run, tmp_path):
    shutil.copytree(pair.alpha.home / "store", tmp_path / "backup")
    run("line", "test", home=pair.alpha.home)
    shutil.rmtree(pair.alpha.home / "store")
    shutil.copytree(tmp_path / "backup", pair.alpha.home / "store")
    ran = run("doctor", "--json", home=pair.alpha.home, code=1)
    assert "restored copy" in findings(ran)["line border"]["words"]


def test_a_damaged_entry_fails(pair, run):
    path = pair.alpha.home / "store" / "record.sqlite3"
    with sqlite3.connect(path) as store:
        store.execute("UPDATE blob SET data = zeroblob(length(data)) WHERE rowid = 1")
    store.close()
    ran = run("doctor", "--json", home=pair.alpha.home, code=1)
    assert "do not match" in findings(ran)["store"]["words"]
    assert "heal" in findings(ran)["store"]["remedy"]


def test_a_certificate_that_is_gone_fails(pair, run):
    (pair.alpha.home / "tls.crt").unlink()
    ran = run("doctor", "--quick", "--json", home=pair.alpha.home, code=1)
    assert findings(ran)["certificate"]["result"] == "fail"


def test_a_clock_that_was_reset_fails(pair, run, monkeypatch):
    monkeypatch.setattr("tieline.desk.checkup.time.time", lambda: 1_000_000.0)
    ran = run("doctor", "--quick", "--json", home=pair.alpha.home, code=1)
    assert findings(ran)["clock"]["result"] == "fail"


@pytest.mark.parametrize(("free", "result"), [(10, "fail"), (500 * 2**20, "warn"), (2**40, "ok")])
def test_little_room_warns_and_none_fails(make_party, run, monkeypatch, free, result):
    alpha = make_party("alpha")
    usage = shutil.disk_usage("/")._replace(free=free)
    monkeypatch.setattr("tieline.desk.checkup.shutil.disk_usage", lambda place: usage)
    ran = run("doctor", "--quick", "--json", home=alpha.home, code=None)
    assert findings(ran)["disk"]["result"] == result
    assert ran.code == (1 if result == "fail" else 0)


def test_a_party_that_has_not_joined_is_a_warning(make_party, run):
    alpha, bravo = make_party("alpha"), make_party("bravo")
    run("line", "invite", f"bravo={bravo.fingerprint}", "--title", "border", home=alpha.home)
    found = findings(run("doctor", "--json", home=alpha.home))["line border"]
    assert found["result"] == "warn"
    assert "has not joined" in found["words"]


def test_a_damaged_settings_file_is_a_wrong_setting(pair, run):
    (pair.alpha.home / "settings.toml").write_text("lisen = 'x'\n")
    assert "lisen" in run("doctor", home=pair.alpha.home, code=9).err
