"""PostGIS in a cluster of its own on a private socket, thrown away afterwards."""

# ruff: noqa: PLC0415 - each engine imports what it alone needs, in a process of its own

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

SETTINGS = (
    "fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=2GB",
    "work_mem=256MB", "maintenance_work_mem=1GB", "max_wal_size=8GB", "listen_addresses=",
    "jit=off",
)  # fmt: skip
TICKS = os.sysconf("SC_CLK_TCK")


def programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        raise ImportError("no PostgreSQL here: apt-get install postgresql-15-postgis-3")
    return found[-1].parent


def user() -> str:
    """Who runs the server, which refuses to run as root."""
    return "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name


def run(*command: str) -> None:
    lead = ["runuser", "-u", user(), "--"] if os.geteuid() == 0 else []
    subprocess.run([*lead, *command], check=True, stdout=subprocess.DEVNULL, cwd="/")


@contextmanager
def server() -> Iterator[Any]:
    """A connection to an empty cluster with PostGIS.

    Raises:
        ImportError: PostgreSQL, PostGIS or psycopg is not installed.
    """
    import psycopg

    bins = programs()
    folder = Path(tempfile.mkdtemp(prefix="tieline-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, user())
    options = " ".join(f"-c {setting}" for setting in SETTINGS) + f" -k {folder}"
    try:
        run(str(bins / "initdb"), "-D", str(folder / "data"), "-A", "trust", "-U", "bench")
        run(str(bins / "pg_ctl"), "-D", str(folder / "data"), "-w", "-o", options,
            "-l", str(folder / "log"), "start")  # fmt: skip
        try:
            with psycopg.connect(host=str(folder), user="bench", dbname="postgres") as connection:
                connection.autocommit = True
                try:
                    connection.execute("CREATE EXTENSION postgis")
                except psycopg.Error as error:
                    raise ImportError(f"no PostGIS here: {error}") from error
                yield connection
        finally:
            run(str(bins / "pg_ctl"), "-D", str(folder / "data"), "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


def fill(connection: Any, world: dict[str, Any], polygons: Any, kind: str = "geometry") -> None:
    import shapely

    connection.execute(
        f"CREATE TABLE v (id int, party int, lo int, hi int, tr int8range, g {kind})"
    )
    wkb = shapely.to_wkb(polygons, hex=True)
    given = zip(
        range(len(wkb)), *(world[name].tolist() for name in ("party", "lower_m", "upper_m")),
        world["start_ms"].tolist(), world["end_ms"].tolist(), wkb, strict=True,
    )  # fmt: skip
    with connection.cursor().copy("COPY v FROM STDIN") as copy:
        for row, party, low, high, start, end, shape in given:
            copy.write_row((row, party, low, high, f"[{start},{end}]", shape))


def processor_s(connection: Any) -> float:
    """Processor time of the backend so far; its parallel workers are added when they end."""
    (pid,) = connection.execute("SELECT pg_backend_pid()").fetchone()
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return sum(map(int, fields[11:15])) / TICKS


JOIN = """
SELECT a.id, b.id FROM v a JOIN v b
ON a.g && b.g AND a.tr && b.tr AND a.id < b.id AND a.party <> b.party
AND a.lo <= b.hi AND b.lo <= a.hi AND ST_Intersects(a.g, b.g)
"""


def joined(connection: Any) -> tuple[float, float, float, Any]:
    """Seconds for the index, for the join, of the processor, and the pairs."""
    connection.execute("DROP INDEX IF EXISTS v_place_time")
    before = processor_s(connection)
    start = time.perf_counter()
    connection.execute("CREATE INDEX v_place_time ON v USING gist (g, tr)")
    connection.execute("ANALYZE v")
    index = time.perf_counter() - start
    start = time.perf_counter()
    pairs = connection.execute(JOIN).fetchall()
    join = time.perf_counter() - start
    return index, join, processor_s(connection) - before, np.array(pairs, np.int64).reshape(-1, 2)


def size(connection: Any) -> float:
    (found,) = connection.execute("SELECT pg_total_relation_size('v')").fetchone()
    return float(found)


INSERT = "INSERT INTO v VALUES (%s, %s, %s, %s, %s, %s)"
ASK = """
SELECT b.id FROM v b WHERE b.g && %(g)s::geometry AND b.tr && %(tr)s::int8range
AND b.party <> %(party)s AND b.lo <= %(hi)s AND %(lo)s <= b.hi AND b.id <> %(id)s
AND ST_Intersects(b.g, %(g)s::geometry)
"""
