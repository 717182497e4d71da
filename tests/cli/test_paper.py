"""Papers from the command line: written as their endings say, marked, and bounded by the mark."""

from __future__ import annotations

import importlib.util
import io
from pathlib import Path
from typing import Any

import icalendar
import pypdf
import pytest

_spec = importlib.util.spec_from_file_location("homes", Path(__file__).with_name("homes.py"))
assert _spec is not None
assert _spec.loader is not None
homes = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(homes)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("paper")
    homes.party(place, "observer").client.close()
    return place


@pytest.fixture
def observer(run, folder):
    """The observer's home, with the sample in its record."""

    def ran(*args, code=0):
        return run(*args, home=folder / "observer", code=code)

    if not (folder / "sample.txt").exists():
        run("observe", "sample", "--write", folder / "sample.txt")
        ran("observe", "add", folder / "sample.txt")
    return ran


def test_a_brief_is_written_as_pages_and_as_a_word_file(observer, tmp_path):
    targets = (tmp_path / "b.pdf", tmp_path / "b.docx")
    args = [word for target in targets for word in ("--write", target)]
    told = observer("paper", "brief", "dsd", "--on", "2019-01-15", *args, "--json").json
    assert told["pages"] == 2
    assert told["mark"] == "own"
    pages = pypdf.PdfReader(io.BytesIO(targets[0].read_bytes())).pages
    assert [page.extract_text().count("OWN –") for page in pages] == [2, 2]
    assert targets[1].read_bytes().startswith(b"PK")


def test_a_brief_without_a_file_is_shown(observer):
    out = " ".join(observer("paper", "brief", "taiwan").out.split())
    assert "Brief on a topic: Taiwan" in out
    assert "003-9" in out


def test_a_brief_for_machines_has_every_citation(observer):
    told = observer("paper", "brief", "dsd-2", "--json").json
    assert told["title"] == "Diplomatic and Security Dialogue, round 2"
    entries = [entry for section in told["sections"] for entry in section["entries"]]
    assert {"000-1", "i-dsd-2-day"} <= {cite for entry in entries for cite in entry["cites"]}


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("brief", "nobody-known"), "no brief can be made on 'nobody-known'"),
        (("brief", "dsd", "--as", "poem"), "is not one of counterpart, round, mechanism, topic"),
        (("brief", "dsd", "--write", "b.txt"), "ends neither in .pdf nor in .docx"),
        (("brief", "dsd", "--mark", "secret"), "is not one of own, line, publishable"),
        (("brief", "dsd", "--on", "2019-13-01"), "there is no day"),
        (("ladder", "--side", "US", "--write", "l.svg"), "a ladder has two sides"),
        (("ladder", "--write", "l.png"), "ends neither in .svg nor in .html"),
        (("readouts", "dsd-1", "--write", "r.svg"), "no readout of 'dsd-1'"),
        (("calendar", "--write", "c.txt"), "does not end in .ics"),
        (("timeline", "--write", "no/such/folder/t.svg"), "cannot be written"),
    ],
)
def test_what_cannot_be_made_is_refused_with_the_remedy(
    observer, tmp_path, monkeypatch, args, words
):
    monkeypatch.chdir(tmp_path)
    ran = observer("paper", *args, "--json", code=2)
    assert words in ran.json["message"]
    assert list(tmp_path.iterdir()) == []


def test_drawings_and_print_pages(observer, tmp_path):
    for name, args in {
        "l.svg": ("ladder", "--side", "US", "--side", "China"),
        "l.html": ("ladder",),
        "r.svg": ("readouts", "dsd-2"),
        "r.html": ("readouts", "dsd-2", "--side", "China"),
        "t.svg": ("timeline",),
        "t.html": ("timeline", "--title", "Talks"),
    }.items():
        observer("paper", *args, "--mark", "publishable", "--write", tmp_path / name)
        assert (tmp_path / name).read_text(encoding="utf-8").count("PUBLISHABLE –") == 2


def test_a_calendar_and_what_it_leaves_out(observer, tmp_path):
    told = observer("paper", "calendar", "--write", tmp_path / "c.ics", "--json").json
    read = icalendar.Calendar.from_ical((tmp_path / "c.ics").read_bytes())
    assert len(list(read.walk("VEVENT"))) == told["events"]
    assert any("round 1" in words for words in told["left_out"])


def test_what_our_house_keeps_for_itself_is_in_no_paper_for_others(observer, tmp_path):
    for key, mark in (("call-1", "own"), ("call-2", "line"), ("call-3", "publishable")):
        words = f"Words of {key} on the harbour."
        kept = ("--way", "call", "--on", "2029-12-01", "--topic", "harbour", "--mark", mark)
        observer("house", "record", key, words, *kept)
    found = {}
    for mark in ("own", "line", "publishable"):
        args = ("--of", "house", "--mark", mark, "--on", "2030-01-01")
        target = tmp_path / f"{mark}.pdf"
        text = observer("paper", "brief", "harbour", *args).out
        observer("paper", "brief", "harbour", *args, "--write", target)
        pages = "".join(p.extract_text() for p in pypdf.PdfReader(target).pages)
        found[mark] = [k for k in ("call-1", "call-2", "call-3") if k in text and k in pages]
        assert "recorded" in text
    assert found == {
        "own": ["call-1", "call-2", "call-3"],
        "line": ["call-2", "call-3"],
        "publishable": ["call-3"],
    }


def test_papers_are_made_from_a_line_as_well(run, tmp_path):
    pair = homes.Homes(run, homes.two_homes(tmp_path), tmp_path / "stick")
    pair.alpha("mechanism", "propose", "--key", "harbour", "--name", "Harbour talks")
    planned = ("--planned", "2030-02-05", "--place", "Newport")
    pair.alpha(
        "round", "propose", "--key", "h-2", "--mechanism", "harbour", "--number", "2", *planned
    )
    pair.carry("alpha", "bravo")
    pair.bravo("mechanism", "accept", "harbour")
    pair.bravo("round", "accept", "h-2")
    told = pair.bravo("paper", "brief", "harbour", "--on", "2030-01-01", "--json").json
    assert told["title"] == "Harbour talks"
    text = " ".join(e["text"] for s in told["sections"] for e in s["entries"])
    assert "first planned for 2030-02-05, Newport" in text

    target = tmp_path / "c.ics"
    pair.bravo("paper", "calendar", "--on", "2030-01-01", "--write", target)
    event: Any = icalendar.Calendar.from_ical(target.read_bytes()).walk("VEVENT")[0]
    assert event["status"] == "TENTATIVE"
    assert "signed" in event["description"]

    pair.bravo("paper", "brief", "harbour", "--mark", "publishable", code=2)


def test_every_kind_of_paper_once(run, tmp_path):
    made = run("paper", "sample", "--write", tmp_path / "papers", "--json").json["written"]
    assert {Path(name).suffix for name in made} == {".pdf", ".docx", ".svg", ".html", ".ics"}
    assert all(Path(name).stat().st_size for name in made)
