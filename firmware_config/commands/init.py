"""`edge-config init`: a new facility."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from pydantic import ValidationError

from firmware_config.commands.passphrase import add_option, passphrase
from firmware_config.errors import Exit, InstallerError
from firmware_config.facility.found import found
from firmware_config.facility.model import Facility


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser("init", help="make a facility: its file, its keys, its broker's certificate")
    parser.add_argument("folder", type=Path, metavar="DIR", help="made; must be empty if it is there")
    parser.add_argument("--facility", metavar="ID", help="default: the folder's name")
    parser.add_argument("--name", help="for labels")
    parser.add_argument("--broker-host", required=True, metavar="HOST", help="what boxes dial")
    parser.add_argument("--broker-port", type=int, default=8883, metavar="PORT")
    parser.add_argument("--broker-name", action="append", default=[], metavar="HOST", help="another; repeatable")
    parser.add_argument("--language", default="en", help="en or it")
    parser.add_argument("--time-zone", default="UTC", metavar="NAME", help="as Europe/Rome")
    parser.add_argument("--profile", default="pi5", help="of boxes that say no other")
    add_option(parser)
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    written = {
        "facility": options.facility or options.folder.resolve().name,
        "name": options.name,
        "language": options.language,
        "time_zone": options.time_zone,
        "profile": options.profile,
        "broker": {"host": options.broker_host, "port": options.broker_port, "names": options.broker_name},
    }
    try:
        facility = Facility.model_validate(written)
    except ValidationError as invalid:
        wrong = "\n".join(
            f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in invalid.errors(include_url=False)
        )
        raise InstallerError(wrong, Exit.INVALID) from None
    found(options.folder, facility, datetime.now(UTC), passphrase(options))
    print((options.folder / "recovery.txt").read_text(encoding="utf-8"))
    print(f"{options.folder}: made. Print {options.folder / 'recovery.html'}, and lock it away; next: edge-config add")
    return 0
