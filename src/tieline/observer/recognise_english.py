"""Dates as reports in English write them, and numeric ones of any language."""

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
    from collections.abc import Callable, Iterator
    from datetime import date

    from tieline.observer.recognise_calendar import Anchor, Ends

MONTH_NAMES: Final = (
    *("january", "february", "march", "april", "may", "june", "july", "august", "september"),
    *("october", "november", "december"),
)
_WORDS_TOO: Final = frozenset({"may", "march", "mar"})
_SHORT: Final = "jan feb mar apr may jun jul aug sept? oct nov dec".split()
_NUMBERS: Final = {
    word: n
    for n, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve".split()
    )
} | {"a": 1, "an": 1}
_SPAN_SHIFT: Final = {
    **dict.fromkeys(("last", "past", "previous"), -1),
    **dict.fromkeys(("this", "the"), 0),
    **dict.fromkeys(("next", "coming"), 1),
}
_W: Final = r"[\s\u00a0]{1,3}"
_MONTH: Final = "(?:" + "|".join((*MONTH_NAMES, *(f"{m}\\b\\.?" for m in _SHORT))) + ")"
_WEEKDAY: Final = "(?:" + "|".join(day.casefold() for day in cal.WEEKDAYS) + ")"
_TH: Final = r"(?:st|nd|rd|th)?"
_AND: Final = rf"(?:[\s\u00a0]{{0,2}}[-–—][\s\u00a0]{{0,2}}|{_W}(?:and|to){_W}(?:the{_W})?)"
_YEAR_WORDS: Final = {"last year": -1, "of last year": -1, "this year": 0, "next year": 1}
_YEAR: Final = (
    rf"(?:,?{_W}(?:of{_W})?(?P<year>[0-9]{{4}})(?![0-9])|,?{_W}(?P<when>(?:of{_W})?(?:last|this|next)"
    rf"{_W}year|(?:of{_W})?the{_W}year{_W}before|of{_W}the{_W}(?:previous|preceding){_W}year))?"
)
_NTH: Final = (
    rf"(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)(?:{_AND}(?P<last>[0-9]{{1,2}})(?:st|nd|rd|th))?\b"
)
_OF_MONTH_NEEDED: Final = rf"{_W}of{_W}(?P<which>last|this|the|next){_W}month\b"
_OF_MONTH: Final = rf"(?:{_OF_MONTH_NEEDED})?"
_DAY_NAMED: Final = rf"(?:{_WEEKDAY},?{_W}(?:the{_W})?)?"


def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _month_number(text: str) -> int:
    return next(
        n for n, name in enumerate(MONTH_NAMES, start=1) if name.startswith(text[:3].casefold())
    )


def _year_shift(words: str) -> int:
    plain = " ".join(words.casefold().split())
    return _YEAR_WORDS.get(plain, _YEAR_WORDS.get(plain.removeprefix("of "), -1))


def _day(match: re.Match[str], anchor: Anchor) -> Iterator[Reading]:
    month, first = _month_number(match["month"]), int(match["day"])
    yield from _dated(match, anchor, month, first, int(match["last"] or first))


def _dated(
    match: re.Match[str], anchor: Anchor, month: int, first: int = 0, last: int = 0
) -> Iterator[Reading]:
    if match["year"]:
        yield given(in_year(int(match["year"]), month, first, last))
    elif match["when"]:
        by = _year_shift(match["when"])

        def rule(day: date) -> Ends:
            return in_year(day.year + by, month, first, last)

        yield counted(anchor, rule, f"in the year {_shift_words(by)}", ahead=by > 0)
    else:
        yield from partial(anchor, month, first, last)


def _shift_words(by: int) -> str:
    return {-1: "before that of publication", 0: "of publication", 1: "after that of publication"}[
        by
    ]


def _month(match: re.Match[str], anchor: Anchor) -> Iterator[Reading]:
    month, lead = _month_number(match["month"]), (match["lead"] or "").casefold()
    dated = match["year"] or match["when"]
    # "may" and "march" are words too: with a capital and a companion they are months.
    if not match["month"][0].isupper() or (
        match["month"].casefold().rstrip(".") in _WORDS_TOO and not lead and not dated
    ):
        return
    for reading in _dated(match, anchor, month):
        if not ((lead == "last" and reading.ahead) or (lead == "next" and not reading.ahead)):
            yield reading


def _iso(match: re.Match[str], _: Anchor) -> Iterator[Reading]:
    yield given(in_year(int(match["year"]), int(match["month"]), int(match["day"] or 0)))


