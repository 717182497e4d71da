"""Report: what the demonstration shows as it goes, and the table of what was proven."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """One thing shown: what was claimed, what was seen, whether they agree."""

    act: str
    claim: str
    seen: str
    holds: bool


@dataclass(slots=True)
class Report:
    """Collects proofs and prints as they come."""

    out: Console
    proofs: list[Proof] = field(default_factory=list)
    act: str = ""

    def begin(self, letter: str, title: str) -> None:
        """Start an act."""
        self.act = letter
        self.out.print()
        self.out.rule(f"[bold]({letter}) {title}", align="left")

    def say(self, words: str) -> None:
        """A line of the story."""
        self.out.print(words)

    def command(self, words: str) -> None:
        """The command that an officer would type for what happens next."""
        self.out.print(f"  [dim]$ {words}[/]")

    def prove(self, claim: str, seen: object, *, holds: bool) -> None:
        """Note what was seen of a claim; a failed one is printed at once."""
        proof = Proof(act=self.act, claim=claim, seen=str(seen), holds=holds)
        self.proofs.append(proof)
        mark = "[green]yes[/]" if holds else "[bold red]NO[/]"
        self.out.print(f"  {mark}  {claim}: ", end="")
        self.out.print(str(seen), markup=False, style="dim")

    @property
    def failed(self) -> Sequence[Proof]:
        """What did not hold."""
        return [proof for proof in self.proofs if not proof.holds]

    def table(self) -> Table:
        """All proofs."""
        table = Table(title="What was shown", title_justify="left", expand=False)
        table.add_column("act")
        table.add_column("claim")
        table.add_column("seen", overflow="fold")
        table.add_column("holds")
        for proof in self.proofs:
            table.add_row(
                proof.act, proof.claim, proof.seen, "yes" if proof.holds else "[bold red]NO[/]"
            )
        return table
