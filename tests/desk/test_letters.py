"""Letters: papers as an e-mail, mail servers, and e-mails that come back."""

from __future__ import annotations

import importlib.util
import socketserver
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, cast

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from tieline.desk import letters, mailing
from tieline.desk.addresses import Recipient, check_address, recipient
from tieline.desk.handingout import (
    Handout,
    Paper,
)
from tieline.errors import PeerRefusedError, UnreachableError, UsageError
from tieline.papers import noticewords as nw
from tieline.record.message import Mark

_spec = importlib.util.spec_from_file_location(
    "notices", Path(__file__).resolve().parents[1] / "papers" / "test_notice.py"
)
assert _spec is not None
assert _spec.loader is not None
notices: Any = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(notices)

COAST = Recipient(name="Coast guard", address="watch@coast.example")


# -- letters


def handout(**changes: Any) -> Handout:
    more = {name: changes.pop(name) for name in ("passed_on",) if name in changes}
    made = notices.notice(**changes)
    papers = (Paper(name="a.pdf", type="application/pdf", data=b"%PDF-1.4 x"),)
    fields: dict[str, Any] = {"passed_on": (), "left_out": 0, "has_map": True} | more
    return Handout(notice=made, line="x", papers=papers, pages=1, stem="a", **fields)


def test_a_letter_is_read_by_another_reader_with_its_papers_byte_for_byte() -> None:
    crew = Paper(name="crew\n.txt", type="text/plain", data=b"names\r\nof\npersons")
    made = letters.letter(handout(passed_on=(crew,)), COAST, "ops@alpha.example")
    read = message_from_bytes(made.as_bytes(), policy=default)
    assert read["From"].addresses[0].addr_spec == "ops@alpha.example"
    assert read["From"].addresses[0].display_name == "Alpha Navy (watch)"
    parts = {p.get_filename(): p.get_payload(decode=True) for p in read.iter_attachments()}
    assert parts == {"a.pdf": b"%PDF-1.4 x", "crew-.txt": b"names\r\nof\npersons"}
    assert read["Message-ID"].endswith("@alpha.example>")
    assert not read.defects


@pytest.mark.parametrize("mark", Mark)
def test_the_mark_opens_the_subject_and_stands_above_and_below_the_words(mark: Mark) -> None:
    made = letters.letter(handout(mark=mark), COAST, "ops@alpha.example")
    read = message_from_bytes(made.as_bytes(), policy=default)
    assert read["Subject"].startswith(mark.value)
    assert "[gunnery-4/abababab]" in read["Subject"]
    body = read.get_body(("plain",))
    assert body is not None
    lines = body.get_content().strip().splitlines()
    assert lines[0].strip() == lines[-1].strip() == nw.MARK_WORDS[mark]
    assert nw.NO_REQUEST in lines
    assert any("54-20.000N 012-10.000E  (54.333333, 12.166667)" in line for line in lines)


def test_a_long_title_leaves_the_reference_in_the_subject_and_brings_no_line_in() -> None:
    made = letters.letter(handout(title="x\r\nBcc: a@b.example " * 40), COAST, "ops@alpha.example")
    read = message_from_bytes(made.as_bytes(), policy=default)
    assert read["Bcc"] is None
    assert read["Subject"].endswith("[gunnery-4/abababab]")


def test_a_long_notification_says_in_the_letter_that_the_sheet_has_the_rest() -> None:
    made = letters.letter_text(handout(body=notices.area_body(4_096)))
    assert "and 4036 more positions: see the sheet" in made
    assert len(made.splitlines()) < 120


def test_the_file_of_a_letter_opens_as_one_that_is_not_sent_yet() -> None:
    told = letters.letter(handout(), COAST, "ops@alpha.example")
    read = message_from_bytes(letters.as_file(told, "a.eml").data, policy=default)
    assert read["X-Unsent"] == "1"
    assert read["Message-ID"] == told["Message-ID"]
    assert told["X-Unsent"] is None


def answer(**changes: Any) -> bytes:
    made = EmailMessage()
    made["From"] = changes.get("sender", "Watch <watch@coast.example>")
    made["To"] = "ops@alpha.example"
    made["In-Reply-To"] = changes.get("answers", "<1@alpha.example>")
    made.set_content(
        changes.get("text", "We have it.\n> quoted\n"), subtype=changes.get("as", "plain")
    )
    made.add_attachment(b"PK", maintype="application", subtype="x", filename="Answer.XLSX")
    return made.as_bytes()


