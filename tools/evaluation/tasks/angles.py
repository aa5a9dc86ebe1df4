"""Angles from exact flat joints before cameras all round: how wrong, and how often they are said to be known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from edge_agent.types import View
from tools.evaluation import exact, plots
from tools.evaluation.agent import follow, settings_of
from tools.evaluation.bench import Bench
from tools.evaluation.measured import Figure, Plot, Section, Sense, Table, Target, absent
from tools.evaluation.report import table_of
from tools.evaluation.scoring import bootstrap
from tools.evaluation.sets import bandai
from tools.evaluation.skeletons import Skeleton, at_rate, observations, view_of

Floats = NDArray[np.float64]

FPS = 10.0
"""The agent's default."""
STEP_DEG = 22.5
TILTS = (0.0, 10.0, 20.0, 35.0)
IN_PLANE_DEG = 30.0
LEAST_PLOTTED = 50
"""Instants below which no point is drawn."""
RESAMPLES = 500
ERROR = Target(Sense.AT_MOST, 3.0)
DECLARED = Target(Sense.AT_LEAST, 0.80)
ABOUT = (
    "Bandai-Namco's 123 clips (walks, runs, bows, gestures in 15 styles) before cameras that stand still every 22.5 "
    "degrees around, tilted down by 0, 10, 20 or 35 degrees, as flat COCO joints without noise at 10 instants per "
    "second; each clip sees every azimuth, and the tilts in turn. Scored are the angles of the agent's trace. Truth is "
    "worked out of the 3D joints apart from the agent. The simple rule: angles of the picture's own axes, as if every "
    "camera stood level and square to the plane, on the same instants. Odd clips were used to choose the breadth a "
    "body is taken for at first and the errors the turn is weighed with; the figures are of the even ones. All clips "
    "share one skeleton's proportions. Its one head joint stands for the ears, and a nose is put before it."
)


@dataclass(frozen=True, slots=True)
class Shown:
    """One clip before one camera."""

    skeleton: Skeleton
    style: str
    azimuth_deg: float
    tilt_deg: float
    measured: bool
    """Whether the agent is told the camera's view."""


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """What was said of it, by metric in the order of `exact.METRICS`."""

    style: str
    tilt_deg: float
    measured: bool
    azimuth_deg: Floats
    """(T,) as it truly was."""
    errors: Floats
    """(T, M) absolute, degrees; NaN where the angle was not said."""
    rule: Floats
    """(T, M) the same of the simple rule."""


def measure(bench: Bench) -> list[Section]:
    """Error and share declared valid, by metric, azimuth and tilt."""
    folder = bench.folder("bandai_namco_d1")
    if folder is None:
        return [Section("posture", "Angles from exact flat joints", ABOUT, (absent("bandai_namco_d1"),))]
    held = [(clip, style) for clip, _, style in bandai.clips(folder)][::2]
    shown = before_cameras(held[::20], 90.0) if bench.fast else before_cameras(held)
    judged = list(bench.each(judge, shown))
    figures = [figure for known in (True, False) for figure in _figures(judged, bench.seed, measured=known)]
    tables = [_by_tilt(judged, measured=known) for known in (True, False)]
    drawn = (_by_azimuth(judged), _by_azimuth(judged, said=True))
    return [Section("posture", "Angles from exact flat joints", ABOUT, tuple(figures), tuple(tables), drawn)]


