"""The life of what builds up slowly, like leaning or sitting: said once it has lasted, over when it is gone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf

from edge_agent.incidents.limits import IncidentLimits
from edge_agent.incidents.reasons import fact, measured
from edge_agent.incidents.sight import Sight
from edge_agent.types import Camera, Incident, Kind, Person, Phase, Reason, Relation, Severity

_SURE_AFTER = 0.9
"""Confidence of what was measured for its whole duration with full trust in the posture; [C]."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one instant says of one finding."""

    holds: bool | None
    """None where nothing can be said: time stands still then, unseen is neither sitting nor leaning."""
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Course:
    """How a kind of finding goes."""

    kind: Kind
    after_s: tuple[float, ...]
    """Seconds of holding from which it is confirmed, and escalated."""
    over_s: float
    """Seconds of not holding from which it is over."""
    severities: tuple[Severity, ...]
    """Of each of `after_s`."""
    duration: str
    """Feature that names for how long it held, in the reasons."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One kind of finding on one person."""

    since: float
    sight: Sight
    subject: str | None = None
    name: str | None = None
    """Of the incident, once it has lasted."""
    held_s: float = 0.0
    gone_s: float = 0.0
    level: int = 0
    """How many of the course's levels have been said."""
    last: Incident | None = None
    quiet_until: float = -inf
    """Before, it is timed and not said: the last of its kind has just been over."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What comes of one instant."""

    finding: Finding | None
    """None when it is over."""
    phase: Phase | None = None
    """What is to be said, if anything."""
    reasons: tuple[Reason, ...] = ()


def follow(
    limits: IncidentLimits,
    course: Course,
    finding: Finding,
    reading: Reading,
    person: Person | None,
    t: float,
    dt: float,
) -> Turn:
    """Takes one instant in."""
    finding = replace(finding, sight=finding.sight.look(person, dt))
    if person is not None:
        finding = replace(finding, subject=person.subject or finding.subject)
    if reading.holds is None:
        return _paused(limits, finding, t)
    if not reading.holds:
        finding = replace(finding, gone_s=finding.gone_s + dt)
        if finding.gone_s < course.over_s:
            return Turn(finding)
        gone = measured("gone_for", finding.gone_s, "s", Relation.AT_LEAST, course.over_s)
        return Turn(None, Phase.CLEARED if finding.last else None, (gone, *reading.reasons))
    finding = replace(finding, held_s=finding.held_s + dt, gone_s=0.0)
    level = sum(finding.held_s >= after for after in course.after_s)
    if level > finding.level and t >= finding.quiet_until:
        lasted = measured(course.duration, finding.held_s, "s", Relation.AT_LEAST, course.after_s[finding.level])
        phase = Phase.CONFIRMED if finding.level == 0 else Phase.ESCALATED
        return Turn(replace(finding, level=finding.level + 1), phase, (lasted, *reading.reasons))
    if finding.last is not None and t - finding.last.t >= limits.anomaly_update_s:
        lasted = measured(course.duration, finding.held_s, "s", Relation.AT_LEAST, course.after_s[0])
        return Turn(finding, Phase.UPDATED, (lasted, *reading.reasons))
    return Turn(finding)


def switched_off(finding: Finding) -> Turn:
    """Nobody wants to hear of it any more: over, and said so if it was said."""
    return Turn(None, Phase.CLEARED if finding.last else None, (fact("watched", so=False),))


def _paused(limits: IncidentLimits, finding: Finding, t: float) -> Turn:
    unseen_s = t - finding.sight.at
    if unseen_s < limits.forget_s:
        return Turn(finding)
    unseen = measured("unseen_for", unseen_s, "s", Relation.AT_LEAST, limits.forget_s)
    return Turn(None, Phase.CLEARED if finding.last else None, (unseen,))


def incident(course: Course, finding: Finding, turn: Turn, camera: Camera, track: int, t: float) -> Incident | None:
    """The message of a turn, if it has one."""
    if turn.phase is None or finding.name is None:
        return None
    level = max((turn.finding or finding).level, 1)
    quality = finding.sight.quality()
    return Incident(
        finding.name,
        course.kind,
        turn.phase,
        Severity.INFO if turn.phase is Phase.CLEARED else course.severities[level - 1],
        camera.id,
        track,
        t,
        finding.since,
        turn.reasons,
        (),
        round(_SURE_AFTER * quality.coverage, 3),
        quality,
        finding.subject,
        seen_at=finding.sight.at if finding.sight.at < t else None,
    )
