"""The publisher's thread: owner of the outbox and of everything that is sent."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from queue import Empty, SimpleQueue

from edge_agent.fail_safe.rules import UnheardFall
from edge_agent.messages import topics
from edge_agent.messages.ack import Ack
from edge_agent.messages.availability import Availability
from edge_agent.messages.decode import MessageError, decode_as
from edge_agent.messages.draft import Draft
from edge_agent.messages.egress import EgressError, permit
from edge_agent.messages.encode import Context
from edge_agent.messages.envelope import Lane
from edge_agent.messages.request import Result
from edge_agent.messages.stamp import utc_text
from edge_agent.mqtt.delivery import Delivery
from edge_agent.mqtt.present import Present
from edge_agent.mqtt.requests import Commands, Requests
from edge_agent.mqtt.session import Session
from edge_agent.mqtt.settings import BrokerSettings, DeliverySettings
from edge_agent.mqtt.signals import Confirmed, Connected, Died, Lost, Received, Signal
from edge_agent.mqtt.traffic import Outgoing, Traffic
from edge_agent.mqtt.unheard import Unheard, waiting_alarms
from edge_agent.outbox import Counts, DiskFullError, Outbox
from edge_agent.runtime.clock import Clock

LOG = logging.getLogger(__name__)

TURN_S = 0.2
"""How long a turn waits for something to do. [C]"""
GOODBYE_S = 2.0
"""How long the broker is given to confirm `offline` at the end. [C]"""
HELD_MOST = 10_000
"""Drafts kept in memory while the disk is full; a week of one camera's minutes. Beyond, the agent gives up. [C]"""


def _nothing() -> None:
    """Nobody watches over the network thread."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Everything put before is to be committed; then the agent ends."""

    grace_s: float
    """For acknowledgements that are still out."""


@dataclass(frozen=True, slots=True)
class Status:
    """How the publisher stands, for health and for whoever waits for the end."""

    connected: bool
    fault: str | None
    """Why there is no connection, or why nothing can be stored; for people."""
    counts: Counts
    idle: bool
    """Everything put has been committed and acknowledged, gaps too."""
    falls: frozenset[str] = frozenset()
    """Cameras with an open fall that nobody has acknowledged of late."""


