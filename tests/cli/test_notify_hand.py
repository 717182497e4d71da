"""Recipients without a node at the command line: papers, their going, answers, and what is open."""

from __future__ import annotations

import importlib.util
import io
import json
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from hashlib import sha256
from pathlib import Path
from typing import Any

import openpyxl
import pypdf
import pytest

_spec = importlib.util.spec_from_file_location("homes", Path(__file__).with_name("homes.py"))
assert _spec is not None
assert _spec.loader is not None
homes: Any = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(homes)

TO = ("--to", "Coast guard <watch@coast.example>")
ANSWER = ("--answer-to", "ops@alpha.example", "--answer-to", "telephone 555 0100")
WHEN = ("--from", "2030-12-01T08:00Z", "--until", "2030-12-01T16:00Z")
CREW = b"Names of persons"


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return homes.two_homes(tmp_path_factory.mktemp("hand"))


@pytest.fixture
def at(run: Any, places: Any, tmp_path: Path) -> Any:
    return homes.Homes(run, places, tmp_path / "stick")


def new(at: Any, key: str, *more: Any, line: str = "border") -> Any:
    return at.alpha(
        *("notify", "new", "activity", "Live fire.", "--key", key, "--title", "Gunnery 4"),
        *("--sort", "firing", "--circle", "54-20N 012-10E r=5nm", *WHEN),
        *("--set", "purpose=practice", "--contact", "channel 16", "--line", line, *more),
    )


def hand(at: Any, key: str, folder: Path, *more: Any, to: tuple[str, str] = TO) -> Any:
    args = ("notify", "hand", key, *to, *ANSWER, "--write", folder, "--json", *more)
    return at.alpha(*args).json


def shown(at: Any, key: str, *more: str) -> Any:
    (one,) = at.alpha("notify", "show", key, "--json", *more).json
    return one["no_node"]


def paper(folder: Path, ending: str) -> Path:
    (found,) = folder.glob(f"*.{ending}")
    return found


def test_papers_are_made_recorded_and_not_sent(at: Any, tmp_path: Path) -> None:
    new(at, "g-1", "--must-know", "bravo=radar 4", "--mark", "EXERCISE")
    made = hand(at, "g-1", tmp_path, "--redact", "purpose", "--zone", "+02:00")
    assert (made["sent"], made["mark"], made["redacted"]) == ("", "EXERCISE", ["purpose"])
    for each, path in zip(made["files"], made["written"], strict=True):
        assert sha256(Path(path).read_bytes()).hexdigest() == each["sha256"]

    pages = pypdf.PdfReader(paper(tmp_path, "pdf")).pages
    text = " ".join(" ".join(page.extract_text().split()) for page in pages)
    letter = message_from_bytes(paper(tmp_path, "eml").read_bytes(), policy=default)
    sheet = openpyxl.load_workbook(paper(tmp_path, "xlsx"))
    cells = [str(c.value) for s in sheet for row in s.iter_rows() for c in row if c.value]
    kml = paper(tmp_path, "kml").read_text()
    for words in (text, letter["Subject"], " ".join(cells), kml):
        assert "EXERCISE" in words
        assert made["reference"] in words
        assert "radar 4" not in words
        assert "bravo" not in words
        assert "yearly" not in words
    assert "(2030-12-01 10:00 +02:00)" in text
    assert letter["To"] == "Coast guard <watch@coast.example>"

    (told,) = shown(at, "g-1")
    assert told["went_s"] is None
    assert told["words"] == "made ready, not known to have gone; recorded by us only"
    item = at.alpha("house", "show", made["ref"], "--json").json
    assert item["marking"] == "own"
    assert item["body"]["redacted"] == ["purpose"]
    assert [f["sha256"] for f in item["body"]["attachments"]] == [
        f["sha256"] for f in made["files"][:3]
    ]
    assert item["body"]["letter"] == made["files"][3]["sha256"]


def test_what_a_recipient_may_not_see_stays_out_the_next_time(at: Any, tmp_path: Path) -> None:
    new(at, "g-2")
    hand(at, "g-2", tmp_path / "a", "--redact", "purpose")
    assert hand(at, "g-2", tmp_path / "b")["redacted"] == ["purpose"]
    assert hand(at, "g-2", tmp_path / "c", "--reveal", "purpose")["redacted"] == []
    other = ("--to", "Harbour <h@harbour.example>")
    assert hand(at, "g-2", tmp_path / "d", to=other)["redacted"] == []


