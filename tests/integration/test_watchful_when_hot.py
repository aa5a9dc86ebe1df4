"""At the slowest rate that heat can bring the box to, a fall is still a fall, and the rest is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from edge_agent import pipeline
from edge_agent.runtime.adaptation import HeatLimits
from edge_agent.settings import Settings
from edge_agent.sources.recording import open_recording
from edge_agent.types import Camera, Frame, Incident, Kind

RECORDINGS = Path(__file__).parents[1] / "recordings" / "keypoints"
FLOOR_FPS = HeatLimits().floor_fps


def falls(name: str) -> list[str]:
    recording = open_recording(RECORDINGS / f"{name}.npz", "corner")
    settings = Settings(Camera("corner", "r12", view=recording.view), analysis_fps=FLOOR_FPS)
    state, said, times = pipeline.State(), list[str](), list[float]()
    for instant in recording.instants(FLOOR_FPS):
        assert not isinstance(instant, Frame), "keypoints need no models"
        state, events, _ = pipeline.step(settings, state, instant)
        times.append(instant.t)
        said += [event.phase.value for event in events if isinstance(event, Incident) and event.kind is Kind.FALL]
    recording.close()
    assert len(times) <= 1 + FLOOR_FPS * (times[-1] - times[0]) + 1, "no more instants than the rate allows"
    return said


@pytest.mark.parametrize("name", ["fall-forward", "fall-forward-blazepose33", "fall-sideways", "slide", "helped"])
def test_a_fall_is_confirmed_at_the_floor(name: str) -> None:
    assert falls(name)[:2] == ["suspected", "confirmed"]


@pytest.mark.parametrize("name", ["ordinary", "tie-shoes", "sit-down", "bed", "walk"])
def test_what_is_no_fall_stays_none(name: str) -> None:
    assert falls(name) == []
