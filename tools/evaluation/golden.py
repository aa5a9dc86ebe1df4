"""The bench's fast figures that need no recordings: `python -m tools.evaluation.golden` compares, or writes them anew.

They are no result: they say that nothing moved unnoticed. A figure that the golden ones don't have is not compared.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from tools.evaluation.__main__ import main as evaluate
from tools.evaluation.bench import ROOT

GOLDEN = ROOT / "tests/golden/evaluation.json"
TOLERANCE = 0.02
"""Relative, and absolute for small numbers: linear algebra differs in its last digits from machine to machine."""
BY_MODELS = 0.25
"""The same of what models saw in rendered pictures: int8 kernels round differently from one processor to another."""
LEAST_BY_MODELS_DEG = 1.5
"""The same, absolute, of angles."""

Known: TypeAlias = Mapping[str, Mapping[str, Any]]
"""By `section / data / measure`: its `value`, and whether its target was `met`."""


def measured(folder: Path) -> dict[str, Any]:
    """Run every task fast, on a folder without recordings; its report.

    Args:
        folder: for the report, and for what is rendered.
    """
    nothing = folder / "no-recordings"
    nothing.mkdir(parents=True, exist_ok=True)
    where = ["--data", str(nothing), "--out", str(folder / "report"), "--cache", str(folder / "cache")]
    evaluate(["all", "--fast", "--workers", "1", "--seed", "1", *where])
    said: dict[str, Any] = json.loads((folder / "report/report.json").read_text("utf-8"))
    return said


def figures_of(said: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The figures of a report that have a value and are no times of this machine."""
    return {
        f"{section['title']} / {figure['data']} / {figure['measure']}": {
            "value": float(f"{figure['value']:.4g}"),
            "met": figure["met"],
        }
        for section in said["sections"]
        for figure in section["figures"]
        if figure["value"] is not None and " ms" not in figure["measure"]
    }


def differences(golden: Known, now: Known) -> Iterator[str]:
    """What is gone, moved, or misses a target it met; a line each."""
    for name, was in golden.items():
        if name not in now:
            yield f"{name}: is gone"
            continue
        before, after = was["value"], now[name]["value"]
        if abs(after - before) > _allowed(name, before):
            yield f"{name}: {before:g} became {after:g}"
        elif was["met"] and not now[name]["met"]:
            yield f"{name}: {before:g} became {after:g} and misses its target"


def _allowed(name: str, value: float) -> float:
    if "rendered" not in name or "exact" in name:
        return max(TOLERANCE * abs(value), TOLERANCE)
    least = LEAST_BY_MODELS_DEG if "MAE" in name or "degrees" in name else BY_MODELS
    return max(BY_MODELS * abs(value), least)


def main(words: list[str] | None = None) -> int:
    """Compare, or write anew."""
    parser = argparse.ArgumentParser(prog="python -m tools.evaluation.golden", description=__doc__)
    parser.add_argument("--update", action="store_true", help="write the golden figures anew; read the diff")
    asked = parser.parse_args(words)
    with tempfile.TemporaryDirectory() as folder:
        now = figures_of(measured(Path(folder)))
    if asked.update:
        GOLDEN.write_text(json.dumps(now, indent=1, sort_keys=True) + "\n", "utf-8")
        print(f"{GOLDEN.relative_to(ROOT)}: {len(now)} figures written")
        return 0
    found = list(differences(json.loads(GOLDEN.read_text("utf-8")), now))
    print("\n".join(found) or "as they were")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
