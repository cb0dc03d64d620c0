"""The rules by which the JavaScript client judges events are themselves tested, by Node's own runner."""

import subprocess

from clients.catalogue import HERE


def test_the_rules_for_events_catch_what_they_are_for():
    ran = subprocess.run(
        ["node", "--test", HERE / "scenarios" / "javascript" / "agents_events.test.js"], capture_output=True, text=True, timeout=60,
        check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "# fail 0" in ran.stdout and "# pass 0" not in ran.stdout, ran.stdout
