"""XML of strangers as a tree: no document types, no entities, and a limit on everything.

Document types are where XML fetches files and grows without end (CWE-611, CWE-776), and none of the
formats read here has any use for one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NoReturn
from xml.parsers import expat

from tieline.errors import UsageError
from tieline.files.making import bounded

ELEMENTS_MAX: Final = 2_000_000
DEPTH_MAX: Final = 64
TEXT_CHARS_MAX: Final = 48 * 1024 * 1024
ATTRIBUTES_MAX: Final = 64


@dataclass(slots=True)
class Element:
    """An element: its name without namespace, attributes, text, what it holds, and its line."""

    name: str
    line: int
    attributes: dict[str, str] = field(default_factory=dict)
    text: str = ""
    inside: list[Element] = field(default_factory=list)

    def all(self, *names: str) -> Iterator[Element]:
        """What it holds of these names, directly."""
        return (each for each in self.inside if each.name in names)

    def first(self, *path: str) -> Element | None:
        """Follow names inwards, the first of each; None if one is not there."""
        found: Element | None = self
        for name in path:
            found = next(found.all(name), None) if found is not None else None
        return found

    def words(self, *path: str) -> str:
        """Text of what a path leads to, trimmed; empty if it is not there."""
        found = self.first(*path)
        return found.text.strip() if found is not None else ""

    def walk(self, *names: str) -> Iterator[Element]:
        """Everything below of these names, in the order of the file."""
        stack = list(reversed(self.inside))
        while stack:
            each = stack.pop()
            if each.name in names:
                yield each
            stack += reversed(each.inside)


class _Builder:
    def __init__(self, source: str) -> None:
        self._source = source
        self.root: Element | None = None
        self._open: list[tuple[Element, list[str]]] = []
        self._count = self._chars = 0
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._doctype

    def _refuse(self, why: str) -> NoReturn:
        raise UsageError(f"{self._source}, line {self.parser.CurrentLineNumber}: {why}")

    def _doctype(self, *_: object) -> None:
        self._refuse("declares a document type, which is not read; take it out")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > ELEMENTS_MAX:
            self._refuse(f"has more than {ELEMENTS_MAX} elements")
        if len(self._open) >= DEPTH_MAX:
            self._refuse(f"is nested more than {DEPTH_MAX} deep")
        if len(attributes) > ATTRIBUTES_MAX:
            self._refuse(f"an element has more than {ATTRIBUTES_MAX} attributes")
        plain = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        made = Element(
            name=name.rpartition(" ")[2], line=self.parser.CurrentLineNumber, attributes=plain
        )
        if self._open:
            self._open[-1][0].inside.append(made)
        else:
            self.root = made
        self._open.append((made, []))

    def _text(self, data: str) -> None:
        self._chars += len(data)
        if self._chars > TEXT_CHARS_MAX:
            self._refuse(f"has more than {TEXT_CHARS_MAX} characters")
        if self._open:
            self._open[-1][1].append(data)

    def _end(self, _name: str) -> None:
        made, pieces = self._open.pop()
        made.text = "".join(pieces)


def parse(data: bytes, *, source: str, root: str) -> Element:
    """The tree of a file whose outermost element is called ``root``.

    Raises:
        UsageError: too large, not XML, with a document type, or of another kind.
    """
    builder = _Builder(source)
    try:
        builder.parser.Parse(bounded(data, source), True)
    except expat.ExpatError as error:
        raise UsageError(f"{source} is not XML: {error}") from None
    found = builder.root
    if found is None or found.name != root:
        name = found.name[:40] if found is not None else "nothing"
        raise UsageError(f"{source} begins with {name!r}, not with {root!r}")
    return found
