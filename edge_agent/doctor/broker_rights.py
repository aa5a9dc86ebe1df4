"""What the broker allows this device, and whether anybody acknowledges; tried on topics that no event goes by."""

from __future__ import annotations

import json
import secrets
import sqlite3
from pathlib import Path

from edge_agent import box
from edge_agent.doctor.configuration import BROKEN, NOT_ASKED
from edge_agent.doctor.finding import Finding, fail, ok, skipped, warn
from edge_agent.doctor.situation import Situation
from edge_agent.doctor.visit import Visit
from edge_agent.messages import topics
from edge_agent.messages.ack import Ack
from edge_agent.messages.envelope import Lane
from edge_agent.messages.request import Response, Result
from edge_agent.mqtt.settings import BrokerSettings
from firmware_config.schema import Configuration

HEAR_S = 2.0
"""For a message to come back by the broker. [C]"""
NAME = "doctor"
"""Of the request and response it speaks on, of the `ack` consumer it claims to be, and of the device it must not be."""
RIGHTS = (
    "let this device's user write care/v1/{facility}/{device}/#, and read its ack and request/+ there (docs/mqtt.md, "
    "The broker)"
)


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


def _configured(situation: Situation) -> tuple[Configuration, BrokerSettings] | Finding:
    configuration = situation.configuration
    if configuration is None:
        return NOT_ASKED if situation.reading is None else BROKEN
    return configuration, box.broker_of(configuration)


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
