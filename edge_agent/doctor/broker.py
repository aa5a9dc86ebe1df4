"""The broker, step by step: its name, its port, TLS, the login; then what it allows, and whether anybody listens."""

from __future__ import annotations

import ipaddress
import json
import secrets
import socket
import sqlite3
import ssl
import time
from datetime import UTC, datetime
from pathlib import Path

from edge_agent import box
from edge_agent.doctor.configuration import BROKEN, NOT_ASKED
from edge_agent.doctor.finding import Finding, fail, failed, ok, skipped, warn
from edge_agent.doctor.situation import Situation
from edge_agent.doctor.visit import Visit, VisitError
from edge_agent.messages import topics
from edge_agent.messages.ack import Ack
from edge_agent.messages.envelope import Lane
from edge_agent.messages.request import Response, Result
from edge_agent.mqtt import faults
from edge_agent.mqtt.connection import tls_context
from edge_agent.mqtt.settings import BrokerSettings
from firmware_config.schema import Configuration

CONNECT_S = 4.0
HEAR_S = 2.0
"""For a message to come back by the broker. [C]"""
SOON_DAYS = 30.0
"""A certificate that ends sooner is to be renewed. [C]"""
NAME = "doctor"
"""Of the request and response it speaks on, of the `ack` consumer it claims to be, and of the device it must not be."""
NO_BROKER = skipped("there is no usable section `broker`", "mend the configuration first")
NOT_YET, EXPIRED, WRONG_NAME, WRONG_ADDRESS = 9, 10, 62, 64
"""OpenSSL's X509_V_ERR_..."""
RIGHTS = (
    "let this device's user write care/v1/{facility}/{device}/#, and read its ack and request/+ there (docs/mqtt.md, "
    "The broker)"
)


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


def rights(situation: Situation) -> Finding:
    """Whether it may speak and hear on its own topics; tried on those that no event goes by."""
    wanted = _configured(situation)
    if isinstance(wanted, Finding):
        return wanted
    configuration, settings = wanted
    own = (configuration.facility, configuration.device)
    remedy = RIGHTS.format(facility=own[0], device=own[1])
    answer = topics.topic(*own, topics.RESPONSE, NAME)
    echoes = {topics.topic(*own, topics.REQUEST, NAME): _request(), topics.topic(*own, topics.ACK): _foreign_ack()}
    with Visit(settings) as visit:
        visit.subscribe(echoes)
        if visit.say(answer, _response()) is False:
            return fail("the broker refuses messages on this device's own topics", remedy)
        taken = {topic: visit.say(topic, payload) for topic, payload in echoes.items()}
        if visit.lost:
            return fail("the broker ends the connection when this device speaks on its own topics", remedy)
        heard = {topic for topic, payload in visit.hear(HEAR_S, len(echoes)) if payload.decode() == echoes.get(topic)}
    deaf = [topic.rpartition(f"{own[1]}/")[2] for topic in echoes if topic not in heard and taken[topic] is not False]
    if deaf:
        return fail(f"it may not hear its own {' and '.join(deaf)}: the box cannot be acknowledged or asked", remedy)
    if len(heard) < len(echoes):
        return ok("may write its own topics; what it may hear could not be tried, since it may not write there")
    return ok("may write its own topics, and hears its own ack and request")


def apart(situation: Situation) -> Finding:
    """Whether the broker keeps it from another device's topics; a forbidden SUBSCRIBE is granted all the same."""
    wanted = _configured(situation)
    if isinstance(wanted, Finding):
        return wanted
    configuration, settings = wanted
    other = NAME if configuration.device != NAME else f"{NAME}-2"
    topic = topics.topic(configuration.facility, other, topics.REQUEST, NAME)
    with Visit(settings) as visit:
        visit.subscribe([topic])
        taken = visit.say(topic, _request())
        heard = visit.hear(0.5 * HEAR_S, 1) if taken is not False else []
        taken = False if visit.lost else taken
    remedy = "give each device a user of its own, and an access list that keeps them apart (docs/mqtt.md, The broker)"
    if heard:
        return warn("it can speak and hear in another device's name: so can whoever steals it", remedy)
    if taken is False:
        return ok("the broker refuses it another device's topics")
    if settings.protocol == "5":
        return warn("it can speak in another device's name: so can whoever steals it", remedy)
    return ok("it hears nothing of another device (whether it may speak there, MQTT 3.1.1 does not tell)")


def consumer(situation: Situation) -> Finding:
    """Whether the one who acknowledges is there, as far as can be told from here."""
    wanted = _configured(situation)
    if isinstance(wanted, Finding):
        return wanted
    configuration, settings = wanted
    who = configuration.broker.consumer
    if who is None:
        return ok("none is named: the broker's own confirmation counts")
    with Visit(settings) as visit:
        visit.subscribe([topics.topic(configuration.facility, configuration.device, topics.ACK)])
        heard = any(_consumer_of(payload) == who for _, payload in visit.hear(HEAR_S))
    if heard:
        return ok(f"{who} acknowledges")
    waiting = _waiting(configuration.data_dir / "outbox.sqlite")
    if waiting is None:
        return skipped(f"{who} was not heard, and there is no outbox to ask: nothing has been sent yet")
    if waiting == 0:
        return ok(f"{who} has acknowledged everything", waiting_events=0.0)
    return warn(
        f"{waiting} event{'s' * (waiting != 1)} wait for {who}, of whom nothing was heard in {HEAR_S:.0f} s",
        "is the recommender running, and called so? While the agent is stopped they wait, as they should",
        waiting_events=float(waiting),
    )


def _settings(situation: Situation) -> BrokerSettings | Finding:
    reading = situation.reading
    if reading is None:
        return NOT_ASKED
    if reading.broker is None:
        return NO_BROKER
    return box.broker_of(box.UNCONFIGURED.model_copy(update={"broker": reading.broker}))


def _configured(situation: Situation) -> tuple[Configuration, BrokerSettings] | Finding:
    configuration = situation.configuration
    if configuration is None:
        return NOT_ASKED if situation.reading is None else BROKEN
    return configuration, box.broker_of(configuration)


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


def _request() -> str:
    """A request that no device knows: a running agent answers that it does not, and does nothing."""
    return json.dumps({"schema": "care/request/1", "transaction": f"{NAME}-{secrets.token_hex(6)}"})


def _foreign_ack() -> str:
    """An acknowledgement of nothing, by a consumer whom no device heeds."""
    ack = Ack(consumer=NAME, boot_id=secrets.token_hex(8), lane=Lane.ROUTINE, upto=0)
    return ack.model_dump_json(by_alias=True)


def _response() -> str:
    """An answer that nobody waits for."""
    response = Response(
        schema="care/response/1",
        boot_id=secrets.token_hex(8),
        transaction=None,
        request=NAME,
        result=Result.DONE,
        text="edge-agent doctor tries whether it may speak here",
        until=None,
    )
    return response.model_dump_json(by_alias=True)


def _consumer_of(payload: bytes) -> str | None:
    try:
        body = json.loads(payload)
    except (ValueError, RecursionError):
        return None
    return body.get("consumer") if isinstance(body, dict) else None


def _waiting(path: Path) -> int | None:
    """Events in the outbox, which is only read; None where there is none."""
    if not path.exists():
        return None
    try:
        db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=1.0)
    except sqlite3.Error:
        return None
    try:
        (count,) = db.execute("SELECT count(*) FROM entries").fetchone()
    except sqlite3.Error:
        return None
    finally:
        db.close()
    return int(count)
