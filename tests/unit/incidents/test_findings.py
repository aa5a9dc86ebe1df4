from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from edge_agent.incidents import IncidentLimits, State, step
from edge_agent.types import Incident, Kind, Metric, Person, Phase, PostureKind, Seated, SeatedKind, Severity
from tests.fakes.bodies import SITTING, STANDING, Measured, person
from tests.fakes.falls import BLIND, ROOM, SIZE, USABLE

SHORT = IncidentLimits(
    lateral_lean_s=20.0,
    forward_head_s=20.0,
    slump_s=20.0,
    prolonged_sitting_s=(120.0, 240.0),
    immobility_s=100.0,
    anomaly_over_s=10.0,
)


def watch(
    scene: Callable[[float], tuple[Person, ...]],
    until: float,
    *,
    limits: IncidentLimits = SHORT,
    fps: float = 2.0,
    blind: tuple[float, float] = (-1.0, -1.0),
) -> tuple[State, list[Incident]]:
    state = State()
    said: list[Incident] = []
    for index in range(int(until * fps)):
        t = index / fps
        quality = BLIND if blind[0] <= t < blind[1] else USABLE
        state, news = step(limits, state, ROOM, t, quality, scene(t), SIZE)
        said += news
    return state, said


def of(kind: Kind, said: list[Incident]) -> list[Incident]:
    return [each for each in said if each.kind is kind]


