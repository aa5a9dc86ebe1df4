"""The agent's own flow over observations or a recording: what it said, kept for scoring."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edge_agent import pipeline
from edge_agent.box import learned_seated, models_folder, with_view
from edge_agent.eye import Eye
from edge_agent.eye import eye as make_eye
from edge_agent.pose import interpreter
from edge_agent.pose.blazepose import BlazeLandmarks
from edge_agent.pose.top_down import TopDown
from edge_agent.privacy import PrivacySettings
from edge_agent.settings import Settings
from edge_agent.sources.pace import Pace
from edge_agent.sources.recording import open_recording
from edge_agent.trace import trace_line
from edge_agent.types import Camera, Demand, Frame, Incident, Minute, Observation, Person, View

CAMERA = Camera("cam", "room")


@dataclass(frozen=True, slots=True)
class Said:
    """Everything the agent said of one recording."""

    seconds: float
    """From its first to its last instant."""
    incidents: tuple[Incident, ...] = ()
    minutes: tuple[Minute, ...] = ()
    trace: tuple[dict[str, Any], ...] = ()
    """Lines as `edge-agent replay --trace` writes them: one per person and instant; empty unless asked for."""
    persons: tuple[Person, ...] = ()
    """Behind each line of the trace."""
    hindered: tuple[tuple[float, tuple[str, ...]], ...] = ()
    """Why somebody could not be judged well, or the picture not be believed, from when on, each time that changed."""


def settings_of(view: View = View(), **more: Any) -> Settings:  # noqa: ANN401, B008 - both are plain frozen values
    """The agent's defaults, as of a configuration that names a camera alone; and a measured view if there is one."""
    return with_view(Settings(CAMERA, **{"seated": learned_seated(), **more}), view)


def follow(settings: Settings, observations: Iterable[Observation], *, trace: bool = False) -> Said:
    """Take observations through the flow from a fresh state.

    Args:
        settings: as `settings_of` makes them.
        observations: in the order of time, already at the rate to be analysed.
        trace: whether to keep the trace.
    """
    return _flow(settings, observations, lambda observation, _: observation, trace=trace)


def eye_of(precision: str = "int8") -> Eye:
    """The agent's own: its built models, nothing masked or blurred.

    Args:
        precision: of both pose models, `int8` as shipped or `float32`.
    """
    folder = models_folder(None)
    landmarker = BlazeLandmarks(interpreter.load(folder, f"pose_landmark_{precision}"))
    estimator = TopDown(interpreter.load(folder, f"pose_detection_{precision}"), landmarker)
    return make_eye(estimator, PrivacySettings(), None)


def watch(
    settings: Settings, path: Path, eye: Callable[[], Eye], *, fps: float | None = None, trace: bool = False
) -> Said:
    """Take a recording of any kind through the flow from a fresh state, as `edge-agent replay` does.

    Args:
        settings: as `settings_of` makes them; a view in the recording counts before theirs.
        path: video, folder of pictures, or keypoint recording.
        eye: makes what turns pictures into poses; asked for only where there are pictures.
        fps: of a folder of pictures whose names tell no time.
        trace: whether to keep the trace.

    Raises:
        InputError: it cannot be read at all.
        BrokenOffError: it broke off.
    """
    recording = open_recording(path, settings.camera.id, fps=fps)
    settings = with_view(settings, recording.view)
    opened: list[Eye] = []

    def look(instant: Frame | Observation, demand: Demand) -> Observation:
        if isinstance(instant, Observation):
            return instant
        if not opened:
            opened.append(eye())
            opened[0].lens = settings.camera.view.intrinsics
        return opened[0].look(instant, demand)

    try:
        return _flow(settings, recording.instants(settings.analysis_fps), look, trace=trace)
    finally:
        recording.close()
        for each in opened:
            each.estimator.close()


def thinned(observations: Iterable[Observation], fps: float) -> Iterator[Observation]:
    """Every instant that is due at a rate, as the agent takes them from a faster recording."""
    pace = Pace(fps)
    return (each for each in observations if pace.wants(each.t))


def _flow(
    settings: Settings,
    instants: Iterable[Any],
    look: Callable[[Any, Demand], Observation],
    *,
    trace: bool,
) -> Said:
    state, demand = pipeline.State(), Demand(settings.analysis_fps)
    incidents: list[Incident] = []
    minutes: list[Minute] = []
    lines: list[dict[str, Any]] = []
    persons: list[Person] = []
    hindered: list[tuple[float, tuple[str, ...]]] = []
    first = last = None
    for instant in instants:
        observation = look(instant, demand)
        state, events, demand = pipeline.step(settings, state, observation)
        first = observation.t if first is None else first
        last = observation.t
        reasons = (*observation.quality.reasons, *state.visibility.reasons)
        if reasons != (hindered[-1][1] if hindered else ()):
            hindered.append((observation.t, reasons))
        incidents += [event for event in events if isinstance(event, Incident)]
        minutes += [event for event in events if isinstance(event, Minute)]
        if trace:
            present = [each for each in state.persons if each.track.confirmed]
            lines += [trace_line(settings.camera.id, each) for each in present]
            persons += present
    minutes += [event for event in pipeline.finish(settings, state)[1] if isinstance(event, Minute)]
    seconds = 0.0 if first is None or last is None else last - first
    return Said(seconds, tuple(incidents), tuple(minutes), tuple(lines), tuple(persons), tuple(hindered))
