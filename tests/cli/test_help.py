"""Every command explains itself: examples that name real options, JSON for machines."""

from __future__ import annotations

import fcntl
import re
import shlex

import pytest
import typer
from typer.main import get_command
from typer.testing import CliRunner

from tieline.cli import app, verbs

verbs.register(app)
WITHOUT_JSON = {("demo",), ("observe", "sample")}
"""One runs a show, the other prints a text that is the example."""


def commands(group, path=()):
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), command


ALL = dict(commands(get_command(app)))
LINES = [
    (path, line)
    for path, command in ALL.items()
    for line in re.findall(r"^tieline .*$", command.epilog or "", re.MULTILINE)
]


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_help_has_examples_and_says_what_the_command_does(path):
    ran = CliRunner().invoke(app, [*path, "--help"])
    assert ran.exit_code == 0
    assert "Examples" in ran.output
    assert f"tieline {' '.join(path)}" in ALL[path].epilog
    assert ALL[path].help


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_every_command_prints_json_for_machines(path):
    says_so = any("--json" in parameter.opts for parameter in ALL[path].params)
    assert says_so is (path not in WITHOUT_JSON)


@pytest.mark.parametrize(("path", "line"), LINES, ids=[line for _, line in LINES])
def test_examples_are_command_lines_that_parse(path, line):
    words = shlex.split(re.split(r" (?:\||2?>|<)", line)[0], comments=True)
    assert words[1 : 1 + len(path)] == list(path)
    try:
        ALL[path].make_context("tieline", words[1 + len(path) :])
    except typer.Exit:
        pytest.fail("an example ends the program")


def test_marks_that_another_process_signs_with_are_the_signers_branch(make_party, run, tmp_path):
    marks = tmp_path / "marks"
    alpha = make_party("alpha", "--marks", marks)
    marks.mkdir()
    with (marks / "signer.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ran = run("line", "list", "--json", home=alpha.home, code=7)
    assert ran.json["error"] == "signer"


def test_a_wrong_option_is_a_wrong_word(run):
    assert run("line", "list", "--nonsense", code=2).err
