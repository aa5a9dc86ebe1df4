from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from edge_agent import posture
from edge_agent.posture import PostureLimits
from edge_agent.posture.classify import classify, legs_seen
from edge_agent.posture.trend import weighted_quantile
from edge_agent.types import Kinematics, PostureKind, Track
from tests.fakes.bodies import kinematics, lost_kinematics, track

LIMITS = PostureLimits()

MEASURED = {
    "trunk_inclination_deg": st.none() | st.floats(0, 180),
    "thigh_inclination_deg": st.none() | st.floats(0, 180),
    "hip_flexion_deg": st.none() | st.floats(0, 180),
    "knee_flexion_deg": st.none() | st.floats(0, 180),
    "hip_height": st.none() | st.floats(-2, 4),
    "speed_mps": st.none() | st.floats(0, 5),
    "cadence_spm": st.none() | st.floats(0, 250),
    "trunk_lateral_deg": st.none() | st.floats(-90, 90),
}
BODIES = st.fixed_dictionaries(MEASURED)


@settings(deadline=None)
@given(BODIES)
def test_the_weights_of_an_instant_sum_to_one(values: dict[str, float | None]) -> None:
    body = kinematics(values)
    verdict = classify(LIMITS, body, legs_seen(LIMITS, body))
    if verdict is not None:
        assert abs(sum(verdict.weights.values()) - 1) < 1e-9
        assert all(weight >= 0 for weight in verdict.weights.values())
        assert PostureKind.UNKNOWN not in verdict.weights


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from([0.03, 0.1, 0.5, 2.5, 40.0]), st.none() | BODIES), max_size=40))
def test_any_sequence_gives_one_sound_posture_an_instant(
    instants: list[tuple[float, dict[str, float | None] | None]],
) -> None:
    state, t, seen_at = posture.State(), 0.0, 0.0
    for gap, values in instants:
        t += gap
        seen_at = t if values is not None else seen_at
        tracked: Track = track(t=t, seen_at=seen_at)
        body: Kinematics = lost_kinematics(t=t) if values is None else kinematics(values, t=t)
        state, (judged,) = posture.step(LIMITS, state, (tracked,), (body,), (), (640, 480))
        assert 0 <= judged.confidence <= 1
        assert judged.since <= t
        assert judged.confidence == 0 or judged.kind is not PostureKind.UNKNOWN
        assert all((metric.value is None) != (metric.why_not is None) for metric in judged.trend.values())


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(-100, 100), st.floats(0.01, 5)), min_size=1), st.floats(0, 1))
def test_a_quantile_lies_within_its_values(values: list[tuple[float, float]], share: float) -> None:
    found = weighted_quantile(values, share)
    assert min(value for value, _ in values) - 1e-9 <= found <= max(value for value, _ in values) + 1e-9
