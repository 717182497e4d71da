"""Dates as Chinese, Korean and Japanese reports write them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tieline.days import Days
from tieline.observer import recognise_calendar as cal
from tieline.observer.recognise_rules import (
    Reading,
    Style,
    counted,
    given,
    in_year,
    partial,
    shifted,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from tieline.observer.recognise_calendar import Anchor, Ends

_DIGITS: Final = {c: n for n, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0}
_YEARS: Final = {
    **dict.fromkeys(("去年", "昨年", "지난해", "작년"), -1),
    **dict.fromkeys(("今年", "本年", "올해"), 0),
    **dict.fromkeys(("明年", "来年", "來年", "내년"), 1),
}
_MONTHS: Final = {
    **dict.fromkeys(("上个月", "上個月", "上月", "先月", "지난달"), -1),
    **dict.fromkeys(("本月", "这个月", "這個月", "今月", "이달", "이번 달"), 0),
    **dict.fromkeys(("下个月", "下個月", "下月", "来月", "다음 달"), 1),
}
_NEAR: Final = {
    **dict.fromkeys(("前天", "一昨日", "그제"), -2),
    **dict.fromkeys(("昨天", "昨日", "어제"), -1),
    **dict.fromkeys(("今天", "今日", "오늘"), 0),
    **dict.fromkeys(("明天", "明日", "내일"), 1),
}
_CHINESE: Final = "一二三四五六日天"
_KOREAN: Final = "월화수목금토일"
_JAPANESE: Final = "月火水木金土日"
_N: Final = (
    r"(?:[0-9０-９]{1,2}|[一二三四五六七八九]?十?[一二三四五六七八九]?(?<=[一二三四五六七八九十]))"
)
_Y: Final = r"(?:[0-9０-９]{4}|[〇零○一二三四五六七八九]{4})"
_B: Final = r"\s{0,2}"


def _words(table: dict[str, int]) -> str:
    return "|".join(sorted(table, key=len, reverse=True))


def _number(text: str) -> int:
    """``11``, fullwidth too, ``十一``, ``二〇一八``."""
    if text.isdecimal():
        return int(text)
    if "十" not in text:
        return int("".join(str(_DIGITS[c]) for c in text))
    tens, _, units = text.partition("十")
    return 10 * (_DIGITS[tens] if tens else 1) + (_DIGITS[units] if units else 0)


def _last(match: re.Match[str], day: int) -> int:
    text = match["last"] or match["and"]
    return _number(text) if text else day


def _whole(match: re.Match[str], anchor: Anchor) -> Iterator[Reading]:
    month = _number(match["month"]) if match["month"] else 0
    day = _number(match["day"]) if match["day"] else 0
    last = _last(match, day)
    named = match["named"]
    if named:
        by = _YEARS[named]

        def rule(on: date) -> Ends:
            if not month:
                return cal.year(on.year + by)
            return in_year(on.year + by, month, day, last)

        yield counted(anchor, rule, f"the year of {named}", ahead=by > 0)
        return
    year = _number(match["year"])
    yield given(in_year(year, month, day, last) if month else cal.year(year))


def _yearless(match: re.Match[str], anchor: Anchor) -> Iterator[Reading]:
    day = _number(match["day"]) if match["day"] else 0
    last = _last(match, day)
    yield from partial(anchor, _number(match["month"]), day, last)


def _month(match: re.Match[str], anchor: Anchor) -> Iterator[Reading]:
    by = _MONTHS[match["named"]]
    if match["day"] is None:
        yield shifted(anchor, "month", by, f"the month of {match['named']}")
        return
    day = _number(match["day"])
    last = _last(match, day)
    in_year(2000, 1, day, last)
    yield counted(anchor, cal.nth_of(day, last, by), f"the month of {match['named']}", ahead=by > 0)


def _nth(match: re.Match[str], anchor: Anchor) -> Iterator[Reading]:
    day = _number(match["day"])
    last = _last(match, day)
    in_year(2000, 1, day, last)
    yield counted(anchor, cal.nth_before(day, last), "the last such day of a month")


def _near(match: re.Match[str], anchor: Anchor) -> Iterator[Reading]:
    yield shifted(anchor, "day", _NEAR[match["it"]], match["it"])


def _weekday(match: re.Match[str], anchor: Anchor) -> Iterator[Reading]:
    groups = match.groupdict()
    if groups.get("chinese"):
        number = min(_CHINESE.index(groups["chinese"]), 6)
    elif groups.get("korean"):
        number = _KOREAN.index(groups["korean"])
    else:
        number = _JAPANESE.index(groups["japanese"])
    name, which = cal.WEEKDAYS[number], groups.get("which") or ""
    if which in {"上", "下"}:
        by = -1 if which == "上" else 1
        rule = cal.weekday_in_week(number, by)
        yield counted(anchor, rule, f"{name} of the week of {which}", ahead=by > 0)
        return
    if which:
        yield counted(anchor, cal.weekday_in_week(number, 0), f"{name} of that week")
        return
    yield counted(anchor, cal.weekday_before(number, today=True), f"the last {name}")
    yield counted(anchor, cal.weekday_after(number), f"the next {name}", ahead=True)


def _year_end(match: re.Match[str], anchor: Anchor) -> Iterator[Reading]:
    del match
    reading = counted(anchor, lambda day: cal.year(day.year), "not after the end of the year")
    yield Reading(days=Days(latest=reading.days.latest), why=reading.why, ahead=True)


_TO: Final = (
    rf"(?:(?:{_B}[日号號일])?{_B}(?:[-–—~～至到]|부터|및|와){_B}(?P<last>{_N})"
    rf"|{_B}[、,，]{_B}(?P<and>{_N}))?"
)
_DAY: Final = rf"(?P<day>{_N}){_TO}{_B}[日号號일](?![间間内內本后後間간])"

EASTERN: Final = (
    Style(
        pattern=re.compile(
            rf"(?P<it>(?:(?P<year>{_Y}){_B}[年년]|(?P<named>{_words(_YEARS)}))"
            rf"(?:{_B}(?P<month>{_N}){_B}[月월](?:{_B}{_DAY})?)?)"
        ),
        read=_whole,
    ),
    Style(
        pattern=re.compile(
            rf"(?<![0-9])(?P<it>(?P<month>{_N}){_B}[月월](?![火水木金土曜])(?:{_B}{_DAY})?)"
        ),
        read=_yearless,
    ),
    Style(pattern=re.compile(rf"(?P<it>(?P<named>{_words(_MONTHS)})(?:{_B}{_DAY})?)"), read=_month),
    Style(pattern=re.compile(rf"(?<![0-9月월])(?P<it>(?<![月월]\s){_DAY})"), read=_nth),
    Style(pattern=re.compile(rf"(?P<it>{_words(_NEAR)})"), read=_near),
    Style(
        pattern=re.compile(
            rf"(?P<it>(?P<which>[上下这這本]?)(?:个|個)?"
            rf"(?:周|週|星期|礼拜)(?P<chinese>[{_CHINESE}]))"
        ),
        read=_weekday,
    ),
    Style(pattern=re.compile(rf"(?P<it>(?P<korean>[{_KOREAN}])요일)"), read=_weekday),
    Style(pattern=re.compile(rf"(?P<it>(?P<japanese>[{_JAPANESE}])曜日?)"), read=_weekday),
    Style(
        pattern=re.compile(r"(?P<it>(?:今)?年底(?:之?前)?|올해 말까지|年末まで)"), read=_year_end
    ),
)
