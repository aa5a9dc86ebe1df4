"""`edge-agent bench`: drives the configured chain, other ways of privacy and other models, then each network alone."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from edge_agent import box
from edge_agent.bench import networks
from edge_agent.bench.chain import Chain, in_turn
from edge_agent.bench.networks import Timed
from edge_agent.bench.report import BenchReport, ChainReport, NetworkReport, StageReport, text
from edge_agent.errors import Exit, UsageError
from edge_agent.pose import added, interpreter
from edge_agent.privacy import FaceBlur, FullRangeFaces, Mask, PrivacySettings
from edge_agent.privacy.detector import MODEL as FACES
from edge_agent.runtime.memory import resident_bytes
from firmware_config.profiles import PROFILES
from firmware_config.schema import Camera, Configuration

SECONDS = (2.0, 600.0)
MASK = Mask("window", ((0.0, 0.0), (0.3, 0.0), (0.3, 0.5), (0.0, 0.5)))
MB = 1e6


@dataclass(frozen=True, slots=True)
class _Variant:
    name: str
    chain: Chain
    configuration: Configuration


def run(path: Path | None, *, seconds: float, as_json: bool) -> Exit:
    """Measure, and print what was measured.

    Raises:
        UsageError: `seconds` is out of bounds.
        ConfigurationError: the configuration cannot be used.
        ModelError: a model is missing, was changed, or cannot be run.
    """
    least, most = SECONDS
    if not least <= seconds <= most:
        raise UsageError(f"--seconds is {seconds:g}", f"give {least:g} to {most:g}")
    configuration = box.UNCONFIGURED if path is None else box.read_configuration(path)
    report = measure(configuration, seconds, _Progress())
    print(report.model_dump_json(by_alias=True, indent=2) if as_json else text(report), end="\n" if as_json else "")  # noqa: T201
    return Exit.OK


def measure(configuration: Configuration, seconds: float, tell: Callable[[str], None]) -> BenchReport:
    """All of it, in about `seconds`: a fifth for the configured chain, two for the others, two for the networks."""
    load, profile = os.getloadavg()[0], PROFILES[configuration.profile]
    tell("the configured chain")
    first = _Variant("as configured", Chain(configuration, configuration.cameras[0]), configuration)
    in_turn([first.chain], seconds / 5)
    resident = resident_bytes()
    tell("other ways")
    others = _others(configuration, configuration.cameras[0])
    in_turn([variant.chain for variant in others], 2 * seconds / 5)
    tell("each network alone")
    folder = box.models_folder(configuration.models_dir)
    timed = networks.measure(networks.entries(folder), configuration.threads, 2 * seconds / 5)
    tell("")
    return BenchReport(
        schema="care/bench/1",
        profile=configuration.profile,
        budget_ms=profile.picture_ms,
        budget_rss_mb=profile.rss_mb,
        processors=len(os.sched_getaffinity(0)),
        load=round(load, 2),
        rss_mb=None if resident is None else round(resident / MB, 1),
        chains=tuple(_chain(variant) for variant in (first, *others)),
        networks=tuple(_network(each) for each in timed),
    )


def _others(configuration: Configuration, camera: Camera) -> tuple[_Variant, ...]:
    """The same camera with other privacy, and with each pose model that was added."""
    faces = interpreter.load(box.models_folder(configuration.models_dir), FACES, configuration.threads)
    ways = {
        "no masks, no face blur": PrivacySettings(),
        "a mask": PrivacySettings((MASK,)),
        "faces blurred by pose": PrivacySettings((), FaceBlur.HEAD),
        "faces blurred by detector": PrivacySettings((), FaceBlur.DETECTOR),
    }
    found = [
        _Variant(
            name, Chain(configuration, camera, way, lambda laps: FullRangeFaces(faces, stopwatch=laps)), configuration
        )
        for name, way in ways.items()
    ]
    for name in (box.BLAZEPOSE, *added.names(box.models_folder(configuration.models_dir))):
        if name != configuration.pose_model:
            other = configuration.model_copy(update={"pose_model": name})
            found.append(_Variant(f"pose model {name}", Chain(other, camera), other))
    return tuple(found)


def _chain(variant: _Variant) -> ChainReport:
    laps, (width, height) = variant.chain.laps, variant.chain.size
    return ChainReport(
        name=variant.name,
        pose_model=variant.configuration.pose_model,
        threads=variant.configuration.threads,
        width_px=width,
        height_px=height,
        pictures=len(laps.pictures),
        found_share=round(variant.chain.seen, 3),
        median_ms=round(laps.whole.median_ms, 3),
        p95_ms=round(laps.whole.p95_ms, 3),
        pictures_per_s=round(1000.0 / laps.whole.mean_ms, 2),
        stages=tuple(
            StageReport(
                stage=stage,
                mean_ms=round(taken.mean_ms, 3),
                median_ms=round(taken.median_ms, 3),
                p95_ms=round(taken.p95_ms, 3),
                share=round(share, 4),
            )
            for stage, (taken, share) in laps.shares().items()
        ),
    )


def _network(each: Timed) -> NetworkReport:
    return NetworkReport(
        name=each.name,
        precision=each.precision,
        threads=each.threads,
        runs=each.times.runs,
        median_ms=round(each.times.median_ms, 3),
        p95_ms=round(each.times.p95_ms, 3),
        of_float=None if each.of_float is None else round(each.of_float, 3),
    )


class _Progress:
    """What is being measured, on a terminal alone."""

    def __call__(self, what: str) -> None:
        if sys.stderr.isatty():
            said = f"measuring {what} ..." if what else ""
            print(f"\r{said}\x1b[K", end="", file=sys.stderr, flush=True)  # noqa: T201
