"""Who goes down on the knees to clean the floor has not fallen; who is thrown onto them may have."""

from __future__ import annotations

from dataclasses import replace

import pytest

from edge_agent.incidents import IncidentLimits
from edge_agent.incidents.evidence import Verdict, judge
from edge_agent.incidents.past import Descent, begin
from edge_agent.types import Metric, Person, PostureKind
from tests.fakes.falls import Act, Actor

LIMITS = IncidentLimits()


def stooping_on_the_knees(*, thigh: float = 25.0, hip: float = 0.72) -> Person:
    """Hips carried by upright thighs, the trunk bent down so that the head is low."""
    person = Actor((Act("seat", 1e9),)).at(5.0)
    assert person is not None
    body = replace(
        person.kinematics,
        trunk_inclination_deg=Metric(68.0),
        thigh_inclination_deg=Metric(thigh),
        hip_height=Metric(hip),
        head_height=Metric(1.0),
        hip_drop=Metric(0.8),
        head_drop=Metric(1.4),
    )
    return replace(person, kinematics=body, posture=replace(person.posture, kind=PostureKind.OTHER))


def judged(person: Person, speed: float | None) -> Verdict:
    """With a way down onto the knees behind it, torso lengths a second at its fastest."""
    past = replace(begin(person), was_off_floor=True, descent=Descent(2.0, 5.0, 1.05, 1.4, speed, 4.0))
    return judge(LIMITS, past, person)


@pytest.mark.parametrize("speed", [None, 0.3, 0.7 * LIMITS.fall_speed])
def test_slowly_down_on_the_knees_is_kneeling(speed: float | None) -> None:
    verdict = judged(stooping_on_the_knees(), speed)
    assert "kneeling" in {each.alternative for each in verdict.against}
    assert verdict.confidence < LIMITS.dismiss_confidence


def test_fast_down_on_the_knees_is_not() -> None:
    verdict = judged(stooping_on_the_knees(), 1.2 * LIMITS.fall_speed)
    assert "kneeling" not in {each.alternative for each in verdict.against}
    assert verdict.confidence >= LIMITS.suspect_confidence


@pytest.mark.parametrize("held", [stooping_on_the_knees(thigh=80.0), stooping_on_the_knees(hip=0.3)])
def test_nor_is_a_body_whose_thighs_do_not_carry_it(held: Person) -> None:
    assert "kneeling" not in {each.alternative for each in judged(held, None).against}
