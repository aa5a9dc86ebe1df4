"""`edge-config`: what installers do with configurations, cards and keys."""

from __future__ import annotations

import argparse
import sys
import traceback
from collections.abc import Callable

from firmware_config.commands import (
    add,
    broker,
    bundle,
    init,
    labels,
    migrate,
    push,
    revoke,
    rotate,
    schema,
    status,
    swap,
    validate,
    verify,
    write,
)
from firmware_config.errors import Exit, InstallerError
from firmware_config.faults import InvalidConfigurationError

COMMANDS = (
    init,
    add,
    bundle,
    verify,
    write,
    status,
    broker,
    labels,
    rotate,
    swap,
    revoke,
    push,
    validate,
    migrate,
    schema,
)
CODES = """exit codes:
  0   done
  1   a fault of ours: run again with --debug and report it
  2   the command was called with words that do not fit
  3   what was asked for cannot be done; nothing was changed
  78  a configuration, a facility file or a list of rooms cannot be used"""


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    parser = argparse.ArgumentParser(
        prog="edge-config",
        description="Configurations, cards and keys of boxes.",
        epilog=CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--debug", action="store_true", help="show a stack trace with an error")
    commands = parser.add_subparsers(dest="command", required=True)
    for command in COMMANDS:
        command.add(commands)
    options = parser.parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = options.run
    try:
        return run(options)
    except InstallerError as error:
        return _failed(str(error), error.exit_code, debug=options.debug)
    except OSError as error:
        named = f"{error.filename}: " if error.filename else ""
        what = f"{named}{error.strerror or error} (check the path and its rights)"
        return _failed(what, Exit.REFUSED, debug=options.debug)
    except InvalidConfigurationError as error:
        return _failed(str(error), Exit.INVALID, debug=options.debug)
    except KeyboardInterrupt:
        return _failed("interrupted", Exit.REFUSED, debug=False)
    except Exception as error:  # noqa: BLE001 - the last line of defence: one line instead of a trace
        return _failed(f"a fault of ours: {error!r} (run again with --debug)", Exit.INTERNAL, debug=options.debug)


def _failed(message: str, code: Exit, *, debug: bool) -> int:
    if debug:
        traceback.print_exc()
    for line in message.splitlines():
        print(f"edge-config: {line}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
