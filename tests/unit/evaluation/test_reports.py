"""What the bench writes can be read by people and programs."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from tools.evaluation import plots, report
from tools.evaluation.measured import Figure, Section, Sense, Table, Target, absent


def section() -> Section:
    missed = Figure("clips", "falls missed", 2.0, 9, "falls", target=Target(Sense.AT_MOST, 0), rule=3.0)
    sure = Figure("clips", "sensitivity", 0.875, 9, "falls", 0.7, 0.95)
    unknown = Figure("clips", "precision", float("nan"))
    table = Table("Clips", ("clip", "verdict"), (("a|b.mp4", "right"), ("c.mp4", None)))
    drawn = (
        plots.confusion("matrix", "Levels", ["light", "vigorous"], ["light", "vigorous"], ["light", None]),
        plots.distribution("spread", "Latency", {"one": [1.0, 2.0], "none": []}, "s", 5.0),
        plots.lines("curve", "Error", "azimuth", "degrees", {"trunk": ([0.0, 90.0], [1.0, 2.0])}),
    )
    figures = (missed, sure, unknown, absent("URFD"))
    return Section("falls", "Falls", "About it.", figures, (table,), drawn, {"x": np.float64(1.0), "y": [float("nan")]})


def test_the_table_says_what_is_missed_and_what_is_not_there() -> None:
    said = report.printed(section())
    assert "NO" in next(line for line in said.splitlines() if "falls missed" in line)
    assert "0.700 to 0.950" in said
    assert "not present" in next(line for line in said.splitlines() if line.startswith("URFD"))


def test_json_markdown_and_plots_are_written(tmp_path: Path) -> None:
    report.write([section()], tmp_path / "new", "tools/evaluate falls")
    said = json.loads((tmp_path / "new" / "report.json").read_text())
    figures = said["sections"][0]["figures"]
    assert [figure["met"] for figure in figures] == [False, None, None, None]
    assert figures[2]["value"] is None, "JSON has no NaN"
    text = (tmp_path / "new" / "report.md").read_text()
    assert "| a/b.mp4 | right |" in text
    for name in ("matrix", "spread", "curve"):
        assert f"({name}.png)" in text
        assert (tmp_path / "new" / f"{name}.png").stat().st_size > 1000
