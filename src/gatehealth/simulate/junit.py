"""The results of a simulated run as JUnit XML, in pytest's dialect."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from gatehealth.model import Result, Status, from_micros, message_of


def write(suite: str, results: Sequence[Result]) -> tuple[bytes, list[Result]]:
    """The file, and what it carries of the results.

    JUnit XML knows neither tests that never ended, nor tags, nor when a single test began: those of one worker follow
    one another from its first. Of what a result carries, the traceback and the reason are told.
    """
    carried: list[Result] = []
    suites: list[str] = []
    suite_of = [(result.attempt > 0, result.tags) for result in results]  # tests that are tried again come last
    for each in sorted(set(suite_of)):
        own = [result for result, its in zip(results, suite_of, strict=True) if its == each and result.ended_at is not None]
        if not own:
            continue
        cases = []
        clock = own[0].started_at or 0
        suites.append(
            f'<testsuite name={quoteattr(suite)} tests="{len(own)}" timestamp="{from_micros(clock).isoformat()}" '
            f'hostname="controller">'
        )
        for result in own:
            duration = ((result.ended_at or 0) - (result.started_at or 0)) // 1_000 * 1_000
            owner, _, name = result.test.rpartition(".")
            cases.append(
                f'<testcase classname={quoteattr(owner)} name={quoteattr(name)} time="{duration / 1e6:.3f}">'
                f"{_body(result)}</testcase>"
            )
            carried.append(Result(result.test, result.status, result.attempt, clock, clock + duration))
            clock += duration
        suites += [*cases, "</testsuite>"]
    document = "\n".join(
        ['<?xml version="1.0" encoding="utf-8"?>', '<testsuites name="pytest tests">', *suites, "</testsuites>"]
    )
    return document.encode() + b"\n", carried


def _body(result: Result) -> str:
    text = escape(next((a.text() for a in result.attachments if a.name == "traceback"), ""))
    message = quoteattr(message_of(result))
    if result.status is Status.SKIP:
        return f'<skipped type="pytest.skip" message={message} />'
    if result.status is Status.XFAIL:
        return f'<skipped type="pytest.xfail" message={message} />'
    if result.status is Status.UXSUCCESS:
        return '<failure message="[XPASS(strict)] known to fail">known to fail</failure>'
    if result.status is Status.FAIL:
        return f"<failure message={message}>{text}</failure>"
    return ""
