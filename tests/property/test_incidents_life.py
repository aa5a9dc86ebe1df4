"""What no sequence of persons, gaps, losses and blindness may ever do to the life of an incident."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_agent.incidents import IncidentLimits, State, step
from edge_agent.types import Incident, Kind, Person, Phase, PostureKind, Zone, ZoneKind
from tests.fakes.bodies import METRICS, lost_kinematics, person
from tests.fakes.falls import BLIND, ROOM, SIZE, USABLE, Act, Actor, play

LIMITS = IncidentLimits()
BEDROOM = replace(ROOM, zones=(Zone("bed-a", ZoneKind.BED, ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0))),))
OPENING = {Kind.FALL: Phase.SUSPECTED}
"""Every other kind opens confirmed."""
AFTER = {
    Phase.SUSPECTED: {Phase.CONFIRMED, Phase.UPDATED, Phase.CLEARED},
    Phase.CONFIRMED: {Phase.ESCALATED, Phase.UPDATED, Phase.CLEARED},
    Phase.ESCALATED: {Phase.ESCALATED, Phase.UPDATED, Phase.CLEARED},
}

measures = st.one_of(st.none(), st.floats(-5.0, 200.0))


@dataclass(frozen=True)
class Instant:
    """One instant of a made-up camera."""

    dt: float
    blind: bool
    people: tuple[Person, ...]


@st.composite
def people(draw: st.DrawFn) -> Person:
    number = draw(st.integers(1, 3))
    made = person(
        number,
        body={name: draw(measures) for name in METRICS},
        kind=draw(st.sampled_from(PostureKind)),
        ambiguous=draw(st.booleans()),
        confirmed=draw(st.booleans()),
        subject=draw(st.sampled_from([None, "resident"])),
    )
    hip = (draw(st.floats(0.0, 640.0)), draw(st.floats(0.0, 480.0)))
    track = replace(made.track, hip=hip, torso_px=draw(st.floats(1.0, 200.0)), left_by_edge=draw(st.booleans()))
    held = replace(made.posture, zone=draw(st.sampled_from([None, "bed-a", "unheard-of"])))
    unseen = draw(st.booleans())
    return replace(made, track=replace(track, seen_at=-1.0 if unseen else 0.0), posture=held)


def instants() -> st.SearchStrategy[list[Instant]]:
    crowd = st.lists(people(), max_size=3, unique_by=lambda each: each.track.id).map(tuple)
    return st.lists(
        st.builds(Instant, st.sampled_from([0.1, 0.5, 1.0, 20.0, 700.0]), st.booleans(), crowd), max_size=15
    )


def at(t: float, made: Person) -> Person:
    track = made.track
    seen_at = t if track.seen_at >= 0.0 else t - 1.0
    body = replace(made.kinematics, t=t) if seen_at == t else lost_kinematics(track=track.id, t=t)
    return replace(made, track=replace(track, t=t, since=min(t, 5.0), seen_at=seen_at), kinematics=body)


def run(sequence: list[Instant]) -> tuple[State, list[Incident]]:
    state, t = State(), 0.0
    said: list[Incident] = []
    for each in sequence:
        t += each.dt
        crowd = tuple(at(t, made) for made in each.people)
        before = {incident.id for incident in state.open}
        state, news = step(LIMITS, state, BEDROOM, t, BLIND if each.blind else USABLE, crowd, SIZE)
        seen = set() if each.blind else {made.track.id for made in crowd if not made.track.lost}
        for incident in news:
            assert incident.t == t
            assert incident.onset <= t
            assert 0.0 <= incident.confidence <= 1.0
            assert 0.0 <= incident.quality.coverage <= 1.0
            if incident.kind is Kind.FALL and incident.phase is Phase.CLEARED and incident.check_required:
                assert incident.track in seen
            if incident.phase is not Phase.CLEARED:
                assert incident in state.open
        gone = before - {incident.id for incident in state.open}
        assert gone == {incident.id for incident in news if incident.phase is Phase.CLEARED}
        said += news
    return state, said


@settings(max_examples=60, deadline=None)
@given(instants())
def test_phases_come_in_their_order_whatever_is_seen(sequence: list[Instant]) -> None:
    _, said = run(sequence)
    lives: dict[str, list[Incident]] = defaultdict(list)
    for incident in said:
        lives[incident.id].append(incident)
    for life in lives.values():
        assert life[0].phase is OPENING.get(life[0].kind, Phase.CONFIRMED)
        reached = life[0].phase
        for incident in life[1:]:
            assert reached is not Phase.CLEARED
            assert incident.phase in AFTER[reached]
            reached = reached if incident.phase is Phase.UPDATED else incident.phase
            assert incident.kind is life[0].kind
            assert incident.onset == life[0].onset
        assert sum(incident.phase is Phase.SUSPECTED for incident in life) <= 1
        assert sum(incident.phase is Phase.CONFIRMED for incident in life) <= 1


@settings(max_examples=15, deadline=None)
@given(instants())
def test_the_same_input_says_the_same(sequence: list[Instant]) -> None:
    assert run(sequence)[1] == run(sequence)[1]


LYING_STILL = Actor((Act("feet", 5.0), Act("floor", 1e9, over=0.8)))


@settings(max_examples=10, deadline=None)
@given(
    gaps=st.lists(st.tuples(st.floats(19.0, 170.0), st.floats(0.5, 60.0), st.booleans()), max_size=3),
    fps=st.sampled_from([2.5, 4.0]),
)
def test_a_confirmed_fall_is_never_over_while_nobody_got_up(gaps: list[tuple[float, float, bool]], fps: float) -> None:
    state = State()
    said: list[Incident] = []
    for index in range(int(200.0 * fps)):
        t = index / fps
        gap = next((each for each in gaps if each[0] <= t < each[0] + each[1]), None)
        body = LYING_STILL.at(t)
        assert body is not None
        blind = gap is not None and gap[2]
        crowd = () if gap is not None and not blind else (body,)
        state, news = step(LIMITS, state, ROOM, t, BLIND if blind else USABLE, crowd, SIZE)
        said += [incident for incident in news if incident.kind is Kind.FALL]
    phases = [incident.phase for incident in said]
    assert Phase.CLEARED not in phases
    assert phases.count(Phase.SUSPECTED) == 1
    assert phases.count(Phase.ESCALATED) == 1
    suspected, confirmed = said[0], next(each for each in said if each.phase is Phase.CONFIRMED)
    assert 10.0 <= confirmed.t - suspected.t <= 20.0


@settings(max_examples=12, deadline=None)
@given(fps=st.floats(2.5, 30.0), over=st.floats(0.4, 1.2))
def test_the_frame_rate_does_not_change_what_is_said(fps: float, over: float) -> None:
    actor = Actor((Act("feet", 5.0), Act("floor", 30.0, over=over), Act("feet", 60.0, over=2.0)))
    _, said = play(actor, until=45.0, fps=fps)
    assert [each.phase for each in said] == [Phase.SUSPECTED, Phase.CONFIRMED, Phase.CLEARED]
    assert said[0].t - 5.0 <= 5.0
    assert 10.0 <= said[1].t - said[0].t <= 20.0
    assert said[2].t == pytest.approx(34.0, abs=2.0)


@settings(max_examples=10, deadline=None)
@given(start=st.floats(0.0, 60.0), stay=st.floats(1.0, 120.0), x=st.floats(240.0, 420.0))
def test_another_person_delays_a_phase_by_a_minute_at_most(start: float, stay: float, x: float) -> None:
    helper = Actor((Act("feet", start + stay, track=2, x=x),), start=start, confirmed_after=0.0)
    _, said = play(LYING_STILL, helper, until=200.0, fps=2.5)
    due = {Phase.CONFIRMED: said[0].t + LIMITS.confirm_s, Phase.ESCALATED: said[0].onset + LIMITS.escalate_s[0]}
    for phase, latest in due.items():
        first = next(each for each in said if each.phase is phase)
        assert latest - 0.5 <= first.t <= latest + LIMITS.soften_s + 0.5
        if not first.another_person:
            assert first.t <= max(latest, start + stay + LIMITS.beside_grace_s) + 1.0
    assert Phase.CLEARED not in {each.phase for each in said}