def test_how_it_went_and_what_came_back_is_told_with_what_is_open(at: Any, tmp_path: Path) -> None:
    new(at, "g-3")
    hand(at, "g-3", tmp_path)
    assert "not known to have gone" in at.alpha("inbox").out
    at.alpha("notify", "handed", "g-3", "--how", "e-mail")
    (told,) = shown(at, "g-3")
    assert told["gaps"][0].endswith("not heard from since")
    said = "We have it. You are cleared."
    ran = at.alpha(
        *("notify", "heard", "g-3", "--from", "coast", "--how", "telephone", "--what", "taken"),
        *("--words", said, "--speaker", "Lt. X"),
    )
    assert "recorded by us only" in ran.out
    assert "no clearance" in ran.out
    (told,) = shown(at, "g-3")
    assert (told["gaps"], told["heard"][0]["words"]) == ([], said)

    at.alpha("notify", "amend", "g-3", "--circle", "54-25N 012-10E r=5nm", *WHEN, "--why", "wind")
    assert shown(at, "g-3")[0]["gaps"] == ["has an earlier wording: hand it again"]
    assert "hand it again" in at.alpha("inbox").out
    hand(at, "g-3", tmp_path)
    at.alpha("notify", "handed", "g-3")
    at.alpha("notify", "cancel", "g-3", "--why", "weather")
    (gap,) = shown(at, "g-3")[0]["gaps"]
    assert gap == "cancelled by the notifier, and he has not been told: hand it again"
    ended = hand(at, "g-3", tmp_path)
    (path,) = [Path(p) for p in ended["written"] if p.endswith(".pdf")]
    assert "ENDED: cancelled" in pypdf.PdfReader(path).pages[0].extract_text()
    at.alpha("notify", "handed", "g-3")
    assert shown(at, "g-3")[0]["gaps"] == []
    assert "g-3" not in [one["key"] for one in at.alpha("inbox", "--json").json["handed"]]
    assert "recorded by us only" in at.alpha("notify", "list").out


def sent_back(path: Path, reading: str, reference: str = "") -> bytes:
    """The page as its recipient fills it in."""
    book = openpyxl.load_workbook(path)
    sheet = book["Answer"]
    for row in sheet.iter_rows():
        if row[0].value == 1:
            row[3].value = reading
        elif row[0].value == "Your words":
            row[1].value = "Read from our chart."
        elif row[0].value == "Reference" and reference:
            row[1].value = reference
    out_file = io.BytesIO()
    book.save(out_file)
    return out_file.getvalue()


def test_a_sheet_that_comes_back_by_mail_is_compared_position_by_position(
    at: Any, tmp_path: Path
) -> None:
    new(at, "g-4")
    hand(at, "g-4", tmp_path)
    letter = message_from_bytes(paper(tmp_path, "eml").read_bytes(), policy=default)
    back = EmailMessage()
    back["From"], back["To"] = "watch@coast.example", "ops@alpha.example"
    back["In-Reply-To"] = letter["Message-ID"]
    back.set_content("See the sheet.")
    back.add_attachment(
        sent_back(paper(tmp_path, "xlsx"), "54.3333, 12.2"),
        maintype="application", subtype="octet-stream", filename="sheet.xlsx",
    )  # fmt: skip
    (tmp_path / "answer.eml").write_bytes(back.as_bytes())
    args = ("notify", "heard", "g-4", "--how", "e-mail", "--file", tmp_path / "answer.eml")
    told = at.alpha(*args, "--json").json
    assert (told["what"], told["words"], told["odd"]) == ("read-back", "See the sheet.", [])
    (read,) = told["read"]
    assert 2_100 < read["apart_m"] < 2_200
    assert "500 m or more" in shown(at, "g-4")[0]["gaps"][0]
    ran = at.alpha("notify", "show", "g-4")
    assert "m apart" in ran.out
    kept = sha256((tmp_path / "answer.eml").read_bytes()).hexdigest()
    assert kept in told["files"][0]


def test_an_answer_that_does_not_fit_is_kept_and_what_is_odd_is_told(
    at: Any, tmp_path: Path
) -> None:
    new(at, "g-5")
    hand(at, "g-5", tmp_path)
    path = tmp_path / "answer.xlsx"
    path.write_bytes(sent_back(paper(tmp_path, "xlsx"), "54.3333, 12.2", "g-5/00000000"))
    told = at.alpha("notify", "heard", "g-5", "--how", "e-mail", "--file", path, "--json").json
    assert told["read"] == []
    assert "g-5/00000000" in told["odd"][0]
    assert told["words"] == "Read from our chart."
    back = EmailMessage()
    back["From"] = "stranger@evil.example"
    back.set_content("All good.")
    (tmp_path / "b.eml").write_bytes(back.as_bytes())
    args = ("notify", "heard", "g-5", "--how", "e-mail", "--file", tmp_path / "b.eml", "--json")
    odd = at.alpha(*args).json["odd"]
    assert "not the address it went to" in odd[0]
    assert "does not name a letter of ours" in odd[1]
    (tmp_path / "c.xlsx").write_bytes(b"PK no")
    broken = ("notify", "heard", "g-5", "--how", "e-mail", "--file", tmp_path / "c.xlsx")
    assert at.alpha(*broken, code=None).code == 2
    at.alpha(*broken, "--words", "They sent a sheet that nobody can open.")


