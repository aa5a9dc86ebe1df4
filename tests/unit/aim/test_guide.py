"""The guided test: each step passes by what is asked for, and fails by saying what was seen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.aim.guide import Body, Glimpse, GuideLimits, State, Step, begun, seen
from edge_agent.types import PostureKind

LIMITS = GuideLimits()
WALKING, SITTING, LYING = (Body(kind) for kind in (PostureKind.WALKING, PostureKind.SITTING, PostureKind.LYING))
IN_BED = Body(PostureKind.LYING, in_bed=True)


def played(step: Step, *scenes: tuple[float, Glimpse]) -> State:
    """Each scene for so many seconds, ten instants a second."""
    state, t = begun(step, 0.0), 0.0
    for seconds, scene in scenes:
        for _ in range(round(10 * seconds)):
            t += 0.1
            state = seen(LIMITS, state, Glimpse(t, scene.usable, scene.reasons, scene.bodies, scene.fall, scene.dim))
    return state


def sight(*bodies: Body, fall: bool = False, dim: bool = False) -> Glimpse:
    return Glimpse(0.0, usable=True, bodies=bodies, fall=fall, dim=dim)


BLIND = Glimpse(0.0, usable=False, reasons=("dark",))
PASSES = {
    Step.WALK: sight(WALKING),
    Step.SIT: sight(SITTING),
    Step.FLOOR: sight(LYING, fall=True),
    Step.BED: sight(IN_BED),
    Step.EMPTY: sight(),
    Step.LIGHTS_OFF: sight(WALKING, dim=True),
}


@pytest.mark.parametrize("step", list(Step))
def test_what_is_asked_for_passes_once_it_lasted(step: Step) -> None:
    needed = LIMITS.needed_s[step]
    assert played(step, (needed - 0.5, PASSES[step])).verdict is None
    state = played(step, (needed + 0.5, PASSES[step]))
    assert state.verdict is not None
    assert state.verdict.passed
    assert state.verdict.reason == "seen"


@pytest.mark.parametrize(
    ("step", "scene", "reason"),
    [
        (Step.WALK, sight(), "nobody"),
        (Step.WALK, sight(SITTING), "sitting"),
        (Step.SIT, sight(SITTING, SITTING), "several"),
        (Step.FLOOR, sight(LYING), "no_fall"),
        (Step.FLOOR, sight(IN_BED, fall=True), "in_bed"),
        (Step.BED, sight(LYING), "not_in_bed"),
        (Step.BED, sight(IN_BED, fall=True), "false_fall"),
        (Step.EMPTY, sight(SITTING), "somebody"),
        (Step.LIGHTS_OFF, sight(WALKING), "not_dark"),
        (Step.LIGHTS_OFF, BLIND, "dark"),
        (Step.EMPTY, BLIND, "dark"),
    ],
)
def test_anything_else_fails_with_what_was_seen(step: Step, scene: Glimpse, reason: str) -> None:
    state = played(step, (LIMITS.longest_s + 1.0, scene))
    assert state.verdict is not None
    assert not state.verdict.passed
    assert state.verdict.reason == reason


def test_a_short_loss_is_forgiven_and_a_longer_one_begins_anew() -> None:
    assert played(Step.SIT, (3.0, sight(SITTING)), (0.8, sight()), (2.5, sight(SITTING))).verdict is not None
    assert played(Step.SIT, (3.0, sight(SITTING)), (1.5, sight()), (2.5, sight(SITTING))).verdict is None


def test_the_alarm_may_come_later_than_the_lying() -> None:
    late = played(Step.FLOOR, (30.0, sight(LYING)), (0.5, sight(LYING, fall=True)))
    assert late.verdict is not None
    assert late.verdict.passed


def test_a_gap_does_not_count_as_seen() -> None:
    state = seen(LIMITS, begun(Step.EMPTY, 0.0), Glimpse(60.0, usable=True))
    assert state.verdict is None
    assert state.held_s == LIMITS.gap_s


Scene = tuple[float, bool, tuple[Body, ...], bool, bool]
GLIMPSES: st.SearchStrategy[list[Scene]] = st.lists(
    st.tuples(
        st.floats(0.01, 5.0),
        st.booleans(),
        st.lists(st.builds(Body, st.sampled_from(PostureKind), st.booleans()), max_size=2).map(tuple),
        st.booleans(),
        st.booleans(),
    ),
    max_size=80,
)


@given(step=st.sampled_from(Step), scenes=GLIMPSES)
def test_every_step_ends_in_time_and_passes_only_on_what_was_held(step: Step, scenes: list[Scene]) -> None:
    state, t = begun(step, 0.0), 0.0
    for dt, usable, people, fall, dim in scenes:
        t += dt
        before, state = state, seen(LIMITS, state, Glimpse(t, usable, (), people, fall, dim))
        if before.verdict is not None:
            assert state is before
        assert state.held_s <= state.t - state.began + 1e-6
    if t >= LIMITS.longest_s:
        assert state.verdict is not None
    if state.verdict is not None and state.verdict.passed:
        assert state.verdict.held_s >= LIMITS.needed_s[step] - 0.05
