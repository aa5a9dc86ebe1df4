"""`edge-agent`: the commands on the device."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from edge_agent import app
from edge_agent.aim import command as aim
from edge_agent.bench import command as bench
from edge_agent.box import replayed_box
from edge_agent.doctor import command as doctor
from edge_agent.errors import BrokenOffError, Exit, InputError, UsageError, UserError
from edge_agent.replay import Outputs, Replay
from edge_agent.runtime.profile import CpuProfile
from edge_agent.stopwatch import UNMEASURED
from edge_agent.support import command as support

log = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code (`edge_agent.errors.Exit`)."""
    wanted = _parser().parse_args(arguments)
    logging.basicConfig(
        level=logging.DEBUG if wanted.debug else wanted.log_level,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        stream=sys.stderr,
    )
    command: Callable[[argparse.Namespace], int] = wanted.run
    try:
        return command(wanted)
    except UserError as fault:
        return _said(fault, fault.exit_code, fault)
    except OSError as fault:
        return _said(f"{fault.filename or 'system'}: {fault.strerror}", Exit.STORAGE, fault)
    except KeyboardInterrupt as fault:
        return _said("interrupted", Exit.INTERRUPTED, fault)
    except Exception as fault:  # noqa: BLE001  the user gets a line, the developer asks for --debug
        line = f"internal fault: {type(fault).__name__} (run again with --debug and report what it prints)"
        return _said(line, Exit.INTERNAL, fault)


def _said(line: object, code: Exit, fault: BaseException) -> int:
    log.debug("in detail", exc_info=fault)
    print(f"edge-agent: {line}", file=sys.stderr)
    return int(code)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="edge-agent", description="Posture, activity and fall events from a camera.")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--debug", action="store_true", help="log more, and print stack traces")
    common.set_defaults(log_level=logging.INFO)
    commands = parser.add_subparsers(dest="command", required=True)

    run = commands.add_parser("run", parents=[common], help="the daemon")
    run.add_argument("--config", type=Path, required=True, metavar="FILE")
    run.add_argument(
        "--until-done",
        action="store_true",
        help="end with 0 when all recordings are played and all events acknowledged",
    )
    run.set_defaults(run=_run)

    replay = commands.add_parser("replay", parents=[common], help="any recording, as fast as this machine can")
    replay.add_argument(
        "inputs", nargs="+", type=Path, metavar="INPUT", help="video, folder of pictures, or keypoints (.npz)"
    )
    replay.add_argument("--out", type=Path, required=True, metavar="PATH", help="messages, one JSON line each")
    replay.add_argument("--trace", type=Path, metavar="PATH", help="one JSON line per person and analysed instant")
    replay.add_argument("--render", type=Path, metavar="PATH", help="skeletons on black, .webm")
    replay.add_argument("--config", type=Path, metavar="FILE", help="camera, zones and limits of a box")
    replay.add_argument("--camera", metavar="ID", help="which camera of the configuration (default: its first)")
    replay.add_argument("--fps", type=float, help="pictures per second of folders whose file names tell no time")
    replay.add_argument(
        "--analysis-fps", type=float, help="instants analysed per second (default: 10, or the configuration's)"
    )
    replay.add_argument("--profile", action="store_true", help="print the CPU time of each stage")
    replay.set_defaults(run=_replay)

    examine = commands.add_parser("doctor", parents=[common], help="is this box fit, with a remedy for each finding")
    examine.add_argument("--config", type=Path, metavar="FILE", help="without it, what any box can be asked")
    examine.add_argument("--json", action="store_true", help="for programs (docs/schemas/doctor.json)")
    examine.add_argument("--seconds", type=float, default=4.0, help="watch each camera for so long (default: 4)")
    examine.add_argument("--try-fail-safe", action="store_true", help="close the relay for a second, sound one tone")
    examine.set_defaults(run=_doctor, log_level=logging.CRITICAL)  # its findings say it all

    measure = commands.add_parser("bench", parents=[common], help="how fast each model and stage is on this box")
    measure.add_argument("--config", type=Path, metavar="FILE", help="the box's (default: a bare camera, one thread)")
    measure.add_argument("--json", action="store_true", help="for programs (docs/schemas/bench.json)")
    measure.add_argument("--seconds", type=float, default=30.0, help="measure for about so long (default: 30)")
    measure.set_defaults(run=_bench)

    page = commands.add_parser("aim", parents=[common], help="the installer's page, while the agent is stopped")
    page.add_argument("--config", type=Path, required=True, metavar="FILE")
    page.add_argument("--address", default="127.0.0.1", help="to listen on (default: 127.0.0.1; :: is every one)")
    page.add_argument("--port", type=int, default=aim.PORT, help=f"default: {aim.PORT}, as the labels have it")
    page.add_argument("--minutes", type=float, default=60.0, help="end by itself after so long (default: 60)")
    page.add_argument("--state", type=Path, metavar="DIR", help="for proposals and reports (default: data_dir/aim)")
    page.set_defaults(run=_aim)

    bundle = commands.add_parser("support-bundle", parents=[common], help="what a helper asks for, without secrets")
    bundle.add_argument("--config", type=Path, required=True, metavar="FILE")
    bundle.add_argument("--out", type=Path, required=True, metavar="FILE", help="a .tar.gz that is not there yet")
    bundle.set_defaults(run=_support, log_level=logging.CRITICAL)
    return parser


