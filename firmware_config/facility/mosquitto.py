"""Mosquitto's files: text in, text out. Written for 2.0.11 (Debian 12) and newer."""

from __future__ import annotations

from firmware_config.facility.model import Facility

AT = "/etc/mosquitto/carepose"
"""Where they lie on the broker's machine."""


def settings(facility: Facility, at: str = AT) -> str:
    """A drop-in beside Debian's own mosquitto.conf, which says where persistence lies (twice would be an error)."""
    return f"""\
# Carepose, facility {facility.facility}: written by `edge-config broker`. TLS with client certificates alone.
per_listener_settings false
listener {facility.broker.port}
cafile {at}/ca.crt
certfile {at}/server.crt
keyfile {at}/server.key
crlfile {at}/ca.crl
tls_version tlsv1.2
require_certificate true
use_identity_as_username true
allow_anonymous false
acl_file {at}/acl
persistence true
autosave_on_changes true
autosave_interval 1
max_queued_messages 10000
message_size_limit 1048576
"""


def rights(facility: Facility) -> str:
    """Who may do what: a box on its own topics alone, the recommender reads all and answers."""
    care = f"care/v1/{facility.facility}"
    return f"""\
# The recommender reads everything, acknowledges and asks.
user {facility.consumer}
topic read {care}/#
topic write {care}/+/ack
topic write {care}/+/request/#

# A box speaks on its own topics, and hears what is said to it. %u is the name in its certificate.
pattern write {care}/%u/#
pattern read {care}/%u/ack
pattern read {care}/%u/request/#
"""


def steps(at: str = AT) -> str:
    """What the broker's administrator types, for Debian and Ubuntu."""
    return f"""\
On the broker's machine, as root, in a copy of this folder (server.key is a secret: delete the copy afterwards):

  apt install mosquitto
  install -d -m 0755 {at}
  install -m 0644 ca.crt ca.crl server.crt acl {at}/
  install -o mosquitto -m 0600 server.key {at}/
  install -m 0644 carepose.conf /etc/mosquitto/conf.d/
  systemctl restart mosquitto

After a revocation: copy ca.crl again, and restart: a box that is connected stays so until then.
"""
