"""PostGIS geography as an oracle, in a cluster that is thrown away.

It draws great circles between corners, finds the closest places on the globe, and measures between
them on the ellipsoid: its length is never shorter than ours by more than the edges differ, and may
be longer by what another place on the globe costs.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import oracle_set
import oracles
import overlap_postgis
from oracle_set import World

from tieline.deconfliction.packed import POINT, RING
from tieline.space.shape import Point, corners

TABLE = "CREATE TABLE v (id int PRIMARY KEY, r float8, g geography)"
TWOS = """
SELECT a.id, ST_Distance(a.g, b.g), ST_Intersects(a.g, b.g) FROM v a JOIN v b ON b.id = a.id + 1
WHERE a.id % 2 = 0 ORDER BY a.id
"""
HELD = """
SELECT a.id, ST_Covers(a.g, ST_GeometryN(ST_Points(b.g::geometry), 1)::geography) FROM v a
JOIN v b ON b.id = a.id + 1 WHERE a.id % 2 = 0 AND ST_GeometryType(a.g::geometry) = 'ST_Polygon'
ORDER BY a.id
"""
WIDE = "CREATE INDEX ON v USING gist (_ST_Expand(g, r * 1.01 + 1))"
"""No index knows a distance that both rows have a part in; boxes that each widens do."""
ALL = """
SELECT a.id, b.id, ST_Distance(a.g, b.g) FROM v a JOIN v b
ON _ST_Expand(a.g, a.r * 1.01 + 1) && _ST_Expand(b.g, b.r * 1.01 + 1) AND a.id < b.id
"""
POINT_NOISE_M = 1e-3
"""PostGIS takes less than a tenth of a millimetre for nothing, and our slack is a millimetre."""


def compare(world: World) -> list[oracles.Row]:
    with overlap_postgis.server() as connection:
        (version,) = connection.execute("SELECT postgis_lib_version()").fetchone()
        connection.execute(TABLE)
        with connection.cursor().copy("COPY v FROM STDIN") as copy:
            for row, reach in enumerate(world.reach_m.tolist()):
                copy.write_row((row, reach, oracle_set.wkt(world, row)))
        connection.execute("ANALYZE v")
        told = np.array(connection.execute(TWOS).fetchall(), float)
        held = np.array(connection.execute(HELD).fetchall(), float)
        connection.execute(WIDE)
        connection.execute("ANALYZE v")
        near = np.array(connection.execute(ALL).fetchall(), float)
    found = [*_twos(world, told), _held(world, held), _all(world, near)]
    return [(f"{name}: PostGIS {version} geography", cell) for name, cell in found]


def _off(world: World, pairs: Any, length: Any, theirs: Any) -> Any:
    """How much of what explains a difference was needed: at most 1."""
    edges = world.arc_m[pairs].sum(axis=1) + oracles.slack(world, pairs, length) + POINT_NOISE_M
    both = (world.kind[pairs] == POINT).all(axis=1)
    most = length * np.where(both, 1.0, 1 + oracles.GLOBE_OFF)
    return np.maximum(np.maximum(length - theirs, theirs - most), 0) / edges


def _twos(world: World, told: Any) -> list[oracles.Row]:
    pairs = oracles.twos(world)
    length = oracles.ours_m(world, pairs)
    theirs, meet = told[:, 1], told[:, 2] > 0
    oracles.held_to("distance: PostGIS", _off(world, pairs, length, theirs), pairs, world)
    both = (world.kind[pairs] == POINT).all(axis=1)
    rest = (length > 0) & ~both
    longer = (theirs - length)[rest]
    share = longer / length[rest]
    differ = (length == 0) != meet
    hair = oracles.said_m(oracles.most(np.maximum(length, theirs)[differ]))
    off = oracles.said_m(np.abs(theirs - length)[both].max())
    lengths = (
        f"{rest.sum():,} pairs; theirs is longer by {oracles.said_m(longer.max())} at most "
        f"({share.max():.1e} of the length, half of them by less than {np.median(share):.0e}), "
        f"shorter by {oracles.said_m(max(-longer.min(), 0.0))} at most"
    )
    met = f"{(length == 0).sum():,} of {len(pairs):,} meet, " + oracles.otherwise(
        differ.sum(), f"by {hair} at most"
    )
    return [
        ("distance of places", f"{both.sum():,} pairs, off by {off} at most"),
        ("distance of any other two shapes apart", lengths),
        ("whether outlines meet", met),
    ]


def _held(world: World, held: Any) -> oracles.Row:
    rows = held[:, 0].astype(int)
    both: list[Any] = []
    for row in rows.tolist():
        at = corners(world.shapes[row + 1])[0]
        both += [oracles.replace_within(world.shapes[row]), Point(at=at)]
    here = World(shapes=both)
    pairs = oracles.twos(here)
    ours = oracles.ours_m(here, pairs) == 0
    differ = np.flatnonzero(ours != (held[:, 1] > 0))
    outline = np.array([oracles.walk(here, 2 * n + 1, 2 * n) for n in differ.tolist()])
    edges = here.arc_m[pairs].sum(axis=1)[differ] + oracles.slack(here, pairs, 0)[differ]
    oracles.held_to("containment: PostGIS", outline / edges, pairs[differ], here)
    told = f"{ours.sum():,} of {len(rows):,} are held, " + oracles.otherwise(
        len(differ), f"{oracles.said_m(oracles.most(outline))} from the outline at most"
    )
    return "whether an area holds a place", told


def _all(world: World, near: Any) -> oracles.Row:
    pairs, theirs = near[:, :2].astype(np.int32), near[:, 2]
    reach = world.reach_m[pairs].sum(axis=1)
    edges = world.arc_m[pairs].sum(axis=1) + oracles.slack(world, pairs, reach) + POINT_NOISE_M
    most = reach * (1 + oracles.GLOBE_OFF) + edges
    ours = oracles.ours_all(world)
    found = pairs[theirs <= reach]
    missed = oracles.different(pairs[theirs <= reach - edges], ours)
    beyond = oracles.different(ours, pairs[theirs <= most])
    if len(missed) or len(beyond):
        first = (missed if len(missed) else beyond)[0]
        told = " and ".join(oracle_set.wkt(world, row) for row in first)
        raise oracles.Differs(
            f"all pairs: PostGIS has {len(missed)} that we miss, we have {len(beyond)} more: {told}"
        )
    alone = len(oracles.different(found, ours)), len(oracles.different(ours, found))
    rings = int((world.kind[ours] == RING).all(axis=1).sum())
    told = (
        f"{len(pairs):,} boxes meet; ours {len(ours):,} pairs ({rings:,} of areas alone), theirs "
        f"{len(found):,}; {alone[0]} theirs alone and {alone[1]} ours alone, all explained"
    )
    return "all pairs of the set", told
