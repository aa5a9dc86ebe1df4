"""The daemon: an agent as configured, another one when the configuration changes, and the end."""

from __future__ import annotations

import logging
import os
from dataclasses import replace
from pathlib import Path

from edge_agent.agent import Agent, Surroundings
from edge_agent.box import read_configuration
from edge_agent.errors import ConfigurationError, Exit, UserError
from edge_agent.pushes import Pushes
from edge_agent.runtime.board import Board
from edge_agent.runtime.clock import SystemClock
from edge_agent.runtime.memory import keep_in_memory
from edge_agent.runtime.signals import heeded
from edge_agent.runtime.watchdog import Notifier
from firmware_config.schema import Configuration

log = logging.getLogger(__name__)

GRACE_S = 10.0
"""For the acknowledgement of what was committed last. [C]"""
REBUILD_GRACE_S = 1.0
"""The same where the parts are only built anew: the outbox keeps the rest, and nobody watches meanwhile. [C]"""


def run(path: Path, *, until_done: bool, surroundings: Surroundings | None = None) -> int:
    """Run the daemon until a signal, a failure, or, with `until_done`, the end of all recordings.

    SIGHUP reads the configuration again: what can be is taken over at once, for the rest the parts are built anew, and
    one that cannot be used is refused while everything goes on as it was.

    Args:
        path: of the configuration.
        until_done: end by itself when nothing more is to come.
        surroundings: in which it runs; this machine's where None.

    Returns:
        0 after a wanted end; with `until_done` only when every event was acknowledged.

    Raises:
        UserError: it cannot be started, or a thread ended with one.
    """
    surroundings = surroundings or this_machine()
    with heeded() as signals:
        pushes = Pushes(path, surroundings.clock, signals.reload.set, surroundings.trial)
        surroundings = replace(surroundings, pushes=pushes)
        agent = Agent(pushes.in_use(read_configuration(path)), surroundings)
        agent.start()
        while True:
            agent.watch(signals, until_done=until_done)
            if signals.stop.is_set() or agent.failed or not signals.reload.is_set():
                return agent.shut_down(GRACE_S)
            signals.reload.clear()
            surroundings.notifier.reloading()
            before, well = agent.configuration, agent.well()
            pushed = pushes.take()
            wanted = pushed or _read_again(path, agent, pushes)
            if wanted is not None and not _taken_over(agent, wanted):
                code = agent.shut_down(REBUILD_GRACE_S)
                if code != Exit.OK:
                    return code
                agent = _anew(wanted, agent.configuration, surroundings)
            if pushed is not None:
                pushes.tried(before, well, agent.configuration, agent.refused)
            agent.ready()


def this_machine() -> Surroundings:
    """Its clock, board and service manager; from here on no picture of this process reaches a disk."""
    return Surroundings(SystemClock(), keep_in_memory(), Board(), Notifier(os.environ, os.getpid()))


def _read_again(path: Path, agent: Agent, pushes: Pushes) -> Configuration | None:
    """The configuration as it is now; None where it cannot be used, which `health` then says."""
    try:
        return pushes.in_use(read_configuration(path))
    except ConfigurationError as fault:
        _refuse(agent, fault)
        return None


def _taken_over(agent: Agent, wanted: Configuration) -> bool:
    """Whether nothing is left to be done: it is in use, or refused."""
    try:
        return agent.take_over(wanted)
    except UserError as fault:
        _refuse(agent, fault)
        return True


def _anew(wanted: Configuration, last_good: Configuration, surroundings: Surroundings) -> Agent:
    """An agent of the new configuration; of the last good one where that cannot be started."""
    try:
        agent = Agent(wanted, surroundings, last_good)
    except UserError as fault:
        agent = Agent(last_good, surroundings)
        _refuse(agent, fault)
    agent.start()
    return agent


def _refuse(agent: Agent, fault: UserError) -> None:
    log.error("The new configuration is refused, the one before stays: %s", fault)
    agent.refused = fault.problem
