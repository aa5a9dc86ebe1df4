"""A release is taken only from the maker, newer, whole; and a box that is not well with it has the one before."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from firmware_config.update.release import Release, Taker, UpdateError, order, signed_by, taken, whole
from firmware_config.update.run import Place, resume, update
from tests.fakes.frail_disk import FrailDisk, PowerCut

MAKER = Ed25519PrivateKey.generate()
KEY = MAKER.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
PACKAGE = b"a package"
NEW = Release("0.2.0", "carepose-app.deb", sha256(PACKAGE).hexdigest(), len(PACKAGE), "bookworm", "arm64")
STRANGE = (
    b"[]",
    b'{"schema": 1}',
    NEW.raw().replace(b'"schema": 1', b'"schema": 2'),
    replace(NEW, package="../x").raw(),
    replace(NEW, version="1.0").raw(),
)
BOX = Taker("0.1.0", "bookworm", "arm64")
HOME, STATE, DEB = Path("/usr/lib/carepose"), Path("/var/lib/carepose-update"), Path("/tmp/new.deb")  # noqa: S108


def test_what_the_maker_signed_is_read_as_it_was_written() -> None:
    assert signed_by(KEY, NEW.raw(), MAKER.sign(NEW.raw())) == NEW
    taken(NEW, BOX)
    whole(NEW, PACKAGE)


@given(st.integers(0, len(NEW.raw()) - 1), st.integers(1, 255))
def test_a_changed_byte_is_noticed(at: int, by: int) -> None:
    raw = bytearray(NEW.raw())
    raw[at] ^= by
    with pytest.raises(UpdateError):
        signed_by(KEY, bytes(raw), MAKER.sign(NEW.raw()))


def test_another_signer_a_cut_and_a_strange_manifest_are_refused() -> None:
    stranger = Ed25519PrivateKey.generate()
    for raw, signature in (
        (NEW.raw(), stranger.sign(NEW.raw())),
        (NEW.raw(), MAKER.sign(NEW.raw())[:-1]),
        (b"", MAKER.sign(b"")),
        (b" " * 5000, MAKER.sign(b" " * 5000)),
        *(
            (raw, MAKER.sign(raw))
            for raw in (b"[]", b'{"schema": 1}', NEW.raw().replace(b'"schema": 1', b'"schema": 2'))
        ),
        *((raw, MAKER.sign(raw)) for raw in (replace(NEW, package="../x").raw(), replace(NEW, version="1.0").raw())),
    ):
        with pytest.raises(UpdateError):
            signed_by(KEY, raw, signature)
    with pytest.raises(UpdateError, match="damaged"):
        signed_by(b"nonsense", NEW.raw(), MAKER.sign(NEW.raw()))


@pytest.mark.parametrize(
    "box",
    [
        replace(BOX, version="0.2.0"),
        replace(BOX, version="0.10.0"),
        replace(BOX, machine="amd64"),
        replace(BOX, system="trixie"),
        replace(BOX, failed=frozenset({NEW.sha256})),
    ],
)
def test_older_the_same_another_machine_and_what_failed_are_refused(box: Taker) -> None:
    with pytest.raises(UpdateError):
        taken(NEW, box)


def test_a_package_that_is_not_the_signed_one_is_refused() -> None:
    for other in (PACKAGE[:-1], PACKAGE + b"x", b"b package"):
        with pytest.raises(UpdateError):
            whole(NEW, other)


@given(st.tuples(*[st.integers(0, 999)] * 3), st.tuples(*[st.integers(0, 999)] * 3))
def test_versions_are_ordered_as_numbers(one: tuple[int, ...], other: tuple[int, ...]) -> None:
    assert (order(".".join(map(str, one))) < order(".".join(map(str, other)))) == (one < other)


@dataclass
class FakeSystem:
    """dpkg and systemd, as a test wants them."""

    disk: FrailDisk
    loads: bool = True
    starts: bool = True
    well: bool = True
    started: list[str | None] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)

    def install(self, package: Path) -> None:
        if self.disk.names(HOME / "releases" / "0.2.0") == []:
            self.disk.make_folders(HOME / "releases" / "0.2.0" / "site-packages")

    def remove(self, version: str) -> None:
        self.removed.append(version)

    def runs(self, folder: Path) -> str | None:
        return None if self.loads else "it cannot be loaded"

    def _version(self) -> str | None:
        return Place(self.disk, HOME, STATE).version()

    def restart(self) -> bool:
        self.started.append(self._version())
        return self.starts or self._version() == "0.1.0"

    def stays_well(self) -> str | None:
        return None if self.well else "the agent ended"


def box() -> tuple[Place, FakeSystem]:
    disk = FrailDisk()
    for folder in (HOME / "releases" / "0.1.0", STATE):
        disk.make_folders(folder)
    place = Place(disk, HOME, STATE)
    place.use("0.1.0")
    return place, FakeSystem(disk)


def test_a_good_release_is_in_use_and_the_one_before_stays() -> None:
    place, system = box()
    update(place, system, NEW, DEB, BOX)
    assert place.version() == "0.2.0"
    assert (system.started, system.removed) == (["0.2.0"], [])
    assert resume(place) is None
    assert place.version() == "0.2.0"


@pytest.mark.parametrize("sabotage", ["loads", "starts", "well"])
def test_a_bad_release_is_undone_and_not_taken_again(sabotage: str) -> None:
    place, system = box()
    setattr(system, sabotage, False)
    with pytest.raises(UpdateError, match=r"has 0\.1\.0 again"):
        update(place, system, NEW, DEB, BOX)
    assert place.version() == "0.1.0"
    assert system.started[-1:] == ([] if sabotage == "loads" else ["0.1.0"])
    assert system.removed == ["0.2.0"]
    with pytest.raises(UpdateError, match="not well"):
        update(place, system, NEW, DEB, BOX)


@pytest.mark.parametrize("well", [True, False])
def test_the_power_may_go_at_every_step(well: bool) -> None:  # noqa: FBT001
    place, system = box()
    assert isinstance(place.files, FrailDisk)
    begun = place.files.steps
    story(place, replace(system, well=well))
    steps, chance, ends = place.files.steps - begun, random.Random(5), set()  # noqa: S311 - no secret
    assert steps > 10
    for cut in range(steps):
        place, system = box()
        assert isinstance(place.files, FrailDisk)
        place.files.cut_at = place.files.steps + cut
        with pytest.raises(PowerCut):
            story(place, replace(system, well=well))
        place.files.restart(lambda most: chance.randint(0, most))
        resume(place)
        assert place.version() in ({"0.1.0", "0.2.0"} if well else {"0.1.0"})
        assert place.remembered().trying is None
        ends.add(place.version())
    assert "0.1.0" in ends


def story(place: Place, system: FakeSystem) -> None:
    if system.well:
        update(place, system, NEW, DEB, BOX)
        return
    with pytest.raises(UpdateError):
        update(place, system, NEW, DEB, BOX)
