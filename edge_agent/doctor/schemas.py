"""The JSON Schema files of what the commands print: `python -m edge_agent.doctor.schemas --out docs/schemas`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel

from edge_agent.bench.report import BenchReport
from edge_agent.doctor.report import DoctorReport
from edge_agent.messages.schemas import DIALECT

REPORTS: Mapping[str, type[BaseModel]] = {"doctor": DoctorReport, "bench": BenchReport}
"""By file name."""


def schemas() -> dict[str, str]:
    """The text of each schema file by its name."""
    return {
        f"{name}.json": json.dumps({"$schema": DIALECT, **report.model_json_schema(by_alias=True)}, indent=2) + "\n"
        for name, report in REPORTS.items()
    }


def main(arguments: list[str] | None = None) -> None:
    """Write the files."""
    parser = argparse.ArgumentParser(description="Write the JSON Schema of what doctor and bench print.")
    parser.add_argument("--out", type=Path, required=True, help="folder for the files")
    out: Path = parser.parse_args(arguments).out
    for name, text in schemas().items():
        (out / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