def test_a_letter_that_comes_back_is_read_word_for_word() -> None:
    found = letters.read_letter(answer(), "a.eml")
    assert found.sender == "watch@coast.example"
    assert found.text == "We have it.\n> quoted"
    assert found.sheets == (("Answer.XLSX", b"PK"),)
    assert found.answers == {"<1@alpha.example>"}


def test_a_letter_of_html_alone_is_told_and_not_guessed_at() -> None:
    found = letters.read_letter(answer(**{"as": "html", "text": "<b>yes</b>"}), "a.eml")
    assert found.text == ""
    assert "HTML alone" in found.odd[0]


@pytest.mark.parametrize(
    "head",
    [
        b"From: " + b"(" * 500_000,
        b"From: " + b'"' * 500_000,
        b"From: " + b"a " * 250_000,
        b"From: " + b"a@b.c," * 80_000,
        b"From: a@b.example\r\nContent-Type: text/plain " + b"(" * 500_000,
        b"From: a@b.example\r\nContent-Type: text/plain; " + b"a=b; " * 100_000,
        b"From: a@b.example\r\nReferences: " + b"=?" * 250_000,
    ],
)
def test_no_header_of_a_letter_takes_long_or_breaks_its_reader(head: bytes) -> None:
    since = time.process_time()
    with suppress(UsageError):
        letters.read_letter(head + b"\r\n\r\nWe have it.", "a.eml")
    assert time.process_time() - since < 5


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader_of_letters(data: bytes) -> None:
    for each in (data, b"From: a@b.example\n" + data, answer() + data):
        try:
            letters.read_letter(each, "a.eml")
        except UsageError:
            continue


@given(st.text(max_size=80))
def test_no_text_makes_a_header_of_more_than_its_own(text: str) -> None:
    try:
        found = recipient(text)
    except UsageError:
        return
    made = letters.letter(handout(), found, "ops@alpha.example")
    read = message_from_bytes(made.as_bytes(), policy=default)
    assert [name.lower() for name, _ in read.items()] == [name.lower() for name, _ in made.items()]
    (to,) = read["To"].addresses
    assert to.addr_spec == found.address
    assert check_address(found.address) == found.address


# -- mail servers


class _Post(socketserver.StreamRequestHandler):
    """A mail server as small as one can be (RFC 5321); what it is told stands in ``server.got``."""

    def handle(self) -> None:
        self._say("220 here")
        while line := self.rfile.readline():
            word = line.decode("latin-1").strip()
            cast("Any", self.server).got.append(word)
            if not self._answer(word):
                return

    def finish(self) -> None:
        super().finish()
        self.request.close()

    def _say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())

    def _answer(self, word: str) -> bool:
        server = cast("Any", self.server)
        verb = word[:8].upper()
        if verb.startswith("EHLO"):
            offers = ["250-STARTTLS"] if server.tls is not None and not server.is_secret else []
            self._say("250-here", *offers, "250-AUTH PLAIN", "250 8BITMIME")
        elif verb.startswith("STARTTLS"):
            self._say("220 go on")
            try:
                self.request = server.tls.wrap_socket(self.request, server_side=True)
            except (ssl.SSLError, OSError):
                return False
            server.is_secret = True
            self.rfile, self.wfile = self.request.makefile("rb"), self.request.makefile("wb", 0)
        elif verb.startswith("AUTH"):
            self._say("235 in")
        elif verb.startswith("RCPT"):
            self._say("550 no such mailbox" if "nobody@" in word else "250 ok")
        elif verb.startswith("DATA"):
            self._say("354 go on")
            while (line := self.rfile.readline()) not in {b".\r\n", b""}:
                server.letter += line
            self._say("250 taken")
        elif verb.startswith("QUIT"):
            self._say("221 bye")
            return False
        else:
            self._say("250 ok")
        return True


@contextmanager
def post(tls: ssl.SSLContext | None = None) -> Iterator[Any]:
    server: Any = socketserver.TCPServer(("127.0.0.1", 0), _Post)
    server.got, server.letter, server.tls, server.is_secret = [], b"", tls, False
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def at(server: Any, **more: str) -> mailing.Server:
    return mailing.Server(host="127.0.0.1", port=server.server_address[1], **more)


