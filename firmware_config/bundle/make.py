"""From the facility's folder on the installer's laptop to bundles, each of a generation greater than the last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import ValidationError

from firmware_config.bundle import build, card, contents
from firmware_config.bundle.manifest import MOST_GENERATIONS
from firmware_config.bundle.pushed import Held, Push, pushed, signed
from firmware_config.bundle.verify import Bundle, Expected
from firmware_config.disk import Disk, remove_tree, replace_file
from firmware_config.errors import Exit, InstallerError
from firmware_config.facility import keys, register
from firmware_config.facility.layout import Layout
from firmware_config.facility.model import Box, Facility, load
from firmware_config.load import read
from firmware_config.schema import Configuration
from firmware_config.system.adapters import ADAPTERS, FILES
from firmware_config.system.settings import System
from firmware_config.tree import NoTreeError, parse

GENERATION = "generation"
"""The file in a device's folder that remembers the last one."""
SYSTEM = "system.yaml"
MADE_BY = "make it with `edge-config init` and `edge-config add`"


@dataclass(frozen=True, slots=True)
class Workshop:
    """A facility's folder, and its key in memory."""

    layout: Layout
    facility: Facility
    key: Ed25519PrivateKey
    files: Disk
    revoked: frozenset[int]
    """Serial numbers of certificates."""

    def devices(self) -> list[str]:
        """All that the facility's file lists."""
        return [box.device for box in self.facility.rooms]

    def next_generation(self, device: str) -> int:
        """Greater than that of any bundle made here, and no smaller than the installer's own number.

        Raises:
            InstallerError: the number that was remembered is none.
            InvalidConfigurationError: the configuration cannot be used.
        """
        remembered = self.layout.device(device) / GENERATION
        text = remembered.read_text("ascii", "replace").strip() if remembered.exists() else "0"
        if not text.isdecimal() or int(text) >= MOST_GENERATIONS:
            raise InstallerError(
                f"{remembered} is no generation: write the number of the last bundle into it", Exit.INVALID
            )
        return max(int(text) + 1, read(self.layout.device(device) / contents.CONFIGURATION, Configuration).generation)

    def _use_generation(self, device: str) -> int:
        """The next one, remembered before anything is made with it."""
        generation = self.next_generation(device)
        replace_file(self.files, self.layout.device(device) / GENERATION, f"{generation}\n".encode())
        return generation

    def make(self, device: str, created_at: str, into: Path) -> Bundle:
        """Make one bundle and put it into `into`/<device>; its generation is used up even if that fails.

        Raises:
            InstallerError: something is missing, or no box would take it.
            OSError: a file cannot be read or written.
        """
        if device not in self.devices():
            raise InstallerError(f'there is no device "{device}" in {self.layout.facility}: {MADE_BY}')
        self._check_certificate(device)
        generation = self._use_generation(device)
        bundle = build.sealed(
            self.facility.facility, device, generation, created_at, self._gather(device, generation), self.key
        )
        place = into / device
        place.mkdir(parents=True, exist_ok=True)
        card.put(self.files, place, bundle.sealed)
        return bundle

    def _check_certificate(self, device: str) -> None:
        """A bundle that brings what the broker refuses would take a working box down."""
        certificate = keys.certificate(self.layout.device(device) / contents.CERTIFICATE)
        remedy = f"renew it first: edge-config rotate {self.layout.root} {device}"
        if certificate.serial_number in self.revoked:
            raise InstallerError(f"its certificate is revoked ({remedy})", Exit.INVALID)
        if certificate.not_valid_after_utc <= datetime.now(UTC):
            raise InstallerError(
                f"its certificate ended on {certificate.not_valid_after_utc:%Y-%m-%d} ({remedy})", Exit.INVALID
            )

    def push(self, device: str, now: datetime) -> Push:
        """The configuration in a device's folder, signed to be sent; its generation is used up even if that fails.

        Raises:
            InstallerError: something is missing, or no box would take it.
            InvalidConfigurationError: the configuration cannot be used.
            OSError: a file cannot be read or written.
        """
        generation = self._use_generation(device)
        text = _text(self.layout.device(device) / contents.CONFIGURATION)
        raw = build.with_generation(text, generation).encode()
        own = self.layout.device(device)
        certificate = _bytes(own / contents.CERTIFICATE)
        push = signed(self.facility.facility, device, generation, now, raw, self.key, certificate)
        held = Held(
            frozenset(self._gather(device, generation)), _bytes(self.layout.ca_certificate), _bytes(own / contents.KEY)
        )
        pushed(push, Expected(_bytes(self.layout.signing_public), self.facility.facility, device), held)
        return push

    def tell_system(self, device: str, form: str, into: Path) -> None:
        """Put what the box's own system is told beside its bundle; the device's own `system.yaml` goes first.

        Raises:
            InstallerError: it says what cannot be, or what the format cannot say.
            OSError: a file cannot be read or written.
        """
        (box,) = (box for box in self.facility.rooms if box.device == device)
        network, own = self.facility.network, self.layout.device(device) / SYSTEM
        said: dict[str, object] = {"time_zone": self.facility.time_zone, "ntp": network.ntp}
        if box.ip:
            said["static"] = {"address": box.ip, "gateway": network.gateway, "name_servers": network.dns}
        if box.link == "wifi" and network.wifi:
            said["wifi"] = network.wifi.model_dump()
        said |= _mapping(own) if own.exists() else {}
        _complete(box, said)
        try:
            system = System.model_validate({**said, "device": device})
        except ValidationError as invalid:
            fault = invalid.errors(include_url=False, include_input=False)[0]
            where = ".".join(str(part) for part in fault["loc"])
            told = f"{device}: {where}: {fault['msg']} (see `network` in facility.yaml, or its own {SYSTEM})"
            raise InstallerError(told, Exit.INVALID) from None
        texts = ADAPTERS[form](system)
        for name in FILES:
            remove_tree(self.files, into / device / name)
        for name, text in texts.items():
            replace_file(self.files, into / device / name, text.encode(), 0o600)

    def _gather(self, device: str, generation: int) -> dict[str, bytes]:
        own = self.layout.device(device)
        found = {
            name: self.files.read(own / name, known.most_bytes)
            for name in self.files.names(own)
            if (known := contents.content(name)) and self.files.is_file(own / name)
        }
        found[contents.CA] = _bytes(self.layout.ca_certificate)
        found[contents.FACILITY_KEY] = _bytes(self.layout.signing_public)
        configuration = _text(own / contents.CONFIGURATION)
        found[contents.CONFIGURATION] = build.with_generation(configuration, generation).encode()
        return found