class Publisher:
    """Commits what is put, sends it until it is acknowledged, and keeps the retained present.

    `put`, `stop`, `status` and `unheard_falls` may be called from any thread; `run` is the body of the publisher's own,
    which owns the outbox from then on and closes it at the end.
    """

    def __init__(
        self,
        outbox: Outbox,
        context: Context,
        broker: BrokerSettings,
        delivery: DeliverySettings,
        clock: Clock,
        beat: Callable[[], None],
        commands: Commands | None = None,
        network_beat: Callable[[], None] = _nothing,
    ) -> None:
        """Prepare; nothing is sent before `run`.

        Args:
            outbox: opened with this clock's monotonic seconds.
            context: names this device and boot.
            broker: where to send.
            delivery: what counts as delivered.
            clock: of this machine.
            beat: called at each turn, broker or not: the thread is alive and the outbox was served.
            commands: what requests can do; None for a device that can only speak.
            network_beat: called by the network thread at each turn and after each attempt.
        """
        self._outbox = outbox
        self._context = context
        self._settings = delivery
        self._clock = clock
        self._beat = beat
        self._inbox: SimpleQueue[Draft | Signal | Stop] = SimpleQueue()
        self._session = Session(
            broker,
            f"{context.facility}-{context.device}",
            context.topic(topics.AVAILABILITY),
            self._inbox.put,
            network_beat,
        )
        self._delivery = Delivery(outbox, context.boot_id, delivery.window, delivery.resend_s)
        self._present = Present()
        self._unheard = Unheard(waiting_alarms(outbox))
        self._requests = Requests(
            context.boot_id, self._present, self._unheard, commands, clock, delivery.acknowledged_s
        )
        self._drafts: list[Draft] = []
        self._acks: dict[tuple[str, Lane], int] = {}
        self._traffic = Traffic(delivery.window, delivery.stalled_s)
        self._first: deque[Outgoing] = deque()
        self._answering: set[str] = set()
        self._fault: str | None = "The broker has not been dialled yet."
        self._full: str | None = None
        self._ends_s: float | None = None
        self._counting = threading.Lock()
        self._put = 0
        self._taken = 0
        self._status = (Status(connected=False, fault=self._fault, counts=outbox.counts(), idle=True), 0)

    def put(self, draft: Draft) -> None:
        """Hand over a draft; never blocks."""
        self._unheard.put(draft, self._clock.monotonic())
        with self._counting:
            self._put += 1
        self._inbox.put(draft)

    def stop(self, grace_s: float) -> None:
        """Commit what was put, wait at most `grace_s` for its acknowledgement, say good-bye; `run` then returns."""
        self._inbox.put(Stop(grace_s))

    def status(self) -> Status:
        """As of the last turn; idle only if nothing was put since."""
        status, taken = self._status
        return status if taken == self._put else replace(status, idle=False)

    def unheard_falls(self) -> tuple[UnheardFall, ...]:
        """Confirmed falls that nobody's system has acknowledged, oldest first; true even while `run` hangs."""
        return self._unheard.falls(self._clock.monotonic())

    def run(self) -> None:
        """Serve the outbox until `stop`.

        Raises:
            StorageError: the outbox cannot be written any more.
        """
        network = threading.Thread(target=self._network, name="mqtt", daemon=True)
        network.start()
        try:
            while not self._finished():
                self._turn()
            self._say_goodbye()
        finally:
            self._session.stop()
            self._traffic.cut()
            network.join(GOODBYE_S)
            self._outbox.close()

    def _network(self) -> None:
        try:
            self._session.run()
        except BaseException as error:
            self._inbox.put(Died(error))
            raise

    def _finished(self) -> bool:
        if self._ends_s is None:
            return False
        return self._status[0].idle or self._clock.monotonic() >= self._ends_s

    def _turn(self) -> None:
        """Take what has come, commit it, send what is due."""
        self._take()
        self._commit()
        self._forget()
        self._present.lapse(self._clock.monotonic())
        self._send()
        idle = not self._drafts and not self._acks and not any(self._outbox.pending(lane, 1) for lane in Lane)
        fault = self._full or self._fault
        falls = self._present.unattended_falls()
        self._status = (Status(self._traffic.connected, fault, self._outbox.counts(), idle, falls), self._taken)
        self._beat()

    def _take(self) -> None:
        """Wait a little for something, then take all there is: one commit for many."""
        try:
            self._handle(self._inbox.get(timeout=TURN_S))
            for _ in range(self._inbox.qsize()):
                self._handle(self._inbox.get_nowait())
        except Empty:
            pass

    def _handle(self, item: Draft | Signal | Stop) -> None:
        self._taken += isinstance(item, Draft)
        match item:
            case Draft() if not self._permitted(item):
                pass
            case Draft(lane=None):
                self._present.take(item)
            case Draft():
                self._drafts.append(item)
            case Stop():
                self._ends_s = self._clock.monotonic() + item.grace_s
            case Connected():
                self._welcome(item)
            case Lost():
                self._traffic.end()
                self._fault = item.fault
            case Confirmed():
                self._confirm(item)
            case Received():
                self._receive(item)
            case Died():
                raise RuntimeError("the network thread ended") from item.error

    def _welcome(self, connected: Connected) -> None:
        """Be born again: subscriptions, availability, the present, then the outbox."""
        self._fault = None
        self._traffic.begin(connected.link, connected.window, self._clock.monotonic())
        self._delivery.reconnected()
        if self._settings.consumer is not None:
            connected.link.subscribe(self._context.topic(topics.ACK))
        connected.link.subscribe(topics.every_request(self._context.facility, self._context.device))
        if self._settings.birth is not None:
            connected.link.subscribe(self._settings.birth)
        self._first.clear()
        self._answering.clear()
        self._first.append(self._availability(Availability.ONLINE))
        self._present.all_again()

    def _availability(self, word: Availability) -> Outgoing:
        return Outgoing(self._context.topic(topics.AVAILABILITY), word.value, retain=True)

    def _confirm(self, confirmed: Confirmed) -> None:
        message = self._traffic.confirmed(confirmed.mid, self._clock.monotonic())
        if message is not None and confirmed.accepted:
            if message.entry is not None and self._settings.consumer is None:
                self._delivery.confirm(message.entry)
            if message.answers is not None:
                self._requests.told(message.answers)
        if not confirmed.accepted:
            LOG.warning("The broker did not take a message (check its access list and quotas).")

    def _receive(self, received: Received) -> None:
        """Read an acknowledgement or a request; what is retained was not meant for this moment."""
        if received.retained:
            return
        if received.topic == self._settings.birth:
            if received.payload == b"online":
                self._present.all_again()
            return
        try:
            topic = topics.parse(received.topic)
        except topics.TopicError:
            return  # a request with a name that is none cannot be answered
        if topic.kind == topics.ACK:
            self._take_ack(received.payload)
        elif topic.name is not None:
            self._answer(topic.name, received.payload)

    def _take_ack(self, payload: bytes) -> None:
        try:
            ack = decode_as(Ack, payload)
        except MessageError as error:
            LOG.warning("An acknowledgement was not understood (%s).", error)
            return
        if ack.consumer == self._settings.consumer:
            key = (ack.boot_id, ack.lane)
            self._acks[key] = max(ack.upto, self._acks.get(key, 0))

    def _answer(self, name: str, payload: bytes) -> None:
        response = self._requests.answer(name, payload)
        if name == "rebirth" and response.result is Result.DONE:
            self._first.append(self._availability(Availability.ONLINE))
        self._first.append(Outgoing(self._reply(name), response.to_json()))

    def _reply(self, name: str) -> str:
        return topics.topic(self._context.facility, self._context.device, topics.RESPONSE, name)

    def _answer_late(self) -> None:
        """Say how what took its time has ended, on each connection until the broker has it."""
        for response in self._requests.owed():
            if response.transaction is not None and response.transaction not in self._answering:
                self._answering.add(response.transaction)
                said = Outgoing(self._reply(response.request), response.to_json(), answers=response.transaction)
                self._first.append(said)

    def _commit(self) -> None:
        """Store what has come; while the disk is full, keep it and try again at the next turn."""
        if not self._drafts:
            return
        try:
            entries = self._outbox.append(self._context.boot_id, self._drafts, self._clock.monotonic(), self._utc())
        except DiskFullError as full:
            if self._full is None:
                LOG.error("%s", full)  # noqa: TRY400 - the line is for people
            self._full = str(full)
            if len(self._drafts) > HELD_MOST:
                raise
        else:
            self._unheard.stored(self._drafts, entries)
            self._drafts.clear()
            self._full = None

    def _permitted(self, draft: Draft) -> bool:
        """Whether a draft may leave; one that may not is a fault of ours that must not end the watching."""
        try:
            permit(draft, self._context.device, self._context.boot_id)
        except EgressError as error:
            LOG.error("A message was refused at the gate and not sent: %s (please report it)", error)  # noqa: TRY400 - the line is for people
            return False
        return True

    def _forget(self) -> None:
        """Let the outbox forget what is delivered."""
        if self._settings.consumer is None:
            self._acks = self._delivery.watermarks() | self._acks
        if not self._acks:
            return
        self._unheard.settled(self._acks)
        try:
            self._outbox.acknowledge(self._acks, self._utc())
        except DiskFullError:
            return  # forgetting waits for room, too
        self._acks.clear()

    def _send(self) -> None:
        """Send what there is room for: availability and answers, the present, events."""
        now = self._clock.monotonic()
        self._traffic.cut_if_stalled(now)
        if self._traffic.connected:
            self._answer_late()
        while self._first and self._traffic.send(self._first[0], now):
            self._first.popleft()
        if self._first or not self._traffic.connected:
            return
        for kind, topic, payload in self._present.unsent():
            if self._traffic.send(Outgoing(topic, payload, retain=True), now):
                self._present.sent(kind)
        for entry, body in self._delivery.due(now):
            if not self._traffic.send(Outgoing(entry.topic, body, entry=entry), now):
                return
            self._delivery.sent(entry, now)

    def _say_goodbye(self) -> None:
        """Give the last answers and leave `offline` behind: the will would say it too, but a wanted end is no crash."""
        self._session.stop()
        until = self._clock.monotonic() + GOODBYE_S
        self._first.append(self._availability(Availability.OFFLINE))
        while self._traffic.connected and self._clock.monotonic() < until and not self._said_offline():
            self._take()
            self._commit()
            self._forget()
        self._traffic.leave()

    def _said_offline(self) -> bool:
        while self._first and self._traffic.send(self._first[0], self._clock.monotonic()):
            self._first.popleft()
        return not self._first and self._traffic.quiet

    def _utc(self) -> str:
        return utc_text(self._clock.utc())
