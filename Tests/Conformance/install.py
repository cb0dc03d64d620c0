#!/usr/bin/env python3
"""Makes the environments of the clients that cannot share one, each in `.run/clients`. Quick when nothing is missing."""

import pathlib
import subprocess
import sys
import venv

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "Clients")]

from clients.catalogue import OTHERS, Client  # noqa: E402


def install(client: Client) -> None:
    print(f"installing {client.requirements} for {client.name}", flush=True)
    client.environment.parent.mkdir(parents=True, exist_ok=True)
    venv.create(client.environment, clear=True, with_pip=True)
    subprocess.run(
        [client.environment / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
         "--requirement", client.requirements_file], check=True)
    (client.environment / "requirements.txt").write_text(client.requirements_file.read_text())


def main() -> int:
    missing = False
    for client in OTHERS:
        if client.is_installed:
            continue
        try:
            install(client)
        except (OSError, subprocess.CalledProcessError) as fault:
            # Its checks are then listed as not run.
            print(f"{client.requirements} could not be installed: {fault}", file=sys.stderr)
            missing = True
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