def test_files_that_name_persons_stay_here_unless_that_is_said(at: Any, tmp_path: Path) -> None:
    (tmp_path / "crew.txt").write_bytes(CREW)
    new(at, "g-6", "--attach", tmp_path / "crew.txt")
    made = hand(at, "g-6", tmp_path / "a")
    assert made["kept_back"] == 1
    written = b"".join(Path(path).read_bytes() for path in made["written"])
    assert b"crew" not in written
    letter = message_from_bytes(paper(tmp_path / "a", "eml").read_bytes(), policy=default)
    assert "crew.txt" not in [part.get_filename() for part in letter.walk()]
    public = ("notify", "hand", "g-6", *TO, "--with-attachments", "--handling", "publishable")
    assert at.alpha(*public, code=None).code == 2

    made = hand(at, "g-6", tmp_path / "b", "--with-attachments")
    assert made["kept_back"] == 0
    assert (tmp_path / "b" / "crew.txt").read_bytes() == CREW
    letter = message_from_bytes(paper(tmp_path / "b", "eml").read_bytes(), policy=default)
    parts = {part.get_filename(): part.get_payload(decode=True) for part in letter.walk()}
    assert parts["crew.txt"] == CREW
    made = hand(at, "g-6", tmp_path / "c", "--with-attachments", "--redact", "attachments")
    assert not (tmp_path / "c" / "crew.txt").exists()


def test_files_of_one_name_are_all_handed_over(at: Any, tmp_path: Path) -> None:
    for folder, words in (("x", b"one"), ("y", b"two"), ("z", b"three")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / ("Plan.pdf" if folder == "z" else "plan.pdf")).write_bytes(words)
    files = [each for f in ("x/p", "y/p", "z/P") for each in ("--attach", tmp_path / f"{f}lan.pdf")]
    new(at, "g-15", *files)
    made = hand(at, "g-15", tmp_path / "out", "--with-attachments")
    found = {path.name: path.read_bytes() for path in map(Path, made["written"])}
    assert (found["plan.pdf"], found["plan-2.pdf"], found["Plan-3.pdf"]) == (
        b"one",
        b"two",
        b"three",
    )
    letter = message_from_bytes(paper(tmp_path / "out", "eml").read_bytes(), policy=default)
    assert {"plan.pdf", "plan-2.pdf", "Plan-3.pdf"} <= {p.get_filename() for p in letter.walk()}


def test_a_notification_of_which_nobody_has_a_node_stands_in_the_house(
    at: Any, tmp_path: Path
) -> None:
    at.alpha("house", "note", "x")
    new(at, "g-7", line="house")
    ran = at.alpha("notify", "show", "g-7")
    assert "Nobody was told yet" in ran.out
    at.alpha("notify", "amend", "g-7", "--title", "Gunnery 4b")
    made = hand(at, "g-7", tmp_path)
    for path in made["written"]:
        data = Path(path).read_bytes()
        assert b"alpha-1" not in data
    at.alpha("notify", "cancel", "g-7")
    assert "he has not been told" in shown(at, "g-7")[0]["gaps"][0]
    assert "g-7" in [one["key"] for one in at.alpha("notify", "list", "--json").json]
    at.carry("alpha", "bravo")
    known = [one["key"] for one in at.bravo("notify", "list", "--json").json]
    assert "g-7" not in known


def test_a_unit_that_no_line_would_ask_is_not_dropped_in_silence(at: Any) -> None:
    at.alpha("house", "note", "x")
    args = ("notify", "new", "hazard", "--title", "Blasting", "--key", "g-16", "--line", "house")
    place = ("--circle", "54-20N 012-10E r=2km", *WHEN)
    ran = at.alpha(*args, *place, "--must-know", "bravo=radar 4", code=2)
    assert "--must-know bravo=radar 4" in ran.err
    assert "g-16" not in at.alpha("notify", "list").out
    at.alpha(*args, *place, "--must-know", "alpha=post 2")
    (one,) = at.alpha("notify", "show", "g-16", "--json").json
    assert [unit["unit"] for unit in one["units"]] == ["post 2"]
    ran = at.alpha("notify", "amend", "g-16", "--must-know", "bravo=radar 4", code=2)
    assert "nobody would ask that unit" in ran.err


