"""`edge-config`: what installers do with configurations, cards and keys."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from firmware_config.commands import schema, validate

COMMANDS = (validate, schema)


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 when all is well, 78 (EX_CONFIG) when a configuration cannot be used."""
    parser = argparse.ArgumentParser(prog="edge-config", description="Configurations, cards and keys of boxes.")
    commands = parser.add_subparsers(dest="command", required=True)
    for command in COMMANDS:
        command.add(commands)
    options = parser.parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = options.run
    return run(options)


if __name__ == "__main__":
    sys.exit(main())