def workshop(root: Path, passphrase: str | None = None) -> Workshop:
    """Open a facility's folder.

    Raises:
        InstallerError: it is none, or its key is locked or lost.
        InvalidConfigurationError: its file cannot be used.
    """
    facility, layout = load(root), Layout(root)
    if (root / SYSTEM).exists():
        raise InstallerError(f"{root / SYSTEM} is not read: say it under `network` in facility.yaml, and remove it")
    revoked = frozenset(serial for serial, _ in register.revoked(layout))
    return Workshop(layout, facility, keys.signing(layout, passphrase), Disk(), revoked)


def _complete(box: Box, said: dict[str, object]) -> None:
    """What a box needs, and `facility.yaml` need not say."""
    static = said.get("static")
    if isinstance(static, dict) and static.get("gateway") is None:
        raise InstallerError("it has a static address: say `network.gateway` in facility.yaml", Exit.INVALID)
    if box.link == "wifi" and "wifi" not in said:
        raise InstallerError(
            "it is linked by Wi-Fi: say `network.wifi: {ssid: ..., password: ..., country: ..}` in facility.yaml",
            Exit.INVALID,
        )


def _mapping(path: Path) -> dict[str, object]:
    try:
        data = parse(_text(path)).data
    except NoTreeError as none:
        raise InstallerError(f"{path} cannot be read: {none.flaw.what}", Exit.INVALID) from None
    if not isinstance(data, dict):
        raise InstallerError(f"{path} is no list of `key: value` lines", Exit.INVALID)
    return data


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise InstallerError(f"{path} is missing: {MADE_BY}") from None


def _text(path: Path) -> str:
    try:
        return _bytes(path).decode("utf-8")
    except UnicodeDecodeError:
        raise InstallerError(f"{path} is not UTF-8: save it as UTF-8", Exit.INVALID) from None
