"""The pauses of this box: all sources together, for the threads that ask."""

from __future__ import annotations

import logging
import threading
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

from edge_agent.pause import file as pause_file
from edge_agent.pause import record, rules, windows
from edge_agent.pause.errors import PauseRefusedError, UnknownCameraError
from edge_agent.pause.press import Button, Line, presses
from edge_agent.pause.rules import Cause, Held, Pause
from edge_agent.pause.settings import PauseSettings
from edge_agent.runtime.clock import Clock, utc_of

log = logging.getLogger(__name__)

_Scope: TypeAlias = Collection[str] | None
"""Cameras; None for all."""


class Pauses:
    """Knows which cameras are paused, and remembers it over a restart.

    `active` may be called from any thread and never waits; `request` and `resume` may be called from any thread; `look`
    belongs to the main thread.
    """

    def __init__(
        self, settings: PauseSettings, cameras: Sequence[str], clock: Clock, path: Path, button: Button | None = None
    ) -> None:
        """Begin with what the last run wrote down.

        Args:
            settings: sources and bounds.
            cameras: of this box.
            clock: of this machine; its monotonic seconds are those of the kernel.
            path: where the pauses are written down; its folder exists.
            button: on the box, where there is one.
        """
        self._settings = settings
        self._clock = clock
        self._path = path
        self._button = button
        self._changing = threading.Lock()
        self._kernel_boot = record.kernel_boot()
        self._line = Line()
        self._file: tuple[pause_file.Mark, Cause] | None = None
        self._looked = False
        self._said: set[str] = set()
        self._held = self._restored(cameras)
        self._written = dict(self._held)
        self._written_at = clock.monotonic()

    def active(self, camera: str) -> Pause | None:
        """The pause of a camera, if it has one; it ends by itself, whoever looks or not."""
        return rules.active(self._held[camera], self._clock.monotonic())

    def request(self, cameras: _Scope, for_s: float, falls: Collection[str] = ()) -> Pause:
        """Pause for somebody who asked from afar.

        Args:
            cameras: which; None for all.
            for_s: at most; the limits may make it shorter.
            falls: cameras with an open fall that nobody has acknowledged.

        Returns:
            The pause that ends first.

        Raises:
            UnknownCameraError: nothing was paused.
            PauseRefusedError: nothing was paused.
        """
        with self._changing:
            now = self._clock.monotonic()
            asked = self._named(cameras)
            if down := sorted(set(asked) & set(falls)):
                raise PauseRefusedError(f"a fall is open at {', '.join(down)}: acknowledge it first")
            limits = self._settings.limits
            wanted = Pause(now + for_s, "request")
            held = {camera: rules.paused(limits, self._held[camera], now, wanted) for camera in asked}
            given = {camera: pause for camera in asked if (pause := rules.active(held[camera], now)) is not None}
            if late := sorted(set(asked) - set(given)):
                raise PauseRefusedError(
                    f"{', '.join(late)} was paused for the longest time allowed ({limits.longest_s:.0f} s) "
                    f"and watches for {limits.watch_s:.0f} s first"
                )
            self._put(held, now)
            return min(given.values(), key=lambda pause: pause.until)

    def resume(self, cameras: _Scope) -> bool:
        """End every pause, whatever its source, also a window of the schedule; whether there was one.

        Raises:
            UnknownCameraError: nothing was ended.
        """
        with self._changing:
            now = self._clock.monotonic()
            held = {camera: rules.resumed(self._held[camera], now) for camera in self._named(cameras)}
            were = any(rules.active(self._held[camera], now) for camera in held)
            self._put(held, now)
            return were

    def look(self, falls: Collection[str] = ()) -> None:
        """Heed file, schedule and button; main calls it every half second.

        Args:
            falls: cameras with an open fall that nobody has acknowledged; only the button pauses these.
        """
        with self._changing:
            now = self._clock.monotonic()
            held = {camera: rules.settled(each, now) for camera, each in self._held.items()}
            for cause, cameras in self._causes(now):
                for camera in cameras:
                    if camera not in falls:
                        held[camera] = rules.offered(self._settings.limits, held[camera], now, cause)
                    elif cause.key not in held[camera].spent:
                        self._say_once(
                            f"{cause.key} {camera}",
                            f"Camera {camera} is not paused by the {cause.pause.by}: a fall is open there.",
                        )
            if self._file is None:
                held = {camera: rules.resumed(each, now, "file") for camera, each in held.items()}
            for _ in range(self._presses(now)):
                held = self._toggled(held, now)
            self._put(held, now)
            self._looked = True

    def apply(self, settings: PauseSettings) -> None:
        """Go on with other settings; pauses that have begun keep their end."""
        with self._changing:
            self._settings = settings

    def _named(self, cameras: _Scope) -> tuple[str, ...]:
        if unknown := sorted(set(cameras or ()) - set(self._held)):
            raise UnknownCameraError(f"no camera {', '.join(unknown)}; there is: {', '.join(self._held)}")
        return tuple(camera for camera in self._held if cameras is None or camera in cameras)

    def _causes(self, now: float) -> Iterable[tuple[Cause, Collection[str]]]:
        utc, synchronised = self._clock.utc(), self._clock.synchronised()
        self._file = self._found(now, utc, synchronised=synchronised)
        if self._file is not None:
            yield self._file[1], tuple(self._held)
        if not synchronised:
            if self._settings.schedule:
                self._say_once("clock", "The clock is not synchronised: the schedule of pauses waits until it is.")
            return
        self._said.discard("clock")
        for window in self._settings.schedule:
            turn = windows.opening(window, self._settings.zone, utc)
            if turn is not None:
                until = now + (turn.ends - utc).total_seconds()
                key = f"schedule {window.begins}-{window.ends} {turn.begins.isoformat()}"
                cameras = self._held if window.cameras is None else window.cameras & self._held.keys()
                yield Cause(key, Pause(until, "schedule")), tuple(cameras)

    def _found(self, now: float, utc: datetime, *, synchronised: bool) -> tuple[pause_file.Mark, Cause] | None:
        """The pause file; its pause counts from when it appeared, or was written while the agent was not running."""
        path = self._settings.file
        mark = None if path is None else pause_file.look(path)
        if mark is None or (self._file is not None and self._file[0] == mark):
            return self._file if mark is not None else None
        longest_s = self._settings.limits.longest_s
        age_s = 0.0 if self._looked or not synchronised else max(0.0, utc.timestamp() - mark.mtime_ns / 1e9)
        until = now + min(mark.wanted_s or longest_s, longest_s) - age_s
        return mark, Cause(f"file {mark.mtime_ns} {mark.wanted_s}", Pause(until, "file"))

    def _presses(self, now: float) -> int:
        if self._button is None:
            return 0
        try:
            edges = self._button.edges()
        except OSError as error:
            self._say_once("button", f"The pause button cannot be read: {error.strerror or error}.")
            return 0
        self._said.discard("button")
        self._line, count = presses(self._line, edges, now)
        return count

    def _toggled(self, held: dict[str, Held], now: float) -> dict[str, Held]:
        """Whoever presses stands in the room: a pause of all cameras begins, or all pauses end."""
        if any(rules.active(each, now) for each in held.values()):
            return {camera: rules.resumed(each, now) for camera, each in held.items()}
        limits = self._settings.limits
        wanted = Pause(now + limits.longest_s, "button")
        after = {camera: rules.paused(limits, each, now, wanted) for camera, each in held.items()}
        if after == held:
            log.warning("The pause button was pressed: cameras that were paused for long watch for a while first.")
        return after

    def _put(self, held: dict[str, Held], now: float) -> None:
        """Make it so: write it down, then let it be seen."""
        before, self._held = self._held, {**self._held, **held}
        self._write(now)
        for camera, each in held.items():
            self._tell(camera, before[camera], each, now)

    def _tell(self, camera: str, before: Held, after: Held, now: float) -> None:
        was = max(before.ends.items(), key=lambda end: end[1], default=None)
        pause = rules.active(after, now)
        if pause is None:
            if was is not None:
                log.info("Camera %s watches again.", camera)
            if self._file is not None and self._file[1].key in after.spent:
                self._say_once(
                    f"over {self._file[1].key} {camera}",
                    f"The pause file {self._settings.file} is still there, but camera {camera} watches: its pause is "
                    "over (remove the file; touch it for another pause).",
                )
        elif was != (pause.by, pause.until):
            until = f"{utc_of(self._clock, pause.until):%H:%M:%S} UTC"
            log.info("Camera %s is paused by the %s until %s.", camera, pause.by, until)

    def _restored(self, cameras: Sequence[str]) -> dict[str, Held]:
        now = self._moment(self._clock.monotonic())
        found: dict[str, Held] = {}
        try:
            found = record.load(self._path, now)
        except (OSError, record.UnreadableRecordError) as error:
            log.error("What was paused before is not known (%s): all cameras watch.", error)  # noqa: TRY400 - for people
        held = {
            camera: rules.restored(self._settings.limits, found.get(camera, Held()), now.monotonic)
            for camera in cameras
        }
        for camera, each in held.items():
            self._tell(camera, Held(), each, now.monotonic)
        return held

    def _write(self, now: float) -> None:
        """Write down what is new, and how much is left of a pause as often as `RESTART_S`."""
        lasting = any(rules.active(each, now) for each in self._held.values())
        due = lasting and not 0.0 <= now - self._written_at < record.RESTART_S
        if self._written == self._held and not due:
            return
        try:
            record.save(self._path, self._held, self._moment(now))
        except OSError as error:
            self._say_once("record", f"Pauses cannot be written down ({error}): one may not survive a restart.")
        else:
            self._said.discard("record")
            self._written, self._written_at = dict(self._held), now

    def _moment(self, now: float) -> record.Moment:
        return record.Moment(now, self._clock.utc(), self._clock.synchronised(), self._kernel_boot)

    def _say_once(self, key: str, line: str) -> None:
        if key not in self._said:
            self._said.add(key)
            log.warning("%s", line)
