"""Scores of events and classes, and how sure they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from edge_agent.types import Incident, Kind
from tools.evaluation.measured import Figure, Target

DAY_S = 86_400.0
RESAMPLES = 2000


@dataclass(frozen=True, slots=True)
class Heard:
    """What was said of falls in one recording, beside its label."""

    name: str
    subject: str
    """Whom the intervals leave in or out as a whole: a person, or a source."""
    expected: bool
    """A fall is in it."""
    seconds: float
    reports: tuple[float, ...]
    """When each fall incident was first said, in any phase, s."""
    onset_s: float | None = None
    """The label's; None where it gives none."""
    ends_s: float | None = None
    """Of the fall's time; a report before its onset is false."""

    @property
    def found(self) -> bool:
        """The fall was reported."""
        return self.expected and bool(self.reports)

    @property
    def false(self) -> int:
        """Reports of a fall that was none."""
        if not self.expected:
            return len(self.reports)
        return 0 if self.onset_s is None else sum(t < self.onset_s - EARLY_S for t in self.reports)

    @property
    def latency_s(self) -> float | None:
        """From the label's onset to the first report."""
        if not self.found or self.onset_s is None:
            return None
        return min(self.reports) - self.onset_s


EARLY_S = 1.0
"""What a labelled onset may be late: they are read off by eye."""


def falls_of(incidents: Iterable[Incident]) -> tuple[float, ...]:
    """When each fall was first said, in any phase."""
    first: dict[str, float] = {}
    for incident in incidents:
        if incident.kind is Kind.FALL:
            first.setdefault(incident.id, incident.t)
    return tuple(sorted(first.values()))


def event_figures(
    data: str, heard: Sequence[Heard], seed: int, targets: Mapping[str, Target], rules: Mapping[str, float]
) -> list[Figure]:
    """Sensitivity, precision, F1, latency and false alarms per camera-day of the falls in recordings.

    Args:
        data: what the recordings are called.
        heard: one a recording.
        seed: of the bootstrap, which draws subjects.
        targets: by measure.
        rules: what a simple rule reaches, by measure.
    """
    falls = [each for each in heard if each.expected]
    others = [each for each in heard if not each.expected]
    figures = []

    def add(measure: str, value: float | None, n: int, of: str, low: float | None, high: float | None) -> None:
        figures.append(Figure(data, measure, value, n, of, low, high, targets.get(measure), rules.get(measure)))

    if falls:
        for measure, score in (("sensitivity", _sensitivity), ("precision", _precision), ("F1", _f1)):
            value = score(heard)
            sure = None if np.isnan(value) else value
            add(measure, sure, len(falls), "falls", *bootstrap(heard, lambda one: one.subject, score, seed))
        add("falls missed", float(sum(not each.found for each in falls)), len(falls), "falls", None, None)
        latencies = [each.latency_s for each in falls if each.latency_s is not None]
        for measure, share in (("latency p50 s", 50.0), ("latency p95 s", 95.0)):
            late = float(np.percentile(latencies, share)) if latencies else None
            add(measure, late, len(latencies), "falls with a labelled onset", None, None)
    false = sum(each.false for each in heard)
    if others:
        wrong = sum(each.false > 0 for each in others)
        add("recordings with a false alarm", float(wrong), len(others), "recordings without a fall", None, None)
    days = sum(each.seconds for each in others) / DAY_S
    if days > 0:
        low, high = poisson_interval(sum(each.false for each in others))
        rate = sum(each.false for each in others) / days
        add(
            "false alarms per camera-day",
            rate,
            false,
            f"in {days * 24:.2f} hours without a fall",
            low / days,
            high / days,
        )
    return figures


def _sensitivity(heard: Sequence[Heard]) -> float:
    falls = [each for each in heard if each.expected]
    return sum(each.found for each in falls) / len(falls) if falls else float("nan")


def _precision(heard: Sequence[Heard]) -> float:
    found, false = sum(each.found for each in heard), sum(each.false for each in heard)
    return found / (found + false) if found + false else float("nan")


def _f1(heard: Sequence[Heard]) -> float:
    found, false = sum(each.found for each in heard), sum(each.false for each in heard)
    missed = sum(each.expected and not each.found for each in heard)
    return 2 * found / (2 * found + false + missed) if found + false + missed else float("nan")


def poisson_interval(count: int) -> tuple[float, float]:
    """Of the mean behind a count: exact, two-sided 95 %, except that after none the upper end is one-sided (3.0)."""
    if count == 0:
        return 0.0, float(-np.log(0.05))
    return float(stats.chi2.ppf(0.025, 2 * count) / 2), float(stats.chi2.ppf(0.975, 2 * count + 2) / 2)


def wilson_interval(right: int, n: int) -> tuple[float, float]:
    """Of a share, 95 %."""
    interval = stats.binomtest(right, n).proportion_ci(method="wilson")
    return float(interval.low), float(interval.high)


def bootstrap(
    items: Sequence[Any],
    subject: Callable[[Any], str],
    score: Callable[[Sequence[Any]], float],
    seed: int,
    resamples: int = RESAMPLES,
) -> tuple[float, float] | tuple[None, None]:
    """The 95 % interval of a score when whole subjects are drawn with replacement.

    None for fewer than two subjects, and where every draw scores the same.
    """
    groups: dict[str, list[Any]] = {}
    for item in items:
        groups.setdefault(subject(item), []).append(item)
    if len(groups) < 2:
        return None, None
    members = list(groups.values())
    draw = np.random.default_rng(seed)
    values = []
    for _ in range(resamples):
        chosen = draw.integers(0, len(members), len(members))
        value = score([item for index in chosen for item in members[index]])
        if not np.isnan(value):
            values.append(value)
    if not values or min(values) == max(values):
        return None, None  # all right or all wrong: drawing the same again would pretend to be sure
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)


def balanced_accuracy(truth: Sequence[str], said: Sequence[str | None]) -> float:
    """Mean over the classes present of the share found; what was not said is wrong."""
    shares = [
        np.mean([b == label for a, b in zip(truth, said, strict=True) if a == label]) for label in sorted(set(truth))
    ]
    return float(np.mean(shares)) if shares else float("nan")
