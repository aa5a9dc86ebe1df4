"""What `facility-recommender.service` needs beside its certificate: text in, text out."""

from __future__ import annotations

import shlex

from firmware_config.facility.model import Facility

AT = "/etc/carepose-recommender"
"""Where the files lie on the recommender's machine."""
CREDENTIALS = "/run/credentials/facility-recommender.service/secret_"
"""Where systemd hands them to the recommender, followed by a file's name."""


def options(facility: Facility) -> str:
    """The words of `facility-recommender serve`, as an environment file of systemd; more may be added by hand."""
    words = {
        "facility": facility.facility,
        "consumer": facility.consumer,
        "timezone": facility.time_zone,
        "broker-host": facility.broker.host,
        "broker-port": facility.broker.port,
        "broker-ca": f"{CREDENTIALS}ca.crt",
        "broker-certificate": f"{CREDENTIALS}client.crt",
        "broker-key": f"{CREDENTIALS}client.key",
    }
    told = " ".join(f"--{name} {shlex.quote(str(value))}" for name, value in words.items())
    return f'# Carepose, facility {facility.facility}: written by `edge-config broker`.\nOPTIONS="{told}"\n'


def steps() -> str:
    """What the administrator of the recommender's machine types."""
    return f"""\
On the recommender's machine, as root, in a copy of this folder (client.key is a secret: delete the copy afterwards):

  install -d -m 0755 {AT}
  install -d -m 0700 {AT}/credentials
  install -m 0600 ca.crt client.crt client.key {AT}/credentials/
  install -m 0644 options {AT}/
  systemctl enable facility-recommender
  systemctl restart facility-recommender

After a renewal: copy client.crt and client.key again, and restart. The page is on 127.0.0.1:18080 and has no sign-in.
"""
