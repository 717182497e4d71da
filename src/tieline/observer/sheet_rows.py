"""Rows: items as texts in columns, in the layout that is read back without a mapping."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tieline.errors import UsageError
from tieline.observer.body import is_empty
from tieline.observer.forms import ITEM_FORM_OF
from tieline.observer.notation import write_assertion
from tieline.observer.sheet_mapping import ASSERTS, KIND, own_table, own_tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tieline.observer.statement import Item


def rows_of(items: Iterable[Item], word: str = "") -> Iterator[tuple[str, ...]]:
    """Items as rows of texts, the head line first: of one kind, or of all with their kind.

    Raises:
        UsageError: a value that the format cannot carry; the message names item and field.
    """
    table = next((one for one in own_tables() if one.kind == word), None) or own_table()
    heads = tuple(table.columns)
    yield heads
    for item in items:
        form = ITEM_FORM_OF[type(item)]
        if word and form.word != word:
            continue
        texts = {KIND: form.word, **_texts(item)}
        yield tuple(texts.get(head, "") for head in heads)


def _texts(item: Item) -> dict[str, str]:
    form = ITEM_FORM_OF[type(item)]
    texts: dict[str, str] = {}
    for known in form.fields:
        held = getattr(item, known.attribute)
        if is_empty(held) and not known.need:
            continue
        try:
            listed = held if known.many else (held,)
            texts[known.name] = "\n".join(known.codec.to_text(one) for one in listed)
        except UsageError as error:
            raise UsageError(f"{form.word} {item.id}, {known.name}: {error}") from None
    assertions = getattr(item, "assertions", ())
    if assertions:
        texts[ASSERTS] = "\n".join(write_assertion(one) for one in assertions)
    return texts
