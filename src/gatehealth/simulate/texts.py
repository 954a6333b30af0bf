"""What failing tests leave behind: tracebacks and captured logs as OpenStack's test runners attach them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from gatehealth.model import Attachment, from_micros
from gatehealth.simulate.dice import Dice

TRACEBACK_TYPE = "text/x-traceback;charset=utf8"
TEXT_TYPE = "text/plain;charset=utf8"
KINDS = ("timeout", "mismatch", "assertion", "read_timeout", "ssh", "not_found", "key_error", "db")
UNIT_KINDS = ("assertion", "mismatch", "key_error", "db")  # what tests without a cloud can fail with

_STACK = "/opt/stack/tempest/"
_CHECKOUTS = "/home/zuul/src/opendev.org/openstack/"
_LIBRARY = "/usr/lib/python3.12/"
_SITE = "{site}/"  # where the packages of the test's own environment are


class _Place(NamedTuple):
    """A test, taken apart."""

    root: str  # the folder of its project
    file: str
    owner: str  # the class
    function: str
    module: str


class _Frame(NamedTuple):
    file: str
    line: int
    function: str
    code: str


def kinds_of(test: str) -> tuple[str, ...]:
    """The kinds of failure that a test can have, by its name."""
    return KINDS if _is_tempest(test) else UNIT_KINDS


def failure(kind: str, test: str, ended_at: int, dice: Dice) -> list[Attachment]:
    """The attachments of a failed result of a test: a traceback of the kind, and at times what was logged meanwhile.

    `kind` is one of KINDS; `ended_at` is in microseconds since 1970 UTC.
    """
    place = _place(test)
    raised, frames = _RAISED[kind](dice, place)
    site = f"{place.root}.tox/py312/lib/python3.12/site-packages"
    text = _traceback([_own_frame(place, dice), *frames], raised).replace("{site}", site)
    attachments = [_text("traceback", TRACEBACK_TYPE, text)]
    if dice.below(3) == 0:
        attachments.append(_text("pythonlogging:''", TEXT_TYPE, _logging(dice, place, ended_at)))
    return attachments


def expected_failure(test: str, seed: int) -> list[Attachment]:
    """The attachments of a test that is known to fail, and does: the same in every run."""
    dice = Dice(seed)
    raised = f"AssertionError: {dice.between(2, 9)} != {dice.between(10, 20)} : see bug {1_800_000 + dice.below(200_000)}"
    return [_text("traceback", TRACEBACK_TYPE, _traceback([_own_frame(_place(test), dice)], raised))]


def skip(reason: str) -> list[Attachment]:
    """The attachments of a skipped result."""
    return [_text("reason", TEXT_TYPE, reason)]


def _text(name: str, mime_type: str, text: str) -> Attachment:
    return Attachment(name, mime_type, text.encode())


def _traceback(frames: Sequence[_Frame], raised: str) -> str:
    lines = ["Traceback (most recent call last):"]
    for frame in frames:
        lines += [f'  File "{frame.file}", line {frame.line}, in {frame.function}', f"    {frame.code}"]
    return "\n".join([*lines, raised]) + "\n"


def _is_tempest(test: str) -> bool:
    root = test.removeprefix("setUpClass (").split(".", 2)
    return root[0].endswith("_tempest_plugin") or (root[0] == "tempest" and root[1] != "tests")


def _place(test: str) -> _Place:
    path = test.removeprefix("setUpClass (").removesuffix(")")
    parts = path.split(".")
    owner = len(parts) - (1 if path != test else 2)
    project = parts[0].replace("_", "-")
    root = _STACK if project == "tempest" and _is_tempest(test) else f"{_CHECKOUTS}{project}/"
    function = "setUpClass" if path != test else parts[-1]
    return _Place(root, root + "/".join(parts[:owner]) + ".py", parts[owner], function, ".".join(parts[:owner]))


def _own_frame(place: _Place, dice: Dice) -> _Frame:
    """Where in the test it was raised."""
    calls = ("self._check(resource, expected)", "self.assert_status(resource['id'], 'ACTIVE')", "body = self.call(**arguments)")
    return _Frame(place.file, dice.between(40, 480), place.function, dice.pick(calls))


def _hex(dice: Dice) -> str:
    return str(dice.uuid())


def _timeout(dice: Dice, place: _Place) -> tuple[str, list[_Frame]]:
    server, task = _hex(dice), dice.pick(("spawning", "None", "rebuilding", "image_uploading"))
    return (
        "tempest.lib.exceptions.TimeoutException: Request timed out\n"
        f'Details: (ServersTestJSON:test) Server {server} failed to reach ACTIVE status and task state "None" within the '
        f"required time (196 s). Server boot request ID: req-{_hex(dice)}. Current status: BUILD. Current task state: {task}.",
        [
            _Frame(
                _STACK + "tempest/common/compute.py", 298, "create_test_server", "with excutils.save_and_reraise_exception():"
            ),
            _Frame(_SITE + "oslo_utils/excutils.py", 227, "__exit__", "self.force_reraise()"),
            _Frame(
                _STACK + "tempest/common/waiters.py", 104, "wait_for_server_status", "raise lib_exc.TimeoutException(message)"
            ),
        ],
    )


def _mismatch(dice: Dice, place: _Place) -> tuple[str, list[_Frame]]:
    return (
        f"testtools.matchers._impl.MismatchError: 'ACTIVE' != 'ERROR': resource {_hex(dice)} has the wrong status",
        [
            _Frame(_SITE + "testtools/testcase.py", 415, "assertEqual", "self.assertThat(observed, matcher, message)"),
            _Frame(_SITE + "testtools/testcase.py", 502, "assertThat", "raise mismatch_error"),
        ],
    )


def _assertion(dice: Dice, place: _Place) -> tuple[str, list[_Frame]]:
    expected = dice.between(1, 8)
    return (
        f"AssertionError: {expected} != {expected - 1} : expected {expected} items, got {expected - 1} for {_hex(dice)}",
        [
            _Frame(_LIBRARY + "unittest/case.py", 885, "assertEqual", "assertion_func(first, second, msg=msg)"),
            _Frame(_LIBRARY + "unittest/case.py", 878, "_baseAssertEqual", "raise self.failureException(msg)"),
        ],
    )


def _read_timeout(dice: Dice, place: _Place) -> tuple[str, list[_Frame]]:
    host, port = f"10.209.{dice.below(256)}.{dice.between(2, 250)}", dice.pick((8774, 9696, 9292, 5000, 80))
    return (
        f"urllib3.exceptions.ReadTimeoutError: HTTPSConnectionPool(host='{host}', port={port}): Read timed out. "
        "(read timeout=60)",
        [
            _Frame(
                _STACK + "tempest/lib/common/rest_client.py",
                338,
                "get",
                "return self.request('GET', url, extra_headers, headers)",
            ),
            _Frame(
                _STACK + "tempest/lib/common/http.py", 129, "request", "return super(ClosingHttp, self).request(method, url)"
            ),
            _Frame(_SITE + "urllib3/poolmanager.py", 444, "urlopen", "response = conn.urlopen(method, u.request_uri, **kw)"),
            _Frame(_SITE + "urllib3/connectionpool.py", 369, "_raise_timeout", "raise ReadTimeoutError("),
        ],
    )


def _ssh(dice: Dice, place: _Place) -> tuple[str, list[_Frame]]:
    return (
        f"tempest.lib.exceptions.SSHTimeout: Connection to the 172.24.5.{dice.between(2, 254)} via SSH timed out.\n"
        "User: cirros, Password: None",
        [
            _Frame(
                _STACK + "tempest/lib/common/utils/linux/remote_client.py",
                60,
                "wrapper",
                "return function(self, *args, **kwargs)",
            ),
            _Frame(
                _STACK + "tempest/lib/common/ssh.py", 245, "test_connection_auth", "connection = self._get_ssh_connection()"
            ),
            _Frame(
                _STACK + "tempest/lib/common/ssh.py", 155, "_get_ssh_connection", "raise exceptions.SSHTimeout(host=self.host,"
            ),
        ],
    )


def _not_found(dice: Dice, place: _Place) -> tuple[str, list[_Frame]]:
    return (
        "tempest.lib.exceptions.NotFound: Object not found\n"
        f"Details: {{'code': 404, 'message': 'Instance {_hex(dice)} could not be found.'}}",
        [
            _Frame(_STACK + "tempest/lib/common/rest_client.py", 758, "request", "self._error_checker(resp, resp_body)"),
            _Frame(
                _STACK + "tempest/lib/common/rest_client.py",
                864,
                "_error_checker",
                "raise exceptions.NotFound(resp_body, resp=resp)",
            ),
        ],
    )


def _key_error(dice: Dice, place: _Place) -> tuple[str, list[_Frame]]:
    key = dice.pick(("provider:segmentation_id", "pinned_availability_zone", "os-extended-volumes:volumes_attached"))
    return (
        f"KeyError: '{key}'",
        [_Frame(_LIBRARY + "collections/__init__.py", 1015, "__getitem__", "raise KeyError(key)")],
    )


def _db(dice: Dice, place: _Place) -> tuple[str, list[_Frame]]:
    return (
        "oslo_db.exception.DBDeadlock: (pymysql.err.OperationalError) (1213, 'Deadlock found when trying to get lock; try "
        f"restarting transaction') [request req-{_hex(dice)}]",
        [
            _Frame(_SITE + "sqlalchemy/engine/base.py", 1967, "_exec_single_context", "self.dialect.do_execute("),
            _Frame(_SITE + "oslo_db/sqlalchemy/exc_filters.py", 456, "handler", "util.raise_from_cause("),
            _Frame(_SITE + "pymysql/err.py", 143, "raise_mysql_exception", "raise errorclass(errno, errval)"),
        ],
    )


_RAISED: dict[str, Callable[[Dice, _Place], tuple[str, list[_Frame]]]] = {
    "timeout": _timeout,
    "mismatch": _mismatch,
    "assertion": _assertion,
    "read_timeout": _read_timeout,
    "ssh": _ssh,
    "not_found": _not_found,
    "key_error": _key_error,
    "db": _db,
}


def _logging(dice: Dice, place: _Place, until: int) -> str:
    lines = []
    whole = place.module.startswith("tempest.") or "_tempest_plugin" in place.module
    shown, clock = -1, ""
    steps = dice.between(4, 24)
    for step in range(steps):
        second, micros = divmod(until - (steps - step) * 300_000 - dice.below(300_000), 1_000_000)
        if second != shown:
            shown, clock = second, f"{from_micros(second * 1_000_000):%Y-%m-%d %H:%M:%S}"
        if whole:
            method = dice.pick(("GET", "GET", "GET", "POST", "DELETE"))
            service = dice.pick(("compute/v2.1/servers", "networking/v2.0/ports"))
            said = (
                f"INFO     [tempest.lib.common.rest_client] Request ({place.owner}:{place.function}): "
                f"{dice.pick((200, 200, 200, 202, 204, 404))} {method} "
                f"https://10.209.0.{dice.between(2, 250)}/{service}/{_hex(dice)} 0.{dice.below(1000):03}s"
            )
        else:
            done = dice.pick(("Acquired semaphore", "Releasing semaphore", "Loaded extensions for", "Claim on", "Cast to"))
            said = f"DEBUG    [{place.module}] {done} {_hex(dice)}"
        lines.append(f"{clock},{micros // 1000:03} {said}")
    return "\n".join(lines) + "\n"