def _numeric(match: re.Match[str], _: Anchor) -> Iterator[Reading]:
    one, other, year = int(match["one"]), int(match["other"]), int(match["year"])
    if other <= cal.MONTHS:
        reading = given(in_year(year, other, one)) if _is_day(year, other, one) else None
        if reading:
            yield Reading(days=reading.days, why="read as day, month, year")
    if match["mark"] == "/" and one <= cal.MONTHS and _is_day(year, one, other):
        yield Reading(days=given(in_year(year, one, other)).days, why="read as month, day, year")


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        in_year(year, month, day)
    except ValueError:
        return False
    return True


def _weekday(match: re.Match[str], anchor: Anchor) -> Iterator[Reading]:
    which, name = " ".join((match["which"] or "").casefold().split()), match["name"].casefold()
    number = [day.casefold() for day in cal.WEEKDAYS].index(name)
    day = name.capitalize()
    if which in {"next", "coming", "this coming", "the coming", "the following"}:
        yield counted(anchor, cal.weekday_after(number), f"the next {day}", ahead=True)
        if which == "next":
            rule = cal.weekday_in_week(number, 1)
            yield counted(anchor, rule, f"{day} of the week after", ahead=True)
        return
    before = cal.weekday_before(number, today=which not in {"last", "this past"})
    yield counted(anchor, before, f"the last {day}")
    if which == "last":
        rule = cal.weekday_in_week(number, -1)
        yield counted(anchor, rule, f"{day} of the week before")
    else:
        yield counted(anchor, cal.weekday_after(number), f"the next {day}", ahead=True)


def _near(match: re.Match[str], anchor: Anchor) -> Iterator[Reading]:
    by = {"yesterday": -1, "today": 0, "tonight": 0, "tomorrow": 1}[match["it"].casefold()]
    yield shifted(anchor, "day", by, match["it"].casefold())


def _span(match: re.Match[str], anchor: Anchor) -> Iterator[Reading]:
    which, unit = match["which"].casefold(), match["unit"].casefold()
    by = {"last": -1, "past": -1, "previous": -1, "this": 0, "the": 0, "next": 1, "coming": 1}[
        which
    ]
    part = (match["part"] or "").casefold()
    if unit == "weekend":
        yield counted(anchor, _weekend(by), f"{which} weekend", ahead=by >= 0)
    elif part.startswith("earl") and by == 0:
        yield counted(
            anchor,
            lambda day: (_whole(unit, day)[0], day),
            f"from the beginning of the {unit} to publication",
        )
    elif part.startswith("late") and by == 0:
        yield counted(
            anchor,
            lambda day: (day, _whole(unit, day)[1]),
            f"from publication to the end of the {unit}",
            ahead=True,
        )
    else:
        yield shifted(anchor, unit, by, f"the {unit} {_unit_words(by)}")


def _unit_words(by: int) -> str:
    return {-1: "before that of publication", 0: "of publication", 1: "after it"}[by]


def _whole(unit: str, day: date) -> Ends:
    if unit == "week":
        return cal.week(day)
    return cal.month(day.year, day.month) if unit == "month" else cal.year(day.year)


def _weekend(by: int) -> Callable[[date], Ends]:
    def rule(day: date) -> Ends:
        monday, sunday = cal.week(day + by * 7 * cal.DAY)
        assert monday is not None
        return monday + 5 * cal.DAY, sunday

    return rule


def _end(match: re.Match[str], anchor: Anchor) -> Iterator[Reading]:
    unit, which = match["unit"].casefold(), match["which"].casefold()
    by = {"last": -1, "next": 1}.get(which, 0)

    def last(day: date) -> Ends:
        if unit == "week":
            return cal.week(day + by * 7 * cal.DAY)
        return cal.month(day.year, day.month + by) if unit == "month" else cal.year(day.year + by)

    if match["by"]:
        reading = counted(anchor, last, f"not after the end of the {unit}", ahead=True)
        yield Reading(days=Days(latest=reading.days.latest), why=reading.why, ahead=True)
    elif by:
        yield counted(anchor, last, f"in that {unit}", ahead=by > 0)
    else:
        yield counted(
            anchor, lambda day: (day, last(day)[1]), f"from publication to the end of the {unit}"
        )


def _ago(match: re.Match[str], anchor: Anchor) -> Iterator[Reading]:
    text = match["count"].casefold()
    by = int(text) if text.isdecimal() else _NUMBERS[text]
    unit = match["unit"].casefold()
    yield shifted(anchor, unit, -by, f"the {unit} that lies {match['count'].casefold()} back")


def _nth(match: re.Match[str], anchor: Anchor) -> Iterator[Reading]:
    first, last = int(match["day"]), int(match["last"] or match["day"])
    in_year(2000, 1, first, last)
    which = (match["which"] or "").casefold()
    if which:
        by = {"last": -1, "this": 0, "the": 0, "next": 1}[which]
        yield counted(anchor, cal.nth_of(first, last, by), f"of {which} month", ahead=by > 0)
        return
    yield counted(anchor, cal.nth_before(first, last), "the last such day of a month")


