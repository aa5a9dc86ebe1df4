"""The broker, step by step: its name, its port, TLS, the login."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from datetime import UTC, datetime

from edge_agent import box
from edge_agent.doctor.configuration import NOT_ASKED
from edge_agent.doctor.finding import Finding, fail, failed, ok, skipped, warn
from edge_agent.doctor.situation import Situation
from edge_agent.doctor.visit import Visit, VisitError
from edge_agent.mqtt import faults
from edge_agent.mqtt.connection import tls_context
from edge_agent.mqtt.settings import BrokerSettings

CONNECT_S = 4.0
SOON_DAYS = 30.0
"""A certificate that ends sooner is to be renewed. [C]"""
NO_BROKER = skipped("there is no usable section `broker`", "mend the configuration first")
NOT_YET, EXPIRED, WRONG_NAME, WRONG_ADDRESS = 9, 10, 62, 64
"""OpenSSL's X509_V_ERR_..."""


def name(situation: Situation) -> Finding:
    """Whether its name is known."""
    settings = _settings(situation)
    if isinstance(settings, Finding):
        return settings
    try:
        ipaddress.ip_address(settings.host)
    except ValueError:
        pass
    else:
        return ok(f"{settings.host} is an address: no name server is needed")
    try:
        addresses = situation.world.resolve(settings.host, settings.port)
    except OSError:
        return fail(
            f"the name {settings.host} is not known here",
            "check broker.host, the network cable or Wi-Fi, and the name server (resolvectl status)",
        )
    return ok(f"{settings.host} is {', '.join(dict.fromkeys(addresses))}")


def port(situation: Situation) -> Finding:
    """Whether something answers there."""
    settings = _settings(situation)
    if isinstance(settings, Finding):
        return settings
    began = time.perf_counter()
    try:
        socket.create_connection((settings.host, settings.port), timeout=CONNECT_S).close()
    except ConnectionRefusedError:
        return fail(
            f"nothing listens at {settings.address}",
            "start the broker there, or correct broker.port; a firewall may refuse as well",
        )
    except TimeoutError:
        return fail(
            f"{settings.address} does not answer within {CONNECT_S:.0f} s",
            "check that the broker's machine is on, and the firewalls between; the unit has to allow its address",
        )
    except OSError as fault:
        return fail(f"{settings.address} cannot be reached: {fault.strerror or fault}", "check the network: ip route")
    taken = 1000.0 * (time.perf_counter() - began)
    return ok(f"{settings.address} answers after {taken:.0f} ms", connect_ms=round(taken, 2))


def tls(situation: Situation) -> Finding:
    """Whether the connection is encrypted, and the broker the one it should be."""
    settings = _settings(situation)
    if isinstance(settings, Finding):
        return settings
    if settings.ca is None:
        return _in_clear(settings)
    try:
        days = _days_left(settings, situation.world.clock.utc())
    except ssl.SSLCertVerificationError as fault:
        return _refused_certificate(settings, fault, situation.world.clock.utc())
    except OSError as fault:  # ssl.SSLError is one
        return failed(faults.explain(fault, settings))
    said = f"encrypted; its certificate is right, for {days:.0f} more days"
    if days < SOON_DAYS:
        return warn(said, "renew the broker's certificate before it ends", certificate_days=round(days, 1))
    return ok(said, certificate_days=round(days, 1))


def login(situation: Situation) -> Finding:
    """Whether it lets this device in."""
    settings = _settings(situation)
    if isinstance(settings, Finding):
        return settings
    try:
        with Visit(settings):
            pass
    except VisitError as fault:
        return failed(str(fault))
    if settings.certificate is not None:
        return ok(f"let in with this device's certificate (MQTT {settings.protocol})")
    if settings.username is not None:
        return ok(f"let in with user name and password (MQTT {settings.protocol})")
    said = f"let in without a password (MQTT {settings.protocol})"
    if _here(settings.host):
        return ok(said)
    return warn(f"{said}, as anybody would be", "give each device a certificate or a user of its own at the broker")


def _settings(situation: Situation) -> BrokerSettings | Finding:
    reading = situation.reading
    if reading is None:
        return NOT_ASKED
    if reading.broker is None:
        return NO_BROKER
    return box.broker_of(box.UNCONFIGURED.model_copy(update={"broker": reading.broker}))


def _in_clear(settings: BrokerSettings) -> Finding:
    if _here(settings.host):
        return ok("none, and none needed: the broker runs on this machine")
    return warn(
        "everything crosses the network readable by anybody on it", "give the broker a certificate, set broker.tls.ca"
    )


def _days_left(settings: BrokerSettings, now: datetime) -> float:
    with (
        socket.create_connection((settings.host, settings.port), timeout=CONNECT_S) as plain,
        tls_context(settings).wrap_socket(plain, server_hostname=settings.host) as secured,
    ):
        ends = ssl.cert_time_to_seconds(str((secured.getpeercert() or {}).get("notAfter")))
    return (datetime.fromtimestamp(ends, UTC) - now).total_seconds() / 86400.0


def _refused_certificate(settings: BrokerSettings, fault: ssl.SSLCertVerificationError, now: datetime) -> Finding:
    says = f"this box's clock says {now:%Y-%m-%d}"
    match fault.verify_code:
        case code if code == EXPIRED:
            return fail(
                f"the broker's certificate has expired ({says})", "renew it at the broker; or set this box's clock"
            )
        case code if code == NOT_YET:
            return fail(f"the broker's certificate is not valid yet ({says})", "set this box's clock")
        case code if code in {WRONG_NAME, WRONG_ADDRESS}:
            return fail(
                f"the broker's certificate is for another name than {settings.host}",
                "set broker.host to the name in it, or let the broker have one for this name",
            )
        case _:
            return fail(
                f"the broker's certificate is signed by an authority unknown to broker.tls.ca: {fault.verify_message}",
                "set broker.tls.ca to the facility's authority; if that is right, it is not your broker that answers",
            )


def _here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
