"""How readily findings are said: switches, low, normal and high, for a room and for one resident; the cool-down."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields, replace

import pytest

from edge_agent.incidents import IncidentLimits, State, step
from edge_agent.incidents.sensitivity import is_watched, tuned
from edge_agent.types import Alertness, Camera, Incident, Kind, Metric, Person, Phase, Sensitivity
from tests.fakes.bodies import SITTING, person
from tests.fakes.falls import ROOM, SIZE, USABLE, Act, Actor, play

LIMITS = IncidentLimits(lateral_lean_s=40.0, anomaly_over_s=10.0, cool_down_s=100.0)
FALL = Actor((Act("feet", 5.0), Act("floor", 1e9, over=0.8)))
ALL = tuple(Sensitivity)


def camera(room: Sensitivity = Sensitivity.NORMAL, **subjects: Sensitivity) -> Camera:
    """A room with this sensitivity to everything, and others to some of its residents."""
    own = tuple((name.replace("_", "-"), to_everything(each)) for name, each in subjects.items())
    return replace(ROOM, alertness=to_everything(room), of_subjects=own)


def to_everything(sensitivity: Sensitivity) -> Alertness:
    return Alertness(*[sensitivity] * len(fields(Alertness)))


def leaning(t: float, *, deg: float = 14.0, subject: str | None = None, number: int = 1) -> Person:
    made = person(number, t=t, body=SITTING, subject=subject)
    trend = {"trunk_lateral_deg": Metric(deg)}
    return replace(made, posture=replace(made.posture, trend=trend))


def watch(
    scene: Callable[[float], Sequence[Person]], until: float, cameras: Callable[[float], Camera]
) -> list[Incident]:
    state, said = State(), list[Incident]()
    for index in range(int(until * 2.0)):
        t = index / 2.0
        state, news = step(LIMITS, state, cameras(t), t, USABLE, tuple(scene(t)), SIZE)
        said += [each for each in news if each.kind is Kind.LATERAL_LEAN]
    return said


@pytest.mark.parametrize(
    ("sensitivity", "at"), [(Sensitivity.HIGH, 20.0), (Sensitivity.NORMAL, 40.0), (Sensitivity.LOW, 80.0)]
)
def test_low_waits_twice_as_long_and_high_half_as_long(sensitivity: Sensitivity, at: float) -> None:
    said = watch(lambda t: (leaning(t),), 120.0, lambda _: camera(sensitivity))
    assert [each.t for each in said] == pytest.approx([at], abs=1.0)


def test_a_resident_has_a_sensitivity_of_their_own() -> None:
    room = camera(Sensitivity.OFF, bed_a=Sensitivity.HIGH)
    said = watch(lambda t: (leaning(t, subject="bed-a"), leaning(t, subject="bed-b", number=2)), 200.0, lambda _: room)
    assert [each.subject for each in said] == ["bed-a"]


def test_what_is_switched_off_while_it_is_open_is_over_and_says_so() -> None:
    said = watch(lambda t: (leaning(t),), 200.0, lambda t: camera(Sensitivity.NORMAL if t < 90.0 else Sensitivity.OFF))
    assert [each.phase for each in said] == [Phase.CONFIRMED, Phase.CLEARED]
    assert [reason.feature for reason in said[1].reasons] == ["watched"]


def test_who_leans_again_and_again_is_not_said_each_time() -> None:
    def to_and_fro(t: float) -> tuple[Person, ...]:
        return (leaning(t, deg=14.0 if t % 70.0 < 55.0 else 0.0),)

    said = watch(to_and_fro, 400.0, lambda _: camera())
    begun = [each.t for each in said if each.phase is Phase.CONFIRMED]
    over = [each.t for each in said if each.phase is Phase.CLEARED]
    assert len(begun) >= 2
    assert all(later - earlier >= LIMITS.cool_down_s for earlier, later in zip(over, begun[1:], strict=False))


@pytest.mark.parametrize("sensitivity", ALL)
def test_a_plain_fall_is_said_in_time_at_every_sensitivity_but_off(sensitivity: Sensitivity) -> None:
    _, said = play(FALL, until=30.0, camera=camera(sensitivity))
    if sensitivity is Sensitivity.OFF:
        assert said == []
    else:
        assert [each.phase for each in said] == [Phase.SUSPECTED, Phase.CONFIRMED]
        assert said[0].t <= 5.8 + 5.0


def test_a_fall_under_way_goes_on_when_falls_are_switched_off() -> None:
    state, _ = play(FALL, until=10.0, camera=camera())
    _, said = play(FALL, start=10.0, until=30.0, camera=camera(Sensitivity.OFF), state=state)
    assert [each.phase for each in said] == [Phase.CONFIRMED]


def test_a_room_without_falls_says_so() -> None:
    assert not camera().falls_off
    assert camera(Sensitivity.OFF).falls_off
    assert camera(bed_a=Sensitivity.OFF).falls_off


def test_every_kind_has_a_sensitivity_but_a_camera_that_cannot_see() -> None:
    assert {each.name for each in fields(Alertness)} == {kind.value for kind in Kind} - {Kind.CAMERA_BLIND.value}
    assert is_watched(camera(Sensitivity.OFF), Kind.CAMERA_BLIND, None)
    assert not any(is_watched(camera(Sensitivity.OFF), kind, None) for kind in Kind if kind is not Kind.CAMERA_BLIND)


def test_immobility_keeps_its_time_and_asks_for_more_or_less_movement() -> None:
    shifts = [tuned(LIMITS, to_everything(each)).immobility_shift for each in (Sensitivity.LOW, Sensitivity.HIGH)]
    assert shifts[0] < LIMITS.immobility_shift < shifts[1]
    assert tuned(LIMITS, to_everything(Sensitivity.HIGH)).immobility_s == LIMITS.immobility_s


def test_sitting_is_said_after_twice_or_half_the_time() -> None:
    low, high = (tuned(LIMITS, to_everything(each)).prolonged_sitting_s for each in (Sensitivity.LOW, Sensitivity.HIGH))
    assert low == tuple(2.0 * each for each in LIMITS.prolonged_sitting_s)
    assert high == tuple(0.5 * each for each in LIMITS.prolonged_sitting_s)