def _year(match: re.Match[str], _: Anchor) -> Iterator[Reading]:
    yield given(cal.year(int(match["it"])))


ENGLISH: Final = (
    Style(
        pattern=_compile(
            rf"\b(?P<it>{_DAY_NAMED}(?P<day>[0-9]{{1,2}}){_TH}"
            rf"(?:{_AND}(?P<last>[0-9]{{1,2}}){_TH})?{_W}(?:of{_W})?(?P<month>{_MONTH}){_YEAR})"
        ),
        read=_day,
    ),
    Style(
        pattern=_compile(
            rf"\b(?P<it>{_DAY_NAMED}(?P<month>{_MONTH}){_W}(?P<day>[0-9]{{1,2}})(?![0-9]){_TH}"
            rf"(?:{_AND}(?P<last>[0-9]{{1,2}})(?![0-9]){_TH})?{_YEAR})"
        ),
        read=_day,
    ),
    Style(
        pattern=_compile(
            rf"(?:\b(?P<lead>last|next|this|in|of|since|until|by|from|early|mid|late|during|for)"
            rf"(?:{_W}|-))?(?<![^\W_])(?P<it>(?P<month>{_MONTH})(?![^\W_]){_YEAR})"
        ),
        read=_month,
    ),
    Style(
        pattern=_compile(
            r"(?<![0-9.-])(?P<it>(?P<year>[12][0-9]{3})[-/.](?P<month>[0-9]{1,2})"
            r"(?:[-/.](?P<day>[0-9]{1,2}))?)(?![0-9])"
        ),
        read=_iso,
    ),
    Style(
        pattern=_compile(
            r"(?<![0-9./])(?P<it>(?P<one>[0-9]{1,2})(?P<mark>[./])\s?(?P<other>[0-9]{1,2})(?P=mark)"
            r"\s?(?P<year>[12][0-9]{3}))(?![0-9])"
        ),
        read=_numeric,
    ),
    Style(
        pattern=_compile(
            rf"\b(?P<it>(?:(?P<which>last|next|this|this{_W}(?:coming|past)|the{_W}(?:coming|following)"
            rf"|coming){_W})?(?P<name>{_WEEKDAY}))s?\b"
        ),
        read=_weekday,
    ),
    Style(pattern=_compile(r"\b(?P<it>yesterday|today|tonight|tomorrow)\b"), read=_near),
    Style(
        pattern=_compile(
            rf"\b(?P<it>(?:(?P<part>earlier|early|later|late){_W}(?:in{_W})?)?"
            rf"(?P<which>last|past|previous|this|next|coming){_W}(?P<unit>week|month|year|weekend))\b"
        ),
        read=_span,
    ),
    Style(
        pattern=_compile(
            rf"\b(?P<it>(?P<part>earlier|later){_W}in{_W}(?P<which>the){_W}"
            rf"(?P<unit>week|month|year))\b"
        ),
        read=_span,
    ),
    Style(
        pattern=_compile(
            rf"\b(?P<it>(?P<by>(?:by|before|until){_W})?(?:the{_W})?end{_W}of{_W}"
            rf"(?P<which>the|this|last|next){_W}(?P<unit>week|month|year))\b"
        ),
        read=_end,
    ),
    Style(
        pattern=_compile(
            rf"\b(?P<it>(?P<count>[0-9]{{1,3}}|{'|'.join(_NUMBERS)}){_W}"
            rf"(?P<unit>day|week|month|year)s?{_W}ago)\b"
        ),
        read=_ago,
    ),
    Style(
        pattern=_compile(
            # "the 17th round" is no day: what follows must end the expression, or a word like
            # "on" come before it.
            rf"(?:\b(?:on|until|since|by|from|between){_W})(?P<it>the{_W}{_NTH}{_OF_MONTH})"
            rf"(?!{_W}(?:round|meeting|time|session|century|anniversary|parallel)\b)"
        ),
        read=_nth,
    ),
    Style(
        pattern=_compile(
            rf"\b(?P<it>the{_W}{_NTH}(?:{_OF_MONTH_NEEDED}|(?=[\s]{{0,2}}(?:[.,;:)]|$))))"
        ),
        read=_nth,
    ),
    Style(
        pattern=_compile(
            rf"\b(?:in|since|of|by|until|from|during|before|after|early|mid|late)(?:{_W}|-)"
            rf"(?P<it>1[89][0-9]{{2}}|2[01][0-9]{{2}})(?![0-9]|-[0-9]|,[0-9])"
        ),
        read=_year,
    ),
)
