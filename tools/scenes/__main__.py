"""`python -m tools.scenes`: renders recordings with exact truth, or writes their exact joints alone."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from edge_agent.types import Layout
from tools.scenes.catalogue import CORNER, PLOTS, Scene
from tools.scenes.clip import NoEncoderError, write_clip
from tools.scenes.furnish import read_rooms
from tools.scenes.keypoints import write_keypoints
from tools.scenes.spec import CameraSpec, Spec, read_specs
from tools.scenes.truth import truth
from tools.scenes.variants import bodies_in, variants


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command; 0 done, 2 what was asked for cannot be."""
    wanted = _parser().parse_args(arguments)
    if wanted.list:
        for plot in PLOTS.values():
            print(f"{plot.name:14} {plot.about}")
        return 0
    try:
        if wanted.hard:
            return _hard(wanted)
        specs = read_specs(wanted.spec) if wanted.spec else [_spec(name, wanted) for name in wanted.scene or PLOTS]
        for number, spec in enumerate(specs, 1):
            print(f"[{number}/{len(specs)}] {spec.name or spec.scene}", flush=True)
            _write(spec, wanted)
    except (OSError, KeyError, ValidationError, NoEncoderError, subprocess.CalledProcessError) as fault:
        print(f"scenes: {fault}", file=sys.stderr)
        return 2
    return 0


def _write(spec: Spec, wanted: argparse.Namespace) -> None:
    _put(spec.stage(), wanted.out / (spec.name or spec.scene), wanted)


def _hard(wanted: argparse.Namespace) -> int:
    """Variants of the hard cases."""
    rooms = read_rooms(wanted.rooms) if wanted.rooms else None
    drawn = variants(wanted.hard, wanted.seed, bodies_in(wanted.bodies), rooms)
    for number, variant in enumerate(drawn, 1):
        print(f"[{number}/{len(drawn)}] {variant.name}", flush=True)
        _put(variant.scene(), wanted.out / variant.name, wanted)
    return 0


def _put(scene: Scene, stem: Path, wanted: argparse.Namespace) -> None:
    stem.parent.mkdir(parents=True, exist_ok=True)
    if wanted.joints_only:
        write_keypoints(scene, stem.with_suffix(".npz"), Layout(wanted.layout))
        return
    stem.with_suffix(".json").write_text(truth(scene).model_dump_json() + "\n", encoding="utf-8")
    write_clip(scene, stem.with_suffix(".webm"))


def _spec(name: str, wanted: argparse.Namespace) -> Spec:
    return Spec(
        scene=name,
        seed=wanted.seed,
        resident=wanted.resident,
        helper=wanted.helper,
        clothes=wanted.clothes,
        camera=wanted.camera,
        fps=wanted.fps,
    )


def _camera(text: str) -> CameraSpec:
    """`x,y,z,yaw,tilt[,roll[,fov]]`: metres and degrees."""
    numbers = [float(part) for part in text.split(",")]
    if not 5 <= len(numbers) <= 7:
        raise argparse.ArgumentTypeError("a camera is x,y,z,yaw,tilt[,roll[,fov]]")
    x, y, z, yaw, tilt, roll, fov = (*numbers, *(CORNER.roll_deg, CORNER.fov_deg)[len(numbers) - 5 :])
    return CameraSpec(position=(x, y, z), yaw_deg=yaw, tilt_deg=tilt, roll_deg=roll, fov_deg=fov)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.scenes", description=__doc__)
    parser.add_argument("--list", action="store_true", help="the scenes there are")
    parser.add_argument("--scene", action="append", choices=sorted(PLOTS), help="may be given again; default: all")
    parser.add_argument("--spec", type=Path, help="a YAML or JSON file of recordings, instead of the options below")
    parser.add_argument("--hard", type=int, metavar="N", help="so many variants of the hard cases, drawn by --seed")
    parser.add_argument("--bodies", type=Path, help="for --hard: folder of bodies (*.npz); default: those committed")
    parser.add_argument("--rooms", type=Path, help="for --hard: YAML or JSON file of rooms; default: drawn by --seed")
    parser.add_argument("--out", type=Path, default=Path("scenes"), help="folder for the files (default: scenes)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--resident", default="resident", help="body: a name, or a file made by tools.scenes.make_body")
    parser.add_argument("--helper", default="helper", help="the same, for the second person")
    parser.add_argument("--clothes", default="resident", help="of the resident")
    parser.add_argument("--camera", type=_camera, default=CameraSpec(), help=f"{_camera.__doc__} (default {CORNER})")
    parser.add_argument("--fps", type=float, default=10.0)
    parser.add_argument("--joints-only", action="store_true", help="a keypoint recording (.npz), no picture, no JSON")
    parser.add_argument("--layout", choices=[layout.value for layout in Layout], default=Layout.COCO17.value)
    return parser


if __name__ == "__main__":
    sys.exit(main())
