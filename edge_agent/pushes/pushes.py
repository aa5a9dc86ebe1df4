"""Configurations that come over the network: checked in the publisher's thread, tried by the main one."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from fnmatch import fnmatch
from pathlib import Path

from pydantic import ValidationError

from edge_agent.messages.request import Result
from edge_agent.pushes import trial as trials
from edge_agent.pushes.record import Answer, Record
from edge_agent.pushes.trial import Trial, TrialLimits, Verdict
from edge_agent.runtime.clock import Clock
from firmware_config.bundle import contents
from firmware_config.bundle.pushed import Held, Push, is_fresh, pushed
from firmware_config.bundle.refused import Fault, RefusedError
from firmware_config.bundle.usable import paths_in
from firmware_config.bundle.verify import Expected
from firmware_config.disk import Disk, Files, replace_file
from firmware_config.schema import Configuration

log = logging.getLogger(__name__)

FILE = "pushed.json"
MOST_BYTES = 1024 * 1024
"""Of that file: two configurations of the most bytes, escaped, and the answers. [C]"""
CERTIFICATE = "pushed-{}.crt"
"""Of a generation."""
BROKER = "the broker"
ENDED = "It had not proven itself when the box started anew, or another configuration was loaded on it."


class Pushes:
    """One a process; it outlives the agents that are built from its configurations."""

    def __init__(
        self,
        path: Path,
        clock: Clock,
        wake: Callable[[], None],
        limits: TrialLimits | None = None,
        files: Files | None = None,
    ) -> None:
        """Prepare.

        Args:
            path: of the configuration that a card brought; the facility's key lies beside it.
            clock: of this machine.
            wake: called from any thread when the main one has something to do.
            limits: how long a box is given to prove itself.
            files: this machine's.
        """
        self._path = path
        self._clock = clock
        self._wake = wake
        self._limits = limits or TrialLimits()
        self._files = files or Disk()
        self._lock = threading.Lock()
        self._record = Record()
        self._carried: Configuration | None = None
        self._used: Configuration | None = None
        self._next: Configuration | None = None
        self._before: Configuration | None = None
        self._trial: Trial | None = None

    # --- the main thread ---

    def in_use(self, carried: Configuration) -> Configuration:
        """What the box is to run with: the last good push, where that is newer than what its card brought.

        A trial that was under way is given up: a box that starts anew has not proven itself.

        Args:
            carried: as the card brought it, or a person wrote it.
        """
        with self._lock:
            if self._carried is None:
                self._record = self._read(carried)
            self._carried = carried
            self._trial = self._next = None
            self._keep(self._record.given_up(ENDED))
            self._used = self._good(carried) or carried
            return self._used

    def take(self) -> Configuration | None:
        """What is to be put to use now, if anything is: a push to be tried, or the one to go back to."""
        with self._lock:
            wanted, self._next = self._next, None
            return wanted

    def tried(self, before: Configuration, well: frozenset[str], now: Configuration, refused: str | None) -> None:
        """Begin the trial of what `take` gave; nothing where that was the way back.

        Args:
            before: the configuration until now.
            well: cameras, and the broker, that were well under it.
            now: the configuration in use.
            refused: why it is not the one that was to be tried.
        """
        with self._lock:
            if self._record.trying is None:
                self._used = now
                return
            if now is before or refused is not None:
                self._give_up(f"The box cannot run with the new configuration: {refused}.")
                return
            owed = trials.owed(_parts(now), _parts(before), well)
            self._before, self._used = before, now
            self._trial = Trial(self._clock.monotonic(), owed)

    def look(self, well: frozenset[str]) -> None:
        """See how the trial stands.

        Args:
            well: cameras, and the broker, that are well.
        """
        with self._lock:
            if self._trial is None:
                return
            self._trial, verdict = trials.look(self._limits, self._trial, self._clock.monotonic(), well)
            if verdict is Verdict.KEEP and self._used is not None:
                self._trial = None
                self._tidy()
                self._keep(self._record.proven(f"generation {self._used.generation} is in use"))
                log.info("pushed configuration of generation %s has proven itself", self._used.generation)
            elif verdict is Verdict.GIVE_UP:
                missing = ", ".join(sorted(self._trial.owed - well)) or "none for long enough"
                self._give_up(f"Not well after {self._limits.limit_s:.0f} s with the new configuration: {missing}.")
                self._next = self._before
                self._wake()

    # --- the publisher's thread ---

    def offer(self, push: Push, transaction: str) -> tuple[Result, str]:
        """Check a push and have it tried.

        Raises:
            RefusedError: it is not taken; nothing has changed.
        """
        with self._lock:
            if (answer := self._record.answer(transaction)) is not None:
                return answer.result, answer.text
            if self._record.trying is not None:
                if self._record.trying.transaction == transaction:
                    return Result.ACCEPTED, "it is being tried"
                raise RefusedError(Fault.UNUSABLE, "Another configuration is being tried: wait for its answer.")
            carried, used = self._carried, self._used
            if carried is None or used is None:
                raise RefusedError(Fault.UNUSABLE, "The box is starting: push it again in a minute.")
            above = max(self._record.highest, carried.generation, used.generation)
            expected = Expected(self._key(), carried.facility, carried.device, above)
            manifest, configuration = pushed(push, expected, self._held(carried))
            if self._clock.synchronised():
                is_fresh(manifest, self._clock.utc())
            if not self._keep(self._record.begun(push, transaction, manifest.generation)):
                raise RefusedError(Fault.UNUSABLE, "The box cannot keep it: is its disk full or broken?")
            try:
                self._next = self._with_certificate(configuration, push)
            except OSError as fault:
                self._keep(self._record.given_up(f"The box cannot keep its certificate: {fault.strerror}."))
                raise RefusedError(Fault.UNUSABLE, "The box cannot keep it: is its disk full or broken?") from None
        log.info("pushed configuration of generation %s is tried (transaction %s)", manifest.generation, transaction)
        self._wake()
        most = self._limits.limit_s + self._limits.hold_s
        return Result.ACCEPTED, f"it is being tried; how that ended is said within {most:.0f} s"

    def owed(self) -> tuple[Answer, ...]:
        """Answers that the broker does not have yet."""
        return tuple(each for each in self._record.answers if not each.told)

    def told(self, transaction: str) -> None:
        """Note that the broker has an answer."""
        with self._lock:
            self._keep(self._record.told(transaction))

    # --- both, with the lock held ---

    def _give_up(self, why: str) -> None:
        self._trial = None
        self._keep(self._record.given_up(why))
        log.error("The pushed configuration is given up, the one before is used again: %s", why)

    def _good(self, carried: Configuration) -> Configuration | None:
        """The last good push, checked again; None where there is none, or the card brought a newer one."""
        if self._record.good is None:
            return None
        expected = Expected(self._key(), carried.facility, carried.device, carried.generation)
        try:
            push = self._record.good.push()
            return self._with_certificate(pushed(push, expected, self._held(carried))[1], push)
        except (RefusedError, OSError) as refused:
            log.warning("The configuration that was pushed last is used no more: %s", refused)
            self._keep(self._record.without_good())
            return None

    def _key(self) -> bytes | None:
        path = self._path.parent / contents.FACILITY_KEY
        try:
            return self._files.read(path, contents.LARGEST_BYTES) if self._files.is_file(path) else None
        except OSError:
            return None

    def _with_certificate(self, configuration: Configuration, push: Push) -> Configuration:
        """The configuration with the certificate that came with it, a file beside the outbox in place of the card's.

        Raises:
            OSError: the file cannot be written.
        """
        tls = configuration.broker.tls
        if push.certificate is None or tls is None or self._carried is None:
            return configuration
        path = self._carried.data_dir / CERTIFICATE.format(configuration.generation)
        if not self._files.is_file(path) or self._files.read(path, contents.LARGEST_BYTES) != push.certificate:
            replace_file(self._files, path, push.certificate)
        renewed = configuration.broker.model_copy(update={"tls": tls.model_copy(update={"certificate": path})})
        return configuration.model_copy(update={"broker": renewed})

    def _tidy(self) -> None:
        """Remove the certificates of configurations that are not in use any more."""
        if self._carried is None or self._used is None:
            return
        kept = CERTIFICATE.format(self._used.generation)
        for name in self._files.names(self._carried.data_dir):
            if fnmatch(name, CERTIFICATE.format("*")) and name != kept:
                self._files.remove(self._carried.data_dir / name)

    def _held(self, carried: Configuration) -> Held:
        """What the card brought: the credentials, and what its own certificate belongs to."""
        tls = carried.broker.tls
        return Held(
            self._credentials(carried),
            None if tls is None else self._content(tls.ca),
            None if tls is None or tls.key is None else self._content(tls.key),
        )

    def _content(self, path: Path) -> bytes | None:
        try:
            return self._files.read(path, contents.LARGEST_BYTES)
        except OSError:
            return None

    def _credentials(self, configuration: Configuration) -> frozenset[str]:
        """All that lie where the configuration names one."""
        folder, prefix = Path(contents.CREDENTIALS).parent, Path(contents.CREDENTIALS).name
        named = any(path.parent == folder for path in paths_in(configuration))
        names = self._files.names(folder) if named else []
        return frozenset(name.removeprefix(prefix) for name in names if name.startswith(prefix))

    def _read(self, carried: Configuration) -> Record:
        path = carried.data_dir / FILE
        if not self._files.is_file(path):
            return Record()
        try:
            return Record.model_validate_json(self._files.read(path, MOST_BYTES))
        except (OSError, ValidationError, ValueError):
            log.exception("%s is damaged: what was pushed before is forgotten", path)
            return Record(highest=carried.generation)

    def _keep(self, record: Record) -> bool:
        """Write what is new of the record; whether the disk has it."""
        if record == self._record or self._carried is None:
            return True
        try:
            replace_file(self._files, self._carried.data_dir / FILE, record.model_dump_json().encode(), 0o600)
        except OSError as fault:
            log.error("%s cannot be written: %s", FILE, fault.strerror)  # noqa: TRY400 - the line is for people
            if record.trying is not None and self._record.trying is None:
                return False
        self._record = record
        return True


def _parts(configuration: Configuration) -> frozenset[str]:
    return frozenset(camera.id for camera in configuration.cameras) | {BROKER}
