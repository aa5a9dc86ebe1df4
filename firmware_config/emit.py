"""From plain mappings, lists and values to YAML that `tree.parse` reads back as the same."""

from __future__ import annotations

import yaml

from firmware_config import tree


class _Dumper(yaml.SafeDumper):
    """Quotes every text that either YAML or our smaller language would take for something else: `off`, `1e3`."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002  PyYAML's signature
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002
        """Indent a list under its key, as people do."""
        super().increase_indent(flow, indentless=False)


for _pattern, _first, _tag in tree.resolvers():
    _Dumper.add_implicit_resolver(_tag, _pattern, _first)


def emit(data: object) -> str:
    """YAML, keys in the order given, a line each."""
    text: str = yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)
    return text
