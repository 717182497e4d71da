from importlib.resources import files

import pytest

from tieline.observer import fold, parse_text, to_bodies

RIVER = """\
format: tieline/observer@v1

# Two neighbours on a river; nothing here has to do with any other sample.
source: gazette
  title: Die Fähre fährt wieder
  outlet: Harbour Gazette
  published: 1931-06-10
  file: gazette.txt
  language: de

source: 河报
  outlet: 河报
  published: 1931-09
  file: hebao.txt

statement: g-1
  source: gazette
  passage: 1
  force: narrated
  happened: 1931-05-02
  text: The second ferry conference met in Oldport.
  asserts: mechanism ferry
    name: Ferry conference
    established: 1929
  asserts: round ferry-2
    of: ferry
    number: 2
    planned: 1931-04-20
    planned-place: Newport
    held: 1931-05-02
    place: Oldport
  asserts: postponement ferry-2
    by: Aval
    reason: high water

statement: g-2
  source: gazette
  passage: 2
  speaker: Minister Orr
  force: press
  happened: 1931-05-02
  text: Aval will mend the jetty by August.
  topic: jetty
  asserts: commitment jetty
    what: mend the jetty
    by: Aval
    due: ..1931-08-31 "by August"
  asserts: position jetty
    side: Aval

statement: g-3
  source: gazette
  passage: 3
  force: said
  happened: 1931-05-20
  text: Borun stopped the pilots' telephone.
  asserts: channel telephone
    name: Pilots' telephone
  asserts: suspension telephone
    by: Borun
    word: cut off

statement: h-1
  source: 河报
  passage: 4
  force: readout
  happened: 1931-07-01
  text: 电话已恢复。
  language: zh
  asserts: restoration telephone
    by: Aval
    by: Borun
    extent: whole

statement: h-2
  source: 河报
  passage: 5
  force: readout
  happened: 1931-05-03
  text: The conference met on the third of May, in Newport.
  asserts: round ferry-2
    held: 1931-05-03
    place: Newport

statement: h-3
  source: 河报
  passage: 6
  force: unnamed
  happened: 1931-08-30
  text: The jetty is mended.
  asserts: commitment jetty
    outcome: met

statement: h-4
  source: 河报
  passage: 7
  force: narrated
  happened: 1931-07-01
  text: Harbour master Dunn served until the end of June; Ebb followed him.
  asserts: seat harbour
    party: Borun
    office: Harbour master
    holder: Dunn
    from: 1925-01-01
    until: 1931-06-30
  asserts: seat harbour
    party: Borun
    office: Harbour master
    holder: Ebb
    from: 1931-07-15
  asserts: framework ferry-rules
    stage: in force
    name: Ferry rules
    by: Aval
    by: Borun

inference: i-gap
  author: desk
  text: The seat was vacant for two weeks.
  ground: h-4
  asserts: seat harbour
    vacant: yes
    from: 1931-07-01
    until: 1931-07-14

withdrawal: w-1
  of: h-3
  author: desk
  on: 1931-10-01
  why: the paper took it back
"""


@pytest.fixture(scope="session")
def talks():
    """The record of the sample that travels with the package."""
    sample = files("tieline.observer").joinpath("samples", "talks-2017-2024.txt")
    return parse_text(sample.read_bytes())


@pytest.fixture(scope="session")
def talks_picture(talks):
    return fold(to_bodies(talks))


@pytest.fixture(scope="session")
def river():
    return parse_text(RIVER.encode())


@pytest.fixture(scope="session")
def river_picture(river):
    return fold(to_bodies(river))


@pytest.fixture(scope="session")
def river_text():
    return RIVER
