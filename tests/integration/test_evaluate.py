"""`tools/evaluate all --fast` without recordings: a whole report, and figures that did not move unnoticed."""

from __future__ import annotations

import importlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

from tools.evaluation import golden
from tools.evaluation.__main__ import TASKS
from tools.evaluation.bench import ROOT

pytestmark = pytest.mark.models


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not (ROOT / "models/built/manifest.json").exists():
        pytest.skip("models/built: not present, skipped (./tools/setup builds them)")
    return tmp_path_factory.mktemp("evaluation")


@pytest.fixture(scope="module")
def said(folder: Path) -> dict[str, Any]:
    return golden.measured(folder)


def test_every_task_reports_and_says_what_is_not_there(said: dict[str, Any]) -> None:
    assert {section["task"] for section in said["sections"]} >= {task for task, modules in TASKS.items() if modules}
    notes = [figure["note"] for section in said["sections"] for figure in section["figures"] if figure["value"] is None]
    assert any("not present" in note for note in notes)
    assert all(notes), "what could not be measured says why"


def test_the_report_is_there_for_people_with_every_plot_it_names(said: dict[str, Any], folder: Path) -> None:
    text = (folder / "report/report.md").read_text("utf-8")
    for section in said["sections"]:
        assert f"## {section['title']}" in text
    for name in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", text):
        assert (folder / "report" / name).stat().st_size > 0


def test_no_figure_moved_unnoticed(said: dict[str, Any]) -> None:
    """Changed on purpose? `python -m tools.evaluation.golden --update`, and read the diff."""
    known = json.loads(golden.GOLDEN.read_text("utf-8"))
    assert list(golden.differences(known, golden.figures_of(said))) == []


def test_each_module_of_a_task_can_be_run() -> None:
    for modules in TASKS.values():
        for module in modules:
            assert callable(importlib.import_module(f"tools.evaluation.tasks.{module}").measure)


def test_what_moved_is_told() -> None:
    was: golden.Known = {
        "a / b / c": {"value": 10.0, "met": True},
        "a / rendered people / d": {"value": 4.0, "met": True},
        "gone": {"value": 1.0, "met": None},
    }
    now: golden.Known = {
        "a / b / c": {"value": 10.3, "met": True},
        "a / rendered people / d": {"value": 5.2, "met": False},
        "new": {"value": 1.0, "met": None},
    }
    told = list(golden.differences(was, now))
    assert [line.split(":")[0] for line in told] == ["a / b / c", "a / rendered people / d", "gone"]
    assert list(golden.differences(was, was)) == []