def seated(
    t: float,
    *,
    trend: Mapping[str, float] | None = None,
    shift: float = 0.0,
    fidget: bool = True,
    lost: bool = False,
    number: int = 1,
    subject: str | None = None,
    **given: Measured,
) -> Person:
    made = person(number, t=t, body={**SITTING, **given}, lost=lost, subject=subject)
    x = 320.0 + 80.0 * shift + (80.0 * 0.5 * ((t // 30.0) % 2) if fidget else 0.0)
    medians = {name: Metric(value) for name, value in (trend or {}).items()}
    return replace(made, track=replace(made.track, hip=(x, 240.0)), posture=replace(made.posture, trend=medians))


def standing(t: float) -> Person:
    return person(t=t, body=STANDING, kind=PostureKind.STANDING)


def test_a_lean_is_said_once_it_has_lasted_and_over_with_hysteresis() -> None:
    def scene(t: float) -> tuple[Person, ...]:
        lean = -12.0 if t < 60.0 else (-8.0 if t < 120.0 else 2.0)
        return (seated(t, trend={"trunk_lateral_deg": lean}),)

    _, said = watch(scene, 200.0)
    confirmed, cleared = of(Kind.LATERAL_LEAN, said)
    assert (confirmed.phase, confirmed.severity) == (Phase.CONFIRMED, Severity.NOTICE)
    assert confirmed.t == pytest.approx(20.0, abs=1.0)
    assert {each.feature for each in confirmed.reasons} == {"leaning_for", "trunk_lateral"}
    assert cleared.phase is Phase.CLEARED
    assert cleared.t == pytest.approx(130.0, abs=1.0)
    assert cleared.id == confirmed.id == "lateral-lean-room-1"


def test_a_lean_that_does_not_last_or_cannot_be_measured_is_not_said() -> None:
    _, said = watch(lambda t: (seated(t, trend={"trunk_lateral_deg": 12.0 if t < 15.0 else 1.0}),), 100.0)
    assert not of(Kind.LATERAL_LEAN, said)
    _, said = watch(lambda t: (seated(t),), 100.0)
    assert not of(Kind.LATERAL_LEAN, said)


def test_a_forward_head_goes_to_reports_and_a_head_held_back_is_none() -> None:
    _, said = watch(lambda t: (seated(t, trend={"neck_forward_deg": 40.0}),), 60.0)
    assert [each.severity for each in of(Kind.FORWARD_HEAD, said)] == [Severity.INFO]
    _, said = watch(lambda t: (seated(t, trend={"neck_forward_deg": -40.0}),), 60.0)
    assert not of(Kind.FORWARD_HEAD, said)


def test_slumping_is_measured_against_the_person_s_own_seated_baseline() -> None:
    def scene(t: float) -> tuple[Person, ...]:
        if t < 60.0:
            return (seated(t, fidget=False, trunk_inclination_deg=10.0, head_height=2.3),)
        return (seated(t, fidget=False, shift=0.4, trunk_inclination_deg=40.0, head_height=1.8),)

    _, said = watch(scene, 120.0)
    (slump,) = of(Kind.SLUMP, said)
    assert slump.onset == pytest.approx(60.0, abs=10.0)
    assert slump.severity is Severity.WARNING
    assert {each.feature for each in slump.reasons} >= {"trunk_change", "head_below_baseline"}


def test_always_sitting_bent_is_not_slumping() -> None:
    _, said = watch(lambda t: (seated(t, fidget=False, trunk_inclination_deg=40.0, head_height=1.8),), 120.0)
    assert not of(Kind.SLUMP, said)


def said_to_sit(how: SeatedKind, made: Person) -> Person:
    return replace(made, posture=replace(made.posture, seated=Seated(how, 0.0, 0.9)))


def test_who_was_first_seen_slumped_is_measured_against_how_they_sat_upright_later() -> None:
    def scene(t: float) -> tuple[Person, ...]:
        if 60.0 <= t < 120.0:
            made = seated(t, fidget=False, trunk_inclination_deg=10.0, head_height=2.3)
            return (said_to_sit(SeatedKind.UPRIGHT, made),)
        made = seated(t, fidget=False, shift=0.4, trunk_inclination_deg=40.0, head_height=1.8)
        return (said_to_sit(SeatedKind.SLOUCHING, made),)

    _, said = watch(scene, 180.0)
    (slump,) = of(Kind.SLUMP, said)
    assert slump.onset == pytest.approx(120.0, abs=10.0)


def test_who_always_slouches_is_still_measured_against_their_own_way_to_sit() -> None:
    def scene(t: float) -> tuple[Person, ...]:
        made = seated(t, fidget=False, trunk_inclination_deg=25.0, head_height=2.0)
        if t >= 60.0:
            made = seated(t, fidget=False, shift=0.4, trunk_inclination_deg=50.0, head_height=1.6)
        return (said_to_sit(SeatedKind.SLOUCHING, made),)

    _, said = watch(scene, 120.0)
    (slump,) = of(Kind.SLUMP, said)
    assert slump.onset == pytest.approx(60.0, abs=10.0)


def test_leaning_over_a_plate_without_sliding_is_no_slump() -> None:
    def scene(t: float) -> tuple[Person, ...]:
        return (seated(t, fidget=False, trunk_inclination_deg=10.0 if t < 60.0 else 30.0, head_height=2.0),)

    _, said = watch(scene, 120.0)
    assert not of(Kind.SLUMP, said)


def test_sinking_forward_out_of_a_reclined_seat_is_slumping_too() -> None:
    def scene(t: float) -> tuple[Person, ...]:
        if t >= 60.0:
            return (seated(t, fidget=False, shift=0.4, trunk_inclination_deg=15.0, head_height=1.8),)
        made = seated(t, fidget=False, trunk_inclination_deg=15.0, head_height=2.3)
        x, y, z = made.kinematics.trunk or (0.0, -1.0, 0.0)
        return (replace(made, kinematics=replace(made.kinematics, trunk=(-x, y, z))),)

    _, said = watch(scene, 120.0)
    (slump,) = of(Kind.SLUMP, said)
    (turned,) = (each.value for each in slump.reasons if each.feature == "trunk_change")
    assert turned == pytest.approx(30.0, abs=4.0)  # smoothed


def test_a_slump_about_its_limits_is_said_once() -> None:
    def scene(t: float) -> tuple[Person, ...]:
        if t < 60.0:
            return (seated(t, fidget=False, trunk_inclination_deg=0.0, head_height=2.3),)
        turned = 12.0 if t < 120.0 else (8.0 if t < 300.0 else 2.0)
        return (seated(t, fidget=False, shift=0.4, trunk_inclination_deg=turned, head_height=1.8),)

    _, said = watch(scene, 400.0)
    confirmed, cleared = of(Kind.SLUMP, said)
    assert (confirmed.phase, cleared.phase) == (Phase.CONFIRMED, Phase.CLEARED)
    assert cleared.t > 300.0


def test_a_known_person_s_slump_and_its_baseline_go_on_under_another_number() -> None:
    def scene(t: float) -> tuple[Person, ...]:
        number = 1 if t < 100.0 else 2
        if t < 60.0:
            return (seated(t, fidget=False, subject="resident"),)
        return (
            seated(
                t,
                fidget=False,
                shift=0.4,
                number=number,
                subject="resident",
                trunk_inclination_deg=40.0,
                head_height=1.8,
            ),
        )

    _, said = watch(scene, 200.0)
    assert [each.phase for each in of(Kind.SLUMP, said)] == [Phase.CONFIRMED]


def test_whoever_sits_is_not_on_its_feet_however_high_a_flat_picture_shows_the_hip() -> None:
    def scene(t: float) -> tuple[Person, ...]:
        slumped = t >= 60.0
        made = seated(
            t,
            fidget=False,
            shift=0.4 if slumped else 0.0,
            hip_height=1.5,
            thigh_inclination_deg=20.0,
            trunk_inclination_deg=35.0 if slumped else 10.0,
            head_height=2.5 if slumped else 2.9,
        )
        return (made,)

    _, said = watch(scene, 120.0)
    assert [each.phase for each in of(Kind.SLUMP, said)] == [Phase.CONFIRMED]


def test_standing_up_ends_a_slump() -> None:
    def scene(t: float) -> tuple[Person, ...]:
        if t < 60.0:
            return (seated(t, fidget=False),)
        if t < 100.0:
            return (seated(t, fidget=False, shift=0.4, trunk_inclination_deg=40.0, head_height=1.8),)
        return (standing(t),)

    _, said = watch(scene, 140.0)
    assert [each.phase for each in of(Kind.SLUMP, said)] == [Phase.CONFIRMED, Phase.CLEARED]


def test_sitting_long_is_said_twice_and_ends_with_a_real_break() -> None:
    def scene(t: float) -> tuple[Person, ...]:
        return (standing(t) if 60.0 <= t < 100.0 or t >= 300.0 else seated(t),)

    _, said = watch(scene, 400.0)
    confirmed, escalated, cleared = of(Kind.PROLONGED_SITTING, said)
    # The forty seconds on its feet neither end the sitting nor count as sitting.
    assert confirmed.t == pytest.approx(160.0, abs=2.0)
    assert escalated.t == pytest.approx(280.0, abs=2.0)
    assert (escalated.phase, cleared.phase) == (Phase.ESCALATED, Phase.CLEARED)
    assert cleared.t == pytest.approx(360.0, abs=2.0)


def test_unseen_is_not_sitting() -> None:
    def scene(t: float) -> tuple[Person, ...]:
        return (seated(t, lost=60.0 <= t < 160.0),)

    _, said = watch(scene, 230.0)
    assert [each.t for each in of(Kind.PROLONGED_SITTING, said)] == [pytest.approx(220.0, abs=2.0)]
    _, said = watch(lambda t: (seated(t),), 230.0, blind=(60.0, 160.0))
    assert [each.t for each in of(Kind.PROLONGED_SITTING, said)] == [pytest.approx(220.0, abs=2.0)]


def test_unseen_for_long_nothing_is_known_any_more() -> None:
    _, said = watch(lambda t: (seated(t),) if t < 150.0 else (), 800.0)
    confirmed, cleared = of(Kind.PROLONGED_SITTING, said)
    assert cleared.phase is Phase.CLEARED
    assert cleared.reasons[0].feature == "unseen_for"
    assert cleared.t - confirmed.t > 500.0


def test_a_known_person_s_sitting_goes_on_under_another_number() -> None:
    def scene(t: float) -> tuple[Person, ...]:
        return (seated(t, number=1 if t < 60.0 else 2, subject="resident"),)

    _, said = watch(scene, 130.0)
    assert [each.t for each in of(Kind.PROLONGED_SITTING, said)] == [pytest.approx(120.0, abs=2.0)]


def test_lying_still_is_noticed_and_a_move_ends_it() -> None:
    def scene(t: float) -> tuple[Person, ...]:
        return (seated(t, fidget=False, shift=0.0 if t < 150.0 else 1.0),)

    _, said = watch(scene, 200.0)
    confirmed, cleared = of(Kind.IMMOBILITY, said)
    assert (confirmed.severity, cleared.phase) == (Severity.NOTICE, Phase.CLEARED)
    assert cleared.t == pytest.approx(150.0, abs=1.0)


def test_none_of_them_is_an_alarm() -> None:
    trend = {"trunk_lateral_deg": 30.0, "neck_forward_deg": 60.0}
    _, said = watch(lambda t: (seated(t, fidget=False, trend=trend),), 300.0)
    assert {each.kind for each in said} >= {Kind.LATERAL_LEAN, Kind.FORWARD_HEAD, Kind.IMMOBILITY}
    assert Severity.ALARM not in {each.severity for each in said}
