"""Wandering through the whole flow: from keypoints to what is said, with and without a floor."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from edge_agent import pipeline
from edge_agent.settings import Settings
from edge_agent.types import Camera, Care, Incident, Kind, Layout, View
from tests.fakes.skeletons import Eye, Stance, film
from tests.fakes.strollers import pacing, strolling


@pytest.mark.parametrize("view", [Eye().view, View()], ids=["measured", "unknown"])
@pytest.mark.parametrize(("way", "pattern"), [(pacing, "pacing"), (strolling, "lapping")])
def test_somebody_who_walks_on_and_on_is_said_to_wander(
    way: Callable[[float], Stance], pattern: str, view: View
) -> None:
    camera = Camera("cam", "room", view, subject="resident", care=Care(wandering_s=60.0))
    state, said = pipeline.State(), list[Incident]()
    for observation in film(way, 80.0, 5.0, jitter=1.0, layout=Layout.COCO17, world=False):
        state, events, _ = pipeline.step(Settings(camera), state, observation)
        said += [event for event in events if isinstance(event, Incident)]
    assert [each.kind for each in said] == [Kind.WANDERING]
    assert {reason.feature: reason.value for reason in said[0].reasons}["walking_pattern"] == pattern
    assert 60.0 <= said[0].t <= 78.0
