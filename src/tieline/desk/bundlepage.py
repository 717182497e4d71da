"""The first page of a published record: what is there, who says so, and how to check it.

Static, without script or anything from elsewhere; it prints, and reads in any browser.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from tieline.observer import (
    Inference,
    Picture,
    Source,
    Statement,
    discrepancies,
    timeline,
)
from tieline.observer.claims import pilcrow
from tieline.observer.statement import FORCE_MEANING, REPORTED_FORCES, Review
from tieline.record.marking import MARKING_MEANING, Marking

STYLE = """
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, "Noto Sans", "Noto Sans CJK SC", sans-serif; margin: 2rem auto;
  max-width: 62rem; padding: 0 1rem; }
h1, h2, h3 { line-height: 1.2; } h2 { margin-top: 2.5rem; border-bottom: 1px solid; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0;
  border-bottom: 1px solid #8884; overflow-wrap: anywhere; }
article { margin: 1rem 0; break-inside: avoid; }
.about { font-size: .875rem; opacity: .8; margin: 0; } .text { margin: .2rem 0; }
.gone { text-decoration: line-through; opacity: .7; }
.inferred { border-left: 4px double; padding-left: .8rem; }
code, pre { font-family: ui-monospace, monospace; overflow-wrap: anywhere; white-space: pre-wrap; }
.mark { border: 1px solid; padding: .1rem .5rem; }
@media print { body { max-width: none; margin: 0; } a { color: inherit; text-decoration: none; } }
"""
POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def index_page(picture: Picture, *, handle: str, fingerprint: str, line: str) -> str:
    """The page as HTML."""
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>Observer's record of {escape(handle)}</title><style>{STYLE}</style></head><body>",
        f"<h1>Observer's record of {escape(handle)}</h1>",
        *_summary(picture),
        *_checking(handle, fingerprint, line),
        *_forces(),
        *_sources(picture),
        *_statements(picture),
        *_inferences(picture),
        *_discrepancies(picture),
        *_timeline(picture),
        *_withdrawn(picture),
        "</body></html>\n",
    ]
    return "\n".join(parts)


def _summary(picture: Picture) -> Iterator[str]:
    record, mark = picture.record, Marking.PUBLISHABLE
    yield f'<p><span class="mark">{mark.value}</span> {escape(MARKING_MEANING[mark])}.</p>'
    counts = (
        (len(record.sources), "source"),
        (len(record.statements), "statement"),
        (len(record.inferences), "inference"),
        (len(record.reviews), "review"),
        (len(record.withdrawals), "withdrawal"),
    )
    told = ", ".join(f"{count} {word}{'' if count == 1 else 's'}" for count, word in counts)
    yield (
        f"<p>{told}. It tells what sources report, each in words of the observer's own with its "
        "place in the report, and never more. What the observer concludes stands apart.</p>"
    )


def _checking(handle: str, fingerprint: str, line: str) -> Iterator[str]:
    yield "<h2>How to check it</h2>"
    yield "<p>The folder <code>record</code> holds the signed record. With Tieline:</p>"
    yield f"<pre>tieline verify record --party {escape(handle)}={escape(fingerprint)}</pre>"
    yield "<p>Without it, with Python and openssl, by the one-file verifier:</p>"
    yield "<pre>python3 tieline_verify.py record</pre>"
    yield (
        "<p>Compare the fingerprint with one that you had from the observer in another way. "
        "This page, <code>record.txt</code> and <code>record.csv</code> are made from the record "
        "for reading; <code>SHA256SUMS</code> lists their digests.</p>"
    )
    yield f"<p class=about>Line {escape(line)}; fingerprint {escape(fingerprint)}</p>"


def _forces() -> Iterator[str]:
    yield "<h2>Force: how it was said</h2><table>"
    for force, meaning in FORCE_MEANING.items():
        if force in REPORTED_FORCES:
            yield f"<tr><th>{escape(force.value)}</th><td>{escape(meaning)}</td></tr>"
    yield "</table>"


def _sources(picture: Picture) -> Iterator[str]:
    yield "<h2>Sources</h2><table><tr><th>Key</th><th>Source</th><th>Published</th></tr>"
    for one in picture.record.sources:
        named = ", ".join(part for part in (one.title, one.outlet) if part) or "not named"
        digest = f"<br><span class=about>SHA-256 {one.sha256}</span>" if one.sha256 else ""
        yield (
            f'<tr id="source-{escape(one.id)}"><th>{_dir(one.id)}</th>'
            f"<td>{_dir(named)}{digest}</td><td>{_dir(one.published.words())}</td></tr>"
        )
    yield "</table>"


def _dir(text: str) -> str:
    # Names and words of any script, each in its own direction and isolated from the page's.
    return f"<bdi>{escape(text)}</bdi>"


def _statements(picture: Picture) -> Iterator[str]:
    yield "<h2>What is reported</h2>"
    reviews = _by_item(picture)
    by_source: dict[str, list[Statement]] = {}
    for one in picture.record.statements:
        by_source.setdefault(one.source, []).append(one)
    sources = {one.id: one for one in picture.record.sources}
    for key, statements in by_source.items():
        yield f"<h3>{_dir(_source_name(sources.get(key), key))}</h3>"
        for one in statements:
            yield from _statement(picture, one, reviews.get(one.id, []))


def _source_name(source: Source | None, key: str) -> str:
    told = (source.outlet or source.title) if source else None
    return f"{key}: {told}" if told else key


def _statement(picture: Picture, one: Statement, reviews: list[Review]) -> Iterator[str]:
    about = [one.id, pilcrow(one.passage), one.force.value, one.speaker or ""]
    about += [one.happened.words() if one.happened else ""]
    about += [f"by way of {', '.join(one.via)}" if one.via else ""]
    yield f'<article id="{escape(one.id)}">'
    yield f"<p class=about>{_dir(' · '.join(part for part in about if part))}</p>"
    yield from _text(picture, one)
    if one.note:
        yield f"<p class=about>Note: {_dir(one.note)}</p>"
    yield from _reviews(reviews)
    yield "</article>"


def _text(picture: Picture, one: Statement | Inference) -> Iterator[str]:
    gone = picture.fallen.get(one.id)
    yield f"<p class='text{' gone' if gone else ''}' dir=auto>{escape(one.text)}</p>"
    if gone:
        yield f"<p class=about>Does not count: {_dir(gone)}</p>"


def _by_item(picture: Picture) -> dict[str, list[Review]]:
    found: dict[str, list[Review]] = {}
    for review in picture.record.reviews:
        found.setdefault(review.of, []).append(review)
    return found


def _reviews(reviews: list[Review]) -> Iterator[str]:
    for one in reviews:
        note = f": {one.note}" if one.note else ""
        told = f"A second person, {one.reviewer}, {one.verdict.value} ({one.on.words()}){note}"
        yield f"<p class=about>{_dir(told)}</p>"


def _inferences(picture: Picture) -> Iterator[str]:
    if picture.record.inferences:
        yield "<h2>What the observer concludes</h2>"
    reviews = _by_item(picture)
    for one in picture.record.inferences:
        yield f'<article class=inferred id="{escape(one.id)}">'
        yield f"<p class=about>{_dir(f'{one.id} · inference by {one.author}')}</p>"
        yield from _text(picture, one)
        grounds = ", ".join(f'<a href="#{escape(id_)}">{_dir(id_)}</a>' for id_ in one.grounds)
        yield f"<p class=about>It rests on {grounds}</p>"
        yield from _reviews(reviews.get(one.id, []))
        yield "</article>"


def _discrepancies(picture: Picture) -> Iterator[str]:
    found = discrepancies(picture)
    if found:
        yield "<h2>What does not fit</h2><p>Nothing is decided: both values stay.</p><ul>"
        yield from (f"<li>{_dir(f'{one.thing}, {one.words()}')}</li>" for one in found)
        yield "</ul>"


def _timeline(picture: Picture) -> Iterator[str]:
    yield "<h2>In the order of days</h2><table>"
    for row in timeline(picture):
        words = f"{row.speaker}: {row.words}" if row.speaker else row.words
        yield (
            f"<tr><th>{_dir(row.days.words())}</th><td dir=auto>{escape(words)} "
            f'<a class=about href="#{escape(row.cite.id)}">{_dir(row.cite.id)}</a></td></tr>'
        )
    yield "</table>"


def _withdrawn(picture: Picture) -> Iterator[str]:
    if picture.record.withdrawals:
        yield "<h2>Taken back</h2><ul>"
        for one in picture.record.withdrawals:
            told = f"{one.of}, by {one.author}, {one.on.words()}: {one.why}"
            yield f"<li>{_dir(told)}</li>"
        yield "</ul>"
