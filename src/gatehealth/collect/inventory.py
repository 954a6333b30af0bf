"""zuul-info/inventory.yaml: on which nodes a build ran."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from gatehealth import formats
from gatehealth.collect.texts import text

INVENTORY = "zuul-info/inventory.yaml"
MAX_BYTES = 2**20  # decompressed; real ones have some 10 kB
MAX_DEPTH = 100  # of what is in one another: libyaml takes time that grows with its square
MAX_HOSTS = 100  # hosts that are looked at
MAX_VALUE = 200  # characters of one value

# What nodepool says of a node, and the name of the run's fact or metadata that it becomes.
_FACTS = {"provider": "provider", "region": "region", "cloud": "cloud", "label": "node_label", "host_id": "host_id"}
_NULLS = frozenset({"~", "null", "Null", "NULL"})
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml, where PyYAML has it: ten times as fast


class InventoryError(ValueError):
    """The inventory cannot be read; the message is one line."""


def read(content: bytes) -> dict[str, str]:
    """Facts of the nodes, of `all.hosts.*.nodepool`: of several nodes, what the first says that says it.

    The file comes from outside, so nothing is built of it: its events are gone through one by one. Nesting, aliases
    (which can mean more than any memory holds), tags (Zuul writes `!unsafe`) and merges thus cost nothing, and what
    follows the hosts, most of the file, is not read. Raises InventoryError.
    """
    try:
        content, _ = formats.decompress(content, MAX_BYTES)
    except formats.FormatError as error:
        raise InventoryError(str(error)) from None
    if len(content) > MAX_BYTES:
        raise InventoryError(f"has more than {MAX_BYTES:,} bytes")
    found: dict[str, str] = {}
    hosts: set[str] = set()
    try:
        for path, value in _scalars(yaml.parse(content, Loader=_Loader)):
            if path[:2] == ("all", "hosts"):
                hosts.add(path[2] if len(path) > 2 else "")
            elif hosts:
                break
            if len(hosts) > MAX_HOSTS or len(found) == len(_FACTS):
                break
            if len(path) == 5 and hosts and path[3] == "nodepool" and path[4] in _FACTS:
                known = text(value, MAX_VALUE)
                if known:
                    found.setdefault(_FACTS[path[4]], known)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        if not found:
            raise InventoryError(f"is not YAML: {' '.join(str(error).split())[:200]}") from None
    return found


def _scalars(events: Iterator[Any]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every text in mappings of mappings, with its keys; not what stands in lists. Raises ValueError for odd keys."""
    keys: list[str | None] = []  # of the mappings that are open; None: a key comes next
    lists = 0  # how many lists are open, and all that is open in them
    for event in events:
        if isinstance(event, yaml.CollectionEndEvent):
            if lists:
                lists -= 1
            else:
                keys.pop()
            if keys and not lists:
                keys[-1] = None
        elif isinstance(event, yaml.CollectionStartEvent):
            if keys and keys[-1] is None:
                raise ValueError("a key is a list or a mapping")
            if len(keys) + lists >= MAX_DEPTH:
                raise ValueError("it is nested too deeply")
            if lists or isinstance(event, yaml.SequenceStartEvent):
                lists += 1
            else:
                keys.append(None)
        elif isinstance(event, yaml.NodeEvent) and keys and not lists:
            value = event.value if isinstance(event, yaml.ScalarEvent) else ""  # else an alias, which stands for anything
            if keys[-1] is None:
                keys[-1] = value
                continue
            is_null = value in _NULLS and not getattr(event, "style", None)
            yield tuple(key or "" for key in keys), "" if is_null else value
            keys[-1] = None
