"""`./tools/run`: broker, recommender and agent, on recordings."""

from __future__ import annotations

import argparse
import json
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import yaml

from tools.demo import rooms
from tools.demo.broker import broker_command
from tools.demo.camera import NoCameraError, source_of
from tools.demo.parts import Part, wait_until

OK, FAILED, USAGE = 0, 1, 2
START_AFTER_BROKER_S = 5.0
BIN = Path(sys.executable).parent


class DemoError(Exception):
    """One line for the user."""


def main() -> int:
    """Run the demonstration; the exit code."""
    wanted = _arguments()
    if wanted.camera is not None and wanted.once:
        print("run: a camera has no end: leave out --once", file=sys.stderr)
        return USAGE
    for number in (signal.SIGTERM, signal.SIGINT):  # SIGINT, too: shells start background jobs deaf to it
        signal.signal(number, _interrupt)
    data = Path(wanted.data).resolve() if wanted.data else Path(tempfile.mkdtemp(prefix="carepose-"))
    data.mkdir(parents=True, exist_ok=True)
    started: list[Part] = []
    try:
        return _demonstrate(wanted, data, started)
    except DemoError as fault:
        print(f"run: {fault}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        print("\nstopping")
        return OK if not wanted.once else FAILED
    finally:
        for part in reversed(started):
            part.stop()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="./tools/run",
        description="Set everything up and play recordings through agent, broker, recommender and page.",
    )
    parser.add_argument(
        "--once", action="store_true", help="end when every event has been acknowledged; exit 0 only then"
    )
    parser.add_argument(
        "--camera",
        nargs="?",
        const="",
        metavar="DEVICE",
        help="this machine's camera instead of recordings; or a video device, or an rtsp:// address",
    )
    parser.add_argument(
        "--data", metavar="DIR", help="outbox, store, logs and .pid files (default: a temporary folder)"
    )
    parser.add_argument("--broker-port", type=int, default=18830, metavar="PORT")
    parser.add_argument("--page-port", type=int, default=18080, metavar="PORT")
    return parser.parse_args()


def _demonstrate(wanted: argparse.Namespace, data: Path, started: list[Part]) -> int:
    try:
        source = None if wanted.camera is None else source_of(wanted.camera)
    except NoCameraError as fault:
        raise DemoError(str(fault)) from fault
    page = f"http://127.0.0.1:{wanted.page_port}/"
    store = data / "recommender" / "store.sqlite"
    store.parent.mkdir(exist_ok=True)
    broker_name, command = broker_command(data, wanted.broker_port)
    broker = Part("broker", command, data)
    recommender = Part("recommender", _recommender(wanted, store), data)
    agent = Part("agent", _agent(data, once=wanted.once), data)
    for part in (broker, recommender, agent):
        pid = part.still_running()
        if pid is not None:
            raise DemoError(f"the {part.name} of an earlier run still runs as {pid} (end it, or choose another --data)")
    for port, option in ((wanted.broker_port, "--broker-port"), (wanted.page_port, "--page-port")):
        if _answers(port):
            raise DemoError(f"port {port} is taken (choose another with {option})")

    print(f"data       {data}")
    _start(broker, started, lambda: _answers(wanted.broker_port))
    up_at = time.monotonic()
    print(f"broker     mqtt://127.0.0.1:{wanted.broker_port}  {broker_name}; topics care/v1/{rooms.FACILITY}/#")
    _start(recommender, started, lambda: _page_answers(page))
    print(f"page       {page}")
    start_after = max(0.0, START_AFTER_BROKER_S - (time.monotonic() - up_at))
    if source is None:
        configuration = rooms.configuration(data, wanted.broker_port, start_after)
    else:
        configuration = rooms.with_camera(data, wanted.broker_port, source)
    (data / "agent.yaml").write_text(yaml.safe_dump(configuration, sort_keys=False), encoding="utf-8")
    started.append(agent)
    agent.start()
    for room in rooms.ROOMS if source is None else ():
        print(f"{room.name:<10} {room.recording.name}: {room.about}")
    if source is not None:
        print(f"camera     {source}; its pictures stay in this machine's memory")
    print("stop with Ctrl-C" if not wanted.once else "waiting until every event is acknowledged", flush=True)
    _watch([broker, recommender, agent], agent)
    print(_summary(store))
    return OK


def _recommender(wanted: argparse.Namespace, store: Path) -> list[str]:
    options = {
        "--facility": rooms.FACILITY,
        "--consumer": rooms.CONSUMER,
        "--broker-host": "127.0.0.1",
        "--broker-port": str(wanted.broker_port),
        "--store": str(store),
        "--web-port": str(wanted.page_port),
    }
    return [str(BIN / "facility-recommender"), "serve", *(word for pair in options.items() for word in pair)]


def _agent(data: Path, *, once: bool) -> list[str]:
    command = [str(BIN / "edge-agent"), "run", "--config", str(data / "agent.yaml")]
    return [*command, "--until-done"] if once else command


def _start(part: Part, started: list[Part], ready: Callable[[], bool]) -> None:
    started.append(part)
    part.start()
    if not wait_until(lambda: part.ended() is not None or ready(), 30.0) or part.ended() is not None:
        raise DemoError(f"the {part.name} did not start: {part.last_words()} (log: {part.data}/logs/{part.name}.log)")


def _watch(parts: list[Part], agent: Part) -> None:
    """Start again what dies, until the agent ends by itself with 0."""
    while True:
        for part in parts:
            code = part.ended()
            if code is None:
                continue
            if part is agent and code == 0:
                return
            print(f"the {part.name} ended ({_how(code)}); starting it again", flush=True)
            if (code > 0 and part.restarts >= 2) or not part.restart():
                raise DemoError(
                    f"the {part.name} keeps ending: {part.last_words()} (log: {part.data}/logs/{part.name}.log)"
                )
        time.sleep(0.2)


def _how(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1.0)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _page_answers(page: str) -> bool:
    try:
        with urllib.request.urlopen(page, timeout=1.0) as answer:  # noqa: S310  our own page on loopback
            return int(answer.status) == 200
    except (urllib.error.URLError, OSError):
        return False


def _summary(store: Path) -> str:
    """What the recommender has, in a few lines."""
    command = [str(BIN / "facility-recommender"), "export", "--store", str(store), "--format", "jsonl"]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    events = [json.loads(line) for line in lines]
    incidents = [event for event in events if event["schema"].startswith("care/incident/")]
    told = [f"  {event['room']:<9} {event['phase']:<10} {_shortly(event['text'])}" for event in incidents]
    return "\n".join([f"acknowledged and stored: {len(events)} events, {len(incidents)} of them incidents", *told])


def _shortly(text: str) -> str:
    """The first two sentences."""
    return ". ".join(text.split(". ")[:2]).rstrip(".") + "."


def _interrupt(signum: int, frame: FrameType | None) -> None:
    del signum, frame
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
