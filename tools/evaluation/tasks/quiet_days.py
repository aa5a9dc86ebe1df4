"""Quiet days: 24 hours of a resident's room at a time, simulated; every fall said is false."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from edge_agent.types import Incident, Kind
from tools.evaluation.agent import follow
from tools.evaluation.bench import Bench
from tools.evaluation.days import EMPTY_FPS, MOVING_FPS, STILL_FPS, Counted, observations, script
from tools.evaluation.hard import settings_of
from tools.evaluation.measured import Figure, Section, Sense, Table, Target
from tools.evaluation.scoring import DAY_S, poisson_interval
from tools.scenes.bodies import load
from tools.scenes.variants import Variant, days

DAYS, FAST = 30, 1
ABOUT = (
    "Each day a room, a body and a camera of its own, drawn by the seed: a night in bed with turning over and one or "
    "two ways to the bathroom, sitting, naps on the sofa, tying shoes, picking up, squatting, kneeling to clean, "
    "visits in which two people cross, hours of absence; with the measured errors and drop-outs of the int8 models, "
    "bodies that are none, and times in which nobody is found. Bed and sofa are marked in the configuration; the "
    f"camera is measured on half of the days. Movement was taken at {MOVING_FPS:g} instants a second, stillness and "
    f"absence at {STILL_FPS:g} and {EMPTY_FPS:g}: the table says how much of each."
)


@dataclass(frozen=True, slots=True)
class Passed:
    """What came of one day."""

    variant: Variant
    falls: tuple[Incident, ...]
    counted: Counted
    cpu_s: float


def measure(bench: Bench) -> list[Section]:
    """Thirty days; one when fast."""
    drawn = days(FAST if bench.fast else DAYS, bench.seed, bench.people(), bench.places())
    passed = list(bench.each(live, drawn))
    false = len({(day.variant.number, incident.id) for day in passed for incident in day.falls})
    low, high = poisson_interval(false)
    n = len(passed)
    viewed = sum(day.counted.in_view_s for day in passed) / 3600
    figures = (
        Figure("simulated quiet days", "fall alarms", float(false), n, "days", target=Target(Sense.AT_MOST, 0)),
        Figure("simulated quiet days", "fall alarms per camera-day", false / n, n, "days", low / n, high / n),
        Figure("simulated quiet days", "hours with somebody in view", viewed, n, "days"),
    )
    return [Section("false-alarms", "Quiet days", ABOUT, figures, (_table(passed), _said(passed)))]


def live(variant: Variant) -> Passed:
    """One day through the agent."""
    began = time.process_time()
    scene, body = variant.scene(), variant.person()
    blocks = script(variant, scene, body, load(variant.helper))
    counted = Counted()
    said = follow(settings_of(variant, scene), observations(blocks, variant, scene, body, counted))
    falls = tuple(each for each in said.incidents if each.kind is Kind.FALL)
    return Passed(variant, falls, counted, time.process_time() - began)


def _table(passed: Sequence[Passed]) -> Table:
    total = {name: sum(asdict(day.counted)[name] for day in passed) for name in asdict(passed[0].counted)}
    rows = (
        ("simulated in all", len(passed) * DAY_S / 3600, "h"),
        ("somebody in view", total["in_view_s"] / 3600, "h"),
        (f"of this moving, at {MOVING_FPS:g} a second", total["moving_s"] / 3600, "h"),
        (f"of this still, at {STILL_FPS:g} a second", total["still_s"] / 3600, "h"),
        ("of this lying still", total["in_bed_s"] / 3600, "h"),
        ("two people in view", total["two_s"] / 3600, "h"),
        ("instants", float(total["looks"]), ""),
        ("processor time", sum(day.cpu_s for day in passed) / 60, "min"),
    )
    return Table("What was simulated", ("what", "how much", "unit"), rows)


def _said(passed: Sequence[Passed]) -> Table:
    rows = [
        (
            day.variant.name,
            round(each.t / 3600, 3),
            each.phase.value,
            each.confidence,
            " ".join(reason.feature for reason in each.reasons),
        )
        for day in passed
        for each in day.falls
    ]
    return Table("Falls said, all of them false", ("day", "at h", "phase", "confidence", "reasons"), tuple(rows))
