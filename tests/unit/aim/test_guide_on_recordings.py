"""The guided test on people who do what it asks, through the whole flow."""

from __future__ import annotations

import json
from dataclasses import replace
from math import cos, radians, sin
from pathlib import Path

import pytest

from edge_agent import box, pipeline
from edge_agent.aim import guide
from edge_agent.aim.glimpse import glimpse
from edge_agent.aim.guide import GuideLimits, Step, Verdict
from edge_agent.sources.keypoints import KeypointRecording
from edge_agent.types import Point, Zone, ZoneKind

RECORDINGS = Path(__file__).parents[2] / "recordings"


def ended(name: str, step: Step, zones: tuple[Zone, ...] = ()) -> Verdict | None:
    """How a step ends that begins with the recording."""
    recording = KeypointRecording(RECORDINGS / f"keypoints/{name}.npz", "camera")
    settings = box.with_view(box.replayed_box(None, None).settings, recording.view)
    settings = replace(settings, camera=replace(settings.camera, zones=zones))
    state, test = pipeline.State(), guide.begun(step, 0.0)
    beds = frozenset(zone.name for zone in zones)
    for observation in recording.instants(10.0):
        state, _, _ = pipeline.step(settings, state, observation)
        persons = tuple(person for person in state.persons if person.track.confirmed)
        seen = glimpse(observation.t, observation.quality, persons, state.incidents.open, None, beds)
        test = guide.seen(GuideLimits(), test, seen)
        if test.verdict is not None:
            break
    return test.verdict


def rendered_bed() -> Zone:
    """Where the recording's bed stands, in metres as the camera sees it."""
    truth = json.loads((RECORDINGS / "rendered/bed.json").read_text())
    (x0, y0), yaw = truth["camera"]["position"][:2], radians(truth["camera"]["yaw_deg"])
    bed = next(each for each in truth["room"]["furniture"] if each["name"] == "bed")
    low, high = bed["low"], bed["high"]

    def seen(x: float, y: float) -> Point:
        dx, dy = x - x0, y - y0
        return dx * sin(yaw) - dy * cos(yaw), dx * cos(yaw) + dy * sin(yaw)

    floor = (seen(low[0], low[1]), seen(high[0], low[1]), seen(high[0], high[1]), seen(low[0], high[1]))
    return Zone("bed", ZoneKind.BED, (), floor=floor)


@pytest.mark.parametrize(
    ("name", "step"),
    [
        ("walk", Step.WALK),
        ("sit-down", Step.SIT),
        ("fall-forward", Step.FLOOR),
        ("fall-sideways", Step.FLOOR),
    ],
)
def test_who_does_what_is_asked_passes(name: str, step: Step) -> None:
    verdict = ended(name, step)
    assert verdict is not None
    assert verdict.passed, verdict


def test_who_lies_in_a_marked_bed_passes_and_is_not_taken_for_fallen() -> None:
    verdict = ended("bed", Step.BED, (rendered_bed(),))
    assert verdict is not None
    assert verdict.passed, verdict


@pytest.mark.parametrize(("name", "step"), [("sit-down", Step.FLOOR), ("tie-shoes", Step.FLOOR)])
def test_who_does_not_never_passes(name: str, step: Step) -> None:
    verdict = ended(name, step)
    assert verdict is None or not verdict.passed
