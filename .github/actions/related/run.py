"""Runs event-search regenerate for the action beside this file, and tells GitHub what it did.

Takes ARCHIVE, MODE, OPTIONS, REPORT and EVENT_SEARCH_INDEX from the environment. The exit code is
that of the command: 1 if a page is stale in the mode "check".
"""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path


def main() -> int:
    mode = os.environ.get("MODE", "check")
    if mode not in ("check", "write"):
        sys.exit(f"mode is {mode!r}; it must be check or write")
    command = [sys.executable, "-m", "search", "regenerate", "--json"]
    command += ["--check"] if mode == "check" else []
    if report := os.environ.get("REPORT"):
        command += ["--report", report]
    command += shlex.split(os.environ.get("OPTIONS", ""))
    if archive := os.environ.get("ARCHIVE"):
        command += ["--", archive]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode in (0, 1) and done.stdout:
        _tell(json.loads(done.stdout))
    return done.returncode


def _tell(run: dict) -> None:
    links = run["links"]
    counts = {"changed": run["changed"], "new": links["new"], "lost": links["lost"]}
    _append("GITHUB_OUTPUT", "".join(f"{name}={count}\n" for name, count in counts.items()))
    verb = "changed" if run["written"] else "would change"
    table = "".join(f"| {name} | {count:,} |\n" for name, count in links.items())
    text = f"### Related lists\n\n{run['changed']:,} of {run['pages']:,} pages {verb}.\n\n"
    _append("GITHUB_STEP_SUMMARY", f"{text}| links of these pages | |\n|---|---|\n{table}")


def _append(variable: str, text: str) -> None:
    if path := os.environ.get(variable):
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(text)


if __name__ == "__main__":
    sys.exit(main())
