"""All slow findings of one camera."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from typing import TypeAlias, TypeVar

from edge_agent.incidents import readings, slump, stillness
from edge_agent.incidents.courses import courses
from edge_agent.incidents.finding import Course, Finding, Reading, Turn, follow, incident, switched_off
from edge_agent.incidents.ids import Ids
from edge_agent.incidents.limits import IncidentLimits
from edge_agent.incidents.sensitivity import is_watched, tuned
from edge_agent.incidents.sight import Sight
from edge_agent.types import Camera, Incident, Kind, Person

_T = TypeVar("_T")

Key: TypeAlias = tuple[Kind, int]
"""What, and of which track."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What is building up, and what the readings need to remember of each track."""

    building: Mapping[Key, Finding] = field(default_factory=dict)
    seats: Mapping[int, slump.Seated] = field(default_factory=dict)
    anchors: Mapping[int, stillness.Anchor] = field(default_factory=dict)
    over: Mapping[tuple[Kind, str | int], float] = field(default_factory=dict)
    """Until when the next of a kind on a resident, or on a track where nobody knows who it is, is not said."""

    @property
    def open(self) -> tuple[Incident, ...]:
        """The last phase of each that is not over."""
        return tuple(finding.last for finding in self.building.values() if finding.last is not None)


def step(
    limits: IncidentLimits,
    findings: Findings,
    ids: Ids,
    camera: Camera,
    t: float,
    dt: float,
    persons: Sequence[Person],
) -> tuple[Findings, Ids, tuple[Incident, ...]]:
    """Takes one instant in; nobody is seen while the camera is blind."""
    present = {person.track.id: person for person in persons if person.track.confirmed}
    heirs = _heirs(findings.building, present)
    building = {(kind, heirs.get(track, track)): finding for (kind, track), finding in findings.building.items()}
    kept = present.keys() | {track for _, track in building}
    seats, anchors = _handed_on(findings.seats, heirs, kept), _handed_on(findings.anchors, heirs, kept)
    said: list[Incident] = []
    after: dict[Key, Finding] = {}
    over = {each: until for each, until in findings.over.items() if until > t}
    for track in sorted(kept):
        person = present.get(track)
        if person is not None:
            seats[track] = slump.recall(limits, seats.get(track, slump.Seated()), person, dt)
        subject = _subject(person, track, building)
        own = tuned(limits, camera.alertness_to(subject))
        for course in courses(own):
            key = (course.kind, track)
            before = building.get(key)
            reading = readings.UNKNOWN
            if person is not None:
                spoken = before is not None and before.last is not None
                reading = _read(own, course, person, seats[track], anchors, said=spoken)
            if before is None:
                if reading.holds and person is not None and is_watched(camera, course.kind, subject):
                    # This instant has no past that counts.
                    quiet = over.get((course.kind, subject or track), t)
                    after[key] = Finding(t, Sight(t), subject, quiet_until=quiet)
                continue
            if is_watched(camera, course.kind, subject):
                turn = follow(limits, course, before, reading, person, t, dt)
            else:
                turn = switched_off(before)
            finding, ids, news = _told(course, before, turn, ids, camera, track, t)
            if finding is not None:
                after[key] = finding
            elif news:
                over[course.kind, subject or track] = t + limits.cool_down_s
            said += news
    return Findings(after, seats, anchors, over), ids, tuple(said)


def _subject(person: Person | None, track: int, building: Mapping[Key, Finding]) -> str | None:
    """Who it is, or was when it was last known."""
    if person is not None and person.subject is not None:
        return person.subject
    return next((each.subject for (_, of), each in building.items() if of == track and each.subject is not None), None)


def _told(
    course: Course, finding: Finding, turn: Turn, ids: Ids, camera: Camera, track: int, t: float
) -> tuple[Finding | None, Ids, tuple[Incident, ...]]:
    if turn.finding is not None and turn.phase is not None and finding.name is None:
        ids, name = ids.take(course.kind, camera.id)
        turn = replace(turn, finding=replace(turn.finding, name=name))
    news = incident(course, turn.finding or finding, turn, camera, track, t)
    if news is None:
        return turn.finding, ids, ()
    return (replace(turn.finding, last=news) if turn.finding is not None else None), ids, (news,)


def _read(
    limits: IncidentLimits,
    course: Course,
    person: Person,
    seat: slump.Seated,
    anchors: dict[int, stillness.Anchor],
    *,
    said: bool,
) -> Reading:
    track = person.track.id
    if course.kind is Kind.SLUMP:
        return slump.read(limits, seat, person, said=said)
    if course.kind is Kind.LATERAL_LEAN:
        return readings.lateral_lean(limits, person, said=said)
    if course.kind is Kind.FORWARD_HEAD:
        return readings.forward_head(limits, person, said=said)
    if course.kind is Kind.PROLONGED_SITTING:
        return readings.sitting(person)
    anchor, reading = stillness.read(limits, anchors.get(track), person)
    if anchor is None:
        anchors.pop(track, None)
    else:
        anchors[track] = anchor
    return reading


def _heirs(building: Mapping[Key, Finding], present: Mapping[int, Person]) -> dict[int, int]:
    """Which track a known person goes on under when its number has changed."""
    followed = {track for _, track in building}
    found = {
        person.subject: track
        for track, person in present.items()
        if person.subject is not None and track not in followed
    }
    return {
        track: found[finding.subject]
        for (_, track), finding in building.items()
        if track not in present and finding.subject in found
    }


def _handed_on(memory: Mapping[int, _T], heirs: Mapping[int, int], kept: AbstractSet[int]) -> dict[int, _T]:
    """What is remembered of the tracks kept: an heir goes on with what its person has left it, a baseline say."""
    own = {track: each for track, each in memory.items() if track in kept}
    return own | {heirs[track]: each for track, each in memory.items() if track in heirs}
