"""Which languages there are."""

from __future__ import annotations

from collections.abc import Mapping

from edge_agent.messages.texts.english import ENGLISH
from edge_agent.messages.texts.italian import ITALIAN
from edge_agent.messages.texts.words import Language, Words

WORDS: Mapping[Language, Words] = {"en": ENGLISH, "it": ITALIAN}
