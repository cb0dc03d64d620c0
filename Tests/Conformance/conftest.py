import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "System"), str(HERE.parents[1] / "deploy" / "demo"), str(HERE.parent / "Clients")]

from recorder import RECORDER  # noqa: E402
from suite import report  # noqa: E402
from suite.places import Places  # noqa: E402
from suite.report import Result  # noqa: E402

TABLE = HERE.parents[1] / ".run" / "conformance.md"
# What the checks of this run found.
results: list[Result] = []


@pytest.fixture(scope="module")
def places():
    made = Places(None, None)
    yield made
    made.stop()


@pytest.fixture
def table():
    """Where a check's result goes."""
    return results


def pytest_terminal_summary(terminalreporter):
    """The table of the checks that ran, and whether the one in the docs still says the same."""
    if not results:
        return
    report.write(TABLE, results, RECORDER)
    terminalreporter.section(f"conformance, table in {TABLE.relative_to(HERE.parents[1])}")
    terminalreporter.line(f"Conformance: {report.summary(results)}. {report.judged(RECORDER)}")
    outdated = report.outdated(HERE / "REPORT.md", results)
    if outdated:
        numbers = ", ".join(map(str, outdated))
        terminalreporter.line(f"Conformance: Tests/Conformance/REPORT.md is out of date (check {numbers}): run `make conformance`.")
