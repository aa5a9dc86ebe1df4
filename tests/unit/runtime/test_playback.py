"""A recording played in the place of a camera."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

from edge_agent.runtime.latest import End, LatestSlots
from edge_agent.runtime.playback import Playback
from edge_agent.types import Observation, View
from tests.fakes.clocks import HeldClock


class ShortRecording:
    """Three instants from 7 s on."""

    size = (640, 480)
    view = View()
    duration: float | None = 0.2
    closed = False

    def instants(self, fps: float) -> Iterator[Observation]:
        for t in (7.0, 7.1, 7.2):
            yield Observation("a", t, self.size)

    def close(self) -> None:
        self.closed = True


def play(
    stop: threading.Event, start_at: float, *, paused: bool = False, again: Callable[[], ShortRecording] | None = None
) -> tuple[ShortRecording, list[object]]:
    recording, slots, taken = ShortRecording(), LatestSlots(("a",)), list[object]()
    playback = Playback("a", recording, 10.0, start_at, lambda: 10.0, lambda: paused, again)
    player = threading.Thread(target=playback.run, args=(slots, HeldClock(), stop), daemon=True)
    player.start()
    while not (taken and taken[-1] == End("a")):
        item = slots.take(5.0)
        assert item is not None
        taken.append(item)
    player.join(5.0)
    return recording, taken


def test_times_become_those_of_the_clock_and_the_end_is_said() -> None:
    recording, taken = play(threading.Event(), start_at=99.0)
    last = taken[-2]
    assert isinstance(last, Observation)
    assert abs(last.t - 99.2) < 1e-9
    assert recording.closed


def test_told_to_stop_it_ends_at_once() -> None:
    stop = threading.Event()
    stop.set()
    recording, taken = play(stop, start_at=1000.0)
    assert taken == [End("a")]
    assert recording.closed


def test_while_it_is_paused_nothing_is_seen() -> None:
    _, taken = play(threading.Event(), start_at=99.0, paused=True)
    assert taken == [End("a")]


def test_a_recording_that_repeats_goes_on_with_later_times() -> None:
    stop, opened = threading.Event(), list[ShortRecording]()

    def again() -> ShortRecording:
        if opened:
            stop.set()
        opened.append(ShortRecording())
        return opened[-1]

    first, taken = play(stop, start_at=99.0, again=again)
    times = [item.t for item in taken if isinstance(item, Observation)]
    assert times == sorted(times)
    assert times[-1] > 99.2
    assert first.closed
    assert all(recording.closed for recording in opened)
