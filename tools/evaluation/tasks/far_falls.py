"""Falls far away: our rendered recordings as a wider lens shows them, through the whole agent."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from edge_agent.eye import Eye
from edge_agent.eye import eye as make_eye
from edge_agent.pose.estimator import PoseEstimator
from edge_agent.privacy import PrivacySettings
from edge_agent.types import Demand, Frame, Layout, Observation, Phase
from tools.evaluation.agent import eye_of, settings_of, watch
from tools.evaluation.bench import Bench
from tools.evaluation.farther import Farther
from tools.evaluation.measured import Cell, Figure, Section
from tools.evaluation.report import table_of
from tools.evaluation.scoring import Heard, event_figures, falls_of
from tools.evaluation.tasks.front import RENDERED

BY = 0.5
NAME = "rendered, twice as far"
ABOUT = (
    "Our rendered recordings as a lens of half the focal length shows them, through the whole agent with its defaults: "
    "people are as large as twice as far away, too small for the detector in the whole picture. Any incident of kind "
    "fall counts; confirmed and cleared are told in the table. No limit was chosen on falls seen like this, but the "
    "front was built while they were looked at."
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one recording."""

    heard: Heard
    phases: tuple[tuple[float, Phase], ...]
    """Of the falls."""


class Wider:
    """A `PoseEstimator` behind a wider lens."""

    def __init__(self, inner: PoseEstimator, room: Farther) -> None:
        """Show every picture to `inner` in the room around it."""
        self._inner = inner
        self._room = room

    @property
    def layout(self) -> Layout:
        """Of every pose it gives."""
        return self._inner.layout

    def estimate(self, frame: Frame, demand: Demand) -> Observation:
        """Find the bodies in one picture, as they are in the wider one."""
        return self._inner.estimate(replace(frame, image=self._room.picture(frame.image)), demand)

    def close(self) -> None:
        """Free the models."""
        self._inner.close()


def measure(bench: Bench) -> list[Section]:
    """Every rendered recording; for a fast look one without a fall."""
    clips = [RENDERED / "stand-up.webm"] if bench.fast else sorted(RENDERED.glob("*.webm"))
    outcomes = list(bench.each(run, clips))
    figures: list[Figure] = event_figures(NAME, [each.heard for each in outcomes], bench.seed, {}, {})
    rows: list[tuple[Cell, ...]] = [_row(each) for each in outcomes]
    head = ("recording", "fall", "onset s", "suspected s", "confirmed s", "cleared s")
    return [Section("falls", "Falls twice as far away", ABOUT, tuple(figures), (table_of("Said", head, rows),))]


def run(clip: Path) -> Outcome:
    """One recording through the agent."""
    truth: dict[str, Any] = json.loads(clip.with_suffix(".json").read_bytes())
    room = Farther.of(truth, BY)

    def eye() -> Eye:
        return make_eye(Wider(eye_of().estimator, room), PrivacySettings(), None)

    said = watch(settings_of(), clip, eye)
    onset = next((event["onset_s"] for event in truth["events"] if event["kind"] == "fall"), None)
    falls = [each for each in said.incidents if each.kind.value == "fall"]
    heard = Heard(clip.stem, clip.stem, bool(truth["expected"]["fall"]), said.seconds, falls_of(falls), onset)
    return Outcome(heard, tuple((each.t, each.phase) for each in falls))


def _row(outcome: Outcome) -> tuple[Cell, ...]:
    heard = outcome.heard
    first = {
        phase: next((t for t, said in outcome.phases if said is phase), None)
        for phase in (Phase.SUSPECTED, Phase.CONFIRMED, Phase.CLEARED)
    }
    return (heard.name, "yes" if heard.expected else "no", heard.onset_s, *first.values())
