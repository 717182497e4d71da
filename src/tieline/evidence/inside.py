"""Inside: what the entries say, as far as it can be read here, and the state that it adds up to."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from tieline.errors import BadSignatureError
from tieline.evidence.logs import Checked
from tieline.evidence.material import Material
from tieline.evidence.report import Notebook, spans
from tieline.evidence.trust import NODE, Trust
from tieline.record import ed25519
from tieline.record.content import Content, Spoken, read_content
from tieline.record.entry import Entry, Ref, parse_entry
from tieline.record.merkle import hash_leaf
from tieline.record.names import name_of
from tieline.state.digest import state_digest, unreadable_digest
from tieline.state.fold import Fold, Item
from tieline.state.model import Outcome
from tieline.state.withdrawn import withdrawn_places


class Insides:
    """Reads entries for the fold, and notes what it finds on the way."""

    def __init__(
        self, material: Material, trust: Trust, logs: Mapping[str, Checked], book: Notebook
    ) -> None:
        self._material = material
        self._trust = trust
        self._logs = logs
        self._book = book
        self._forged: set[Ref] = set()
        self._next: dict[str, Item] = {}

    def fold(self, parties: Mapping[str, str]) -> tuple[str, str]:
        """Fold everything that stands; the state's digest and that of the unreadable set.

        Args:
            parties: fingerprint of each party.
        """
        fold = Fold(self._trust.line, parties, self._item, self._root_at)
        for origin, log in sorted(self._logs.items()):
            if log.party:
                fold.own(origin, log.party)
        folded = fold.advance()
        self._book.counts["folded"] += len(folded)
        self._book.counts["cases"] += len(fold.registers.cases)
        for found in fold.registers.discrepancies:
            if found.outcome is Outcome.BAD_SIGNATURE and found.ref in self._forged:
                continue
            words = f"{self._name(found.ref)}: {found.outcome.value}"
            self._differs(f"{words} ({found.detail})" if found.detail else words, found.ref)
        self._absent(fold)
        self._stuck(fold)
        self._sealed(fold.registers.unreadable)
        return state_digest(fold).hex(), unreadable_digest(fold).hex()

    def _root_at(self, origin: str, size: int) -> bytes | None:
        log = self._logs.get(origin)
        return log.tree.root(size) if log is not None and size <= log.tree.size else None

    def _item(self, origin: str, index: int) -> Item | None:
        log = self._logs.get(origin)
        if log is None or index >= log.whole:
            return None
        # The fold asks again for an entry that waits for others: it is read and counted once.
        waiting = self._next.get(origin)
        if waiting is not None and waiting.ref.index == index:
            return waiting
        leaf = self._material.leaf(origin, index)
        if leaf is None:
            return None
        entry = parse_entry(leaf)
        ref = Ref(origin, index, hash_leaf(leaf))
        content = self._content(ref, entry)
        if isinstance(content, Spoken):
            self._persons(ref, content)
        item = self._next[origin] = Item(ref=ref, entry=entry, content=content)
        return item

    def _content(self, ref: Ref, entry: Entry) -> Content:
        if entry.sealed:
            return read_content(entry, self._plaintext(ref, entry))
        payloads = [self._material.blob(p.digest) for p in entry.payloads]
        return read_content(entry, payloads[0], [p for p in payloads[1:] if p is not None])

    def _plaintext(self, ref: Ref, entry: Entry) -> bytes | None:
        digest = entry.payloads[0].digest
        kept = self._material.plaintext(digest)
        if kept is not None and hashlib.sha256(kept).digest() == entry.commit:
            self._book.counts["plaintexts"] += 1
            return kept
        opened = self._material.opened(digest)
        if opened is not None and hashlib.sha256(opened).digest() != entry.commit:
            self._differs(f"{self._name(ref)}: opens to something else than it commits to", ref)
        elif opened is not None:
            self._book.counts["plaintexts"] += 1
        if kept is not None and kept != opened:
            party, words = self._logs[ref.origin].party, "the plaintext kept here is not what the"
            words = f"{self._name(ref)}: {words} entry commits to"
            self._book.wrong(words, party=party, origin=ref.origin, index=ref.index)
        return opened

    def _persons(self, ref: Ref, spoken: Spoken) -> None:
        party = self._logs[ref.origin].party
        for signature in spoken.envelope.signatures:
            who = "its node" if signature.keyid == NODE else signature.keyid
            keys = self._trust.signers(party, signature.keyid, spoken.message.sender.name)
            if any(holds(key, signature.sig, spoken.envelope.pae) for key in keys):
                self._book.counts["persons"] += 1
                continue
            self._forged.add(ref)
            why = "does not hold" if keys else f"is by nobody in a roster of {party}"
            self._differs(f"{self._name(ref)}: the signature of {who} {why}", ref)

    def _differs(self, words: str, ref: Ref) -> None:
        party = self._logs[ref.origin].party
        self._book.discrepancy(words, party=party, origin=ref.origin, index=ref.index)

    def _absent(self, fold: Fold) -> None:
        """Attachments that are not here: withdrawn by their author, or lost.

        Where entries of the author cannot be read or folded, one of them may be the withdrawal.
        """
        withdrawn = withdrawn_places(fold.registers)
        unread = {fold.registers.owners[ref.origin] for ref in fold.registers.unreadable}
        unread |= {log.party for o, log in self._logs.items() if fold.size(o) < log.tree.size}
        for origin, log in sorted(self._logs.items()):
            for index, number in log.absent:
                if (origin, index, number) in withdrawn:
                    self._book.counts["withdrawn"] += 1
                    continue
                words = f"{log.name}, entry {index}: attachment {number} is not here, or cannot be"
                words += " read back, and its author "
                if log.party in unread:
                    words += "may have withdrawn it in an entry that could not be read here"
                    self._book.unchecked(words, party=log.party, origin=origin, index=index)
                else:
                    words += "has not withdrawn it"
                    self._book.wrong(words, party=log.party, origin=origin, index=index)

    def _stuck(self, fold: Fold) -> None:
        for origin, log in sorted(self._logs.items()):
            size = fold.size(origin)
            if size >= log.tree.size:
                continue
            _, missing = fold.waiting.get(origin, (size, ""))
            why = f"it names {missing}, which is not here" if missing else "it cannot be used"
            words = f"{log.name}: entries from {size} on are not folded: {why}"
            self._book.unchecked(words, party=log.party, origin=origin, index=size)

    def _sealed(self, refs: Iterable[Ref]) -> None:
        indices: dict[str, list[int]] = {}
        for ref in refs:
            indices.setdefault(ref.origin, []).append(ref.index)
        for origin, found in sorted(indices.items()):
            self._book.counts["unreadable"] += len(found)
            log = self._logs[origin]
            words = f"{log.name}: {len(found)} sealed entries could not be read here: "
            self._book.unreadable(words + spans(found), party=log.party, origin=origin)

    def _name(self, ref: Ref) -> str:
        return f"{self._logs[ref.origin].party}'s log {name_of(ref.origin)}, entry {ref.index}"


def holds(key: bytes, signature: bytes, message: bytes) -> bool:
    """Whether an Ed25519 signature holds, by the one rule of acceptance."""
    try:
        ed25519.verify(key, signature, message)
    except BadSignatureError:
        return False
    return True
