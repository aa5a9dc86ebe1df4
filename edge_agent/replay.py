"""A recording through the whole flow, clocked by its own timestamps; deterministic to the byte."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol, TextIO

from edge_agent import pipeline
from edge_agent.box import with_view
from edge_agent.errors import BrokenOffError, StorageError
from edge_agent.eye import Eye
from edge_agent.messages.draft import dump, seal
from edge_agent.messages.encode import Context, encode
from edge_agent.messages.envelope import Lane, TimeQuality
from edge_agent.messages.stamp import Stamp, utc_text
from edge_agent.render import SkeletonVideo
from edge_agent.settings import Settings
from edge_agent.sources.recording import Instant, Recording, open_recording
from edge_agent.stopwatch import Stopwatch
from edge_agent.trace import trace_line
from edge_agent.types import Demand, Event, Frame, Person

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY_S = 86_400.0
"""A replay begins at midnight, as its stamps say."""
BOOT_ID_CHARACTERS = 16


class Progress(Protocol):
    """Hears how far a recording has come."""

    def __call__(self, t: float, duration: float | None) -> None:
        """`t` of `duration` seconds are done."""
        ...


@dataclass(frozen=True, slots=True)
class Outputs:
    """Where the results of one input go."""

    messages: Path
    trace: Path | None = None
    render: Path | None = None


@dataclass(frozen=True, slots=True)
class Replay:
    """What all inputs of one call share."""

    settings: Settings
    context: Context
    """Its boot id is replaced by each input's own."""
    eye: Callable[[], Eye]
    """Makes one with a fresh state; asked for only when an input has pictures."""
    stopwatch: Stopwatch
    fps: float | None
    """Of folders whose file names tell no time."""
    progress: Progress

    def run(self, source: Path, outputs: Outputs) -> None:
        """Process one input from a fresh state.

        Raises:
            InputError: it cannot be read at all; nothing is written.
            BrokenOffError: it broke off; what came before is written.
            StorageError: an output cannot be written.
        """
        recording = open_recording(source, self.settings.camera.id, fps=self.fps)
        with ExitStack() as stack:
            stack.callback(recording.close)
            settings = with_view(self.settings, recording.view)
            context = replace(self.context, boot_id=boot_id_of(source))
            writer = _Writer(settings, context, outputs, recording, stack)
            _flow(self, settings, recording, writer)


def boot_id_of(source: Path) -> str:
    """The hash of an input's bytes, shortened; of a folder, of its names and their bytes."""
    digest = hashlib.sha256()
    files = sorted(p for p in source.rglob("*") if p.is_file()) if source.is_dir() else [source]
    for file in files:
        if source.is_dir():
            digest.update(file.relative_to(source).as_posix().encode())
        with file.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()[:BOOT_ID_CHARACTERS]


def stamp(t: float) -> Stamp:
    """A replay's time: 1970-01-01 + t."""
    return Stamp(utc_text(EPOCH + timedelta(seconds=t)), max(0, round(t * 1000)), TimeQuality.SYNCED)


def _flow(run: Replay, settings: Settings, recording: Recording, writer: _Writer) -> None:
    state, demand = pipeline.State(), Demand(settings.analysis_fps)
    eye: Eye | None = None
    fault: BrokenOffError | None = None
    try:
        for instant in _decoded(recording, settings.analysis_fps, run.stopwatch):
            if isinstance(instant, Frame):
                eye = eye or run.eye()
                observation = eye.look(instant, demand)
            else:
                observation = instant
            observation = replace(observation, day_s=observation.t % DAY_S)
            state, events, demand = pipeline.step(settings, state, observation, run.stopwatch)
            with run.stopwatch.measure("messages"):
                writer.write(state, events)
            with run.stopwatch.measure("render"):
                writer.draw(observation.t, state)
            run.progress(instant.t, recording.duration)
    except BrokenOffError as broken:
        fault = broken  # what came before counts: the open minute is still to be written
    finally:
        if eye is not None:
            eye.estimator.close()
    writer.write_events(pipeline.finish(settings, state)[1])
    if fault is not None:
        raise fault


def _decoded(recording: Recording, fps: float, stopwatch: Stopwatch) -> Iterator[Instant]:
    instants = recording.instants(fps)
    while True:
        with stopwatch.measure("decode"):
            instant = next(instants, None)
        if instant is None:
            return
        yield instant


@dataclass(slots=True)
class _Writer:
    """Numbers and writes the messages of one input, and the trace and film if they are wanted."""

    settings: Settings
    context: Context
    outputs: Outputs
    recording: Recording
    stack: ExitStack
    _sequence: dict[Lane, int] = field(default_factory=dict)
    _messages: TextIO = field(init=False)
    _trace: TextIO | None = field(init=False)
    _film: SkeletonVideo | None = field(init=False)

    def __post_init__(self) -> None:
        self._messages = self._open(self.outputs.messages)
        self._trace = None if self.outputs.trace is None else self._open(self.outputs.trace)
        self._film = None
        if self.outputs.render is not None:
            _make_folder(self.outputs.render)
            self._film = SkeletonVideo(self.outputs.render, self.recording.size, self.settings.analysis_fps)
            self.stack.callback(self._film.close)

    def _open(self, path: Path) -> TextIO:
        _make_folder(path)
        try:
            return self.stack.enter_context(path.open("w", encoding="utf-8", newline="\n"))
        except OSError as fault:
            raise StorageError(f"{path}: cannot be written: {fault.strerror}", "choose another path") from fault

    def write(self, state: pipeline.State, events: tuple[Event, ...]) -> None:
        """Write what one instant brought."""
        self.write_events(events)
        if self._trace is not None:
            for person in _confirmed(state):
                self._trace.write(dump(trace_line(self.settings.camera.id, person)) + "\n")

    def draw(self, t: float, state: pipeline.State) -> None:
        """Draw the same instant, if a film is wanted."""
        if self._film is not None:
            self._film.add(t, _confirmed(state), state.incidents.open)

    def write_events(self, events: tuple[Event, ...]) -> None:
        """Write messages in their order, numbered as an outbox would."""
        for event in events:
            draft = encode(event, self.context, stamp)
            payload = dump(draft.body)
            if draft.lane is not None:
                self._sequence[draft.lane] = seq = self._sequence.get(draft.lane, 0) + 1
                payload = seal(draft, self.context.device, self.context.boot_id, seq)
            self._messages.write(f'{{"topic":"{draft.topic}","payload":{payload}}}\n')


def _confirmed(state: pipeline.State) -> tuple[Person, ...]:
    return tuple(person for person in state.persons if person.track.confirmed)


def _make_folder(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise StorageError(f"{path.parent}: cannot be made: {fault.strerror}", "choose another path") from fault
