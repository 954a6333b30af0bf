"""The vocabulary of a gate: what projects, jobs, clouds and tests are called, and how often each is met."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from gatehealth.simulate.dice import Dice


class ProviderName(NamedTuple):
    """A region of a cloud: what lends machines to runs."""

    name: str
    cloud: str
    region: str
    weight: int  # how many runs it gets, beside the others
    speed: int  # time that tests take there, in 1/1024 of the usual


# Openstack-like projects, most active first. Those before INTEGRATED also run the jobs of the whole cloud.
PROJECTS = (
    *(
        "nova",
        "neutron",
        "cinder",
        "tempest",
        "glance",
        "keystone",
        "swift",
        "ironic",
        "heat",
        "octavia",
        "manila",
        "placement",
    ),
    *(
        "designate",
        "horizon",
        "barbican",
        "magnum",
        "kolla-ansible",
        "devstack",
        "oslo.messaging",
        "oslo.db",
        "python-openstackclient",
    ),
    *(
        "openstacksdk",
        "oslo.config",
        "watcher",
        "zun",
        "trove",
        "sahara",
        "mistral",
        "blazar",
        "cloudkitty",
        "masakari",
        "tacker",
    ),
    *(
        "venus",
        "cyborg",
        "freezer",
        "ceilometer",
        "aodh",
        "gnocchi-client",
        "networking-ovn",
        "ovn-bgp-agent",
        "os-brick",
        "os-vif",
    ),
    *(
        "oslo.policy",
        "oslo.service",
        "oslo.utils",
        "oslo.log",
        "keystonemiddleware",
        "neutron-lib",
        "cinderlib",
        "ironic-inspector",
    ),
    *("bifrost", "sushy", "kuryr", "vitrage", "adjutant", "murano", "requirements", "releases", "governance", "taskflow"),
)
INTEGRATED = 12

PROVIDERS = (
    ProviderName("rax-dfw", "rax", "DFW", 22, 1050),
    ProviderName("rax-ord", "rax", "ORD", 18, 1090),
    ProviderName("rax-iad", "rax", "IAD", 16, 1060),
    ProviderName("ovh-bhs1", "ovh", "BHS1", 15, 940),
    ProviderName("ovh-gra1", "ovh", "GRA1", 13, 960),
    ProviderName("vexxhost-ca-ymq-1", "vexxhost", "ca-ymq-1", 9, 830),
    ProviderName("openmetal-iad3", "openmetal", "IAD3", 5, 1210),
    ProviderName("osuosl-regionone", "osuosl", "RegionOne", 2, 1480),
)

BRANCHES = ("master", "stable/2026.1", "stable/2025.2")
BRANCH_WEIGHTS = (80, 12, 8)

# Who owns changes.
PEOPLE = (
    *("adaobi", "ana", "bjorn", "chen", "dmitri", "fatima", "giulia", "hiroshi", "ines", "jonas", "kavya", "leila"),
    *("mateo", "nadia", "olu", "priya", "quentin", "rosa", "sven", "tariq", "uma", "viktor", "wen", "yusuf"),
)

SKIP_REASONS = (
    "Skipped until bug 1960022 is resolved.",
    "Skipped because the volume encryption feature is not enabled",
    "The Cinder backup service is not available",
    "IPv6 is not enabled or no IPv6 subnet is configured",
    "Live migration is not available on a single node",
    "Requires an S3 endpoint that answers; none is configured",
    "Less than 2 compute nodes, skipping multinode tests.",
    "The host has no SR-IOV device",
    "Not supported with the libvirt driver",
    "Requires MySQL; the database of this run is SQLite",
)

_Area = tuple[str, tuple[str, ...], tuple[str, ...]]  # package, its parts, what its tests are about
_TEMPEST_AREAS: dict[str, _Area] = {
    "nova": (
        "api.compute",
        ("servers", "flavors", "images", "keypairs", "volumes", "admin"),
        (
            "server",
            "flavor",
            "keypair",
            "aggregate",
            "quota",
            "host",
            "service",
            "migration",
            "instance",
            "console",
            "metadata",
        ),
    ),
    "cinder": (
        "api.volume",
        ("volumes", "snapshots", "backups", "types", "admin"),
        ("volume", "snapshot", "backup", "type", "transfer", "quota", "group", "attachment"),
    ),
    "neutron": (
        "api.network",
        ("networks", "ports", "routers", "subnets", "admin"),
        ("network", "port", "router", "subnet", "trunk", "segment", "agent", "quota", "tag"),
    ),
    "glance": ("api.image", ("v2", "admin"), ("image", "metadata", "member", "import", "store")),
    "keystone": (
        "api.identity",
        ("v3", "admin"),
        ("token", "user", "role", "domain", "endpoint", "credential", "service", "group"),
    ),
    "swift": ("api.object_storage", ("containers", "objects"), ("object", "container", "account", "metadata")),
    "": ("scenario", ("",), ("server", "volume", "network", "instance", "image", "stack", "aggregate", "encryption")),
}
_UNIT_AREAS = (
    "api",
    "conductor",
    "db",
    "objects",
    "scheduler",
    "cmd",
    "policies",
    "common",
    "drivers",
    "agent",
    "services",
    "plugins",
)
_NOUNS = (
    *(
        "server",
        "volume",
        "snapshot",
        "port",
        "network",
        "router",
        "subnet",
        "image",
        "flavor",
        "keypair",
        "quota",
        "aggregate",
    ),
    *("host", "service", "policy", "trunk", "group", "backup", "type", "attachment", "interface", "token", "user", "role"),
    *("domain", "endpoint", "credential", "object", "container", "listener", "pool", "member", "stack", "resource", "node"),
    *("allocation", "inventory", "trait", "migration", "instance", "console", "tag", "metadata", "lease", "segment", "agent"),
)
_VERBS = (
    *(
        "create",
        "delete",
        "list",
        "show",
        "update",
        "get",
        "attach",
        "detach",
        "resize",
        "rebuild",
        "reboot",
        "migrate",
        "evacuate",
    ),
    *(
        "shelve",
        "unshelve",
        "extend",
        "restore",
        "accept",
        "reject",
        "validate",
        "filter",
        "retype",
        "clone",
        "bind",
        "unbind",
        "wait_for",
    ),
)
_QUALIFIERS = (
    *(
        "",
        "",
        "details",
        "with_name",
        "from_snapshot",
        "in_error_state",
        "twice",
        "without_permission",
        "with_invalid_id",
        "by_admin",
    ),
    *(
        "by_other_project",
        "with_pagination",
        "sorted_by_created_at",
        "non_existent",
        "over_quota",
        "with_tags",
        "over_ipv6",
        "in_use",
    ),
    *("after_restart", "with_microversion", "concurrently", "with_long_name", "unicode_name", "in_zone", "no_host", "db_retry"),
)
_TRIES = 5_000  # class names drawn before they are numbered
_CLASS_SUFFIXES = (
    "",
    "Actions",
    "Negative",
    "Admin",
    "V266",
    "Rbac",
    "Filters",
    "Pagination",
    "Concurrency",
    "Multinode",
    "Upgrade",
)


@dataclass(slots=True)
class TestClass:
    """A class of tests, before any job knows it."""

    path: str  # module and class
    methods: list[str] = field(default_factory=list)

    @property
    def setup(self) -> str:
        """The name under which testtools reports what happens before the first test of the class."""
        return f"setUpClass ({self.path})"


def short(project: str) -> str:
    """A project's name without its organisation, as Python modules and jobs have it."""
    return project.rsplit("/", 1)[-1]


