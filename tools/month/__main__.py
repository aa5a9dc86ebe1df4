"""`python -m tools.month --seed N [--days 30] [--acts N] [--out report.json]`: a scripted month; 1 on any miss."""

from __future__ import annotations

import argparse
import json
import logging
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tools.month.ledger import Ledger, balanced
from tools.month.rig import Rig
from tools.month.script import KINDS

SHOWN = 40
"""Misses that are printed."""


def main() -> int:
    """Play, balance, print."""
    parser = argparse.ArgumentParser(prog="python -m tools.month", description=__doc__)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--days", type=int, default=30, help="each has every kind of thing once, in a drawn order")
    parser.add_argument("--acts", type=int, help=f"things a day (default: all {len(KINDS)})")
    parser.add_argument("--out", type=Path, help="the report as JSON")
    parser.add_argument("--log", type=Path, help="what the agent logs")
    wanted = parser.parse_args()
    form = "%(asctime)s %(levelname)s %(name)s: %(message)s"
    logging.basicConfig(
        filename=wanted.log or "/dev/null", level=logging.DEBUG if wanted.log else logging.ERROR, format=form
    )
    began = time.monotonic()
    ledger = played(wanted.seed, wanted.days, wanted.acts)
    report = {"seed": wanted.seed, "days": wanted.days, "real_s": round(time.monotonic() - began, 1)}
    report |= ledger.numbers | {"misses": ledger.misses}
    if wanted.out is not None:
        wanted.out.write_text(json.dumps(report, indent=1), encoding="utf-8")
    _show(report)
    return 1 if ledger.misses else 0


def played(seed: int, days: int, acts: int | None) -> Ledger:
    """One month of this seed."""
    with tempfile.TemporaryDirectory(prefix="month-") as folder:
        rig = Rig(Path(folder), seed, days, acts)
        heard = rig.play()
        return balanced(rig.truth, heard)


def _show(report: dict[str, Any]) -> None:
    for name, value in report.items():
        if isinstance(value, dict):
            print(f"{name}:")
            for key, inner in value.items():
                print(f"  {key:<24} {inner}")
        elif name != "misses":
            print(f"{name:<26} {value}")
    print(f"misses                     {len(report['misses'])}")
    for line in report["misses"][:SHOWN]:
        print(f"  {line}")


if __name__ == "__main__":
    sys.exit(main())
