"""`tools/evaluate TASK`: measures the agent on recordings; see docs/evaluation.md."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import time
from pathlib import Path

from tools.evaluation import report
from tools.evaluation.bench import ROOT, Bench, data_folder
from tools.evaluation.measured import Section

TASKS: dict[str, tuple[str, ...]] = {
    "falls": ("fall_videos", "far_falls", "fall_keypoints", "hard_cases"),
    "activity": ("activity", "gait", "seen"),
    "posture": (
        "angles",
        "rendered_angles",
        "views",
        "geometry",
        "rendered_walks",
        "sitting",
        "sitters",
        "single_poses",
    ),
    "keypoints": ("keypoints", "front", "trade_off"),
    "false-alarms": ("no_falls", "quiet_days"),
}
"""The modules of `tools.evaluation.tasks` behind each task; each has `measure(bench) -> list[Section]`."""


def main(words: list[str] | None = None) -> int:
    """Measure, print and write the report."""
    asked = _asked(words)
    names = list(TASKS) if asked.task == "all" else [asked.task]
    bench = Bench(asked.data, asked.cache, asked.seed, asked.fast, asked.workers, asked.bodies, asked.rooms)
    call = f"tools/evaluate {asked.task}{' --fast' if asked.fast else ''} --seed {asked.seed}"
    sections: list[Section] = []
    for name in names:
        started = time.monotonic()
        for module in TASKS[name]:
            for section in importlib.import_module(f"tools.evaluation.tasks.{module}").measure(bench):
                print(report.printed(section), end="\n\n", flush=True)
                sections.append(section)
        report.write(sections, asked.out, call)
        print(f"({name}: {time.monotonic() - started:.0f} s)", end="\n\n", file=sys.stderr, flush=True)
    print(f"report: {asked.out / 'report.md'}")
    missed = [figure for section in sections for figure in section.figures if figure.met is False]
    if missed:
        print(f"{len(missed)} figures miss their targets")
    return 0


def _asked(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tools/evaluate", description="Measure the agent's own output on recordings.")
    parser.add_argument("task", choices=[*TASKS, "all"])
    parser.add_argument("--data", type=Path, default=data_folder(), help="folder with one folder a set (%(default)s)")
    parser.add_argument("--out", type=Path, default=ROOT / "evaluation", help="folder of the report (%(default)s)")
    parser.add_argument("--cache", type=Path, default=ROOT / ".cache" / "evaluation", help="of rendered recordings")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--fast", action="store_true", help="a small part of everything; its figures are no result")
    parser.add_argument("--bodies", type=Path, help="folder of bodies (*.npz) for hard cases and quiet days")
    parser.add_argument("--rooms", type=Path, help="YAML file of rooms for the same (docs/scenes.md)")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.exit(main())
