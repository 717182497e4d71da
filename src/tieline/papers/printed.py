"""Print pages: timeline, ladder and readouts as HTML for A4, readable without scripts.

Head and foot of one table that spans the page repeat on every sheet, in every browser: they carry
the handling mark. A fixed running header would do so in some programs only.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from tieline.answers import as_known, named
from tieline.observer import render_svg, timeline
from tieline.papers.drawing import cited, safe, sign
from tieline.papers.ladder import missing_words, two_sides
from tieline.papers.paper import mark_words
from tieline.papers.sidebyside import NO_WORDS, columns_of, head_words
from tieline.papers.wordings import either, seat_words

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from tieline.answers import SeatView, SideReadouts
    from tieline.observer.picture import Picture
    from tieline.record.marking import Marking

_LANE: Final = re.compile(r'<rect x="0\.0" y="([0-9.]+)"')
_AXIS: Final = (72.0, 92.0)
"""Where the drawing has the names of the years, in pixels from its top."""
_SLICE_RATIO: Final = 0.5
"""Height to width of what fits on a sheet on its side, below the heading and the mark."""
_STYLE: Final = """
@page { size: A4 %(shape)s; margin: 12mm 14mm }
body { font: 9.5pt/1.4 system-ui, 'Segoe UI', 'Noto Sans', 'DejaVu Sans', sans-serif;
  color: #1a242e; margin: 0 auto; max-width: %(width)s }
table { border-collapse: collapse; width: 100%% }
.frame > thead th, .frame > tfoot td { text-align: center; font-weight: 700; letter-spacing: .05em;
  border-bottom: 1pt solid #1a242e; padding: 2mm 0 1.5mm }
.frame > tfoot td { border-bottom: 0; border-top: 1pt solid #1a242e }
.frame > tbody > tr > td { padding: 4mm 0; vertical-align: top }
h1 { font-size: 15pt; margin: 0 0 1mm } .under, small { color: #5f6872 } small { font-size: 7.5pt }
.under { margin: 0 0 4mm }
.rows td, .rows th { text-align: start; vertical-align: top; padding: 1.6mm 2mm 1.6mm 0;
  border-top: .4pt solid #c3c8cc; break-inside: avoid }
.rows tr { break-inside: avoid } .rows th { border-top: 0; border-bottom: .8pt solid #1a242e }
.vacant { border: 1pt dashed #b3323f; padding: 0 1mm } .perhaps { font-style: italic }
.days { white-space: normal; width: 34mm } .rank { width: 20mm }
.said { margin: 0 0 4mm; break-inside: avoid } .said p { margin: 0 }
svg { width: 100%%; height: auto; display: block } .slice { break-inside: avoid; margin: 0 0 3mm }
.rows.ladder { table-layout: fixed } .rows p { margin: 0 0 1.5mm }
"""


def timeline_svg(
    picture: Picture,
    *,
    on: date,
    mark: Marking,
    title: str = "Timeline",
    known_on: date | None = None,
) -> str:
    """The drawn timeline with the handling mark above and below."""
    drawn = render_svg(as_known(picture, known_on), title=f"{title}, as of {on}")
    width, height = (float(_attribute(drawn, name)) for name in ("width", "height"))
    words = safe(mark_words(mark))
    told = (
        f'<text x="{width / 2:.1f}" y="{{y:.1f}}" text-anchor="middle" font-size="13" '
        f'font-family="system-ui,sans-serif" font-weight="700" fill="#22303c">{words}</text>'
    )
    inner = drawn.replace("<svg ", '<svg y="24" ', 1)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height + 48:.0f}" '
        f'viewBox="0 0 {width:.0f} {height + 48:.0f}" role="img">\n'
        f'<rect width="100%" height="100%" fill="#ffffff"/>\n{told.format(y=16)}\n{inner}'
        f"{told.format(y=height + 40)}\n</svg>\n"
    )


def _attribute(drawn: str, name: str) -> str:
    return drawn.split(f'{name}="', 1)[1].split('"', 1)[0]


def timeline_page(
    picture: Picture,
    *,
    on: date,
    mark: Marking,
    title: str = "Timeline",
    known_on: date | None = None,
) -> str:
    """The drawing, then every row with days, words, speaker and citation."""
    seen = as_known(picture, known_on)
    rows = [
        f'<tr><td class="days">{safe(row.days.words())}</td>'
        f"<td>{sign([row.cite])}{_bold(row.speaker)}{_said(row.words)}"
        f" <small>{safe(row.cite.words())}</small></td></tr>"
        for row in timeline(seen)
    ]
    body = (
        f"{_sliced(render_svg(seen, title=title))}"
        f'<table class="rows"><thead><tr><th>Day</th><th>What is said</th></tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )
    return _page(title, _asof(on, known_on), mark, body, wide=True)


def _sliced(drawn: str) -> str:
    """The drawing in slices that fit a sheet, cut between lanes, each below the years.

    A drawing that is higher than a sheet would be cut through its letters.
    """
    width, height = (float(_attribute(drawn, name)) for name in ("width", "height"))
    cuts = sorted({0.0, *(float(y) for y in _LANE.findall(drawn)), height})
    tops, room = [0.0], width * _SLICE_RATIO
    for cut, after in pairwise(cuts):
        if after - tops[-1] > room and cut > tops[-1]:
            tops.append(cut)
    slices = [_slice(width, top, below) for top, below in pairwise([*tops, height])]
    inner = drawn.replace("<svg ", '<svg id="drawing" ', 1)
    kept = f'<svg width="0" height="0" style="position:absolute;width:0"><defs>{inner}</defs></svg>'
    return kept + "".join(slices)


def _slice(width: float, top: float, below: float) -> str:
    axis = ""
    if top:
        first, last = _AXIS
        axis = _window(width, first, last)
    return f'<div class="slice">{axis}{_window(width, top, below)}</div>'


def _window(width: float, top: float, below: float) -> str:
    return (
        f'<svg viewBox="0 {top:.0f} {width:.0f} {below - top:.0f}" role="img">'
        '<use href="#drawing"/></svg>'
    )


def ladder_page(
    picture: Picture,
    *,
    on: date,
    mark: Marking,
    sides: tuple[str, str] | None = None,
    known_on: date | None = None,
) -> str:
    """The ladder of two sides as a table."""
    answer = two_sides(picture, on=on, sides=sides, known_on=known_on)
    left, right = answer.sides[:2]
    rows = []
    for rung in answer.rungs:
        rank = str(rung.rank) if rung.rank is not None else "not said"
        level = f"<br><small>{safe(rung.level)}</small>" if rung.level else ""
        paired = f"<br><small>{_paired(rung.paired_by)}</small>" if rung.paired_by else ""
        cells = []
        for side in (left, right):
            seats = [seat for seat in rung.seats if seat.party == side]
            told = "".join(map(_seat, seats)) or f"<small>{safe(missing_words(rung, side))}</small>"
            cells.append(f"<td>{told}</td>")
        rows.append(f'<tr><td class="rank">{rank}{level}{paired}</td>{"".join(cells)}</tr>')
    heads = "".join(f"<th>{safe(side)}</th>" for side in (left, right))
    head = f'<table class="rows ladder"><thead><tr><th class="rank">Rank</th>{heads}</tr></thead>'
    body = f"{head}<tbody>{''.join(rows)}</tbody></table>"
    title = f"{left} and {right}: counterparts"
    return _page(title, _asof(on, known_on), mark, body)


def _paired(by: str) -> str:
    return "said to be counterparts" if by == "counterpart" else f"of the same {by}"


def _seat(seat: SeatView) -> str:
    level = either(seat.level)
    under = f"<br><small>{safe(level)}</small>" if level else ""
    look = "vacant" if seat.filled.value == "vacant" else "perhaps"
    words = f'<span class="{look}">{sign(seat.cites)}{safe(seat_words(seat))}</span>'
    return (
        f"<p><strong>{safe(seat.office or seat.thing.key)}</strong>{under}<br>{words}"
        f"<br><small>{safe(cited(seat.cites))}</small></p>"
    )


def readouts_page(
    picture: Picture,
    key: str,
    *,
    on: date,
    mark: Marking,
    known_on: date | None = None,
    sides: tuple[str, ...] = (),
) -> str:
    """The readouts of a round in columns."""
    seen = as_known(picture, known_on)
    columns = columns_of(seen, key, sides=sides)
    heads = "".join(f"<th>{safe(column.side)}</th>" for column in columns)
    cells = "".join(f"<td>{_readouts(column)}</td>" for column in columns)
    head = f'<table class="rows ladder"><thead><tr>{heads}</tr></thead>'
    body = f"{head}<tbody><tr>{cells}</tr></tbody></table>"
    title = f"{named(seen, key).name}: readouts side by side"
    return _page(title, _asof(on, known_on), mark, body)


def _readouts(column: SideReadouts) -> str:
    told = [
        f'<div class="said"><small>{safe(head_words(one))}</small>{_paragraph(one.text)}'
        f"<small>{sign([one.cite])}{safe(one.cite.words())}</small></div>"
        for one in column.readouts
    ]
    return "".join(told) or f"<em>{NO_WORDS}</em>"


def _paragraph(words: str) -> str:
    return f'<p dir="auto">{safe(words)}</p>'


def _said(words: str) -> str:
    return f'<span dir="auto">{safe(words)}</span>'


def _bold(words: str | None) -> str:
    return f"<strong>{safe(words)}:</strong> " if words else ""


def _asof(on: date, known_on: date | None) -> str:
    known = f"what was known by {known_on}" if known_on else "all that is recorded"
    return f"As of {on}, from {known}. ≈ hangs on an inference."


def _page(title: str, under: str, mark: Marking, body: str, *, wide: bool = False) -> str:
    """A whole document; head and foot repeat on every sheet."""
    style = _STYLE % {
        "shape": "landscape" if wide else "portrait",
        "width": "269mm" if wide else "182mm",
    }
    words = safe(mark_words(mark))
    frame: Iterable[str] = (
        f'<table class="frame"><thead><tr><th>{words}</th></tr></thead>',
        f"<tfoot><tr><td>{words}</td></tr></tfoot>",
        f'<tbody><tr><td><h1>{safe(title)}</h1><p class="under">{safe(under)}</p>{body}</td></tr>',
        "</tbody></table>",
    )
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f"<title>{safe(title)} ({safe(mark.value)})</title>\n<style>{style}</style>\n"
        "</head>\n<body>\n" + "\n".join(frame) + "\n</body>\n</html>\n"
    )
