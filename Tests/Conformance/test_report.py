"""The table of results, and how it is compared with the one in the docs."""

import dataclasses

from recorder import Recorder
from suite import report
from suite.registry import FAKE, Check
from suite.report import FAIL, PASS, Result

RESULTS = [
    Result(Check(1, "One", "A | B are told apart", FAKE, None), PASS, "took 12 ms"),
    Result(Check(2, "One", "Nothing else is", FAKE, None), FAIL, "it was"),
    Result(Check(7, "Two", "The end", FAKE, None), PASS),
]


def changed(number: int, **members) -> list[Result]:
    return [dataclasses.replace(result, **members) if result.check.number == number else result for result in RESULTS]


def test_a_table_is_up_to_date_until_a_verdict_or_a_check_changes(tmp_path):
    path = tmp_path / "REPORT.md"
    report.write(path, RESULTS, Recorder())
    assert report.outdated(path, RESULTS) == []
    assert report.outdated(path, changed(1, sentence="took 14 ms")) == []
    assert report.outdated(path, changed(2, verdict=PASS)) == [2]
    assert report.outdated(path, changed(7, check=Check(7, "Two", "The very end", FAKE, None))) == [7]
    assert report.outdated(path, RESULTS + [Result(Check(8, "Two", "More", FAKE, None), PASS)]) == [8]


def test_without_a_table_everything_is_out_of_date(tmp_path):
    assert report.outdated(tmp_path / "REPORT.md", RESULTS) == [1, 2, 7]