def before_cameras(clips: Sequence[tuple[Skeleton, str]], step_deg: float = STEP_DEG) -> list[Shown]:
    """Every clip from all round, the tilts in turn; from every other place with the view unknown, too."""
    return [
        Shown(clip, style, (place + 1 / 3) * step_deg, TILTS[(index + place // 2) % len(TILTS)], known)
        for index, (clip, style) in enumerate(clips)
        for place in range(round(360.0 / step_deg))
        for known in ((True, False) if place % 2 == index % 2 else (True,))
    ]


def judge(shown: Shown) -> Judged:
    """One clip through the agent, beside its truth."""
    skeleton = at_rate(shown.skeleton, FPS)
    camera = exact.before(skeleton, shown.azimuth_deg, shown.tilt_deg)
    view = view_of(skeleton, camera) if shown.measured else View()
    lines = {line["t"]: line for line in follow(settings_of(view), observations(skeleton, camera), trace=True).trace}
    kept = [index for index, t in enumerate(skeleton.t) if round(float(t), 4) in lines]
    own = [lines[round(float(skeleton.t[index]), 4)] for index in kept]
    truth = np.stack([values[kept] for values in exact.angles(skeleton.joints).values()], axis=1)
    said = np.array([[line[name] for name in exact.METRICS] for line in own], dtype=float).reshape(truth.shape)
    azimuth = exact.azimuth(skeleton.joints, camera)[kept]
    flat = {name: camera.project(places[kept]) for name, places in skeleton.joints.items()}
    rule = np.stack([_in_picture(metric, flat, azimuth) for metric in exact.METRICS], axis=1)
    errors = (np.stack([said - truth, rule - truth]) + 180.0) % 360.0 - 180.0
    return Judged(shown.style, shown.tilt_deg, shown.measured, azimuth, np.abs(errors[0]), np.abs(errors[1]))


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


def _figures(judged: Sequence[Judged], seed: int, *, measured: bool) -> list[Figure]:
    own = [each for each in judged if each.measured == measured]
    name = f"bandai_namco_d1, view {'measured' if measured else 'unknown'}"
    figures = []
    for metric in exact.METRICS:
        error, share = partial(_error, metric), partial(_declared, metric)
        n = sum(int(_known(metric, each).sum()) for each in own)
        low, high = bootstrap(own, lambda one: one.style, error, seed, RESAMPLES)
        rule = _error(metric, own, by_rule=True)
        figures.append(Figure(name, f"{metric} MAE", error(own), n, "instants said", low, high, ERROR, rule))
        inside = sum(int(_inside(metric, each).sum()) for each in own)
        low, high = bootstrap(own, lambda one: one.style, share, seed, RESAMPLES)
        figures.append(Figure(name, f"{metric} said within 30", share(own), inside, "instants", low, high, DECLARED))
    return figures


def _known(metric: str, each: Judged) -> NDArray[np.bool_]:
    return np.isfinite(each.errors[:, exact.METRICS.index(metric)])


def _inside(metric: str, each: Judged) -> NDArray[np.bool_]:
    return exact.out_of_plane(metric, each.azimuth_deg) <= IN_PLANE_DEG


def _error(metric: str, judged: Iterable[Judged], *, by_rule: bool = False) -> float:
    """Mean absolute error where the agent said the angle."""
    column = exact.METRICS.index(metric)
    errors = [(each.rule if by_rule else each.errors)[_known(metric, each), column] for each in judged]
    together = np.concatenate(errors)
    return float(together.mean()) if len(together) else float("nan")


def _declared(metric: str, judged: Iterable[Judged], *, outside_deg: float | None = None) -> float:
    """Share of the instants within 30 degrees of the plane, or farther out than so much, in which it was said."""
    said = [
        _known(metric, each)[
            _inside(metric, each) if outside_deg is None else exact.out_of_plane(metric, each.azimuth_deg) > outside_deg
        ]
        for each in judged
    ]
    together = np.concatenate(said)
    return float(together.mean()) if len(together) else float("nan")


def _by_tilt(judged: Sequence[Judged], *, measured: bool) -> Table:
    rows: list[tuple[str | float, ...]] = []
    for metric in exact.METRICS:
        for tilt in TILTS:
            own = [each for each in judged if each.measured == measured and each.tilt_deg == tilt]
            if own:
                beyond = [_declared(metric, own, outside_deg=outside) for outside in (IN_PLANE_DEG, 40.0)]
                rows.append((metric, tilt, _error(metric, own), _declared(metric, own), *beyond))
    title = f"By tilt, view {'measured' if measured else 'unknown'}"
    return table_of(title, ("metric", "tilt", "MAE", "said within 30", "said beyond 30", "said beyond 40"), rows)


def _by_azimuth(judged: Sequence[Judged], *, said: bool = False) -> Plot:
    """Of a measured view: the error, or the share said, in bins of 15 degrees of the true azimuth."""
    own = [each for each in judged if each.measured]
    azimuth = np.abs(np.concatenate([each.azimuth_deg for each in own]))
    errors = np.concatenate([each.errors for each in own])
    series = {}
    for column, metric in enumerate(exact.METRICS):
        middles, values = [], []
        for low in np.arange(0.0, 180.0, 15.0):
            inside = errors[(azimuth >= low) & (azimuth < low + 15.0), column]
            known = inside[np.isfinite(inside)]
            if said or len(known) >= LEAST_PLOTTED:
                middles.append(low + 7.5)
                values.append(float(len(known) / max(1, len(inside)) if said else known.mean()))
        series[metric] = (middles, values)
    what = ("angle-said-by-view", "Share of instants in which an angle was said", "share")
    if not said:
        what = ("angle-error-by-view", "Mean absolute error where said", "degrees")
    return plots.lines(what[0], what[1], "true azimuth, degrees (0 from the front, 90 from a side)", what[2], series)
