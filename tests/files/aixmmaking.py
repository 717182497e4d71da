"""Airspace messages made for tests, and what is asked of what was read."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tieline.files import aixm
from tieline.space.band import Datum
from tieline.space.geodesy import NM_M
from tieline.space.position import of_degrees
from tieline.space.spans import spans_between
from tieline.space.window import Interval, Window

DONLON = "aixm-donlon-dnotam"


FL = Datum.PRESSURE


def ms(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1000


def during(start: str, end: str) -> Window:
    return Window(spans=(Interval(start_ms=ms(start), end_ms=ms(end)),))


def only(reading):
    (one,) = reading.notified
    return one, one.volumes


def message(*members: str) -> bytes:
    inside = "".join(f"<m:hasMember>{member}</m:hasMember>" for member in members)
    return (
        '<m:AIXMBasicMessage xmlns:m="http://www.aixm.aero/schema/5.1.1/message" '
        'xmlns:aixm="http://www.aixm.aero/schema/5.1.1" xmlns:gml="http://www.opengis.net/gml/3.2" '
        'xmlns:event="http://www.aixm.aero/schema/5.1/event" '
        f'xmlns:xlink="http://www.w3.org/1999/xlink">{inside}</m:AIXMBasicMessage>'
    ).encode()


def period(start="2026-12-01T00:00:00Z", end="2026-12-31T00:00:00Z") -> str:
    return (
        f"<gml:validTime><gml:TimePeriod><gml:beginPosition>{start}</gml:beginPosition>"
        f"<gml:endPosition>{end}</gml:endPosition></gml:TimePeriod></gml:validTime>"
    )


LIMITS = (
    '<aixm:upperLimit uom="FT">UNL</aixm:upperLimit><aixm:lowerLimit uom="FT">GND</aixm:lowerLimit>'
)


EPSG = "urn:ogc:def:crs:EPSG::4326"


def airspace(
    volume: str = "", *, sheets="", levels="", status="ACTIVE", valid=None, more=""
) -> str:
    component = (
        "<aixm:geometryComponent><aixm:AirspaceGeometryComponent><aixm:theAirspaceVolume>"
        f"<aixm:AirspaceVolume>{volume}</aixm:AirspaceVolume></aixm:theAirspaceVolume>"
        "</aixm:AirspaceGeometryComponent></aixm:geometryComponent>"
    ) * bool(volume)
    return (
        f'<aixm:Airspace gml:id="uuid.a1">{more}<aixm:timeSlice><aixm:AirspaceTimeSlice>'
        f"{period() if valid is None else valid}"
        "<aixm:interpretation>TEMPDELTA</aixm:interpretation><aixm:sequenceNumber>1"
        f"</aixm:sequenceNumber><aixm:designator>EAR9</aixm:designator>{component}"
        f"<aixm:activation><aixm:AirspaceActivation>{sheets}<aixm:status>{status}</aixm:status>"
        f"{levels}</aixm:AirspaceActivation></aixm:activation>"
        "</aixm:AirspaceTimeSlice></aixm:timeSlice></aixm:Airspace>"
    )


def surface(*segments: str, srs=EPSG, limits=LIMITS, extra="") -> str:
    return (
        f'{limits}<aixm:horizontalProjection><aixm:Surface srsName="{srs}"><gml:patches>'
        "<gml:PolygonPatch><gml:exterior><gml:Ring><gml:curveMember><aixm:Curve><gml:segments>"
        f"{''.join(segments)}</gml:segments></aixm:Curve></gml:curveMember></gml:Ring>"
        f"</gml:exterior>{extra}</gml:PolygonPatch></gml:patches></aixm:Surface>"
        "</aixm:horizontalProjection>"
    )


def string(*places, kind="GeodesicString") -> str:
    text = " ".join(f"{lat!r} {lon!r}" for lat, lon in places)
    return f"<gml:{kind}><gml:posList>{text}</gml:posList></gml:{kind}>"


def arc(lat, lon, radius_nm, start, end) -> str:
    return (
        f'<gml:ArcByCenterPoint numArc="1"><gml:pos>{lat!r} {lon!r}</gml:pos>'
        f'<gml:radius uom="NM">{radius_nm}</gml:radius><gml:startAngle uom="deg">{start}'
        f'</gml:startAngle><gml:endAngle uom="deg">{end}</gml:endAngle></gml:ArcByCenterPoint>'
    )


def pie(lat, lon, radius_nm, start, end, *, flip=False) -> tuple[str, str]:
    """A sector as the guidelines write it: end of the arc, centre, begin of the arc; then the arc.

    Places are worked out by PROJ's own geodesics, which are not ours.
    """
    pyproj = pytest.importorskip("pyproj", reason="pyproj is absent: arcs were NOT checked")
    geod = pyproj.Geod(ellps="WGS84")
    ends = [geod.fwd(lon, lat, bearing, radius_nm * NM_M)[1::-1] for bearing in (end, start)]
    places = [ends[0], (lat, lon), ends[1]]
    if flip:
        turned = [place[::-1] for place in places]
        return string(*turned), arc(lon, lat, radius_nm, 90 - start, 90 - end)
    return string(*places), arc(lat, lon, radius_nm, start, end)


def read(*members: str):
    return aixm.read(message(*members), source="a.xml")


def shape_of(*members: str):
    (one,) = read(*members).notified
    (volume,) = one.volumes
    return volume.shape


def segment(ends: str, width='<aixm:widthLeft uom="KM">9</aixm:widthLeft>') -> str:
    return (
        '<aixm:RouteSegment gml:id="uuid.r1"><aixm:timeSlice><aixm:RouteSegmentTimeSlice>'
        f"{period()}<aixm:interpretation>TEMPDELTA</aixm:interpretation><aixm:availability>"
        "<aixm:RouteAvailability><aixm:status>CLSD</aixm:status></aixm:RouteAvailability>"
        "</aixm:availability></aixm:RouteSegmentTimeSlice></aixm:timeSlice><aixm:timeSlice>"
        f"<aixm:RouteSegmentTimeSlice>{period('2020-01-01T00:00:00Z', '')}<aixm:interpretation>"
        '"BASELINE</aixm:interpretation><aixm:upperLimit uom="FL">195</aixm:upperLimit>'
        '<aixm:lowerLimit uom="M">1350</aixm:lowerLimit><aixm:lowerLimitReference>SFC'
        f"</aixm:lowerLimitReference>{width}{ends}</aixm:RouteSegmentTimeSlice></aixm:timeSlice>"
        "</aixm:RouteSegment>"
    )


def point(name: str, lat: float, lon: float) -> str:
    return (
        f"<aixm:DesignatedPoint><gml:identifier>{name}</gml:identifier><aixm:timeSlice><aixm:x>"
        f'<aixm:location><aixm:Point srsName="{EPSG}"><gml:pos>{lat} {lon}</gml:pos></aixm:Point>'
        "</aixm:location></aixm:x></aixm:timeSlice></aixm:DesignatedPoint>"
    )


def end(name: str, to: str) -> str:
    return (
        f"<aixm:{name}><aixm:EnRouteSegmentPoint><aixm:pointChoice_fixDesignatedPoint "
        f'xlink:href="urn:uuid:{to}"/></aixm:EnRouteSegmentPoint></aixm:{name}>'
    )


def limits(lower: str, upper: str) -> str:
    found = ""
    for name, text in (("upper", upper), ("lower", lower)):
        unit, value, *reference = text.split()
        found += f'<aixm:{name}Limit uom="{unit}">{value}</aixm:{name}Limit>'
        for each in reference:
            found += f"<aixm:{name}LimitReference>{each}</aixm:{name}LimitReference>"
    return found


def sheet(day="ANY", start="08:00", stop="12:00", **more) -> str:
    tags = {"timeReference": "UTC", "day": day, "startTime": start, "endTime": stop} | more
    inner = "".join(f"<aixm:{name}>{value}</aixm:{name}>" for name, value in tags.items() if value)
    return f"<aixm:timeInterval><aixm:Timesheet>{inner}</aixm:Timesheet></aixm:timeInterval>"


def times(sheets: str, start: str, stop: str) -> list[str]:
    """The times that a window stands for, as ``1T08:00-1T12:00``, in December 2026."""
    place = surface(arc(50.0, 1.0, 5, 0, 360))
    (one,) = read(
        airspace(place, sheets=sheets, valid=period(f"{start}:00Z", f"{stop}:00Z"))
    ).notified
    found = spans_between(
        one.volumes[0].window, ms("2026-11-01T00:00"), ms("2027-03-01T00:00"), at=of_degrees(50, 1)
    )
    return [
        "-".join(f"{datetime.fromtimestamp(t / 1000, UTC):%-dT%H:%M}" for t in span)
        for span in found
    ]


def event(**items) -> str:
    notam = {"series": "B", "number": "7", "year": "2026", "affectedFIR": "EAAD"} | items
    inner = "".join(f"<event:{name}>{value}</event:{name}>" for name, value in notam.items())
    return (
        "<event:Event><gml:identifier>e1</gml:identifier><event:timeSlice><event:EventTimeSlice>"
        f"<event:textNOTAM><event:NOTAM>{inner}</event:NOTAM></event:textNOTAM>"
        "</event:EventTimeSlice></event:timeSlice></event:Event>"
    )


def linked(member: str) -> str:
    link = '</aixm:activation><event:theEvent xlink:href="urn:uuid:e1"/>'
    return member.replace("</aixm:activation>", link)


CIRCLE = surface(arc(50.0, 1.0, 5, 0, 360))


WHOLE = message(
    airspace(
        surface(string((52.5, -31.777), (52.5, -31.9)), arc(52.5, -31.9, 5, 0, 90)),
        sheets=sheet("MON"),
    ),
    segment(end("start", "p") + end("end", "p")),
    point("p", 50, 1),
)


TOKENS = [b"", b"0", b"-1", b"99999999999999999999", b"NaN", b"1e400", b"\xc3\xa9", b"<a/>", b" "]
