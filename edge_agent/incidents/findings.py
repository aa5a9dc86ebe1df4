"""All slow findings of one camera."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from typing import TypeAlias, TypeVar

from edge_agent.incidents import readings, slump, stillness
from edge_agent.incidents.courses import courses
from edge_agent.incidents.finding import Course, Finding, Reading, follow, incident
from edge_agent.incidents.ids import Ids
from edge_agent.incidents.limits import IncidentLimits
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
    for track in sorted(kept):
        person = present.get(track)
        if person is not None:
            seats[track] = slump.recall(limits, seats.get(track, slump.Seated()), person, dt)
        for course in courses(limits):
            key = (course.kind, track)
            before = building.get(key)
            reading = readings.UNKNOWN
            if person is not None:
                spoken = before is not None and before.last is not None
                reading = _read(limits, course, person, seats[track], anchors, said=spoken)
            finding, ids, news = _turn(limits, course, before, reading, person, ids, camera, track, t, dt)
            if finding is not None:
                after[key] = finding
            said += news
    return Findings(after, seats, anchors), ids, tuple(said)


def _turn(
    limits: IncidentLimits,
    course: Course,
    finding: Finding | None,
    reading: Reading,
    person: Person | None,
    ids: Ids,
    camera: Camera,
    track: int,
    t: float,
    dt: float,
) -> tuple[Finding | None, Ids, tuple[Incident, ...]]:
    if finding is None:
        if not reading.holds or person is None:
            return None, ids, ()
        # This instant has no past that counts.
        return Finding(t, Sight(t), person.subject), ids, ()
    turn = follow(limits, course, finding, reading, person, t, dt)
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
