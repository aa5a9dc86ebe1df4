"""The sheet to print and to lock away, as text and as a page; no key is on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from html import escape
from textwrap import fill

from cryptography.hazmat.primitives import hashes

from firmware_config.facility.authority import Issued
from firmware_config.facility.model import Facility

KEEP = (
    "KEEP A COPY of the whole folder of this facility on a medium that lies in a safe, and renew it after each change. "
    "These two files cannot be made again:"
)
KEYS = (
    (
        "ca/ca.key",
        (
            "no box can be added, swapped or renewed, and none revoked. Boxes go on until their certificates end; then "
            "the facility is set up anew, each box with a new card."
        ),
        "they can pass for any box. Set the facility up anew, at once.",
    ),
    (
        "signing/signing.key",
        "no box takes a new configuration any more, but from a card written anew.",
        "they can configure any box whose card they hold, or that they reach through the broker. The same, at once.",
    ),
)
"""Each file, what follows if it is lost, and what if somebody stole it."""
LOCKED = "Both keys are locked by a passphrase. Write it here by hand: without it they are lost."
OPEN = "Neither key is locked by a passphrase: whoever has this folder can use them."
COLUMNS = 100
BY_HAND = ("copy lies at", "checked on", "by")


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is on it."""

    facts: tuple[tuple[str, str], ...]
    locked: bool


def sheet(facility: Facility, own: Issued, now: datetime, *, locked: bool) -> Sheet:
    """What to print of a facility; `now` is UTC."""
    fingerprint = own.certificate.fingerprint(hashes.SHA256()).hex(":").upper()
    facts = (
        ("facility", f"{facility.facility} {facility.name or ''}".strip()),
        ("made", f"{now:%Y-%m-%d %H:%M} UTC"),
        ("authority", f"SHA-256 {fingerprint[:47]}"),
        ("", fingerprint[48:]),
        ("valid until", f"{own.certificate.not_valid_after_utc:%Y-%m-%d}"),
    )
    return Sheet(facts, locked)


def text(made: Sheet) -> str:
    """For a terminal, or a printer that knows nothing else."""
    facts = "".join(f"{name:<12} {'        ' if not name else ''}{what}\n" for name, what in made.facts)
    keys = "".join(
        f"  {path}\n{_wrapped(f'If it is lost: {lost}')}\n{_wrapped(f'If somebody stole it: {stolen}')}\n\n"
        for path, lost, stolen in KEYS
    )
    passphrase = f"{LOCKED}\n\n  passphrase: {'_' * 60}\n" if made.locked else f"{OPEN}\n"
    return (
        f"RECOVERY SHEET - print it, lock it away\n\n{facts}\n{fill(KEEP, COLUMNS)}\n\n{keys}{passphrase}\n"
        + "   ".join(f"{name}: {'_' * 20}" for name in BY_HAND)
        + "\n"
    )


def _wrapped(sentence: str) -> str:
    return fill(sentence, COLUMNS, initial_indent=" " * 4, subsequent_indent=" " * 6)


HEAD = """\
<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Recovery sheet: {title}</title>
<style>
@page {{ size: A4; margin: 20mm }}
body {{ font: 11pt/1.4 sans-serif; max-width: 170mm; margin: auto }}
th, dt {{ text-align: left; font-weight: bold; padding-right: 6mm; vertical-align: top }}
code, td {{ font-family: monospace; overflow-wrap: anywhere }}
.hand {{ display: flex; gap: 4mm; margin-top: 10mm }}
.hand span {{ flex: 1; border-bottom: 0.3mm solid }}
</style></head><body>
"""


def page(made: Sheet) -> str:
    """One HTML page that needs nothing else, to print on A4."""
    facts = "".join(f"<tr><th>{escape(name)}</th><td>{escape(what)}</td></tr>\n" for name, what in made.facts)
    keys = "".join(
        f"<dt><code>{path}</code></dt><dd>If it is lost: {lost}</dd><dd>If somebody stole it: {stolen}</dd>\n"
        for path, lost, stolen in KEYS
    )
    passphrase = f"<p>{LOCKED if made.locked else OPEN}</p>\n{_line('passphrase') if made.locked else ''}"
    return (
        f"{HEAD.format(title=escape(made.facts[0][1]))}<h1>Recovery sheet</h1>\n<p>Print it, lock it away.</p>\n"
        f"<table>\n{facts}</table>\n<p>{KEEP}</p>\n<dl>\n{keys}</dl>\n{passphrase}"
        f"{''.join(map(_line, BY_HAND))}</body></html>\n"
    )


def _line(name: str) -> str:
    return f'<div class="hand">{name}<span></span></div>\n'
