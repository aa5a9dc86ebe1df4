"""No fall goes uncalled, no call goes on for ever, and nothing calls without a fall."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from edge_agent.fail_safe.rules import FailSafeLimits, State, UnheardFall, step

LIMITS = FailSafeLimits(after_s=60.0, hold_s=120.0, least_s=2.0)
LOOK_S = 5.0

FALLS = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 80), st.integers(0, 80)).map(
        lambda drawn: (
            UnheardFall(f"fall-{drawn[0]}", f"news of {drawn[1]}", LOOK_S * drawn[1]),
            LOOK_S * sum(drawn[1:]),
        )
    ),
    max_size=6,
)
"""News, and until when they wait; all news of a fall wait as long as any: acknowledgements cover the oldest first."""


def waiting(falls: list[tuple[UnheardFall, float]], now: float) -> tuple[UnheardFall, ...]:
    ends: dict[str, float] = {}
    for fall, until in falls:
        ends[fall.incident_id] = max(until, ends.get(fall.incident_id, until))
    return tuple(fall for fall, _ in falls if fall.at <= now < ends[fall.incident_id])


@given(FALLS)
def test_calls_are_due_and_bounded(falls: list[tuple[UnheardFall, float]]) -> None:
    state = State()
    first_called: dict[str, float] = {}
    now = 0.0
    while now < 1200.0:
        state = step(LIMITS, state, now, waiting(falls, now))
        unheard = waiting(falls, now)
        for fall in unheard:
            if now - fall.at >= LIMITS.after_s:
                newest = max((other for other in unheard if other.incident_id == fall.incident_id), key=lambda f: f.at)
                since = first_called.setdefault(newest.news + newest.incident_id, now)
                called = any(each.incident_id == fall.incident_id for each in state.calling)
                assert called == (now - since < LIMITS.hold_s)
        assert all(now - fall.at >= LIMITS.after_s for fall in state.calling)
        assert {fall.incident_id for fall in state.calling} <= {fall.incident_id for fall in unheard}
        if state.began is not None:
            assert state.calling or now - state.began < LIMITS.least_s
        now += LOOK_S
    assert state.began is None
