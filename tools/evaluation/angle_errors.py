"""What the agent's trace says of angles, beside exact ones: errors, and how often an angle is said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tools.evaluation import exact, plots
from tools.evaluation.measured import Figure, Plot, Sense, Target
from tools.evaluation.scoring import bootstrap
from tools.evaluation.skeletons import Skeleton
from tools.scenes.camera import Camera

Floats = NDArray[np.float64]

IN_PLANE_DEG = 30.0
LEAST_PLOTTED = 50
"""Instants below which no point is drawn."""
RESAMPLES = 500
DECLARED = Target(Sense.AT_LEAST, 0.80)


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """What was said of one recording, by metric in the order of `exact.METRICS`."""

    subject: str
    tilt_deg: float
    """Of the camera."""
    measured: bool
    """Whether the agent was told the camera's view."""
    azimuth_deg: Floats
    """(T,) as it truly was."""
    errors: Floats
    """(T, M) absolute, degrees; NaN where the angle was not said."""
    rule: Floats
    """(T, M) the same of the simple rule."""


def compared(
    subject: str, skeleton: Skeleton, camera: Camera, trace: Iterable[Mapping[str, Any]], *, measured: bool
) -> Judged:
    """The lines of a trace beside the truth at their instants.

    Args:
        subject: whom intervals leave in or out as a whole.
        skeleton: the truth, at the instants that the agent was shown.
        camera: that it was shown by.
        trace: of one person; of several lines at an instant the first counts.
        measured: whether the agent was told the view.
    """
    lines: dict[float, Mapping[str, Any]] = {}
    for line in trace:
        lines.setdefault(round(line["t"], 2), line)
    kept = [index for index, t in enumerate(skeleton.t) if round(float(t), 2) in lines]
    own = [lines[round(float(skeleton.t[index]), 2)] for index in kept]
    truth = np.stack([values[kept] for values in exact.angles(skeleton.joints).values()], axis=1)
    said = np.array([[line[name] for name in exact.METRICS] for line in own], dtype=float).reshape(truth.shape)
    azimuth = exact.azimuth(skeleton.joints, camera)[kept]
    flat = {name: camera.project(places[kept]) for name, places in skeleton.joints.items()}
    rule = np.stack([_in_picture(metric, flat, azimuth) for metric in exact.METRICS], axis=1)
    errors = (np.stack([said - truth, rule - truth]) + 180.0) % 360.0 - 180.0
    return Judged(subject, camera.tilt_deg, measured, azimuth, np.abs(errors[0]), np.abs(errors[1]))


def _in_picture(metric: str, flat: Mapping[str, Floats], azimuth: Floats) -> Floats:
    """The simple rule: the angle as the picture shows it, told which way the body truly faces."""

    def middle(name: str) -> Floats:
        return np.asarray(flat[f"left_{name}"] + flat[f"right_{name}"]) / 2

    def lean(span: Floats) -> Floats:
        return np.degrees(np.arctan2(span[:, 0], -span[:, 1]))

    front = np.where(np.abs(azimuth) < 90.0, 1.0, -1.0)
    side = np.where(azimuth < 0, 1.0, -1.0)
    trunk = lean(middle("shoulder") - middle("hip"))
    if metric == "trunk_forward_deg":
        return side * trunk
    if metric == "neck_forward_deg":
        return side * (lean(middle("ear") - middle("shoulder")) - trunk)
    if metric == "trunk_lateral_deg":
        return -front * trunk
    apart = (
        (flat["right_shoulder"] - flat["left_shoulder"])
        if "shoulder" in metric
        else flat["right_hip"] - flat["left_hip"]
    )
    return np.degrees(np.arctan2(apart[:, 1], np.abs(apart[:, 0])))


def figures(name: str, own: Sequence[Judged], seed: int, limit: Target) -> list[Figure]:
    """Error and share said of every metric.

    Args:
        name: of the data.
        own: at least one.
        seed: of the bootstrap, which draws subjects.
        limit: of the errors.
    """
    listed = []
    for metric in exact.METRICS:
        error, share = partial(error_of, metric), partial(said_of, metric)
        n = sum(int(_known(metric, each).sum()) for each in own)
        low, high = bootstrap(own, lambda one: one.subject, error, seed, RESAMPLES)
        rule = error_of(metric, own, by_rule=True)
        listed.append(Figure(name, f"{metric} MAE", error(own), n, "instants said", low, high, limit, rule))
        within = sum(int(_inside(metric, each).sum()) for each in own)
        low, high = bootstrap(own, lambda one: one.subject, share, seed, RESAMPLES)
        listed.append(Figure(name, f"{metric} said within 30", share(own), within, "instants", low, high, DECLARED))
    return listed


def _known(metric: str, each: Judged) -> NDArray[np.bool_]:
    return np.isfinite(each.errors[:, exact.METRICS.index(metric)])


def _inside(metric: str, each: Judged) -> NDArray[np.bool_]:
    return exact.out_of_plane(metric, each.azimuth_deg) <= IN_PLANE_DEG


def error_of(metric: str, judged: Iterable[Judged], *, by_rule: bool = False) -> float:
    """Mean absolute error where the agent said the angle."""
    column = exact.METRICS.index(metric)
    errors = [(each.rule if by_rule else each.errors)[_known(metric, each), column] for each in judged]
    together = np.concatenate(errors)
    return float(together.mean()) if len(together) else float("nan")


def said_of(metric: str, judged: Iterable[Judged], *, outside_deg: float | None = None) -> float:
    """Share of the instants within 30 degrees of the plane, or farther out than so much, in which it was said."""
    said = [
        _known(metric, each)[
            _inside(metric, each) if outside_deg is None else exact.out_of_plane(metric, each.azimuth_deg) > outside_deg
        ]
        for each in judged
    ]
    together = np.concatenate(said)
    return float(together.mean()) if len(together) else float("nan")


def by_azimuth(task: str, judged: Sequence[Judged], *, said: bool = False) -> Plot:
    """The error, or the share said, in bins of 15 degrees of the true azimuth."""
    azimuth = np.abs(np.concatenate([each.azimuth_deg for each in judged]))
    errors = np.concatenate([each.errors for each in judged])
    series = {}
    for column, metric in enumerate(exact.METRICS):
        middles, values = [], []
        for low in np.arange(0.0, 180.0, 15.0):
            seen = errors[(azimuth >= low) & (azimuth < low + 15.0), column]
            known = seen[np.isfinite(seen)]
            if said or len(known) >= LEAST_PLOTTED:
                middles.append(low + 7.5)
                values.append(float(len(known) / max(1, len(seen)) if said else known.mean()))
        series[metric] = (middles, values)
    what = (f"{task}-said-by-view", "Share of instants in which an angle was said", "share")
    if not said:
        what = (f"{task}-error-by-view", "Mean absolute error where said", "degrees")
    return plots.lines(what[0], what[1], "true azimuth, degrees (0 from the front, 90 from a side)", what[2], series)
