"""Boxes: their configuration as it is first written, their certificates, and how they come into the facility."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography import x509
from pydantic import ValidationError

from firmware_config.emit import emit
from firmware_config.errors import Exit, InstallerError
from firmware_config.facility import adding, authority, found, keys, model, register
from firmware_config.facility.authority import Issued
from firmware_config.facility.layout import SECRET, Layout, write
from firmware_config.facility.model import Box, Facility
from firmware_config.facility.rooms import Room
from firmware_config.load import load, text_of
from firmware_config.schema import Configuration
from firmware_config.tree import parse

CREDENTIALS = "/run/credentials/edge-agent.service/secret_"
"""Where systemd hands the agent its files (docs/security.md)."""
SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"
"""Of a generated id: none that is taken for another."""


def new_id(used: Iterable[str]) -> str:
    """An id that nobody has or had."""
    taken = frozenset(used)
    while (made := f"box-{''.join(secrets.choice(SIGNS) for _ in range(6))}") in taken:
        pass
    return made


def configuration(facility: Facility, device: str, room: Room) -> dict[str, Any]:
    """What a box is first told.

    Raises:
        InstallerError: the camera's address is none.
    """
    camera: dict[str, Any] = {"id": "cam-1", "room": room.room, "source": _source(facility, room)}
    if len(room.subjects) == 1:
        camera["subject"] = room.subjects[0]
    elif room.subjects:
        camera["shared_room"] = True
    written = {
        "version": 1,
        "facility": facility.facility,
        "device": device,
        "generation": 1,
        "profile": room.profile or facility.profile,
        "language": room.language or facility.language,
        "time_zone": facility.time_zone,
        "data_dir": "/var/lib/carepose",
        "broker": {
            "host": facility.broker.host,
            "port": facility.broker.port,
            "tls": {
                "ca": f"{CREDENTIALS}ca.crt",
                "certificate": f"{CREDENTIALS}client.crt",
                "key": f"{CREDENTIALS}client.key",
            },
            "consumer": facility.consumer,
        },
        "cameras": [camera],
    }
    try:
        Configuration.model_validate(written)
    except ValidationError as invalid:
        told = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in invalid.errors(include_url=False))
        raise InstallerError(f"room {room.room}: {told} (correct its row)", Exit.INVALID) from None
    return written


def add(
    root: Path, rooms: list[Room], own: Issued, now: datetime, tell: Callable[[int], None] = lambda _: None
) -> list[Box]:
    """Bring boxes into the facility: all, or none.

    They are made beside the others and moved in; `facility.yaml` is written last, and what it does not list is not
    there. What breaks off is undone, at once or by the next `adding.undo`. `tell` is told how many are made.

    Raises:
        InstallerError: a room's row cannot be used.
        OSError: it cannot be written.
    """
    layout, facility = Layout(root), model.load(root)
    if len(facility.rooms) + len(rooms) > model.MOST_BOXES:
        raise InstallerError(f"more than {model.MOST_BOXES} boxes (found another facility for them)", Exit.INVALID)
    configured = _configured(facility, rooms, layout)
    made = [Box.model_validate(_entry(room, device)) for room, device, _ in configured]
    try:
        stage = adding.begin(layout, [box.device for box in made])
        issued: list[tuple[str, x509.Certificate]] = []
        for count, (_, device, written) in enumerate(configured, 1):
            client = authority.client(own, facility.facility, device, now)
            found.certificates(stage / device, client, layout)
            write(stage / device / "config.yaml", emit(written))
            issued.append((device, client.certificate))
            tell(count)
        register.record(layout, issued)
        layout.devices.mkdir(exist_ok=True)
        for box in made:
            (stage / box.device).rename(layout.device(box.device))
        model.save(root, facility.model_copy(update={"rooms": (*facility.rooms, *made)}))
    except BaseException:
        adding.undo(layout, [box.device for box in facility.rooms])
        raise
    adding.end(layout)
    return made


def renew(root: Path, name: str, own: Issued, now: datetime, *, same_key: bool = False) -> datetime:
    """Give a box another certificate and a generation more, or the recommender another certificate.

    With the same key the certificate holds no secret, and can be sent to a box at work.

    The old one holds on until it ends: the new one must arrive first.

    Returns:
        When the new one ends.

    Raises:
        InstallerError, InvalidConfigurationError, OSError: as its files say.
    """
    layout, facility = Layout(root), model.load(root)
    folder = _folder(layout, facility, name)
    key = keys.client(folder / "client.key") if same_key else None
    client = authority.client(own, facility.facility, name, now, key)
    register.record(layout, [(name, client.certificate)])
    if name != facility.consumer:
        rewrite(folder / "config.yaml", name)
    found.certificates(folder, client, layout)
    return client.certificate.not_valid_after_utc


def swap(root: Path, room: str, own: Issued, now: datetime) -> tuple[str, str]:
    """Replace a room's box: the new one gets the configuration, one generation on; the old one is revoked.

    Returns:
        The old box and the new.

    Raises:
        InstallerError: no box is in that room.
        InvalidConfigurationError: the old one's configuration cannot be used.
    """
    layout, facility = Layout(root), model.load(root)
    old = next((box for box in facility.rooms if box.room == room), None)
    if old is None:
        raise InstallerError(f"no box is in room {room!r} (facility.yaml names the rooms)")
    device = new_id(register.serials(layout))
    rewrite(layout.device(old.device) / "config.yaml", device, layout.device(device) / "config.yaml")
    for path in layout.device(old.device).iterdir():  # cameras' passwords and the like
        if path.name not in {"config.yaml", "client.crt", "client.key", "ca.crt"} and path.is_file():
            write(layout.device(device) / path.name, path.read_bytes(), SECRET)
    client = authority.client(own, facility.facility, device, now)
    register.record(layout, [(device, client.certificate)])
    found.certificates(layout.device(device), client, layout)
    register.revoke(layout, own, old.device, now)
    rooms = [box.model_copy(update={"device": device}) if box is old else box for box in facility.rooms]
    model.save(root, facility.model_copy(update={"rooms": tuple(rooms)}))
    shutil.rmtree(layout.device(old.device))
    return old.device, device


def rewrite(path: Path, device: str, to: Path | None = None) -> None:
    """Write a box's configuration again for `device`, one generation on; the installer's zones and care plan stay.

    Raises:
        InvalidConfigurationError: it cannot be used as it is.
    """
    before = load(path)
    data = parse(text_of(path)).data
    write(
        to or path,
        emit({**(data if isinstance(data, dict) else {}), "device": device, "generation": before.generation + 1}),
    )


def newest(layout: Layout, facility: Facility, name: str) -> x509.Certificate:
    """The certificate of a box, or of the recommender, as it is now.

    Raises:
        InstallerError: there is none.
    """
    return keys.certificate(_folder(layout, facility, name) / "client.crt")


def _folder(layout: Layout, facility: Facility, name: str) -> Path:
    """Of a box, or of the recommender."""
    return layout.recommender if name == facility.consumer else layout.device(name)


def _configured(facility: Facility, rooms: list[Room], layout: Layout) -> list[tuple[Room, str, dict[str, Any]]]:
    """Each room with its box's id and configuration; what is wrong with any is said of all at once."""
    used = {*register.serials(layout), *(room.device for room in rooms)}
    done, wrong = [], []
    for room in rooms:
        device = room.device or new_id(used)
        used.add(device)
        try:
            done.append((room, device, configuration(facility, device, room)))
        except InstallerError as error:
            wrong.append(str(error))
    if wrong:
        raise InstallerError("\n".join(wrong), Exit.INVALID)
    return done


def _entry(room: Room, device: str) -> dict[str, Any]:
    return {"room": room.room, "device": device, "link": room.link or "wired", "ip": room.ip or None}


def _source(facility: Facility, room: Room) -> dict[str, Any]:
    ribbon = (room.profile or facility.profile) in {"pi4", "pi5"}
    kind = room.camera or ("picamera2" if ribbon else "v4l2")
    if kind == "picamera2":
        if room.address and not room.address.isdecimal():
            raise InstallerError(f"room {room.room}: a ribbon camera's address is its number (0 or 1)", Exit.INVALID)
        return {kind: {"index": int(room.address or 0)}}
    if kind == "rtsp":
        return {kind: {"url": room.address}}
    return {kind: {"device": room.address or "/dev/video0"}}
