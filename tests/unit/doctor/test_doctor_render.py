"""What people read, and what programs read."""

from __future__ import annotations

import io
import json
from pathlib import Path

import jsonschema
import pytest

from edge_agent.doctor.checks import TITLES, checks
from edge_agent.doctor.command import _style
from edge_agent.doctor.examination import Examined
from edge_agent.doctor.finding import Finding, fail, ok, skipped, warn
from edge_agent.doctor.render import Style, text
from edge_agent.doctor.report import exit_code, report
from edge_agent.doctor.schemas import main, schemas
from edge_agent.doctor.situation import Situation
from edge_agent.errors import Exit
from tests.fakes.doctor_world import situation, world

SCHEMAS = Path(__file__).parents[3] / "docs" / "schemas"
SAID: tuple[tuple[str, Finding], ...] = (
    ("configuration.file", fail("2 faults in agent.yaml", "mend the file", "line 3:1: rom: unknown key")),
    ("camera.the-camera-over-the-door.pictures", ok("640x480 px, 14.8 of 15 pictures/s, 34 ms old", fps=14.8)),
    ("heat.temperature", skipped("this machine has no temperature sensor that is known")),
    ("clock.synchronised", warn("not synchronised: events carry a time that may be wrong, and say so", "set it")),
)
EXAMINED = tuple(Examined(name, finding) for name, finding in SAID)


def test_the_report_at_80_columns() -> None:
    assert (
        text("Carepose doctor: villa-rosa/box-2 (pi5)", EXAMINED, Style())
        == """\
Carepose doctor: villa-rosa/box-2 (pi5)

Configuration
  ✗ file          2 faults in agent.yaml
                  - line 3:1: rom: unknown key
                  → mend the file

Cameras
  ✓ the-camera-over-the-door pictures
                  640x480 px, 14.8 of 15 pictures/s, 34 ms old

Heat and power
  · temperature   this machine has no temperature sensor that is known

Clock
  ! synchronised  not synchronised: events carry a time that may be wrong, and
                  say so
                  → set it

Not fit: see to configuration.file, then run it again.
1 ok, 1 warn, 1 fail, 1 skipped
"""
    )


def test_colour_and_signs_only_where_the_terminal_has_them() -> None:
    assert "\x1b[" not in text("t", EXAMINED, Style())
    assert "\x1b[1;31m✗\x1b[0m" in text("t", EXAMINED, Style(colour=True))
    assert text("t", EXAMINED, Style(unicode=False)).isascii()
    pipe = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    assert _style(pipe) == Style(colour=False, unicode=False)


def test_no_line_is_longer_than_the_terminal() -> None:
    long = fail("word " * 60, "do " * 90, *("detail " * 30 for _ in range(3)))
    shown = text("Title " * 30, [Examined("camera.c.pictures", long)], Style())
    assert max(len(line) for line in shown.splitlines()) <= 80


@pytest.mark.parametrize(
    ("findings", "code"),
    [
        ([ok("a"), warn("b", "c"), skipped("d")], Exit.OK),
        ([ok("a"), fail("b", "c")], Exit.UNFIT),
    ],
)
def test_the_exit_code(tmp_path: Path, findings: list[Finding], code: Exit) -> None:
    examined = [Examined(f"clock.{number}", finding) for number, finding in enumerate(findings)]
    assert exit_code(situation(tmp_path), examined) == code
    assert exit_code(situation(tmp_path, "nonsense: 1"), examined) == Exit.CONFIGURATION


def test_the_report_keeps_its_schema_and_the_schemas_are_those_of_the_code(tmp_path: Path) -> None:
    for box in (situation(tmp_path), Situation(world(tmp_path))):
        told = json.loads(report(box, EXAMINED).model_dump_json(by_alias=True))
        jsonschema.validate(told, json.loads((SCHEMAS / "doctor.json").read_text()))
        assert told["counts"] == {"ok": 1, "warn": 1, "fail": 1, "skipped": 1}
    main(["--out", str(tmp_path)])
    for name, made in schemas().items():
        assert (SCHEMAS / name).read_text() == (tmp_path / name).read_text() == made


def test_every_check_has_an_id_of_its_own_and_a_title(tmp_path: Path) -> None:
    asked = checks(situation(tmp_path))
    assert len({check.id for check in asked}) == len(asked)
    assert {check.topic for check in asked} == set(TITLES)
    known = {check.id for check in asked}
    assert {check.needs for check in asked if check.needs} <= known
    lanes = {check.id: check.lane or check.topic for check in asked}
    assert all(lanes[check.needs] == lanes[check.id] for check in asked if check.needs), "a need of another lane"
