"""The plots of the reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tools.evaluation.measured import Plot


def confusion(name: str, title: str, classes: Sequence[str], truth: Sequence[str], said: Sequence[str | None]) -> Plot:
    """What was said of each class, in shares of its recordings; what was not said has a column of its own."""
    columns = [*classes, "not said"]
    counts: NDArray[np.float64] = np.zeros((len(classes), len(columns)))
    for a, b in zip(truth, said, strict=True):
        row, column = classes.index(a), columns.index(b) if b is not None and b in classes else len(classes)
        counts[row, column] += 1

    def draw(axes: Any) -> None:  # noqa: ANN401 - matplotlib is loaded only to draw
        shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
        axes.imshow(shares, vmin=0, vmax=1, cmap="Blues", aspect="auto")
        for (i, j), count in np.ndenumerate(counts):
            colour = "white" if shares[i][j] > 0.5 else "black"
            axes.text(j, i, f"{count:.0f}", ha="center", va="center", color=colour)
        axes.set_xticks(range(len(columns)), columns)
        axes.set_yticks(range(len(classes)), classes)
        axes.set_xlabel("said")
        axes.set_ylabel("label")

    return Plot(name, title, draw)


def distribution(name: str, title: str, values: Mapping[str, Sequence[float]], unit: str, limit: float | None) -> Plot:
    """How values are spread, a curve of their cumulated share each, and the limit they should keep."""

    def draw(axes: Any) -> None:  # noqa: ANN401
        for label, each in values.items():
            if each:
                ordered = np.sort(np.asarray(each, dtype=float))
                axes.step(ordered, np.arange(1, len(ordered) + 1) / len(ordered), where="post", label=label)
        if limit is not None:
            axes.axvline(limit, color="tab:red", linestyle="--", label="limit")
        axes.set_xlabel(unit)
        axes.set_ylabel("share")
        axes.set_ylim(0, 1.02)
        axes.grid(alpha=0.3)
        axes.legend()

    return Plot(name, title, draw)


def lines(
    name: str, title: str, x_label: str, y_label: str, series: Mapping[str, tuple[Sequence[float], Sequence[float]]]
) -> Plot:
    """Curves: an error by the camera's azimuth, say."""

    def draw(axes: Any) -> None:  # noqa: ANN401
        for label, (x, y) in series.items():
            axes.plot(x, y, marker="o", markersize=3, label=label)
        axes.set_xlabel(x_label)
        axes.set_ylabel(y_label)
        axes.grid(alpha=0.3)
        axes.legend()

    return Plot(name, title, draw)
