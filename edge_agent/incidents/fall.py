"""The life of one fall: suspected, confirmed, escalated, told of, and over only when the body is seen off the floor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import exp

from edge_agent.incidents import stance
from edge_agent.incidents.companion import Companion
from edge_agent.incidents.dwell import dwell
from edge_agent.incidents.evidence import Verdict, fuse
from edge_agent.incidents.follow import distance
from edge_agent.incidents.limits import IncidentLimits
from edge_agent.incidents.reasons import fact, measured
from edge_agent.incidents.sight import Sight
from edge_agent.types import (
    KEYPOINTS,
    Camera,
    Incident,
    Kind,
    Layout,
    Person,
    Phase,
    Point,
    Reason,
    Rejected,
    Relation,
    Severity,
)

_STAYED_DOWN = 0.5
"""How far staying down until the confirmation alone convinces; [C]."""
_WALKED = 2.0
"""Torso lengths from where it lay at which a body on its feet has surely got up, whichever way it went; [C]."""
_SHOULDERS_ROSE = 1.0
"""Torso lengths in the picture by which the shoulders must have risen for the body to have got up; [C]: half of what
sitting up does to one that lay with the head towards the camera."""
_SHOULDERS = {
    layout: tuple(KEYPOINTS[layout].index(f"{side}_shoulder") for side in ("left", "right")) for layout in Layout
}
_SEEN_SCORE = 0.5
_LAY_S = 10.0
"""Time constant of where the shoulders lie, seconds: getting up takes 6 to 12; [C]."""


@dataclass(frozen=True, slots=True)
class Fall:
    """One fall that is not over."""

    id: str
    phase: Phase
    """Suspected, confirmed or escalated: updates don't change it."""
    onset: float
    suspected_at: float
    place: Point
    """Mid-hip where it was last seen, px."""
    lay_at: Point
    """Mid-hip where it was last down, px."""
    torso_px: float
    sight: Sight
    confidence: float
    reasons: tuple[Reason, ...]
    rejected: tuple[Rejected, ...]
    last: Incident | None = None
    """What was said last."""
    track: int | None = None
    subject: str | None = None
    was_down: bool = False
    """Whether it was ever seen down."""
    risen: bool = False
    """Whether it has come up since it was last down."""
    shoulders_lay: float | None = None
    """How far down in the picture its shoulders were while it was down, px: steadied, for getting up begins low."""
    up_s: float = 0.0
    calm_s: float = 0.0
    """Seconds for which the clues have been gone."""
    escalated_at: float | None = None
    companion: Companion = field(default_factory=Companion)
    lost_said: bool = False
    news_at: float | None = None


def observe(limits: IncidentLimits, fall: Fall, person: Person | None, verdict: Verdict | None, dt: float) -> Fall:
    """Takes in what is seen of the body at this instant."""
    fall = replace(fall, sight=fall.sight.look(person, dt))
    if person is None or verdict is None or not stance.seen(person):
        return replace(fall, up_s=dwell(fall.up_s, holds=False, dt=dt, most=limits.up_s))
    track = person.track
    is_down = stance.down(limits, person)
    convincing = verdict.confidence >= limits.suspect_confidence
    fall = replace(
        fall,
        track=track.id,
        subject=person.subject or fall.subject,
        place=track.hip,
        lay_at=track.hip if is_down else fall.lay_at,
        shoulders_lay=_lay(fall, person, dt) if is_down else fall.shoulders_lay,
        torso_px=track.torso_px,
        was_down=fall.was_down or is_down,
        confidence=max(fall.confidence, verdict.confidence),
        reasons=verdict.reasons if convincing else fall.reasons,
        rejected=verdict.rejected if convincing else fall.rejected,
    )
    # A trunk that is down is no reason to drop a suspicion, however odd the rest of the joints look.
    calm = verdict.confidence < limits.dismiss_confidence and stance.trunk_up(limits, person)
    fall = replace(fall, risen=not is_down and (fall.risen or _has_risen(limits, fall, person)))
    return replace(
        fall,
        up_s=dwell(fall.up_s, holds=off_floor(limits, fall, person), dt=dt, most=limits.up_s),
        calm_s=dwell(fall.calm_s, holds=calm, dt=dt, most=limits.up_s),
    )


