"""What the device is asked, and what it answers."""

from __future__ import annotations

import json
import re
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from edge_agent.messages.decode import MessageError, decode_as
from edge_agent.messages.request import Acknowledge, Config, Pause, Rebirth, Response, Result, Resume, SelfTest
from edge_agent.messages.stamp import utc_text
from edge_agent.mqtt.present import Present, Seen
from edge_agent.mqtt.unheard import Unheard
from edge_agent.pause import PauseRefusedError, Pauses, UnknownCameraError
from edge_agent.pushes import Pushes
from edge_agent.runtime.clock import Clock, utc_of
from firmware_config.bundle.pushed import Push
from firmware_config.bundle.refused import RefusedError

REMEMBERED = 64
"""Answers kept, so that a transaction that comes twice is done once. [C]"""
LATE_S = 60.0
"""A pause or resume that was sent longer ago is refused, where its sender says when that was. [C]"""


@dataclass(frozen=True, slots=True)
class Commands:
    """What requests can do beyond the messages themselves."""

    pauses: Pauses
    self_test: Callable[[], str]
    """Says in words whether the device can do its work; called in the publisher's thread, so it must not wait."""
    pushes: Pushes | None = None
    """None for a device whose configuration nobody can change from afar."""


@dataclass(frozen=True, slots=True)
class _Answer:
    transaction: str
    result: Result
    text: str
    until: str | None = None


class Requests:
    """Does what a request asks, and says how it ended."""

    def __init__(
        self,
        boot_id: str,
        present: Present,
        unheard: Unheard,
        commands: Commands | None,
        clock: Clock,
        acknowledged_s: float,
    ) -> None:
        """Prepare.

        Args:
            boot_id: of this run.
            present: asked for open incidents, and told who has seen to them.
            unheard: told as well: a person knows.
            commands: None for a device that can only speak.
            clock: of this machine.
            acknowledged_s: how long an acknowledgement is shown.
        """
        self._boot_id = boot_id
        self._present = present
        self._unheard = unheard
        self._commands = commands
        self._clock = clock
        self._acknowledged_s = acknowledged_s
        self._pushes = None if commands is None else commands.pushes
        self._answered: OrderedDict[tuple[str, str], Response] = OrderedDict()
        self._handlers: Mapping[str, Callable[[bytes], _Answer]] = {
            "acknowledge": self._acknowledge,
            "rebirth": self._rebirth,
            **({} if commands is None else _commanded(self._clock, self._present, commands)),
            **({} if self._pushes is None else {"config": partial(_config, self._pushes)}),
        }

    def answer(self, name: str, payload: bytes) -> Response:
        """Do a request, once for each transaction.

        Args:
            name: as in the topic.
            payload: as it came.
        """
        transaction = _transaction(payload)
        before = None if transaction is None else self._answered.get((name, transaction))
        if before is not None:
            return before
        response = self._done(name, payload, transaction)
        if transaction is not None and response.result is not Result.ACCEPTED:
            self._answered[name, transaction] = response
            if len(self._answered) > REMEMBERED:
                self._answered.popitem(last=False)
        return response

    def owed(self) -> tuple[Response, ...]:
        """Answers to what took its time; each is owed until `told`."""
        answers = () if self._pushes is None else self._pushes.owed()
        return tuple(self._response("config", each.transaction, each.result, each.text) for each in answers)

    def told(self, transaction: str) -> None:
        """Note that the broker has an answer that was owed."""
        if self._pushes is not None:
            self._pushes.told(transaction)

    def _done(self, name: str, payload: bytes, transaction: str | None) -> Response:
        handler = self._handlers.get(name)
        if handler is None:
            known = ", ".join(sorted(self._handlers))
            return self._response(name, transaction, Result.UNSUPPORTED, f"this device knows: {known}")
        try:
            answer = handler(payload)
        except MessageError as error:
            return self._response(name, transaction, Result.INVALID, str(error))
        except UnknownCameraError as error:
            return self._response(name, transaction, Result.NOT_FOUND, str(error))
        except (PauseRefusedError, RefusedError) as error:
            return self._response(name, transaction, Result.REFUSED, str(error))
        return self._response(name, answer.transaction, answer.result, answer.text, answer.until)

    def _response(
        self, name: str, transaction: str | None, result: Result, text: str, until: str | None = None
    ) -> Response:
        return Response(
            schema="care/response/1",
            boot_id=self._boot_id,
            transaction=transaction,
            request=name,
            result=result,
            text=text,
            until=until,
        )

    def _rebirth(self, payload: bytes) -> _Answer:
        request = decode_as(Rebirth, payload)
        self._present.all_again()
        return _Answer(request.transaction, Result.DONE, "availability, info, health and state are sent again")

    def _acknowledge(self, payload: bytes) -> _Answer:
        request = decode_as(Acknowledge, payload)
        seen = Seen(utc_text(self._clock.utc()), self._clock.monotonic() + self._acknowledged_s)
        heard = self._unheard.attended(request.incident_id)
        if self._present.acknowledge(request.incident_id, seen):
            return _Answer(request.transaction, Result.DONE, "shown in state; it silences nothing here and lapses")
        if heard:
            return _Answer(request.transaction, Result.DONE, "no longer open; the fail-safe calls no more for it")
        return _Answer(request.transaction, Result.NOT_FOUND, "no such incident is open")


def _commanded(clock: Clock, present: Present, commands: Commands) -> Mapping[str, Callable[[bytes], _Answer]]:
    def pause(payload: bytes) -> _Answer:
        request = decode_as(Pause, payload)
        _check_age(request.sent_at, clock)
        given = commands.pauses.request(request.cameras, request.for_s, present.unattended_falls())
        seconds = given.until - clock.monotonic()
        text = f"paused for {seconds:.0f} s; it can be resumed at any time"
        return _Answer(request.transaction, Result.DONE, text, utc_text(utc_of(clock, given.until)))

    def resume(payload: bytes) -> _Answer:
        request = decode_as(Resume, payload)
        _check_age(request.sent_at, clock)
        were = commands.pauses.resume(request.cameras)
        return _Answer(request.transaction, Result.DONE, "watching again" if were else "nothing was paused")

    def self_test(payload: bytes) -> _Answer:
        request = decode_as(SelfTest, payload)
        return _Answer(request.transaction, Result.DONE, commands.self_test())

    return {"pause": pause, "resume": resume, "self-test": self_test}


def _config(pushes: Pushes, payload: bytes) -> _Answer:
    request = decode_as(Config, payload)
    renewed = None if request.certificate is None else request.certificate.encode()
    push = Push(request.manifest.encode(), bytes.fromhex(request.signature), request.configuration.encode(), renewed)
    result, text = pushes.offer(push, request.transaction)
    return _Answer(request.transaction, result, text)


def _check_age(sent_at: str | None, clock: Clock) -> None:
    """Refuse what was held up on its way, as far as that can be told."""
    if sent_at is None or not clock.synchronised():
        return
    try:
        age_s = (clock.utc() - datetime.fromisoformat(sent_at)).total_seconds()
    except ValueError:
        raise MessageError("sent_at: no such date") from None
    if age_s > LATE_S:
        raise PauseRefusedError(f"it was sent {age_s:.0f} s ago: ask again")


def _transaction(payload: bytes) -> str | None:
    """The transaction of a request, also of one that is otherwise not understood, where it can be read."""
    try:
        body = json.loads(payload)
    except (ValueError, RecursionError):
        return None
    found = body.get("transaction") if isinstance(body, dict) else None
    return found if isinstance(found, str) and re.fullmatch(r"[A-Za-z0-9-]{1,64}", found) else None
