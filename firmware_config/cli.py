"""`edge-config`: what installers do with configurations; today, `validate`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from firmware_config.load import InvalidConfigurationError, load

OK, INVALID = 0, 78


def main(arguments: list[str] | None = None) -> int:
    """Run the command; 0 when every file is usable, 78 (EX_CONFIG) otherwise."""
    parser = argparse.ArgumentParser(prog="edge-config", description="Check configurations of Carepose boxes.")
    commands = parser.add_subparsers(dest="command", required=True)
    validate = commands.add_parser("validate", help="say every fault of the given files, with its line")
    validate.add_argument("files", nargs="+", type=Path, metavar="FILE")
    code = OK
    for file in parser.parse_args(arguments).files:
        try:
            configuration = load(file)
        except InvalidConfigurationError as invalid:
            code = INVALID
            for fault in invalid.faults:
                print(fault, file=sys.stderr)
        else:
            cameras = ", ".join(f"{camera.id} in {camera.room}" for camera in configuration.cameras)
            print(f"{file}: valid: {configuration.facility}/{configuration.device}, {cameras}")
    return code


if __name__ == "__main__":
    sys.exit(main())