def test_bad_input_is_refused_before_anything_is_written_or_recorded(
    at: Any, tmp_path: Path
) -> None:
    new(at, "g-8")
    before = len(at.alpha("house", "list", "--kind", "handed", "--json").json["items"])
    base = ("notify", "hand", "g-8", "--write", tmp_path / "out")
    for wrong in (
        ("--to", "Coast guard", *ANSWER),
        ("--to", "Coast <coast>", *ANSWER),
        ("--to", "Coast\nBcc: x@y.example <watch@coast.example>", *ANSWER),
        (*TO, "--answer-to", "telephone 1\nBcc: x@y.example"),
        (*TO, "--answer-to", "telephone 555 0100"),
        (*TO, *ANSWER, "--redact", "key"),
        (*TO, *ANSWER, "--redact", "colour"),
        (*TO, *ANSWER, "--handling", "own"),
        (*TO, *ANSWER, "--handling", "secret"),
        (*TO, *ANSWER, "--zone", "Mars"),
        (*TO, *ANSWER, "--smtp", "mail:x"),
        (*TO, *ANSWER, "--smtp-user", "ops"),
    ):
        ran = at.alpha(*base, *wrong, code=None)
        assert ran.code == 2, wrong
        assert not (tmp_path / "out").exists()
    assert at.alpha("notify", "hand", "g-9", *TO, *ANSWER, code=None).code == 2
    for verb in (("handed",), ("heard", "--how", "radio", "--words", "x")):
        ran = at.alpha("notify", verb[0], "g-8", *verb[1:], code=None)
        assert ran.code == 2
        assert "handed to nobody" in ran.err
    assert len(at.alpha("house", "list", "--kind", "handed", "--json").json["items"]) == before


def test_what_stands_in_the_folder_is_not_written_over(at: Any, tmp_path: Path) -> None:
    new(at, "g-10")
    hand(at, "g-10", tmp_path)
    items = len(at.alpha("house", "list", "--kind", "handed", "--json").json["items"])
    again = at.alpha("notify", "hand", "g-10", *TO, *ANSWER, "--write", tmp_path, code=None)
    assert again.code == 2
    assert "there already" in again.err
    assert len(at.alpha("house", "list", "--kind", "handed", "--json").json["items"]) == items


def test_what_others_notified_is_not_ours_to_hand_over(at: Any, tmp_path: Path) -> None:
    new(at, "g-11")
    at.carry("alpha", "bravo")
    ran = at.bravo("notify", "hand", "g-11", *TO, *ANSWER, "--write", tmp_path / "x", code=None)
    assert ran.code == 2
    assert "not ours to hand over" in ran.err


def test_a_mail_server_that_cannot_be_reached_leaves_papers_as_made_ready(
    at: Any, tmp_path: Path
) -> None:
    new(at, "g-12")
    args = ("notify", "hand", "g-12", *TO, *ANSWER, "--smtp", "127.0.0.1:1")
    ran = at.alpha(*args, code=None)
    assert ran.code == 8
    assert "made ready" in ran.err
    (told,) = shown(at, "g-12")
    assert told["state"] == "made ready"


def test_a_recipient_without_an_address_gets_papers_and_no_letter(at: Any, tmp_path: Path) -> None:
    new(at, "g-13")
    made = hand(at, "g-13", tmp_path, "--no-mail", to=("--to", "Harbour master"))
    assert sorted(Path(path).suffix for path in made["written"]) == [".kml", ".pdf", ".xlsx"]
    ran = at.alpha("notify", "handed", "g-13", "--how", "e-mail", code=None)
    assert ran.code == 2
    at.alpha("notify", "handed", "g-13", "--how", "in person", "--at", "2026-11-01T09:00Z")
    (told,) = shown(at, "g-13")
    assert (told["way"], told["went_s"]) == ("in person", 1_793_523_600)
    args = ("notify", "heard", "g-13", "--how", "radio", "--position", "54-20.0N 012-10.0E")
    read = at.alpha(*args, "--place", "off the mole", "--json").json["read"]
    assert [(each["number"], each["apart_m"]) for each in read] == [(1, 0)]


def test_nothing_of_the_house_reaches_the_other_party(at: Any, places: Any, tmp_path: Path) -> None:
    new(at, "g-14")
    hand(at, "g-14", tmp_path, to=("--to", "Zanzibar Relief <z@relief.example>"))
    at.carry("alpha", "bravo")
    told = at.bravo("notify", "show", "g-14", "--json").json
    assert "Zanzibar" not in json.dumps(told)
    assert told[0]["no_node"] == []
