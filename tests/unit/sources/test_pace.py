"""Thinning by the recording's own clock."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from edge_agent.sources.pace import Pace


@given(
    fps=st.floats(1.0, 30.0),
    gaps=st.lists(st.floats(0.005, 3.0), min_size=1, max_size=80),
)
def test_never_more_than_asked_for_and_never_longer_waits_than_the_recording_has(fps: float, gaps: list[float]) -> None:
    times = [sum(gaps[:index]) for index in range(len(gaps))]
    pace = Pace(fps)
    taken = [t for t in times if pace.wants(t)]
    assert taken[0] == times[0]
    assert len(taken) <= (times[-1] - times[0]) * fps + 1 + 1e-6
    for skipped in set(times) - set(taken):
        assert any(0 <= skipped - t <= 1.0 / fps + 1e-6 for t in taken)
