"""Where a build ran is read from inventory.yaml, whatever else is in it."""

from __future__ import annotations

import gzip

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from gatehealth.collect import inventory
from gatehealth.collect.inventory import InventoryError

REAL = b"""\
all:
  children:
    tempest:
      hosts: {controller: null}
  hosts:
    compute1:
      ansible_connection: ssh
      ansible_host: 203.0.113.5
      nodepool:
        az: null
        cloud: rax
        external_id: 0b2c1f5e
        host_id: cafe5678
        label: !unsafe 'ubuntu-noble-compute'
        provider: rax-dfw
        region: DFW
        slot: ~
    controller:
      nodepool: {cloud: rax, host_id: beef1234, label: ubuntu-noble, provider: rax-dfw, region: DFW}
  vars:
    zuul: &zuul
      items:
        - {branch: master, change: '9'}
      self: *zuul
"""
FACTS = {
    "cloud": "rax",
    "host_id": "cafe5678",
    "node_label": "ubuntu-noble-compute",
    "provider": "rax-dfw",
    "region": "DFW",
}


@pytest.mark.parametrize("content", [REAL, gzip.compress(REAL), b"\xef\xbb\xbf" + REAL], ids=["plain", "gzip", "with a mark"])
def test_facts_are_those_of_the_first_node(content: bytes) -> None:
    assert inventory.read(content) == FACTS


def test_what_one_node_does_not_say_the_next_may() -> None:
    content = b"""
    all: {hosts: {a: {nodepool: {provider: ~, region: 'null', label: "", extra: {provider: no}}},
                  b: {nodepool: {provider: 12, label: [no, no], cloud: c}}}}
    """
    assert inventory.read(content) == {"provider": "12", "region": "null", "cloud": "c"}


@pytest.mark.parametrize(
    "content", [b"", b"# nothing", b"all: {}", b"all: {hosts: }", b"[all, hosts]", b"hosts: {a: {}}", b"\x1f\x8b\x08cut"]
)
def test_no_facts(content: bytes) -> None:
    assert inventory.read(content) == {}


@pytest.mark.parametrize("content", [b"all: [", b"{", b"\xff\xfe\x00", b"a: b: c", b"? [odd, key]\n: x"])
def test_what_is_no_yaml_is_said(content: bytes) -> None:
    with pytest.raises(InventoryError, match="is not YAML"):
        inventory.read(content)


def test_what_stands_before_damage_is_read() -> None:
    assert inventory.read(REAL[: REAL.index(b"region")] + b"{{{") == {k: v for k, v in FACTS.items() if k != "region"}


def test_a_bomb_of_aliases_costs_nothing() -> None:
    """9 to the 59th would never end."""
    levels = "\n".join(f"l{n}: &l{n} {{<<: [{', '.join([f'*l{n - 1}'] * 9)}]}}" for n in range(1, 60))
    content = f"l0: &l0 {{a: b}}\n{levels}\nall: {{hosts: *l59}}\n".encode()
    assert inventory.read(content) == {}
    assert inventory.read(content.replace(b"all: {hosts: *l59}", b"all: {hosts: {x: {nodepool: {<<: *l59, region: r}}}}")) == {
        "region": "r"
    }


@pytest.mark.parametrize("bracket", [b"[", b"{a: ", b"- ", b"? "])
def test_depth_costs_an_error_at_most(bracket: bytes) -> None:
    with pytest.raises(InventoryError):
        inventory.read(b"all: " + bracket * 400_000)


def test_size_has_a_bound() -> None:
    with pytest.raises(InventoryError, match="more than"):
        inventory.read(b"#" * (inventory.MAX_BYTES + 1))
    with pytest.raises(InventoryError, match="more than"):
        inventory.read(gzip.compress(b"#" * (inventory.MAX_BYTES + 1)))


_TEXTS = st.text(max_size=20)
_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | _TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXTS, inner, max_size=4),
    max_leaves=30,
)


@given(_ANYTHING)
def test_any_document_is_read_or_refused(document: object) -> None:
    _read_or_refused(yaml.safe_dump({"all": {"hosts": document}}).encode())
    _read_or_refused(yaml.safe_dump({"all": {"hosts": {"a": {"nodepool": document}}}}).encode())
    _read_or_refused(yaml.safe_dump(document).encode())


@given(st.binary(max_size=300), st.integers(0, len(REAL)))
def test_any_bytes_are_read_or_refused(noise: bytes, at: int) -> None:
    _read_or_refused(noise)
    _read_or_refused(REAL[:at] + noise + REAL[at:])


def _read_or_refused(content: bytes) -> None:
    try:
        found = inventory.read(content)
    except InventoryError as error:
        refused = str(error)
        assert len(refused.splitlines()) == 1
    else:
        assert set(found) <= set(FACTS)
        assert all(value and len(value) <= inventory.MAX_VALUE for value in found.values())
