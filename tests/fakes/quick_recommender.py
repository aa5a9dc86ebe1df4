"""`facility-recommender serve` with limits of seconds.

`python -m tests.fakes.quick_recommender STORE BROKER_PORT WEB_PORT`
"""

from __future__ import annotations

import sys
from datetime import UTC

from facility_recommender.board import Settings
from facility_recommender.limits import Limits
from facility_recommender.mqtt import Broker
from facility_recommender.recommend.catalogue import catalogue
from facility_recommender.service import Place, serve
from tests.fakes import care

QUICK = Limits(silent_s=3.0, seen_s=2.0, clock_s=30.0, page_s=1.5)


def main(store: str, broker_port: str, web_port: str) -> None:
    settings = Settings(care.FACILITY, UTC, catalogue(), limits=QUICK)
    place = Place(store, Broker("127.0.0.1", int(broker_port), keepalive_s=2), "127.0.0.1", int(web_port))
    serve(settings, place, "recommender", lambda line: print(line, flush=True))  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
