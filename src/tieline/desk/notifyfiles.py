"""Files of notifications: described for a body, sent again with an amendment, withdrawn."""

from __future__ import annotations

import hashlib
import secrets

from tieline.desk.notifying import Body, Shown, amended, attachment
from tieline.desk.speaking import Desk
from tieline.errors import UsageError
from tieline.procedures.sorts import PERSONAL_SALT_BYTES
from tieline.record.strict import JsonValue
from tieline.words import shown


def described_file(
    name: str, kind: str, data: bytes, *, personal: bool
) -> tuple[dict[str, JsonValue], bytes]:
    """How a body describes a file, and the bytes that go along; a personal one behind its salt."""
    part = secrets.token_bytes(PERSONAL_SALT_BYTES) + data if personal else data
    item: dict[str, JsonValue] = {
        "name": name,
        "type": kind,
        "length": len(part),
        "sha256": hashlib.sha256(part).hexdigest(),
    }
    return item | ({"personal": "yes"} if personal else {}), part


def files_again(desk: Desk, line: str, notice: Shown) -> tuple[list[JsonValue], tuple[bytes, ...]]:
    """The files of a notification as it stands, for an amendment; those withdrawn stay away.

    Raises:
        UsageError: one of the others cannot be read here.
    """
    items, parts = list[JsonValue](), list[bytes]()
    for file in notice["files"]:
        if file["stands"] and not file["withdrawn"]:
            data = attachment(desk, line, notice["wordings"], file["number"])
            item, part = described_file(file["name"], file["type"], data, personal=file["personal"])
            items.append(item)
            parts.append(part)
    return items, tuple(parts)


def with_files(
    desk: Desk,
    line: str,
    notice: Shown,
    kind: str,
    given: Body,
    *,
    files: tuple[bytes, ...] = (),
) -> tuple[Body, tuple[bytes, ...]]:
    """A whole amendment and its files: those given, else those of the notification as it stands.

    Raises:
        UsageError: a file that stands cannot be read here.
    """
    body = amended(notice, kind, given)
    if "attachments" in given or "attachments" not in body:
        return body, files
    items, files = files_again(desk, line, notice)
    rest = {name: value for name, value in body.items() if name != "attachments"}
    return (rest | {"attachments": items} if items else rest), files


def to_withdraw(notice: Shown, number: int, of: str = "") -> list[JsonValue]:
    """What a withdrawal names: a personal file, and its copies in other wordings.

    Args:
        notice: the notification, as the node shows it.
        number: the attachment, as `show` numbers it in the wording that stands, or in ``of``; 0
            means every personal file of every wording.
        of: an entry, for a file of that wording alone.

    Raises:
        UsageError: there is no such file, it was not declared personal, or is withdrawn already.
    """
    files: list[Shown] = notice["files"]
    asked = [f for f in files if f["ref"] == of or f["full_ref"] == of or (not of and f["stands"])]
    chosen = [f for f in asked if f["number"] == number] if number else files
    if not chosen:
        raise UsageError(
            f"{shown(str(notice['key']))} has no attachment {number} {of}".rstrip(),
            advice="`tieline notify show` numbers the files of each wording; name one with --of.",
        )
    names = {file["name"] for file in chosen}
    copies = [f for f in files if f["name"] in names] if number and not of else chosen
    if number and not chosen[0]["personal"]:
        raise UsageError(
            f"attachment {number} was not declared personal when it was sent: nothing withdraws it",
            advice="An amendment without it takes it out of the notification as it stands.",
        )
    left = [f for f in copies if f["personal"] and not f["withdrawn"]]
    if not left:
        raise UsageError("there is no personal file here that is not withdrawn already")
    return [{"of": file["full_ref"], "attachment": file["number"]} for file in left]
