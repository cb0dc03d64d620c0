import json
import pathlib
import re

# One run's log is kept beside the current one; older ones are gone, so that a log directory cannot grow for ever.
KEPT_SUFFIX = ".1"

# What Redis writes before its message: "1234:M 21 Nov 2026 10:14:01.193 # ".
REDIS_PREFIX = re.compile(r"^\d+:[A-Z] .*?:\d\d\.\d{3} [.*#-] ")


def rotate(path: pathlib.Path) -> None:
    """Starts a new log file, keeping the one of the run before."""
    if path.exists():
        path.replace(path.with_name(path.name + KEPT_SUFFIX))


def last_words(path: pathlib.Path, since: int = 0) -> str:
    """The last line that a process wrote after offset `since`, the message alone if it was a JSON log line."""
    try:
        with path.open("rb") as file:
            file.seek(since)
            lines = [line.strip() for line in file.read().decode(errors="replace").splitlines() if line.strip()]
    except OSError:
        return ""
    if not lines:
        return ""
    try:
        fields = json.loads(lines[-1])
        details = [str(fields[key]) for key in ("name", "code", "error", "reason") if fields.get(key)]
        return ": ".join([str(fields["message"]), *details])
    except (ValueError, KeyError, TypeError):
        return REDIS_PREFIX.sub("", lines[-1])
