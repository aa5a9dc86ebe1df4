"""From the persons of one instant to what somebody should know of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from edge_agent.incidents import absence, blind, exits, falls, findings, inactivity, wandering
from edge_agent.incidents.fall import Fall
from edge_agent.incidents.findings import Findings
from edge_agent.incidents.ids import Ids
from edge_agent.incidents.limits import IncidentLimits
from edge_agent.incidents.past import Past
from edge_agent.incidents.rests import Rest, resting
from edge_agent.types import Camera, Incident, Person, PictureQuality


@dataclass(frozen=True, slots=True)
class State:
    """What one camera's incidents remember between two instants."""

    t: float | None = None
    pasts: Mapping[int, Past] = field(default_factory=dict)
    """By track."""
    rests: Mapping[str, Rest] = field(default_factory=dict)
    """By the name of the bed or sofa."""
    falls: tuple[Fall, ...] = ()
    findings: Findings = field(default_factory=Findings)
    ids: Ids = field(default_factory=Ids)
    exits: exits.Exits = field(default_factory=exits.Exits)
    absence: absence.Absence = field(default_factory=absence.Absence)
    inactivity: inactivity.Inactivity = field(default_factory=inactivity.Inactivity)
    wandering: wandering.Wandering = field(default_factory=wandering.Wandering)
    blind: blind.Blind = field(default_factory=blind.Blind)

    @property
    def open(self) -> tuple[Incident, ...]:
        """The last phase of each incident that is not over."""
        single = (self.absence.last, self.inactivity.last, self.blind.last)
        return (
            *(fall.last for fall in self.falls if fall.last is not None),
            *self.findings.open,
            *self.exits.open,
            *self.wandering.open,
            *(each for each in single if each is not None),
        )


def step(
    limits: IncidentLimits,
    state: State,
    camera: Camera,
    t: float,
    quality: PictureQuality,
    persons: tuple[Person, ...],
    size: tuple[int, int],  # noqa: ARG001 - every stage is told; positions here are only compared with each other
    day_s: float | None = None,
) -> tuple[State, tuple[Incident, ...]]:
    """Takes one instant of one camera in.

    Args:
        limits: the thresholds.
        state: what the step before returned, or `State()`.
        camera: its zones and whether the room is shared.
        t: now, seconds.
        quality: while the picture cannot be used nobody counts as seen; what is under way goes on being timed.
        persons: everybody tracked, those lost from sight and not yet confirmed included.
        size: width and height of the picture, px.
        day_s: seconds after midnight at the place; None where the time of day is not known.

    Returns:
        The state, and the phases reached at this instant.
    """
    dt = 0.0 if state.t is None else min(max(t - state.t, 0.0), limits.gap_s)
    looked_at = persons if quality.usable else ()
    memories, verdicts = falls.remember(limits, state.pasts, state.rests, camera, looked_at)
    under_way, kept, ids, fell = falls.step(
        limits, state.falls, state.ids, camera, t, dt, looked_at, memories, verdicts
    )
    building, ids, found = findings.step(limits, state.findings, ids, camera, t, dt, looked_at)
    risen, ids, left = exits.step(limits, state.exits, ids, camera, t, dt, looked_at, day_s)
    away, ids, missed = absence.step(limits, state.absence, ids, camera, t, dt, quality, looked_at, day_s)
    still, ids, inert = inactivity.step(limits, state.inactivity, ids, camera, t, dt, looked_at, day_s)
    walking, ids, astray = wandering.step(limits, state.wandering, ids, camera, t, dt, looked_at, day_s)
    unseen, ids, lost = blind.step(limits, state.blind, ids, camera, t, dt, quality)
    pasts = kept if quality.usable else state.pasts
    rests = resting(state.rests, state.pasts, pasts, looked_at, t)
    after = State(t, pasts, rests, under_way, building, ids, risen, away, still, walking, unseen)
    return after, (*fell, *found, *left, *missed, *inert, *astray, *lost)