@pytest.fixture(scope="module")
def authority() -> tuple[ssl.SSLContext, ssl.SSLContext]:
    ca = trustme.CA()
    there = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("127.0.0.1").configure_cert(there)
    here = ssl.create_default_context()
    ca.configure_trust(here)
    return there, here


def test_a_server_of_this_machine_takes_a_letter_as_it_is() -> None:
    told = letters.letter(handout(), COAST, "ops@alpha.example")
    with post() as server:
        mailing.send(told, at(server))
    read = message_from_bytes(server.letter, policy=default)
    assert read["Message-ID"] == told["Message-ID"]
    assert [p.get_payload(decode=True) for p in read.walk() if p.get_filename()] == [b"%PDF-1.4 x"]
    assert any("watch@coast.example" in word for word in server.got if word.startswith("rcpt"))


def test_a_letter_goes_under_tls_where_it_is_offered(
    authority: tuple[ssl.SSLContext, ssl.SSLContext],
) -> None:
    there, here = authority
    told = letters.letter(handout(), COAST, "ops@alpha.example")
    with post(there) as server:
        mailing.send(told, at(server, user="ops", password="secret"), trust=here)
    assert server.is_secret
    assert server.letter
    assert [word.partition(" ")[0].upper() for word in server.got].index("STARTTLS") < next(
        n for n, word in enumerate(server.got) if word.upper().startswith("AUTH")
    )


def test_a_certificate_that_nobody_vouches_for_stops_the_letter(
    authority: tuple[ssl.SSLContext, ssl.SSLContext],
) -> None:
    told = letters.letter(handout(), COAST, "ops@alpha.example")
    with post(authority[0]) as server, pytest.raises(UnreachableError, match="certificate"):
        mailing.send(told, at(server))
    assert server.letter == b""


def test_a_password_never_goes_without_tls_not_even_on_this_machine() -> None:
    told = letters.letter(handout(), COAST, "ops@alpha.example")
    with post() as server, pytest.raises(UnreachableError, match="no TLS"):
        mailing.send(told, at(server, user="ops", password="secret"))
    assert not any("AUTH" in word.upper() for word in server.got)


def test_a_server_elsewhere_without_tls_gets_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    told = letters.letter(handout(), COAST, "ops@alpha.example")
    monkeypatch.setattr(mailing, "is_here", lambda _: False)
    with post() as server, pytest.raises(UnreachableError, match="no TLS"):
        mailing.send(told, at(server))
    assert not any(word.upper().startswith("MAIL") for word in server.got)


def test_a_recipient_that_the_server_does_not_know_is_told() -> None:
    nobody = Recipient(name="Nobody", address="nobody@coast.example")
    told = letters.letter(handout(), nobody, "ops@alpha.example")
    with post() as server, pytest.raises(PeerRefusedError, match="550 no such mailbox"):
        mailing.send(told, at(server))


def test_nobody_at_the_port_is_told_with_what_to_do() -> None:
    with post() as server:
        gone = at(server)
    with pytest.raises(UnreachableError) as found:
        mailing.send(letters.letter(handout(), COAST, "ops@alpha.example"), gone)
    assert "made ready" in found.value.advice


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("mail.alpha.example:465", "mail.alpha.example", 465),
        ("mail.alpha.example", "mail.alpha.example", 587),
        ("[::1]:2525", "::1", 2525),
    ],
)
def test_a_mail_server_is_a_host_and_a_port(text: str, host: str, port: int) -> None:
    found = mailing.server_of(text)
    assert (found.host, found.port) == (host, port)


@pytest.mark.parametrize("text", [":25", "mail:", "mail:x", "mail:0", "mail:99999", ""])
def test_what_is_no_mail_server_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        mailing.server_of(text)


def test_only_this_machine_is_this_machine() -> None:
    assert [mailing.is_here(h) for h in ("localhost", "127.0.0.7", "::1")] == [True] * 3
    assert not any(map(mailing.is_here, ("127.0.0.1.evil.example", "10.0.0.1", "localhost.x")))


def test_a_password_stands_in_no_print() -> None:
    assert "secret" not in repr(mailing.Server(host="h", port=1, user="u", password="secret"))
