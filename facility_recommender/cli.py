"""The `facility-recommender` command."""

from __future__ import annotations

import argparse
import os
import re
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import TextIO
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy.exc import DBAPIError

from facility_recommender.board import Settings
from facility_recommender.errors import ConfigurationError, Exit, StorageError, UserError
from facility_recommender.mqtt import Broker
from facility_recommender.recommend.catalogue import catalogue
from facility_recommender.recommend.residents import load
from facility_recommender.service import Place, serve
from facility_recommender.store import read
from facility_recommender.store.open import reading
from facility_recommender.tls import Papers

CODES = """exit codes:
  0   done
  1   a fault of ours: run again with --debug and report it
  2   the command was called with words that do not fit
  6   the store or an output cannot be read or written
  7   the page's address is in use or not ours
  78  an option's value or a file of settings cannot be used"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    options = _parser().parse_args(arguments)
    try:
        _COMMANDS[options.command](options)
    except UserError as error:
        return _failed(str(error), error.exit_code, debug=options.debug)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or the interpreter complains at its end
        return Exit.STORAGE
    except Exception as error:  # noqa: BLE001 - the last line of defence: one line instead of a trace
        return _failed(f"a fault of ours: {error} (run again with --debug)", Exit.INTERNAL, debug=options.debug)
    return Exit.OK


def _failed(line: str, code: Exit, *, debug: bool) -> int:
    if debug:
        traceback.print_exc()
    print(f"facility-recommender: {' '.join(line.split())}", file=sys.stderr)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="facility-recommender",
        description="The receiving end of Carepose: alerts, the day's activity, recommendations.",
        epilog=CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--debug", action="store_true", help="show a stack trace with an error")
    commands = parser.add_subparsers(dest="command", required=True)
    _serve_parser(commands.add_parser("serve", help="receive, store, acknowledge, and show the page"))
    export = commands.add_parser("export", help="list every stored event once, in the order of arrival")
    export.add_argument("--store", required=True, metavar="PATH|URL")
    export.add_argument("--format", choices=["jsonl"], default="jsonl", help="one message a line, as it was received")
    export.add_argument("--out", type=Path, metavar="PATH", help="default: standard output")
    return parser


def _serve_parser(serving: argparse.ArgumentParser) -> None:
    serving.add_argument("--facility", required=True, metavar="ID", help="the facility in the topics")
    serving.add_argument("--store", required=True, metavar="PATH|URL", help="SQLite file; made if there is none")
    serving.add_argument("--broker-host", default="127.0.0.1", metavar="HOST")
    serving.add_argument("--broker-port", type=_port, metavar="PORT", help="default: 8883 with TLS, 1883 without")
    serving.add_argument(
        "--broker-ca", type=Path, metavar="FILE", help="speak TLS; the authority of the broker's certificate"
    )
    serving.add_argument("--broker-certificate", type=Path, metavar="FILE", help="ours, where the broker asks for one")
    serving.add_argument("--broker-key", type=Path, metavar="FILE", help="of --broker-certificate")
    serving.add_argument("--consumer", default="recommender", metavar="ID", help="as in the devices' configuration")
    serving.add_argument("--web-host", default="127.0.0.1", metavar="HOST")
    serving.add_argument("--web-port", type=_port, default=18080, metavar="PORT")
    serving.add_argument("--web-certificate", type=Path, metavar="FILE", help="serve the page with TLS (https)")
    serving.add_argument("--web-key", type=Path, metavar="FILE", help="of --web-certificate")
    serving.add_argument(
        "--web-name", action="append", default=[], metavar="NAME", help="a host name the page is reached by; repeatable"
    )
    serving.add_argument(
        "--timezone", metavar="NAME", help="of the facility, e.g. Europe/Rome; default: this machine's"
    )
    serving.add_argument("--residents", type=Path, metavar="FILE", help="YAML: residents' traits by room and subject")
    serving.add_argument(
        "--page-bed-exits", action="append", default=[], metavar="ROOM", help="let bed exits of a room page; repeatable"
    )


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65535:
        raise argparse.ArgumentTypeError("a port is 0 to 65535")
    return port


def _serve(options: argparse.Namespace) -> None:
    for flag in ("facility", "consumer"):
        if not re.fullmatch(r"[a-z0-9-]{1,32}", getattr(options, flag)):
            raise ConfigurationError(f"--{flag} {getattr(options, flag)!r} is not an id", "1 to 32 of a-z, 0-9 and -")
    if options.web_host not in {"127.0.0.1", "localhost", "::1"}:
        _say("warning: the page has no sign-in: whoever reaches it reads health data; put it behind one that has")
    items = catalogue()
    settings = Settings(
        options.facility,
        _zone(options.timezone),
        items,
        load(options.residents, items) if options.residents else {},
        frozenset(options.page_bed_exits),
    )
    place = Place(
        options.store,
        _broker(options),
        options.web_host,
        options.web_port,
        (options.web_host, *options.web_name),
        _pair(options, "web"),
    )
    serve(settings, place, options.consumer, _say)


def _broker(options: argparse.Namespace) -> Broker:
    """Where the broker is. What looks wrong with our certificate is a warning: only the broker knows."""
    pair = _pair(options, "broker")
    if options.broker_ca is None:
        if pair is not None:
            raise ConfigurationError("--broker-certificate without --broker-ca", "say which authority the broker has")
        return Broker(options.broker_host, 1883 if options.broker_port is None else options.broker_port)
    papers = Papers(options.broker_ca, *(pair or (None, None)))
    if said := papers.doubt(datetime.now(UTC)):
        _say(f"warning: {said}")
    return Broker(options.broker_host, 8883 if options.broker_port is None else options.broker_port, papers)


def _pair(options: argparse.Namespace, of: str) -> tuple[Path, Path] | None:
    """A certificate and its key, both or neither."""
    certificate, key = getattr(options, f"{of}_certificate"), getattr(options, f"{of}_key")
    if (certificate is None) != (key is None):
        raise ConfigurationError(f"--{of}-certificate and --{of}-key go together", "give both, or neither")
    return None if certificate is None else (certificate, key)


def _zone(name: str | None) -> tzinfo:
    """The facility's time zone; of this machine, with its changes of clock, where its name can be told."""
    try:
        if name is not None:
            return ZoneInfo(name)
        link = Path("/etc/localtime").resolve()
        return ZoneInfo(str(link).partition("/zoneinfo/")[2] or "UTC")
    except (ZoneInfoNotFoundError, ValueError) as error:
        if name is None:
            return datetime.now(UTC).astimezone().tzinfo or UTC
        raise ConfigurationError(f"--timezone {name!r} is not known here", "e.g. Europe/Rome") from error


def _export(options: argparse.Namespace) -> None:
    try:
        with reading(options.store) as connection, _output(options.out) as out:
            for line in read.export(connection):
                out.write(line + "\n")
    except DBAPIError as error:
        raise StorageError(f"the store {options.store} cannot be read: {error.orig}", "check the file") from error


@contextmanager
def _output(path: Path | None) -> Iterator[TextIO]:
    """Standard output, or a file that is there whole or not at all."""
    if path is None:
        yield sys.stdout
        sys.stdout.flush()
        return
    part = path.with_name(path.name + ".part")
    try:
        with part.open("w", encoding="utf-8") as file:
            yield file
        part.replace(path)
    except OSError as error:
        raise StorageError(f"{path} cannot be written: {error.strerror}", "check --out") from error


def _say(line: str) -> None:
    print(f"facility-recommender: {line}", flush=True)


_COMMANDS: dict[str, Callable[[argparse.Namespace], None]] = {"serve": _serve, "export": _export}
