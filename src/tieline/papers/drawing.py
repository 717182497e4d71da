"""Drawing: the pieces of our pictures, each a standalone SVG without scripts, links or fonts.

The handling mark stands on top and at the foot, since a picture is cut out and passed on.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from tieline.observer.layout import width_px
from tieline.papers.bidi import base_level
from tieline.papers.paper import INFERRED_SIGN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tieline.observer.claims import Cite

INK: Final = "#22303c"
FAINT: Final = "#6b7783"
PAPER: Final = "#ffffff"
LINE: Final = "#c3c8cc"
BODY: Final = 12.0
SMALL: Final = 9.5
BOLD: Final = 1.12
"""How much wider bold letters are, in the mean."""
_STYLE: Final = (
    "text{font-family:system-ui,'Segoe UI','Helvetica Neue','Noto Sans','DejaVu Sans',sans-serif;"
    f"fill:{INK};font-size:{BODY}px}}.s{{font-size:{SMALL}px;fill:{FAINT}}}.i{{font-style:italic}}"
    ".h{font-size:18px;font-weight:600}.n{font-weight:600}.c{font-size:11px;fill:#4a5661}"
    ".m{font-weight:700;letter-spacing:.06em}"
)


def safe(text: str) -> str:
    """Escape, and replace the code points that XML 1.0 (section 2.2) does not allow."""
    allowed = (
        c
        if c == "\t" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c >= "\U00010000"
        else "\ufffd"
        for c in text
    )
    return escape("".join(allowed))


def text(x: float, y: float, words: str, style: str = "", anchor: str = "start") -> str:
    """One line; what begins from right to left says so, and keeps its left edge."""
    own = f' class="{style}"' if style else ""
    side = anchor
    right = ""
    if base_level(words):
        right = ' direction="rtl"'
        side = {"start": "end", "end": "start"}.get(anchor, anchor)
    at = "" if side == "start" else f' text-anchor="{side}"'
    return f'<text x="{x:.1f}" y="{y:.1f}"{own}{at}{right}>{safe(words)}</text>'


def box(
    x: float, y: float, width: float, height: float, *, fill: str, stroke: str, dash: str = ""
) -> str:
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="3" '
        f'fill="{fill}" stroke="{stroke}"{dashed}/>'
    )


def path(*points: tuple[float, float], colour: str = LINE, dash: str = "") -> str:
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    told = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return f'<path d="M{told}" fill="none" stroke="{colour}" stroke-width="1.2"{dashed}/>'


def wrapped(words: str, room: float, size: float = BODY) -> list[str]:
    """Lines of at most that many estimated pixels; long words and East Asian text are cut."""
    lines: list[str] = []
    for word in words.split(" "):
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and width_px(joined, size) <= room:
            lines[-1] = joined
            continue
        piece = word
        while width_px(piece, size) > room:
            fits = next(
                n for n in range(len(piece), 0, -1) if n == 1 or width_px(piece[:n], size) <= room
            )
            lines.append(piece[:fits])
            piece = piece[fits:]
        lines.append(piece)
    return lines


def cited(cites: Iterable[Cite]) -> str:
    """Citations in short: id and force of each."""
    told = [f"{one.id} {one.force.value if one.force else 'inferred'}" for one in cites]
    return "; ".join(dict.fromkeys(told))


def sign(cites: Iterable[Cite]) -> str:
    """The sign of what hangs on an inference."""
    return f"{INFERRED_SIGN} " if any(one.inferred or one.dated_by for one in cites) else ""


def document(
    parts: Iterable[str], *, title: str, under: str, mark: str, width: float, height: float
) -> str:
    """The whole picture: title, the days it speaks of, the mark above and below."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" role="img">\n'
        f"<title>{safe(title)}</title>\n<style>{_STYLE}</style>\n"
        f'<rect width="100%" height="100%" fill="{PAPER}"/>\n'
        + text(width / 2, 18, mark, "m", "middle")
        + "\n"
        + text(20, 46, title, "h")
        + "\n"
        + text(20, 66, under, "c")
        + "\n"
        + "\n".join(parts)
        + "\n"
        + text(width / 2, height - 10, mark, "m", "middle")
        + "\n</svg>\n"
    )
