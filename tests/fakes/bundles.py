"""A small facility as `edge-config init` and `add` leave it, for the tests of bundles and cards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import NameOID

from firmware_config.bundle import build
from firmware_config.bundle.verify import Bundle

CREATED = "2026-03-01T09:30:00Z"
CONFIGURATION = """\
# The box in {device}.
facility: {facility}
device: {device}
generation: {generation}
profile: pi5
time_zone: Europe/Rome
data_dir: /var/lib/carepose
cameras:
  - id: room
    room: {device}
    source:
      rtsp:
        url: rtsp://10.0.4.17/live
        username: viewer
        password_file: /run/credentials/edge-agent.service/secret_camera.password
broker:
  host: broker.example
  tls:
    ca: /run/credentials/edge-agent.service/secret_ca.crt
    certificate: /run/credentials/edge-agent.service/secret_client.crt
    key: /run/credentials/edge-agent.service/secret_client.key
"""
FACILITY_FILE = """\
facility: {facility}
time_zone: Europe/Rome
broker: {{host: broker.example, port: 8883}}
network: {{gateway: 10.0.4.1, ntp: [10.0.4.1], wifi: {{ssid: "a: #b", password: correct horse, country: IT}}}}
rooms:
"""


@dataclass
class Facility:
    """Its keys, and what it makes of them."""

    name: str = "villa-rosa"
    signing: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    authority_key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def __post_init__(self) -> None:
        self.authority = _certificate(self.authority_key, self.authority_key, self.name, None, None)
        self._devices: dict[str, Mapping[str, bytes]] = {}

    @property
    def public(self) -> bytes:
        return self.signing.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def files(self, device: str = "room-12", generation: int = 1) -> dict[str, bytes]:
        """What a bundle of the device holds; its key differs from generation to generation."""
        made = self._devices.get(f"{device}-{generation}")
        if made is None:
            key = ec.generate_private_key(ec.SECP256R1())
            certificate = _certificate(key, self.authority_key, device, self.name, self.authority)
            made = self._devices[f"{device}-{generation}"] = {
                "ca.crt": self.authority.public_bytes(Encoding.PEM),
                "client.crt": certificate.public_bytes(Encoding.PEM),
                "client.key": _pem(key),
                "facility.pub": self.public,
                "camera.password": f"swordfish-{device}-{generation}\n".encode(),
            }
        text = CONFIGURATION.format(facility=self.name, device=device, generation=generation)
        return {**made, "config.yaml": text.encode()}

    def bundle(self, device: str = "room-12", generation: int = 1) -> Bundle:
        files = self.files(device, generation)
        return build.sealed(self.name, device, generation, CREATED, files, self.signing)

    def folder(self, into: Path, *devices: str) -> Path:
        """The folder of the installer's laptop."""
        for name in ("ca", "signing", "devices"):
            (into / name).mkdir(parents=True)
        rooms = [f"  - {{room: {device}, device: {device}}}\n" for device in devices] or ["  []\n"]
        (into / "facility.yaml").write_text(FACILITY_FILE.format(facility=self.name) + "".join(rooms))
        (into / "ca" / "ca.crt").write_bytes(self.authority.public_bytes(Encoding.PEM))
        (into / "ca" / "ca.key").write_bytes(_pem(self.authority_key))
        (into / "signing" / "signing.pub").write_bytes(self.public)
        (into / "signing" / "signing.key").write_bytes(_pem(self.signing))
        for device in devices:
            own = into / "devices" / device
            own.mkdir()
            for name, data in self.files(device).items():
                if name not in {"ca.crt", "facility.pub"}:
                    (own / name).write_bytes(data)
        return into


@cache
def facility(name: str = "villa-rosa") -> Facility:
    """One for all tests of a process: its keys cost time."""
    return Facility(name)


def _pem(key: ec.EllipticCurvePrivateKey | Ed25519PrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _certificate(
    key: ec.EllipticCurvePrivateKey,
    signer: ec.EllipticCurvePrivateKey,
    common_name: str,
    organization: str | None,
    issuer: x509.Certificate | None,
) -> x509.Certificate:
    names = [x509.NameAttribute(NameOID.COMMON_NAME, common_name)]
    names += [x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization)] if organization else []
    subject = x509.Name(names)
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .sign(signer, SHA256())
    )
