"""One camera, several who want it paused: the latest end wins, and there is always an end."""

from __future__ import annotations

import pytest

from edge_agent.pause.rules import (
    By,
    Cause,
    Held,
    Pause,
    PauseLimits,
    active,
    latest_end,
    offered,
    paused,
    restored,
    resumed,
    settled,
)

LIMITS = PauseLimits(longest_s=3600.0, watch_s=60.0)


def held(*asked: tuple[float, float, By]) -> Held:
    """Each: when, until when, who."""
    now = Held()
    for at, until, by in asked:
        now = paused(LIMITS, now, at, Pause(until, by))
    return now


def test_nobody_is_paused_unasked() -> None:
    assert active(Held(), 0.0) is None


def test_a_pause_counts_down_to_its_end() -> None:
    asked = held((100.0, 400.0, "request"))
    assert active(asked, 100.0) == active(asked, 399.9) == Pause(400.0, "request")
    assert active(asked, 400.0) is None


def test_of_several_the_latest_end_wins() -> None:
    asked = held((0.0, 600.0, "button"), (10.0, 300.0, "request"), (20.0, 900.0, "schedule"))
    assert active(asked, 100.0) == Pause(900.0, "schedule")


@pytest.mark.parametrize("by", ["request", "schedule", "button"])
def test_a_shorter_wish_does_not_shorten_what_another_was_given(by: By) -> None:
    assert active(held((0.0, 900.0, by), (10.0, 300.0, by)), 20.0) == Pause(900.0, by)


def test_a_file_means_what_it_says_last() -> None:
    assert active(held((0.0, 900.0, "file"), (10.0, 300.0, "file")), 20.0) == Pause(300.0, "file")


def test_nothing_lasts_longer_than_the_longest() -> None:
    assert active(held((100.0, 1e9, "request")), 200.0) == Pause(3700.0, "request")


def test_asking_again_during_a_pause_does_not_move_its_bound() -> None:
    asked = held(*[(float(t), t + 3600.0, "request") for t in range(0, 3600, 600)])
    assert active(asked, 3599.0) == Pause(3600.0, "request")
    assert active(asked, 3600.0) is None


def test_after_the_longest_pause_it_watches_for_a_while() -> None:
    over = held((0.0, 3600.0, "request"))
    assert active(paused(LIMITS, over, 3659.0, Pause(4000.0, "button")), 3659.0) is None
    assert active(paused(LIMITS, over, 3660.0, Pause(4000.0, "request")), 3660.0) == Pause(4000.0, "request")


def test_ending_and_beginning_again_does_not_begin_a_new_run() -> None:
    asked = resumed(held((0.0, 3600.0, "request")), 3000.0)
    again = paused(LIMITS, asked, 3010.0, Pause(6610.0, "request"))
    assert active(again, 3010.0) == Pause(3600.0, "request")
    later = paused(LIMITS, asked, 3060.0, Pause(6610.0, "request"))
    assert active(later, 3060.0) == Pause(6610.0, "request")


def test_resuming_ends_all_or_that_of_one_source() -> None:
    asked = held((0.0, 600.0, "file"), (0.0, 300.0, "request"))
    assert active(resumed(asked, 10.0), 10.0) is None
    assert active(resumed(asked, 10.0, "file"), 10.0) == Pause(300.0, "request")
    assert resumed(asked, 10.0, "button") == asked


def test_a_cause_has_one_pause() -> None:
    window = Cause("tonight", Pause(600.0, "schedule"))
    begun = offered(LIMITS, Held(), 0.0, window)
    assert active(begun, 1.0) == Pause(600.0, "schedule")
    ended = resumed(begun, 100.0)
    assert offered(LIMITS, ended, 200.0, window) == ended


def test_a_cause_that_may_not_begin_yet_begins_later() -> None:
    over = held((0.0, 3600.0, "request"))
    window = Cause("tonight", Pause(5000.0, "schedule"))
    assert active(offered(LIMITS, over, 3601.0, window), 3601.0) is None
    assert active(offered(LIMITS, offered(LIMITS, over, 3601.0, window), 3661.0, window), 3661.0) == window.pause


def test_the_bound_is_known_before_anybody_asks() -> None:
    assert latest_end(LIMITS, Held(), 50.0) == 3650.0
    assert latest_end(LIMITS, held((0.0, 300.0, "button")), 100.0) == 3600.0
    assert latest_end(LIMITS, held((0.0, 300.0, "button")), 1000.0) == 4600.0


@pytest.mark.parametrize(
    "written",
    [
        Held({"request": 1e12}, 1e12, None),
        Held({"request": 1e12}, -1e12, None),
        Held({"request": 1e12}, None, None),
        Held({"request": 1e12, "file": 5e11}, 50.0, 1e12, ("x",)),
    ],
)
def test_whatever_was_written_down_ends(written: Held) -> None:
    pause = active(restored(LIMITS, written, 100.0), 100.0)
    assert pause is None or pause.until <= 3700.0


def test_what_has_ended_is_forgotten() -> None:
    over = settled(held((0.0, 300.0, "button"), (0.0, 400.0, "request")), 500.0)
    assert (over.ends, over.ended) == ({}, 400.0)
