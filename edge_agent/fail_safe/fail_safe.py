"""The fail-safe at work: closes the contact and sounds the tone, and says so in the log."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from edge_agent.fail_safe.contact import Contact
from edge_agent.fail_safe.rules import FailSafeLimits, State, UnheardFall, step
from edge_agent.fail_safe.tone import Tone

log = logging.getLogger(__name__)

TRIED_S = 1.0
"""How long a trial closes the contact. [C]"""


class FailSafe:
    """Belongs to the main thread, and needs no other: not the broker, not the disk, not the publisher's progress."""

    def __init__(self, limits: FailSafeLimits, contact: Contact | None, tone: Tone | None) -> None:
        """Prepare; the contact is open.

        Args:
            limits: how patient.
            contact: to close, where there is one.
            tone: to sound, where there is one.
        """
        self._limits = limits
        self._contact = contact
        self._tone = tone
        self._state = State()
        self._closed = False
        self._fault: str | None = None

    @property
    def calling(self) -> bool:
        """Whether it calls now."""
        return self._state.began is not None

    @property
    def fault(self) -> str | None:
        """Why a call would not be heard, for people; None as far as is known."""
        return self._fault or (None if self._tone is None else self._tone.fault)

    def look(self, now: float, unheard: Sequence[UnheardFall]) -> None:
        """Call, or call no more; main calls it every half second.

        Args:
            now: monotonic seconds.
            unheard: the falls that wait (`Publisher.unheard_falls`).
        """
        before, self._state = self._state, step(self._limits, self._state, now, unheard)
        self._tell(before, now)
        if self.calling != self._closed:
            self._switch(close=self.calling)
        if self._tone is not None:
            if self.calling:
                self._tone.play(now)
            elif before.began is not None:
                self._tone.stop()

    def release(self) -> None:
        """Open the contact and be silent: the agent ends. What is unheard then calls again after the next start."""
        if self._tone is not None:
            self._tone.stop()
        if self._contact is not None:
            try:
                self._contact.release()
            except OSError as error:
                log.error("fail-safe: the contact cannot be released: %s", error)  # noqa: TRY400 - for people

    def _switch(self, *, close: bool) -> None:
        """Move the contact; tried again at each look until it works."""
        if self._contact is None:
            self._closed = close
            return
        try:
            if close:
                self._contact.close()
            else:
                self._contact.open()
        except OSError as error:
            fault = f"the contact cannot be {'closed' if close else 'opened'}: {error.strerror or error}"
            if fault != self._fault:
                log.error("fail-safe: %s", fault)  # noqa: TRY400 - the line is for people
            self._fault = fault
        else:
            self._closed, self._fault = close, None

    def _tell(self, before: State, now: float) -> None:
        how = "tone" if self._contact is None else "contact closed"
        new = [
            fall
            for fall in self._state.calling
            if before.called.get(fall.incident_id) != self._state.called[fall.incident_id]
        ]
        for fall in new:
            log.warning("fail-safe: %s for fall %s, unacknowledged for %.0f s", how, fall.incident_id, now - fall.at)
        if before.began is not None and not self.calling:
            log.warning(
                "fail-safe: %s, nothing is called out any more", "silent" if self._contact is None else "contact opened"
            )


def try_out(contact: Contact | None, tone: Tone | None, wait: Callable[[float], None]) -> tuple[str, ...]:
    """Close the contact for a second and sound one tone: for a person who stands beside it and asked for it.

    Args:
        contact: where there is one.
        tone: where there is one.
        wait: sleeps for some seconds.

    Returns:
        What did not work, for people. That nothing is listed does not say that anybody heard it.
    """
    faults = []
    if contact is not None:
        try:
            contact.close()
            wait(TRIED_S)
            contact.open()
        except OSError as error:
            faults.append(f"the contact cannot be moved: {error.strerror or error}")
    if tone is not None:
        fault = tone.test()
        if fault is not None:
            faults.append(fault)
    return tuple(faults)
