"""`edge-agent aim`: builds the parts, says where the page is, ends by itself."""

from __future__ import annotations

import logging
import os
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

from edge_agent import box
from edge_agent.aim import certificate
from edge_agent.aim.announce import Announcer
from edge_agent.aim.door import Door, one_time_code
from edge_agent.aim.proposal import write_whole
from edge_agent.aim.report import passed, signed
from edge_agent.aim.room import Room
from edge_agent.aim.server import Pages, Server
from edge_agent.aim.session import Findings, Issued, Session
from edge_agent.app import this_machine
from edge_agent.cameras import live_source
from edge_agent.doctor import processes
from edge_agent.errors import Exit, UsageError, UserError
from edge_agent.messages.commissioning import CommissioningMessage, ViewTested
from edge_agent.mqtt.settings import BrokerSettings
from edge_agent.runtime.signals import heeded

log = logging.getLogger(__name__)

PORT = 8443
MINUTES = (0.05, 240.0)
LOOK_S = 0.5


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command was told."""

    configuration: Path
    address: str
    port: int
    minutes: float
    state: Path | None
    """Where proposals and reports are written; None: `aim` in the configuration's `data_dir`."""


def run(wanted: Wanted) -> Exit:
    """Serve the page until its time is up, it is ended from the page, or a signal comes.

    Raises:
        UserError: it cannot be started; the agent runs, above all.
    """
    least, most = MINUTES
    if not least <= wanted.minutes <= most:
        raise UsageError(f"--minutes is {wanted.minutes:g}", f"give {least:g} to {most:g}")
    configuration = box.read_configuration(wanted.configuration)
    _nobody_else(wanted.configuration)
    machine = this_machine()
    clock, ends_at = machine.clock, machine.clock.monotonic() + 60.0 * wanted.minutes
    stop = threading.Event()
    folder = wanted.state or configuration.data_dir / "aim"
    announcer = Announcer(configuration, handed_over(box.broker_of(configuration)), clock)

    def issue(findings: Findings) -> Issued:
        return issued(findings, announcer, folder)

    session = Session(
        wanted.configuration, configuration, folder, lambda: max(0.0, ends_at - clock.monotonic()), stop.set, issue
    )
    estimator = box.load_estimator(configuration)
    session.room = room = Room(configuration, clock, live_source, estimator, session.heard)
    host = reached_by(wanted.address, configuration.device)
    made = certificate.made(configuration.device, host, clock.utc())
    code = one_time_code()
    server = _bound(wanted, certificate.context(made), Door(code), session.pages(), clock.monotonic)
    url = f"https://{f'[{host}]' if ':' in host else host}:{server.server_address[1]}/"
    with heeded() as signals:
        room.start()
        threading.Thread(target=server.serve_forever, name="page", daemon=True).start()
        _say(f"open  {url}#{code}")
        _say(f"It works once, for {wanted.minutes:g} minutes. SHA-256 of the certificate: {made.fingerprint}")
        log.info("aim: open at %s for %g minutes, certificate SHA-256 %s", url, wanted.minutes, made.fingerprint)
        announcer.begin(url, made.fingerprint, wanted.minutes)
        machine.notifier.ready("the installer's page is open")
        try:
            while not (signals.stop.wait(LOOK_S) or stop.is_set() or room.failure) and clock.monotonic() < ends_at:
                machine.notifier.alive()
        finally:
            server.closing.set()
            room.close()
            server.shutdown()
            server.server_close()
            announcer.end()
            log.info("aim: closed")
    if isinstance(room.failure, UserError):
        raise room.failure
    if room.failure is not None:
        raise RuntimeError("a thread ended") from room.failure
    return Exit.OK


def issued(findings: Findings, announcer: Announcer, folder: Path) -> Issued:
    """Make the report, sign it, keep it, send it.

    Raises:
        StorageError: it cannot be signed or kept.
    """
    configuration, camera, stamp, view = announcer.configuration, findings.camera, announcer.stamp(), findings.view
    unsigned = CommissioningMessage(
        schema="care/commissioning/1",
        facility=configuration.facility,
        device=configuration.device,
        room=camera.room,
        camera=camera.id,
        boot_id=announcer.boot_id,
        tested_at=stamp.observed_at,
        time_quality=stamp.time_quality,
        who=findings.who,
        version=version("carepose"),
        config_generation=configuration.generation,
        proposed=findings.proposed,
        view=ViewTested(
            tilt_deg=view.tilt_deg, roll_deg=view.roll_deg, height_m=view.height_m, estimated=view.estimated
        ),
        steps=findings.steps,
        passed=passed(findings.steps),
        signature=None,
    )
    report = signed(unsigned, announcer.broker.certificate, announcer.broker.key)
    write_whole(folder / f"commissioning-{camera.id}.json", report.to_json().encode())
    return Issued(report, announcer.tell("commissioning", report.to_json()))


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201  for whoever started it


def reached_by(address: str, device: str) -> str:
    """By what name or address a phone reaches an address that was bound."""
    return f"{device}.local" if address in {"0.0.0.0", "::"} else address  # noqa: S104


def handed_over(broker: BrokerSettings, environment: Mapping[str, str] = os.environ) -> BrokerSettings:
    """The same with the secrets that systemd hands to this unit: the configuration names the agent's copies."""
    folder = environment.get("CREDENTIALS_DIRECTORY")
    if folder is None:
        return broker

    def own(path: Path | None) -> Path | None:
        if path is None or path.parts[:3] != ("/", "run", "credentials"):
            return path
        return Path(folder) / path.name

    return replace(
        broker,
        password_file=own(broker.password_file),
        ca=own(broker.ca),
        certificate=own(broker.certificate),
        key=own(broker.key),
    )


def _nobody_else(configuration: Path) -> None:
    """One box has one owner.

    Raises:
        UsageError: the agent runs with this configuration.
    """
    pid = processes.agent(Path("/"), configuration)
    if pid is not None:
        raise UsageError(f"the agent is at work (process {pid})", "stop it first: systemctl stop edge-agent")


def _bound(wanted: Wanted, tls: ssl.SSLContext, door: Door, pages: Pages, now: Callable[[], float]) -> Server:
    try:
        return Server((wanted.address, wanted.port), tls, door, pages, now)
    except (OSError, socket.gaierror) as fault:
        raise UsageError(
            f"{wanted.address}:{wanted.port} cannot be listened on: {fault.strerror or fault}",
            "give another --address or --port, or end what uses it",
        ) from fault
