"""Each network by itself, at every number of threads, in rounds: what disturbs the machine disturbs all alike."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np

from edge_agent.bench.laps import Times, times
from edge_agent.pose import added, interpreter
from edge_agent.pose.interpreter import Model, ModelError

AT_ONCE = 3
"""Runs of one network in a round, so that the caches are its own. [C]"""
LEAST_ROUNDS = 4


@dataclass(frozen=True, slots=True)
class Entry:
    """A network that lies in the folder of models."""

    name: str
    precision: str
    """`int8` or `float32` of our own; of an added model `added`."""
    content: bytes

    @property
    def float_twin(self) -> str:
        """What the same network in float is called."""
        return self.name.removesuffix(self.precision) + "float32"


@dataclass(frozen=True, slots=True)
class Timed:
    """One network at one number of threads."""

    name: str
    precision: str
    threads: int
    times: Times
    of_float: float | None
    """Its time as a share of its float twin's with as many threads, the median of all rounds, since what disturbs a
    round disturbs both; None where it has no twin, or is it."""


def entries(folder: Path) -> tuple[Entry, ...]:
    """Every network there, its digest checked.

    Raises:
        ModelError: one is missing, was changed, or the list cannot be read.
    """
    try:
        built = json.loads((folder / interpreter.LIST).read_text(encoding="utf-8"))["models"]
        own = [Entry(model["name"], model["precision"], interpreter.verified(folder, model["name"])) for model in built]
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise ModelError(
            f"{folder / interpreter.LIST}: no list of built models", "build them: ./tools/setup"
        ) from fault
    return (*own, *_added(folder))


def measure(known: Sequence[Entry], most_threads: int, seconds: float) -> tuple[Timed, ...]:
    """Run all of them, again and again.

    Args:
        known: the networks.
        most_threads: each runs with 1 to so many.
        seconds: about how long all of it may take, loading left out.

    Raises:
        ModelError: the runtime cannot run one.
    """
    loaded = {
        (entry.name, threads): _loaded(entry, threads) for entry in known for threads in range(1, most_threads + 1)
    }
    taken: dict[tuple[str, int], list[float]] = {key: [] for key in loaded}
    until, rounds = time.monotonic() + seconds, 0
    while rounds < LEAST_ROUNDS + 1 or time.monotonic() < until:
        for key, model in loaded.items():
            runs = [_run(model) for _ in range(AT_ONCE)]
            if rounds > 0:  # the first one warms up
                taken[key] += runs
        rounds += 1
    return tuple(_timed(entry, threads, taken) for entry in known for threads in range(1, most_threads + 1))


def _timed(entry: Entry, threads: int, taken: Mapping[tuple[str, int], Sequence[float]]) -> Timed:
    own, twin = taken[entry.name, threads], taken.get((entry.float_twin, threads))
    if twin is None or entry.float_twin == entry.name:
        return Timed(entry.name, entry.precision, threads, times(own), None)
    ratios = [one / other for one, other in zip(_rounds(own), _rounds(twin), strict=True)]
    return Timed(entry.name, entry.precision, threads, times(own), median(ratios))


def _rounds(runs: Sequence[float]) -> Iterator[float]:
    """The quickest run of each round."""
    return (min(runs[at : at + AT_ONCE]) for at in range(0, len(runs), AT_ONCE))


def _added(folder: Path) -> Iterator[Entry]:
    for name in added.names(folder):
        entry = added.listed(folder, name)
        yield Entry(name, "added", added.verified(folder, entry))


def _loaded(entry: Entry, threads: int) -> Model:
    try:
        return Model(entry.content, threads)
    except (ValueError, RuntimeError) as fault:
        raise ModelError(f"{entry.name}: this runtime cannot run it: {fault}", "build or export it again") from fault


def _run(model: Model) -> float:
    """Seconds of one run, on the same noise each time."""
    view = model.input()
    noise = np.random.default_rng(2).random(view.shape, np.float32)
    view[...] = noise if np.issubdtype(view.dtype, np.floating) else 255 * noise
    del view  # no reference may be held while it runs
    began = time.perf_counter()
    model.invoke()
    return time.perf_counter() - began
