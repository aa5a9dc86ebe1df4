from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from edge_agent import activity
from edge_agent.activity import ActivityLimits
from edge_agent.types import Intensity, Level, PostureKind
from tests.fakes.bodies import kinematics, lost_kinematics, posture

LIMITS = ActivityLimits()

MEASURED = st.fixed_dictionaries(
    {
        "leg_motion": st.none() | st.floats(0, 20),
        "arm_motion": st.none() | st.floats(0, 20),
        "speed_mps": st.none() | st.floats(0, 10),
        "cadence_spm": st.none() | st.floats(0, 300),
        "trunk_inclination_deg": st.just(5.0),
    }
)
RESTING = {PostureKind.SITTING, PostureKind.LYING}
UPRIGHT = {PostureKind.STANDING, PostureKind.WALKING}


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([0.03, 0.2, 1.0, 5.0]),
            st.none() | MEASURED,
            st.sampled_from(PostureKind),
        ),
        max_size=60,
    )
)
def test_rule_6_holds_for_any_sequence(
    instants: list[tuple[float, dict[str, float | None] | None, PostureKind]],
) -> None:
    state, t = activity.State(), 0.0
    for gap, values, kind in instants:
        t += gap
        body = lost_kinematics(t=t) if values is None else kinematics(values, t=t)
        state, (judged,) = activity.step(LIMITS, state, (body,), (posture(kind),))
        if values is None or kind is PostureKind.UNKNOWN:
            assert (judged.met.value, judged.intensity, judged.level) == (None, None, None)
            continue
        met = judged.met.value
        assert met is not None
        assert LIMITS.rest_met <= met <= LIMITS.most_met
        if judged.level is Level.SEDENTARY:
            assert kind in RESTING
            assert met <= 1.5
        if judged.level is Level.VIGOROUS:
            assert kind in UPRIGHT
            assert met >= 6.0
        if judged.intensity is Intensity.SEDENTARY:
            assert kind in RESTING


@settings(deadline=None)
@given(st.floats(0, 20), st.floats(0, 20), st.sampled_from(["leg_motion", "arm_motion"]))
def test_more_motion_never_costs_less(less: float, more: float, limb: str) -> None:
    less, more = sorted((less, more))

    def met(motion: float) -> float:
        body = kinematics({limb: motion, "trunk_inclination_deg": 5.0})
        _, (judged,) = activity.step(LIMITS, activity.State(), (body,), (posture(PostureKind.STANDING),))
        assert judged.met.value is not None
        return judged.met.value

    assert met(less) <= met(more)
