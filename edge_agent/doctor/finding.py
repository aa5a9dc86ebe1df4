"""What one check found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Verdict(StrEnum):
    """How one check ended."""

    OK = "ok"
    WARN = "warn"
    """The box works, less well or less safely than it could."""
    FAIL = "fail"
    """Something the box is for does not work."""
    SKIPPED = "skipped"
    """It could not be asked; the finding says why."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One check's answer, for the person who installs the box."""

    verdict: Verdict
    said: str
    """One sentence, without a full stop."""
    remedy: str = ""
    """What to do next; never empty where the verdict is `warn` or `fail`."""
    details: tuple[str, ...] = ()
    """One line each, where one sentence is not enough."""
    measured: Mapping[str, float] = field(default_factory=dict)
    """Numbers by name; the name ends in the unit: `write_ms`."""


def ok(said: str, *details: str, **measured: float) -> Finding:
    """All is well."""
    return Finding(Verdict.OK, said, details=details, measured=measured)


def warn(said: str, remedy: str, *details: str, **measured: float) -> Finding:
    """It works, and should be looked at."""
    return Finding(Verdict.WARN, said, remedy, details, measured)


def fail(said: str, remedy: str, *details: str, **measured: float) -> Finding:
    """It does not work."""
    return Finding(Verdict.FAIL, said, remedy, details, measured)


def skipped(said: str, remedy: str = "") -> Finding:
    """It could not be asked."""
    return Finding(Verdict.SKIPPED, said, remedy)


def failed(sentence: str) -> Finding:
    """A fault as our own errors word it: what is wrong, and in brackets at its end what to do about it.

    >>> failed("Nothing listens at box:1883 (check broker.port).").remedy
    'check broker.port'
    """
    said, bracket, remedy = sentence.removesuffix(".").removesuffix(")").rpartition(" (")
    return fail(said, remedy) if bracket else fail(sentence, "run it again with --debug, and report what it prints")
