"""The golden messages of our keypoint recordings: `python -m tools.golden` compares, `--update` writes them anew.

Videos are not golden: the int8 kernels round differently from one processor to another.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from edge_agent.cli import main as edge_agent

ROOT = Path(__file__).resolve().parents[1]
RECORDINGS = ROOT / "tests/recordings/keypoints"
GOLDEN = ROOT / "tests/golden"
TOLERANCE = 0.02
"""Relative, and absolute for small numbers: linear algebra differs in its last digits from machine to machine."""


def recordings() -> list[Path]:
    """Every recording that has, or should have, golden messages."""
    return sorted(RECORDINGS.glob("*.npz"))


def golden_of(recording: Path) -> Path:
    """Where a recording's golden messages lie."""
    return GOLDEN / f"{recording.stem}.jsonl"


def replayed(recording: Path) -> str:
    """The messages of a recording now."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "messages.jsonl"
        code = edge_agent(["replay", str(recording), "--out", str(out)])
        if code != 0:
            raise RuntimeError(f"{recording}: replay ended with {code}")
        return out.read_text(encoding="utf-8")


def differences(golden: str, now: str) -> Iterator[str]:
    """What differs beyond rounding, a line each. The texts are left out: their numbers stand in the reasons."""
    before, after = golden.splitlines(), now.splitlines()
    if len(before) != len(after):
        yield f"{len(before)} messages became {len(after)}"
    for number, (old, new) in enumerate(zip(before, after, strict=False), start=1):
        for where, was, became in _compared("", json.loads(old), json.loads(new)):
            yield f"line {number}{where}: {was!r} became {became!r}"


def _compared(where: str, old: Any, new: Any) -> Iterator[tuple[str, Any, Any]]:  # noqa: ANN401  any JSON value
    if where.endswith(".text"):
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted(old.keys() | new.keys()):
            yield from _compared(f"{where}.{key}", old.get(key), new.get(key))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from _compared(f"{where}[{index}]", one, other)
    elif not _same(old, new):
        yield where, old, new


def _same(old: object, new: object) -> bool:
    if isinstance(old, float) and isinstance(new, (int, float)):
        return abs(old - new) <= TOLERANCE * max(1.0, abs(old))
    return old == new


def main() -> int:
    """Compare or update; 1 when something differs."""
    parser = argparse.ArgumentParser(prog="python -m tools.golden", description=__doc__)
    parser.add_argument(
        "--update", action="store_true", help="write what is said now; read the diff before committing it"
    )
    update = parser.parse_args().update
    differing = 0
    for recording in recordings():
        golden, now = golden_of(recording), replayed(recording)
        if update:
            golden.write_text(now, encoding="utf-8")
            print(f"{golden.relative_to(ROOT)}: written")
            continue
        found = list(differences(golden.read_text(encoding="utf-8") if golden.exists() else "", now))
        differing += bool(found)
        print(f"{recording.stem}: {'the same' if not found else f'{len(found)} differences'}")
        for line in found[:10]:
            print(f"  {line}")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
