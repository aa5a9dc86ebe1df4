"""`edge-config schema`: the JSON Schema of a configuration, or its page."""

from __future__ import annotations

import argparse

from firmware_config import reference


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser("schema", help="print the JSON Schema of a configuration")
    parser.add_argument("--markdown", action="store_true", help="print docs/configuration.md instead")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    print(reference.markdown() if options.markdown else reference.json_schema(), end="")
    return 0