def off_floor(limits: IncidentLimits, fall: Fall, person: Person) -> bool:
    """Whether the body is seen on its feet or on a seat, having come up from where it lay.

    The posture alone does not tell: a body that lies along the camera's line of sight looks like one that stands.
    """
    if not stance.seen(person) or not fall.risen:
        return False
    return stance.on_seat(limits, person) or stance.upright(limits, person)


def _has_risen(limits: IncidentLimits, fall: Fall, person: Person) -> bool:
    rise = (fall.lay_at[1] - fall.place[1]) / fall.torso_px
    if rise >= limits.hip_stayed or distance(fall.lay_at, fall.place) >= _WALKED * fall.torso_px:
        return True
    # Who lay with the head towards the camera may stand up nearer to it, the hip no higher in the picture.
    shoulders = _shoulders(person, None)
    if shoulders is None or fall.shoulders_lay is None:
        return False
    return (fall.shoulders_lay - shoulders) / fall.torso_px >= _SHOULDERS_ROSE


def _lay(fall: Fall, person: Person, dt: float) -> float | None:
    before, now = fall.shoulders_lay, _shoulders(person, None)
    if before is None or now is None:
        return before if now is None else now
    return before + (1.0 - exp(-dt / _LAY_S)) * (now - before)


def _shoulders(person: Person, otherwise: float | None) -> float | None:
    """How far down in the picture the shoulders are, px."""
    pose = person.track.pose
    if pose is None:
        return otherwise
    both = pose.keypoints[list(_SHOULDERS[pose.layout])]
    clear = both[both[:, 2] >= _SEEN_SCORE]
    return float(clear[:, 1].mean()) if len(clear) else otherwise


def advance(
    limits: IncidentLimits, fall: Fall, camera: Camera, t: float, person: Person | None, verdict: Verdict | None
) -> tuple[Fall | None, tuple[Incident, ...]]:
    """What is to be said now, if anything; None in place of the fall when it is over."""
    over = _over(limits, fall, camera, t, person, verdict)
    if over is not None:
        return None, (over,)
    due = _due(limits, fall)
    if fall.companion.there:
        due += limits.soften_s
    rising = person is not None and off_floor(limits, fall, person)
    if t >= due and not rising:
        return _next_phase(limits, fall, camera, t)
    return _news(limits, fall, camera, t)


def _over(
    limits: IncidentLimits, fall: Fall, camera: Camera, t: float, person: Person | None, verdict: Verdict | None
) -> Incident | None:
    """The last word on a fall that is over: a confirmed one only with the body seen off the floor (Rules, 3)."""
    suspected = fall.phase is Phase.SUSPECTED
    if person is not None and suspected and person.track.left_by_edge:
        because = fact("left_by_edge", so=True)
        return _say(fall, camera, t, Phase.CLEARED, (because,), (Rejected("fall", because),))
    if person is None or not stance.seen(person):
        return None
    if fall.up_s >= limits.up_s:
        up = measured("off_floor_for", fall.up_s, "s", Relation.AT_LEAST, limits.up_s)
        check = fall.was_down or not suspected
        rejected = () if check else (Rejected("fall", up),)
        return replace(_say(fall, camera, t, Phase.CLEARED, (up,), rejected), check_required=check)
    if suspected and fall.calm_s >= limits.up_s and verdict is not None:
        calm = measured("fall_confidence", verdict.confidence, "1", Relation.BELOW, limits.dismiss_confidence)
        reasons = (calm, *(each.because for each in verdict.against))
        return _say(fall, camera, t, Phase.CLEARED, reasons, (Rejected("fall", calm),))
    return None


