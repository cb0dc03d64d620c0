"""The rules of the project that neither the compiler nor swift-format checks. Prints each breach; the exit status says if any."""

import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
ALLOWED_UNCHECKED = pathlib.Path(__file__).with_name("unchecked-allowed.txt")
MOST_LINES = 500

# Modules of the toolchain; anything else must be a declared dependency.
TOOLCHAIN = {"Dispatch", "Foundation", "FoundationEssentials", "FoundationNetworking", "Glibc", "Synchronization", "Testing"}

ATTRIBUTES = r"(?:@\w+(?:\([^)]*\))?\s+)*"
MODIFIERS = r"(?:(?:static|final|mutating|nonmutating|nonisolated|borrowing|consuming|override|convenience|indirect|lazy)\s+)*"
DECLARATION = re.compile(
    rf"^\s*{ATTRIBUTES}package\s+(?:\(set\)\s+)?{MODIFIERS}"
    r"(?P<kind>func|var|let|struct|class|enum|protocol|actor|init|typealias|subscript)\b\s*(?P<name>[\w`]*)(?P<rest>.*)")
# What a conformance demands, whose meaning its protocol documents, and what a type's own comment says.
WITNESSES = {
    "rawValue", "description", "debugDescription", "customMirror", "hash", "prefix", "makeAsyncIterator", "next",
    "enqueue", "checkIsolated", "isIsolatingCurrentContext", "unownedExecutor", "Element", "AsyncIterator", "allCases",
}
TASK = re.compile(r"\bTask(?:\.detached|\.immediate)?\s*(?P<arguments>\([^{]*\))?\s*\{")
UNCHECKED = re.compile(r"@unchecked\s+Sendable|nonisolated\(unsafe\)|@preconcurrency\b")
PRINT = re.compile(r"(?<![\w.])print\(")
IMPORT = re.compile(r"^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:package|public|internal|private|fileprivate)\s+)?import\s+(?:\w+\s+)?(\w+)")


def code(line: str) -> str:
    """The line without its comment; strings that hold slashes are rare enough to be cut wrongly."""
    return re.sub(r"(?<!:)//.*", "", line)


def undocumented(lines: list[str]):
    """Declarations that other modules see without a line that says what they are (style 9)."""
    for index, line in enumerate(lines):
        match = DECLARATION.match(line)
        if not match or match["name"] in WITNESSES or match["kind"] == "init" and "rawValue" in match["rest"]:
            continue
        if re.match(r"\s*(==|<|>|<=|>=|\+|-|~=)", match["name"] + match["rest"]):
            continue
        above = index - 1
        while above >= 0 and lines[above].lstrip().startswith("@"):
            above -= 1
        if above < 0 or not lines[above].lstrip().startswith("///"):
            yield index, f"`package {match['kind']} {match['name']}` has no /// line"


def tasks(lines: list[str]):
    """Tasks of the worker that would resume on the global pool (layout 6)."""
    for index, line in enumerate(lines):
        match = TASK.search(code(line))
        if match and "executorPreference" not in (match["arguments"] or ""):
            yield index, "a Task without executorPreference leaves the event loop"


def pattern(expression: re.Pattern, message: str):
    def check(lines: list[str]):
        return ((index, message) for index, line in enumerate(lines) if expression.search(code(line)))

    return check


def targets() -> dict[str, dict]:
    """Each target of Package.swift by name."""
    described = subprocess.run(
        ["swift", "package", "dump-package"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return {target["name"]: target for target in json.loads(described)["targets"]}


def imports(all_targets: dict[str, dict]):
    """Imports that Package.swift does not declare, and C libraries that more than one Swift module imports (layout 1)."""
    owners: dict[str, set[str]] = {}
    for name, target in all_targets.items():
        declared = {next(iter(dependency.values()))[0] for dependency in target.get("dependencies", [])}
        path = target.get("path")
        # A test may look at whatever its module stands on.
        if not path or target["type"] in ("system", "test"):
            continue
        for file in sorted((ROOT / path).rglob("*.swift")):
            for index, line in enumerate(file.read_text().splitlines()):
                match = IMPORT.match(line)
                if not match or match[1] in TOOLCHAIN or match[1] == name:
                    continue
                if match[1] not in declared:
                    yield file, index, f"{name} imports {match[1]}, which Package.swift does not declare for it"
                if match[1] in all_targets and all_targets[match[1]]["type"] == "system":
                    owners.setdefault(match[1], set()).add(name)
    for library, names in owners.items():
        # Linux itself is no library with an owner.
        if len(names) > 1 and library != "CLinux":
            yield ROOT / "Package.swift", 0, f"{library} is imported by {', '.join(sorted(names))}; one module may wrap it"


def unused_settings():
    """Settings that are documented and read by nothing."""
    folder = ROOT / "Sources/Shared/Core/Configuration"
    elsewhere = "\n".join(
        file.read_text() for file in (ROOT / "Sources").rglob("*.swift") if not file.is_relative_to(folder))
    for file in sorted(folder.glob("Settings*.swift")):
        text = file.read_text()
        for match in re.finditer(r"package static let (\w+) = ConfigurationOption\((.*?)(?=\n    ///|\n    static|\n\}|\Z)", text, re.DOTALL):
            if "readBy: .startScript" not in match[2] and f"Settings.{match[1]}" not in elsewhere:
                yield file, text[: match.start()].count("\n"), f"Settings.{match[1]} is read by nothing"


def main() -> int:
    allowed = {
        line.split(":", 1)[0].strip() for line in ALLOWED_UNCHECKED.read_text().splitlines()
        if line.strip() and not line.startswith("#")
    }
    breaches: list[tuple[pathlib.Path, int, str]] = []
    for file in sorted([*ROOT.glob("Sources/**/*.swift"), *ROOT.glob("Tests/**/*.swift")]):
        lines = file.read_text().splitlines()
        name = file.relative_to(ROOT).as_posix()
        checks = []
        if name.startswith("Sources/"):
            checks.append(undocumented)
            if name not in allowed:
                checks.append(pattern(UNCHECKED, "unchecked concurrency outside deploy/ci/unchecked-allowed.txt"))
            if "/Main/" not in name:
                checks.append(pattern(PRINT, "print( outside Main"))
        if name.startswith("Sources/Worker/"):
            checks.append(tasks)
        breaches += [(file, index, message) for check in checks for index, message in check(lines)]
        if len(lines) > MOST_LINES:
            breaches.append((file, MOST_LINES, f"{len(lines)} lines; {MOST_LINES} is the most"))
    for name in sorted(allowed):
        if not (ROOT / name).exists() or not UNCHECKED.search((ROOT / name).read_text()):
            breaches.append((ALLOWED_UNCHECKED, 0, f"{name} no longer needs to be allowed"))
    breaches += imports(targets())
    breaches += unused_settings()
    for file, index, message in breaches:
        print(f"{file.relative_to(ROOT)}:{index + 1}: {message}")
    print(f"lint: {len(breaches)} breaches" if breaches else "lint: clean")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
