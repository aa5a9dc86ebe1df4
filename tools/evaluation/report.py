"""Figures for people and programs: a table on the terminal, JSON, Markdown with plots."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from math import isnan
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure as FigureOfPlot

from tools.evaluation.measured import Cell, Figure, Plot, Section, Table

COLUMNS = ("recordings", "measure", "value", "95 %", "n", "target", "met", "simple rule")


def printed(section: Section) -> str:
    """One section as aligned text."""
    rows = [[_plain(cell) for cell in row] for row in (COLUMNS, *map(_row, section.figures))]
    widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    lines.insert(1, "  ".join("-" * width for width in widths))
    notes = [f"  {figure.data}, {figure.measure}: {figure.note}" for figure in section.figures if figure.note]
    return "\n".join((f"== {section.title}", *lines, *notes))


def write(sections: Sequence[Section], folder: Path, heading: str) -> None:
    """Write `report.json`, `report.md` and the plots.

    Args:
        sections: what was measured.
        folder: made if need be.
        heading: how it was called, and when that matters, on what machine.
    """
    folder.mkdir(parents=True, exist_ok=True)
    said = {"call": heading, "sections": [_json(section) for section in sections]}
    (folder / "report.json").write_text(json.dumps(said, indent=1, allow_nan=False) + "\n", "utf-8")
    for section in sections:
        for plot in section.plots:
            _draw(plot, folder / f"{plot.name}.png")
    text = "\n\n".join(("# What was measured", f"`{heading}`", *map(_markdown, sections)))
    (folder / "report.md").write_text(text + "\n", "utf-8")


def _row(figure: Figure) -> tuple[Cell, ...]:
    interval = None if figure.low is None or figure.high is None else f"{_number(figure.low)} to {_number(figure.high)}"
    target = None if figure.target is None else f"{figure.target.sense} {_number(figure.target.limit)}"
    met = None if figure.met is None else ("yes" if figure.met else "NO")
    count = f"{figure.n} {figure.of}".strip() if figure.n or figure.of else None
    value = figure.note if figure.value is None and figure.note else figure.value
    return figure.data, figure.measure, value, interval, count, target, met, figure.rule


def _number(value: float) -> str:
    if value == int(value) and abs(value) < 1e6:
        return str(int(value))
    return f"{value:.3f}" if abs(value) < 10 else f"{value:.1f}"


def _plain(cell: Cell) -> str:
    if cell is None or (isinstance(cell, float) and isnan(cell)):
        return "-"
    return _number(cell) if isinstance(cell, float) else str(cell)


def _json(section: Section) -> dict[str, Any]:
    figures = [_finite(asdict(figure)) | {"met": figure.met} for figure in section.figures]
    tables = [asdict(table) for table in section.tables]
    return {
        "task": section.task,
        "title": section.title,
        "about": section.about,
        "figures": figures,
        "tables": _finite(tables),
        "details": _finite(section.details),
    }


def _finite(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """JSON has no NaN: what is not a number is not known."""
    if isinstance(value, float) and isnan(value):
        return None
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    return [_finite(each) for each in value] if isinstance(value, list | tuple) else value


def _markdown(section: Section) -> str:
    parts = [f"## {section.title}", section.about, _grid(COLUMNS, map(_row, section.figures))]
    for table in section.tables:
        parts += [f"### {table.title}", _grid(table.columns, table.rows)]
    parts += [f"![{plot.title}]({plot.name}.png)" for plot in section.plots]
    return "\n\n".join(parts)


def _grid(columns: Iterable[str], rows: Iterable[Iterable[Cell]]) -> str:
    columns = tuple(columns)
    lines = [columns, ("---",) * len(columns), *(tuple(_plain(cell).replace("|", "/") for cell in row) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _draw(plot: Plot, path: Path) -> None:
    figure = FigureOfPlot(figsize=(7, 4.5), layout="constrained")
    axes = figure.add_subplot()
    axes.set_title(plot.title)
    plot.draw(axes)
    figure.savefig(path, dpi=110)


def table_of(title: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Table:
    """A table from lists."""
    return Table(title, tuple(columns), tuple(tuple(row) for row in rows))
