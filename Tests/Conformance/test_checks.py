"""The checks on the protocol that need no other clients, one test each."""

import asyncio

import pytest

from checks import load
from suite.performance import perform
from suite.registry import CHECKS, Check
from suite.report import FAIL, NOT_BUILT, NOT_RUN

# Beyond a check's own time: its stack may have to be started.
STARTING = 60


def cases():
    load()
    for number, check in sorted(CHECKS.items()):
        if not check.runs_clients:
            yield pytest.param(check, id=str(number), marks=pytest.mark.timeout(check.within + STARTING))


@pytest.mark.parametrize("check", cases())
def test_check(check: Check, places, table):
    result = asyncio.run(perform(check, places, is_verbose=False))
    table.append(result)
    if result.verdict in (NOT_BUILT, NOT_RUN):
        pytest.skip(result.sentence)
    assert result.verdict != FAIL, f"{check.what}: {result.sentence}"
