"""`edge-config push`: give boxes that are at work the configuration in this folder."""

from __future__ import annotations

import argparse
import secrets
import time
from datetime import UTC, datetime
from pathlib import Path

from firmware_config.bundle.make import MADE_BY, Workshop, workshop
from firmware_config.commands.passphrase import add_option, passphrase
from firmware_config.errors import Exit, InstallerError
from firmware_config.facility.alone import alone_in_folder
from firmware_config.facility.conversation import Conversation
from firmware_config.load import InvalidConfigurationError

ANSWER_S = 130.0
"""A box tries a configuration for up to 100 s; the rest is for the network. [C]"""
LAST = {"done", "rolled_back", "refused", "invalid", "unsupported"}


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser("push", help="send boxes at work their new configuration over the broker")
    parser.add_argument("folder", type=Path, metavar="DIR", help="of the facility")
    parser.add_argument("devices", nargs="*", metavar="DEVICE", help="which")
    parser.add_argument("--all", action="store_true", help="every box, one after the other, until one fails")
    add_option(parser)
    parser.set_defaults(run=alone_in_folder(_run))


def _run(options: argparse.Namespace) -> int:
    shop = workshop(options.folder, passphrase(options))
    devices = shop.devices() if options.all else options.devices
    if not devices:
        raise InstallerError("name the boxes, or say --all" if shop.devices() else f"there is no device: {MADE_BY}")
    if unknown := sorted(set(devices) - set(shop.devices())):
        raise InstallerError(f"there is no device {', '.join(unknown)} in {shop.layout.facility}: {MADE_BY}")
    done = 0
    with Conversation(shop.layout, shop.facility, "config") as talk:
        for device in devices:
            result, text = _pushed(shop, talk, device)
            print(f"{device}: {result.replace('_', ' ')}: {text}", flush=True)
            done += result == "done"
            if options.all and result != "done":
                break  # what was wrong for one may be wrong for all
    print(f"{done} of {len(devices)} boxes have their new configuration")
    return Exit.DONE if done == len(devices) else Exit.REFUSED


def _pushed(shop: Workshop, talk: Conversation, device: str) -> tuple[str, str]:
    """How it ended for one box, and what it says."""
    try:
        push = shop.push(device, datetime.now(UTC))
    except (InstallerError, InvalidConfigurationError) as fault:
        return "not sent", str(fault)
    transaction = f"push-{secrets.token_hex(8)}"
    body: dict[str, object] = {
        "schema": "care/request/1",
        "transaction": transaction,
        "manifest": push.manifest.decode(),
        "signature": push.signature.hex(),
        "configuration": push.configuration.decode(),
        "certificate": None if push.certificate is None else push.certificate.decode(),
    }
    talk.ask(device, body)
    taken, end = False, time.monotonic() + ANSWER_S
    while (answer := talk.answer(end - time.monotonic())) is not None:
        if answer.device != device or answer.body.get("transaction") != transaction:
            continue
        result = str(answer.body.get("result"))
        if result in LAST:
            return result, str(answer.body.get("text"))
        taken = True
    return "unknown", "it took it and fell silent: look at it" if taken else "it does not answer: is it online?"
