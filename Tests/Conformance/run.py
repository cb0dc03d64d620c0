#!/usr/bin/env python3
"""Runs the checks on the Realtime protocol against the real processes and writes the table of results.

Without an address it starts stacks of its own, one with the embedded providers and others with fake ones. With an address and a
key, checks that need no more than that run against that server. Exits with 1 when a check failed or an event was invalid.
"""

import argparse
import asyncio
import pathlib
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "System"), str(HERE.parents[1] / "deploy" / "demo"), str(HERE.parent / "Clients")]

from checks import load  # noqa: E402
from recorder import RECORDER  # noqa: E402
from suite import report  # noqa: E402
from suite.performance import perform  # noqa: E402
from suite.places import Places  # noqa: E402
from suite.registry import CHECKS  # noqa: E402
from suite.report import FAIL, NOT_BUILT, Result  # noqa: E402


def numbers(text: str) -> set[int]:
    """"38,50-61" as a set."""
    found: set[int] = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        found |= set(range(int(first), int(last or first) + 1))
    return found


def run(options: argparse.Namespace) -> list[Result]:
    places = Places(options.url, options.key)
    results = []
    try:
        for number in sorted(set(CHECKS) & (options.only or set(CHECKS))):
            started = time.monotonic()
            result = asyncio.run(perform(CHECKS[number], places, options.verbose))
            results.append(result)
            print(f"{number:3} {result.verdict.strip('*'):9} {time.monotonic() - started:5.1f} s  {CHECKS[number].what}", flush=True)
            if result.sentence and result.verdict != NOT_BUILT:
                print(f"    {result.sentence}", flush=True)
    finally:
        places.stop()
    return results


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", help="base URL of a server that runs; without it stacks are started")
    parser.add_argument("--key", help="API key for it")
    parser.add_argument("--only", type=numbers, help="numbers of checks, as in 38,50-61")
    parser.add_argument("--report", type=pathlib.Path, help="where the table goes [Tests/Conformance/REPORT.md for a full run]")
    parser.add_argument("--verbose", action="store_true", help="print where a check failed")
    options = parser.parse_args()
    load()
    results = run(options)
    is_full = len(results) == len(CHECKS) and not options.url
    path = options.report or (HERE / "REPORT.md" if is_full else None)
    if path:
        report.write(path, results, RECORDER)
    for fault in RECORDER.faults:
        print(f"invalid: {fault}")
    print(f"{report.summary(results)}\n{report.judged(RECORDER)}")
    return 1 if RECORDER.fault_count or any(result.verdict == FAIL for result in results) else 0


if __name__ == "__main__":
    sys.exit(main())