def project_names(count: int) -> list[str]:
    """Names of this many projects, most active first."""
    known = [f"openstack/{name}" for name in PROJECTS[:count]]
    return known + [f"openstack/service-{number}" for number in range(len(known) + 1, count + 1)]


def test_classes(kind: str, project: str, count: int, dice: Dice) -> list[TestClass]:
    """Classes that hold `count` tests between them, all named differently.

    `kind` is "tempest", "plugin" (a project's tests for tempest), "unit" or "functional".
    """
    classes: list[TestClass] = []
    taken: set[str] = set()
    left = count
    if not count:
        return classes
    for path in _class_paths(kind, short(project).replace("-", "_").replace(".", "_"), dice):
        if path in taken:
            continue
        taken.add(path)
        found = TestClass(path)
        size = min(left, dice.between(3, 9) if kind in ("tempest", "plugin") else dice.between(4, 24))
        noun = path.rsplit(".", 2)[-2].split("_")[1]
        others = next((area[2] for area in _TEMPEST_AREAS.values() if f".{area[0]}." in path), _NOUNS)
        while len(found.methods) < size:
            name = "_".join(
                filter(None, ("test", dice.pick(_VERBS), dice.pick((noun, noun, dice.pick(others))), dice.pick(_QUALIFIERS)))
            )
            if name not in found.methods:
                found.methods.append(name)
        found.methods.sort()
        classes.append(found)
        left -= size
        if not left:
            break
    return classes


def _class_paths(kind: str, project: str, dice: Dice) -> Iterator[str]:
    """Names of classes without end; some come again. After many tries they are numbered, so there are always new ones."""
    known = tuple(_TEMPEST_AREAS.values())
    if kind == "plugin":
        known = (_TEMPEST_AREAS.get(project) or (f"api.{project}", ("",), _NOUNS), _TEMPEST_AREAS[""])
    for tried in range(10**9):
        suffix = dice.pick(_CLASS_SUFFIXES) + (str(tried) if tried > _TRIES else "")
        area, parts, nouns = dice.pick(known)
        noun = dice.pick(nouns if kind in ("tempest", "plugin") else _NOUNS)
        module = "test_" + noun + ("_" + suffix.lower() if suffix else "")
        word = noun.capitalize() + suffix
        if kind in ("tempest", "plugin"):
            root = "tempest" if kind == "tempest" else f"{project}_tempest_plugin"
            name = f"Test{word}" if area == "scenario" else f"{word}TestJSON"
            yield ".".join(filter(None, (root, area, dice.pick(parts), module, name)))
        else:
            yield f"{project}.tests.{kind}.{dice.pick(_UNIT_AREAS)}.{module}.{word}TestCase"


def idempotent_id(test: str) -> str:
    """The id that tempest tests carry in brackets, `id-` and a UUID: always the same for the same test."""
    return f"id-{UUID(bytes=hashlib.blake2b(test.encode(), digest_size=16).digest(), version=4)}"
