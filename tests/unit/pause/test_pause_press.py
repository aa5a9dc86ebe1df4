"""A button pushed by people, whose contacts bounce."""

from __future__ import annotations

from edge_agent.pause.press import Edge, Line, presses


def counted(*edges: tuple[float, bool], looks: tuple[float, ...]) -> list[int]:
    """How many presses each look finds."""
    line, found = Line(), []
    waiting = [Edge(t, down) for t, down in edges]
    for now in looks:
        line, count = presses(line, [edge for edge in waiting if edge.t <= now], now)
        waiting = [edge for edge in waiting if edge.t > now]
        found.append(count)
    return found


def test_a_press_between_two_looks_counts() -> None:
    assert counted((1.0, True), (1.2, False), looks=(0.5, 1.5, 2.0)) == [0, 1, 0]


def test_a_press_that_lasts_over_several_looks_counts_once() -> None:
    assert counted((1.0, True), (60.0, False), looks=(1.01, 1.5, 30.0, 61.0)) == [0, 1, 0, 0]


def test_bouncing_contacts_are_one_press() -> None:
    bounces = [(1.0 + i * 0.004, i % 2 == 0) for i in range(9)]
    assert counted(*bounces, (1.3, False), (1.302, True), (1.304, False), looks=(2.0,)) == [1]


def test_a_brush_is_none() -> None:
    assert counted((1.0, True), (1.03, False), looks=(2.0,)) == [0]


def test_a_trembling_hand_presses_once_and_a_second_press_later_counts() -> None:
    tremor = [(1.0, True), (1.2, False), (1.5, True), (1.7, False)]
    assert counted(*tremor, (3.0, True), (3.2, False), looks=(2.0, 3.5)) == [1, 1]


def test_edges_that_say_the_same_again_change_nothing() -> None:
    assert counted((1.0, True), (1.1, True), (1.2, False), (1.3, False), looks=(2.0,)) == [1]
