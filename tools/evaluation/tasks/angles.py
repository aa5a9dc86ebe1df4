"""Angles from exact flat joints before cameras all round: how wrong, and how often they are said to be known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from edge_agent.types import View
from tools.evaluation import exact
from tools.evaluation.agent import follow, settings_of
from tools.evaluation.angle_errors import IN_PLANE_DEG, Judged, by_azimuth, compared, error_of, figures, said_of
from tools.evaluation.bench import Bench
from tools.evaluation.measured import Figure, Section, Sense, Table, Target, absent
from tools.evaluation.report import table_of
from tools.evaluation.sets import bandai
from tools.evaluation.skeletons import Skeleton, at_rate, observations, view_of

FPS = 10.0
"""The agent's default."""
STEP_DEG = 22.5
TILTS = (0.0, 10.0, 20.0, 35.0)
ERROR = Target(Sense.AT_MOST, 3.0)
ABOUT = (
    "Bandai-Namco's 123 clips (walks, runs, bows, gestures in 15 styles) before cameras that stand still every 22.5 "
    "degrees around, tilted down by 0, 10, 20 or 35 degrees, as flat COCO joints without noise at 10 instants per "
    "second; each clip sees every azimuth, and the tilts in turn. Scored are the angles of the agent's trace. Truth is "
    "worked out of the 3D joints apart from the agent. The simple rule: angles of the picture's own axes, as if every "
    "camera stood level and square to the plane, on the same instants. Every other clip, from the first, was looked at "
    "while choosing the breadth a body is taken for at first; the figures are of the others. All clips share one "
    "skeleton's proportions. Its one head joint stands for the ears, and a nose is put before it."
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


def measure(bench: Bench) -> list[Section]:
    """Error and share declared valid, by metric, azimuth and tilt."""
    folder = bench.folder("bandai_namco_d1")
    if folder is None:
        return [Section("posture", "Angles from exact flat joints", ABOUT, (absent("bandai_namco_d1"),))]
    held = [(clip, style) for clip, _, style in bandai.clips(folder)][1::2]
    shown = before_cameras(held[::20], 90.0) if bench.fast else before_cameras(held)
    judged = list(bench.each(judge, shown))
    listed: list[Figure] = []
    for known, view in ((True, "measured"), (False, "unknown")):
        own = [each for each in judged if each.measured == known]
        listed += figures(f"bandai_namco_d1, view {view}", own, bench.seed, ERROR)
    tables = [_by_tilt(judged, measured=each) for each in (True, False)]
    plotted = [each for each in judged if each.measured]
    drawn = (by_azimuth("angle", plotted), by_azimuth("angle", plotted, said=True))
    return [Section("posture", "Angles from exact flat joints", ABOUT, tuple(listed), tuple(tables), drawn)]


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
    said = follow(settings_of(view), observations(skeleton, camera), trace=True)
    return compared(shown.style, skeleton, camera, said.trace, measured=shown.measured)


def _by_tilt(judged: Sequence[Judged], *, measured: bool) -> Table:
    rows: list[tuple[str | float, ...]] = []
    for metric in exact.METRICS:
        for tilt in TILTS:
            own = [each for each in judged if each.measured == measured and each.tilt_deg == tilt]
            if own:
                beyond = [said_of(metric, own, outside_deg=outside) for outside in (IN_PLANE_DEG, 40.0)]
                rows.append((metric, tilt, error_of(metric, own), said_of(metric, own), *beyond))
    title = f"By tilt, view {'measured' if measured else 'unknown'}"
    return table_of(title, ("metric", "tilt", "MAE", "said within 30", "said beyond 30", "said beyond 40"), rows)
