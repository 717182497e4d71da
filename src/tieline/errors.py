"""Every error that Tieline raises, as one tree, each with advice for the officer.

::

    TielineError
    |-- RefusedError            our operator asked for what the rules or the state forbid
    |   |-- MovedError          the case moved since the officer looked
    |   `-- UsageError          words, fields or files that we cannot take as they are
    |-- UnverifiedError         a peer's bytes did not earn our trust
    |   |-- MalformedError      not of the grammar, or over a named limit
    |   |-- UnknownKeyError     signed by a key that nobody vouches for
    |   |-- BadSignatureError   the signature is wrong, or one of two is missing
    |   |-- BrokenProofError    a root or a proof does not add up
    |   |-- GapError            entries before these are missing: ask again
    |   |-- WrongLineError      belongs to another line or log
    |   `-- ForkedLogError      one log, two signed histories: evidence
    |-- SealError               a blob cannot be opened with our keys
    |-- StoreError              the disk: full, damaged, locked; the outcome may be unknown
    |   |-- DamagedStoreError   what was read back is not what was written
    |   |-- StoreLockedError    another process holds this home
    |   `-- StoreFullError      no room left
    |-- SignerError             the signer will not sign
    |   `-- MarkError           its high-water mark is missing or behind: new generation
    |-- TransportError          the peer could not be reached, or answered nonsense
    |   |-- UnreachableError    no connection, or the link went dead
    |   `-- PeerRefusedError    the peer answered, and refused
    |-- SettingsError           a setting or a file of ours is wrong
    `-- StageError              the demonstration did not go on as it should

The branches follow *whose doing it is*: ours (refused), theirs (unverified), the
machine's (the rest). What a peer did inside the rules of the record is never an
error but a discrepancy, a value of the state.
"""

from __future__ import annotations


class TielineError(Exception):
    """Root of the tree.

    Attributes:
        code: stable identifier, ``branch.leaf``; documented, never reused.
        advice: one sentence for the officer or engineer: what to do now.
        exit_code: process exit status of the command line for this branch.
    """

    code = "tieline"
    advice = "Report this with the output of `tieline doctor`."
    exit_code = 1

    def __init__(self, message: str, *, advice: str | None = None) -> None:
        super().__init__(message)
        if advice is not None:
            self.advice = advice


class RefusedError(TielineError):
    """Our operator asked for what the procedure, the framework or the state forbids."""

    code = "refused"
    advice = "Look at the case with `tieline show` and choose a step that it allows."
    exit_code = 3


class MovedError(RefusedError):
    """The case moved between the officer's look and the officer's step."""

    code = "refused.moved"
    advice = "Look at the case again; somebody has acted since."


class UsageError(RefusedError):
    """Words, fields or files that cannot be taken as they are."""

    code = "refused.usage"
    advice = "Correct the input named above and try again; nothing was filed."
    exit_code = 2


class UnverifiedError(TielineError):
    """A peer's bytes did not earn our trust. ``evidence`` keeps them exactly."""

    code = "unverified"
    advice = "Keep the file; nothing of it was stored. Ask the sender for a fresh copy."
    exit_code = 4

    def __init__(
        self, message: str, *, evidence: tuple[bytes, ...] = (), advice: str | None = None
    ) -> None:
        super().__init__(message, advice=advice)
        self.evidence = evidence


class MalformedError(UnverifiedError):
    """Bytes that are not of the grammar, or exceed a named limit."""

    code = "unverified.malformed"


class UnknownKeyError(UnverifiedError):
    """Signed by a key that no roster of the line vouches for."""

    code = "unverified.unknown-key"
    advice = "Compare fingerprints with the other party by voice or on paper."


class BadSignatureError(UnverifiedError):
    """A signature is wrong, or one of two that are required is missing."""

    code = "unverified.bad-signature"


class BrokenProofError(UnverifiedError):
    """A root or a proof does not add up."""

    code = "unverified.broken-proof"


class GapError(UnverifiedError):
    """Entries before these are missing."""

    code = "unverified.gap"
    advice = "Ask the peer to send from the size that we hold; nothing is lost."


class WrongLineError(UnverifiedError):
    """The bytes belong to another line, log or index."""

    code = "unverified.wrong-line"


class ForkedLogError(UnverifiedError):
    """One log, two signed histories. ``evidence`` holds both signed checkpoints."""

    code = "unverified.forked-log"
    advice = "Export the evidence and tell every party of the line; the log is frozen."


class SealError(TielineError):
    """A blob cannot be opened with the keys that we hold."""

    code = "seal"
    advice = "Open it with the archive key, or ask a party of the line for the plaintext."
    exit_code = 5


class StoreError(TielineError):
    """The disk refused. What was being written may or may not be there: restart and look."""

    code = "store"
    advice = "Stop, check the disk, start again: the node re-reads and re-verifies everything."
    exit_code = 6


class DamagedStoreError(StoreError):
    """What was read back is not what was written."""

    code = "store.damaged"
    advice = "Run `tieline verify`; the peer's copy can heal what is damaged."


class StoreLockedError(StoreError):
    """Another process holds this home."""

    code = "store.locked"
    advice = "Stop the other process (`tieline serve`), or send the command to it."


class StoreFullError(StoreError):
    """No room is left on the disk; nothing of this step was written."""

    code = "store.full"
    advice = "Free some space; reading and alarms go on meanwhile."


class SignerError(TielineError):
    """The signer will not sign this head."""

    code = "signer"
    advice = "Do not sign by hand; run `tieline doctor`."
    exit_code = 7


class MarkError(SignerError):
    """The high-water mark is missing, or behind a head that someone holds."""

    code = "signer.mark"
    advice = "Open a new generation with a spare key: `tieline line generation`."


class TransportError(TielineError):
    """A carrier failed."""

    code = "transport"
    advice = "The record is safe; it will be sent again, or carry it by pouch."
    exit_code = 8


class UnreachableError(TransportError):
    """No connection, or the link went dead."""

    code = "transport.unreachable"


class PeerRefusedError(TransportError):
    """The peer answered, and refused what we sent."""

    code = "transport.peer-refused"


class SettingsError(TielineError):
    """A setting, or a file of ours, is wrong or missing."""

    code = "settings"
    advice = "Correct the setting named above; `tieline doctor` lists them all."
    exit_code = 9


class StageError(TielineError):
    """The demonstration waited for something that did not happen."""

    code = "stage"
    advice = "Run it again with --keep, and look at the nodes' logs in its folder."
    exit_code = 10