def _due(limits: IncidentLimits, fall: Fall) -> float:
    """When the next phase is due."""
    if fall.phase is Phase.SUSPECTED:
        return fall.suspected_at + limits.confirm_s
    escalations = [fall.onset + after for after in limits.escalate_s]
    if fall.escalated_at is None:
        return escalations[0]
    later = [at for at in escalations if at > fall.escalated_at]
    return min([fall.escalated_at + limits.reassert_s, *later])


def _next_phase(limits: IncidentLimits, fall: Fall, camera: Camera, t: float) -> tuple[Fall, tuple[Incident, ...]]:
    down_for = t - fall.onset
    if fall.phase is Phase.SUSPECTED:
        confidence = fuse((fall.confidence, _STAYED_DOWN)) if fall.sight.at == t else fall.confidence
        after = replace(fall, phase=Phase.CONFIRMED, confidence=confidence)
        limit = limits.confirm_s
    else:
        after = replace(fall, phase=Phase.ESCALATED, escalated_at=t)
        limit = max((each for each in limits.escalate_s if each <= down_for), default=limits.escalate_s[0])
    reason = measured("on_floor_for", down_for, "s", Relation.AT_LEAST, limit)
    return tell(after, camera, t, after.phase, (reason, *_unseen(limits, after, t), *after.reasons))


def _news(limits: IncidentLimits, fall: Fall, camera: Camera, t: float) -> tuple[Fall, tuple[Incident, ...]]:
    """Whether somebody came or left, or the body was lost from sight or found again."""
    there = fall.companion.there
    if fall.last is not None and there != fall.last.another_person:
        feature = "another_person_for" if there else "another_person_gone_for"
        limit = limits.beside_s if there else limits.beside_grace_s
        return tell(fall, camera, t, Phase.UPDATED, (measured(feature, limit, "s", Relation.AT_LEAST, limit),))
    if fall.news_at is not None and t - fall.news_at < limits.news_gap_s:
        return fall, ()
    unseen = _unseen(limits, fall, t)
    if unseen and not fall.lost_said:
        return tell(replace(fall, lost_said=True, news_at=t), camera, t, Phase.UPDATED, unseen)
    if fall.lost_said and fall.sight.again_s >= limits.seen_news_s:
        again = measured("seen_again_for", fall.sight.again_s, "s", Relation.AT_LEAST, limits.seen_news_s)
        return tell(replace(fall, lost_said=False, news_at=t), camera, t, Phase.UPDATED, (again,))
    return fall, ()


def _unseen(limits: IncidentLimits, fall: Fall, t: float) -> tuple[Reason, ...]:
    unseen_s = t - fall.sight.at
    if unseen_s < limits.unseen_news_s:
        return ()
    return (measured("unseen_for", unseen_s, "s", Relation.AT_LEAST, limits.unseen_news_s),)


def tell(
    fall: Fall, camera: Camera, t: float, phase: Phase, reasons: Sequence[Reason]
) -> tuple[Fall, tuple[Incident, ...]]:
    """Says one phase and remembers that it did."""
    incident = _say(fall, camera, t, phase, reasons, fall.rejected)
    return replace(fall, last=incident), (incident,)


def _say(
    fall: Fall, camera: Camera, t: float, phase: Phase, reasons: Sequence[Reason], rejected: Sequence[Rejected]
) -> Incident:
    return Incident(
        fall.id,
        Kind.FALL,
        phase,
        severity(phase, fall.phase),
        camera.id,
        fall.track,
        t,
        fall.onset,
        tuple(reasons),
        tuple(rejected),
        round(fall.confidence, 3),
        fall.sight.quality(),
        fall.subject,
        seen_at=fall.sight.at if fall.sight.at < t else None,
        another_person=fall.companion.there,
    )


def severity(phase: Phase, reached: Phase) -> Severity:
    """How urgent a phase is; an update is as urgent as the phase reached."""
    if phase is Phase.CLEARED:
        return Severity.NOTICE
    return Severity.WARNING if reached is Phase.SUSPECTED else Severity.ALARM
