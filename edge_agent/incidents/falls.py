"""All falls of one camera: those under way are followed first, then new ones are suspected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from edge_agent.incidents import evidence, stance
from edge_agent.incidents.companion import accompany
from edge_agent.incidents.dwell import dwell
from edge_agent.incidents.evidence import Verdict
from edge_agent.incidents.fall import Fall, advance, observe, tell
from edge_agent.incidents.follow import distance, find
from edge_agent.incidents.ids import Ids
from edge_agent.incidents.limits import IncidentLimits
from edge_agent.incidents.past import STILL, Past, begin, recall, risen
from edge_agent.incidents.rests import Rest, resumed
from edge_agent.incidents.sensitivity import is_watched, tuned
from edge_agent.incidents.sight import Sight
from edge_agent.types import Camera, Incident, Kind, Person, Phase

_SAME_BODY = 1.0
"""Torso lengths between two hips below which two tracks are the same body, or two that fell together; [C]."""


def remember(
    limits: IncidentLimits,
    pasts: Mapping[int, Past],
    rests: Mapping[str, Rest],
    camera: Camera,
    persons: Sequence[Person],
) -> tuple[dict[int, Past], dict[int, Verdict]]:
    """Everybody's memory and the verdict on each, by track."""
    memories: dict[int, Past] = {}
    verdicts: dict[int, Verdict] = {}
    for person in persons:
        track = person.track
        before = pasts.get(track.id) or resumed(rests, begin(person), person)
        past = recall(limits, before, person, camera.zones)
        again = person.track.lost and any(_is_again(limits, pasts, person, other) for other in persons)
        verdict = evidence.NOTHING if again else evidence.judge(limits, past, person)
        own = tuned(limits, camera.alertness_to(person.subject))
        rate = _convincing(own, verdict)
        convincing = rate > 0.0
        # One look alone, however long after the one before, does not say what held in between.
        longest = limits.gap_s if before.convincing or not convincing else limits.look_s
        dt = abs(rate) * min(track.t - before.t, longest)
        convinced_s = dwell(past.convinced_s, holds=convincing, dt=dt, most=limits.suspect_hold_s)
        memories[track.id] = replace(past, convinced_s=convinced_s, convincing=convincing, ended=verdict.ended)
        verdicts[track.id] = verdict
    return memories, verdicts


def _is_again(limits: IncidentLimits, pasts: Mapping[int, Past], lost: Person, other: Person) -> bool:
    """Whether a body that was lost is the other one: on its feet in the same place, found only after the loss."""
    known = pasts.get(other.track.id)
    found_at = other.track.since if known is None else known.found_at
    near = distance(lost.track.hip, other.track.hip) <= limits.reach * lost.track.torso_px
    return 0.0 <= found_at - lost.track.seen_at <= limits.vanished_s and near and stance.upright(limits, other)


def _convincing(limits: IncidentLimits, verdict: Verdict) -> float:
    """How fast a suspicion builds up, -1 to 1: weaker clues take longer, of a body that was seen to go down."""
    lacking = limits.suspect_confidence - verdict.confidence
    if verdict.moved < limits.way_down:
        return 1.0 if lacking <= 0.0 else -1.0
    return max(-1.0, min(1.0, 1.0 - lacking / limits.suspect_width))


def step(
    limits: IncidentLimits,
    falls: Sequence[Fall],
    ids: Ids,
    camera: Camera,
    t: float,
    dt: float,
    persons: Sequence[Person],
    pasts: Mapping[int, Past],
    verdicts: Mapping[int, Verdict],
) -> tuple[tuple[Fall, ...], dict[int, Past], Ids, tuple[Incident, ...]]:
    """Follows the falls under way and suspects new ones.

    Args:
        limits: the thresholds.
        falls: those not over.
        ids: the numbering.
        camera: where.
        t: now.
        dt: seconds looked on since the instant before.
        persons: everybody; nobody while the camera is blind.
        pasts: their memories.
        verdicts: the verdicts on them.

    Returns:
        The falls not over, the memories, the numbering, and what is to be said.
    """
    memories = dict(pasts)
    under_way: list[Fall] = []
    said: list[Incident] = []
    taken: set[int] = set()
    for fall in falls:
        free = [person for person in persons if person.track.id not in taken]
        body = find(limits, fall.track, fall.place, fall.torso_px, fall.sight.at, free)
        if body is not None:
            taken.add(body.track.id)
        verdict = verdicts[body.track.id] if body is not None else None
        now = observe(limits, fall, body, verdict, dt)
        if not camera.shared_room:
            others = [person for person in persons if body is None or person.track.id != body.track.id]
            others = [person for person in others if person.track.id != now.track]
            companion = accompany(limits, now.companion, now.place, now.torso_px, now.suspected_at, others, dt)
            now = replace(now, companion=companion)
        after, news = advance(limits, now, camera, t, body, verdict)
        said += news
        if after is not None:
            under_way.append(after)
        elif body is not None:
            memories[body.track.id] = risen(memories[body.track.id])
    for person in persons:
        past = pasts[person.track.id]
        if person.track.id in taken or not _suspect(limits, person, past, under_way):
            continue
        if not is_watched(camera, Kind.FALL, person.subject):
            continue
        ids, name = ids.take(Kind.FALL, camera.id)
        fall, news = _raise(limits, name, camera, t, person, past, verdicts[person.track.id])
        taken.add(person.track.id)
        under_way.append(fall)
        said += news
    return tuple(under_way), memories, ids, tuple(said)


def _suspect(limits: IncidentLimits, person: Person, past: Past, falls: Sequence[Fall]) -> bool:
    if not person.track.confirmed or past.convinced_s < limits.suspect_hold_s:
        return False
    hip = person.track.hip
    return all(distance(fall.place, hip) > _SAME_BODY * fall.torso_px for fall in falls)


def _raise(
    limits: IncidentLimits, name: str, camera: Camera, t: float, person: Person, past: Past, verdict: Verdict
) -> tuple[Fall, tuple[Incident, ...]]:
    track = person.track
    onset = _onset(past)
    fall = Fall(
        name,
        Phase.SUSPECTED,
        onset,
        t,
        track.hip,
        track.hip,
        track.torso_px,
        Sight(track.seen_at).look(person, max(t - onset, 0.0)),
        verdict.confidence,
        verdict.reasons,
        verdict.rejected,
        track=track.id,
        subject=person.subject,
        was_down=past.down_s > 0.0 or stance.down(limits, person),
    )
    return tell(fall, camera, t, Phase.SUSPECTED, verdict.reasons)


def _onset(past: Past) -> float:
    """The start of the way down, as far as it was seen."""
    starts = [past.t]
    if past.descent.hip is not None or past.descent.head is not None:
        starts.append(past.descent.onset)
    if past.slid_from is not None and past.slid is not None and past.slid > STILL:
        starts.append(past.slid_from)
    if past.down_since is not None:
        starts.append(past.down_since)
    return min(starts)
