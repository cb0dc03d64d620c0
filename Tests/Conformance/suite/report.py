import dataclasses
import pathlib
import re

from recorder import Recorder

from .registry import Check

PASS, FAIL, NOT_BUILT, NOT_RUN = "pass", "**fail**", "not built", "not run"


@dataclasses.dataclass(frozen=True)
class Result:
    check: Check
    verdict: str
    sentence: str = ""


def cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def summary(results: list[Result]) -> str:
    counts = {verdict: sum(result.verdict == verdict for result in results) for verdict in (PASS, FAIL, NOT_BUILT, NOT_RUN)}
    words = [f"{count} {verdict.strip('*')}" for verdict, count in counts.items() if count or verdict in (PASS, FAIL)]
    return f"{len(results)} checks: " + ", ".join(words)


def markdown(results: list[Result], recorder: Recorder) -> str:
    lines = [
        "# Conformance", "",
        "What `make conformance` found: an implementation of the 90 checks on the OpenAI Realtime protocol, GA and beta, and of some",
        "beyond them, run against the real processes. This file is written by it; `Tests/Conformance/README.md` says how.", "",
        f"**{summary(results)}.** {judged(recorder)}", "",
    ]
    section = None
    for result in results:
        if result.check.section != section:
            section = result.check.section
            lines += [f"## {section}", "", "| | Check | Result | |", "|---|---|---|---|"]
        lines.append(f"| {result.check.number} | {cell(result.check.what)} | {result.verdict} | {cell(result.sentence)} |")
        if result is results[-1] or results[results.index(result) + 1].check.section != section:
            lines.append("")
    if recorder.faults:
        lines += ["## Invalid events", "", *(f"* {cell(str(fault))}" for fault in recorder.faults), ""]
    return "\n".join(lines)


def judged(recorder: Recorder) -> str:
    kinds = len(recorder.kinds("ga")), len(recorder.kinds("beta"))
    invalid = f"{recorder.fault_count} faults" if recorder.fault_count else "none invalid"
    return (
        f"{recorder.total} server events of {kinds[0]} GA and {kinds[1]} beta types were validated against the `openai` and "
        f"`openai-agents` packages' types and the event inventory: {invalid}.")


def write(path: pathlib.Path, results: list[Result], recorder: Recorder) -> None:
    path.write_text(markdown(results, recorder))


def outdated(path: pathlib.Path, results: list[Result]) -> list[int]:
    """The checks that the table at `path` lacks, words differently, or lists with another verdict; timings may differ."""
    rows = {}
    for line in path.read_text().splitlines() if path.exists() else []:
        if found := re.fullmatch(r"\| (\d+) \| (.*?) \| ([a-z* ]+) \| .*", line):
            rows[int(found[1])] = (found[2], found[3])
    return [result.check.number for result in results if rows.get(result.check.number) != (cell(result.check.what), result.verdict)]
