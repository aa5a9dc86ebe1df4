"""The whole flow on one screen: settings, state and an observation in; state, events and a demand out."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from edge_agent import activity, geometry, incidents, kinematics, posture, tracking, visibility
from edge_agent.activity import minutes
from edge_agent.settings import Settings
from edge_agent.stopwatch import UNMEASURED, Stopwatch
from edge_agent.types import (
    Activity,
    Camera,
    Demand,
    Event,
    Incident,
    Kinematics,
    Observation,
    Person,
    PersonState,
    Phase,
    Posture,
    Region,
    Track,
)
from edge_agent.types import State as Snapshot

BODY_PER_TORSO = 4.75
"""Side of the square around a whole body, torso lengths: BlazePose's circle is about 1.9 torso lengths in radius, and
its crop 1.25 times as wide."""


@dataclass(frozen=True, slots=True)
class State:
    """What one camera's pipeline remembers between two instants."""

    tracking: tracking.State = field(default_factory=tracking.State)
    geometry: geometry.State = field(default_factory=geometry.State)
    kinematics: kinematics.State = field(default_factory=kinematics.State)
    posture: posture.State = field(default_factory=posture.State)
    activity: activity.State = field(default_factory=activity.State)
    minutes: minutes.State = field(default_factory=minutes.State)
    incidents: incidents.State = field(default_factory=incidents.State)
    visibility: visibility.State = field(default_factory=visibility.State)
    persons: tuple[Person, ...] = ()
    """Everybody at the last instant, lost ones included."""
    said: Snapshot | None = None
    """The last `state` event."""
    searched_at: float = float("-inf")
    """When somebody lost from sight was last asked to be looked for."""


def step(
    settings: Settings, state: State, observation: Observation, stopwatch: Stopwatch = UNMEASURED
) -> tuple[State, tuple[Event, ...], Demand]:
    """Take one instant through all stages.

    Args:
        settings: the camera and all limits.
        state: what the step before returned, or `State()`.
        observation: one instant; its time is after that of the step before.
        stopwatch: measures the stages.

    Raises:
        ValueError: the observation is not later than the one before.
    """
    camera, t, size, quality = settings.camera, observation.t, observation.size, observation.quality
    with stopwatch.measure("tracking"):
        tracking_state, tracks = tracking.step(settings.tracking, state.tracking, observation)
    with stopwatch.measure("kinematics"):
        view = geometry.view_in_use(camera.view, state.geometry)
        straight = kinematics.straightened(view, tracks)
        kinematics_state, motions = kinematics.step(settings.kinematics, view, state.kinematics, straight, t, size)
    with stopwatch.measure("posture"):
        zones = kinematics.marked(settings.kinematics, camera.zones, camera.view, size)
        posture_state, postures = posture.step(
            settings.posture, state.posture, tracks, motions, zones, size, settings.seated
        )
    with stopwatch.measure("activity"):
        activity_state, activities = activity.step(settings.activity, state.activity, motions, postures)
        persons = _persons(camera, tracks, motions, postures, activities)
        present = tuple(person for person in persons if person.track.confirmed)
        minutes_state, ended = minutes.step(settings.activity, state.minutes, camera.id, t, quality, present)
    with stopwatch.measure("geometry"):
        through = tuple(replace(person, track=track) for person, track in zip(persons, straight, strict=True))
        seen_from = geometry.step(settings.geometry, camera.view, state.geometry, through, quality, t, size)
    with stopwatch.measure("incidents"):
        incidents_state, news = incidents.step(
            settings.incidents, state.incidents, camera, t, quality, persons, size, observation.day_s
        )
    visible = visibility.step(settings.visibility, state.visibility, camera, t, persons if quality.usable else ())
    snapshot = _snapshot(camera.id, t, present, incidents_state.open)
    changed = state.said is None or _essence(snapshot) != _essence(state.said)
    demand = _demand(settings, state.searched_at, tracks, t)
    after = State(
        tracking_state,
        seen_from,
        kinematics_state,
        posture_state,
        activity_state,
        minutes_state,
        incidents_state,
        visible,
        persons,
        snapshot if changed else state.said,
        t if demand.redetect else state.searched_at,
    )
    events: tuple[Event, ...] = (*news, *ended, *((snapshot,) if changed else ()))
    return after, events, demand


def finish(settings: Settings, state: State) -> tuple[State, tuple[Event, ...]]:
    """End the minute that is open when the camera stops."""
    minutes_state, ended = minutes.finish(settings.activity, state.minutes, settings.camera.id)
    return replace(state, minutes=minutes_state), ended


def _persons(
    camera: Camera,
    tracks: tuple[Track, ...],
    motions: tuple[Kinematics, ...],
    postures: tuple[Posture, ...],
    activities: tuple[Activity, ...],
) -> tuple[Person, ...]:
    alone = sum(track.confirmed for track in tracks) == 1
    return tuple(
        Person(track, motion, held, active, _subject(camera, held.zone, alone=alone))
        for track, motion, held, active in zip(tracks, motions, postures, activities, strict=True)
    )


def _subject(camera: Camera, zone: str | None, *, alone: bool) -> str | None:
    """Whose minutes these are: the zone's person, or the room's only resident while alone in view."""
    for marked in camera.zones:
        if marked.name == zone and marked.subject is not None:
            return marked.subject
    return camera.subject if alone and not camera.shared_room else None


def _snapshot(camera: str, t: float, persons: tuple[Person, ...], opened: tuple[Incident, ...]) -> Snapshot:
    people = tuple(
        PersonState(
            person.track.id,
            person.subject,
            person.posture.kind,
            person.activity.level,
            person.posture.zone,
            person.posture.since,
            person.track.seen_at,
        )
        for person in persons
    )
    return Snapshot(camera, t, people, opened)


def _essence(
    snapshot: Snapshot,
) -> tuple[tuple[tuple[object, ...], ...], tuple[tuple[str, Phase], ...]]:
    """What makes a new `state` worth saying: not that somebody is still being seen."""
    people = tuple(
        (person.track, person.subject, person.posture, person.level, person.zone) for person in snapshot.people
    )
    return people, tuple((incident.id, incident.phase) for incident in snapshot.open_incidents)


def _demand(settings: Settings, searched_at: float, tracks: tuple[Track, ...], t: float) -> Demand:
    """Look for the lost at every instant at first, for they may be falling, and more rarely later."""
    lost = [
        track
        for track in tracks
        if track.confirmed
        and track.pose is None
        and not track.left_by_edge
        and t - track.seen_at <= settings.search_for_s
    ]
    fresh = any(t - track.seen_at <= settings.search_hard_s for track in lost)
    if not lost or not (fresh or t - searched_at >= settings.search_every_s):
        return Demand(settings.analysis_fps)
    regions = tuple(Region(track.hip, BODY_PER_TORSO * track.torso_px, 0.0) for track in lost)
    return Demand(settings.analysis_fps, redetect=True, retries=regions)
