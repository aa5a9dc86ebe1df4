"""One figure held still before the whole flow: what is said of it once it has been seen for a while."""

from __future__ import annotations

from collections.abc import Iterable

from edge_agent import pipeline
from edge_agent.settings import Settings
from edge_agent.types import Observation, Person, Pose

RATE_HZ = 4.0
INSTANTS = 6
"""1.25 s: longer than it takes to believe in somebody."""


def held(settings: Settings, poses: Iterable[Pose], size: tuple[int, int]) -> Person | None:
    """Who is there at the last of these instants; None where nobody was believed."""
    state = pipeline.State()
    for index, pose in enumerate(poses):
        observation = Observation(settings.camera.id, index / RATE_HZ, size, (pose,))
        state, _, _ = pipeline.step(settings, state, observation)
    seen = [person for person in state.persons if person.track.confirmed and not person.track.lost]
    return seen[0] if len(seen) == 1 else None