def _aim(wanted: argparse.Namespace) -> int:
    return int(aim.run(aim.Wanted(wanted.config, wanted.address, wanted.port, wanted.minutes, wanted.state)))


def _run(wanted: argparse.Namespace) -> int:
    return app.run(wanted.config, until_done=wanted.until_done)


def _doctor(wanted: argparse.Namespace) -> int:
    config, seconds, trial = wanted.config, wanted.seconds, wanted.try_fail_safe
    return int(doctor.run(config, seconds=seconds, as_json=wanted.json, try_fail_safe=trial))


def _bench(wanted: argparse.Namespace) -> int:
    return int(bench.run(wanted.config, seconds=wanted.seconds, as_json=wanted.json))


def _support(wanted: argparse.Namespace) -> int:
    return int(support.run(wanted.config, wanted.out))


def _replay(wanted: argparse.Namespace) -> int:
    for name in ("fps", "analysis_fps"):
        rate = getattr(wanted, name)
        if rate is not None and not 0.1 <= rate <= 1000.0:
            raise UsageError(f"--{name.replace('_', '-')} is {rate}", "give pictures per second, 0.1 to 1000")
    box = replayed_box(wanted.config, wanted.camera)
    if wanted.analysis_fps is not None:
        box = replace(box, settings=replace(box.settings, analysis_fps=wanted.analysis_fps))
    profile = CpuProfile() if wanted.profile else None
    stopwatch = profile or UNMEASURED
    shown = _Progress(shown=sys.stderr.isatty())
    replay = Replay(box.settings, box.context, lambda: box.eye(stopwatch), stopwatch, wanted.fps, shown)
    codes = [_one(replay, source, outputs, shown) for source, outputs in _placed(wanted)]
    if profile is not None:
        print(profile.table())
    return int(Exit.INPUT if Exit.INPUT in codes else max(codes))


def _one(replay: Replay, source: Path, outputs: Outputs, shown: _Progress) -> Exit:
    shown.name = str(source)
    try:
        replay.run(source, outputs)
    except (InputError, BrokenOffError) as fault:
        shown.clear()
        print(f"edge-agent: {fault}", file=sys.stderr)
        return fault.exit_code
    shown.clear()
    return Exit.OK


def _placed(wanted: argparse.Namespace) -> list[tuple[Path, Outputs]]:
    """Each input with its outputs: as named for one, mirrored below the named folders for several."""
    if len(wanted.inputs) == 1:
        return [(wanted.inputs[0], Outputs(wanted.out, wanted.trace, wanted.render))]
    absolute = [Path(os.path.abspath(source)) for source in wanted.inputs]  # noqa: PTH100  resolve() would follow links
    common = Path(os.path.commonpath([source.parent for source in absolute]))

    def below(folder: Path, source: Path, suffix: str) -> Path:
        return folder / source.parent.relative_to(common) / (source.name + suffix)

    return [
        (
            source,
            Outputs(
                below(wanted.out, source, ".jsonl"),
                below(wanted.trace, source, ".jsonl") if wanted.trace else None,
                below(wanted.render, source, ".webm") if wanted.render else None,
            ),
        )
        for source in absolute
    ]


class _Progress:
    """How far a replay has come, on a terminal alone."""

    def __init__(self, *, shown: bool) -> None:
        self.name = ""
        self._shown = shown
        self._last = ""

    def __call__(self, t: float, duration: float | None) -> None:
        line = f"{self.name}: {t:.0f} s" + (f" of {duration:.0f} s" if duration else "")
        if self._shown and line != self._last:
            print(f"\r{line}\x1b[K", end="", file=sys.stderr, flush=True)
            self._last = line

    def clear(self) -> None:
        if self._shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
