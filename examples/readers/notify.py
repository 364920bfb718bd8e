#!/usr/bin/env python3
"""Tells the desktop of a run's first failure, and how the run ended.

    notify.py [ENDPOINT]    # without one: the newest run of the project in the current directory

Calls `notify-send URGENCY TITLE TEXT` (libnotify), or the program that DTEST_NOTIFY names with the same arguments;
where there is none it writes to standard output. Needs pyzmq and msgpack. A verdict is provisional until its attempt
is accepted: what is told at once is the first failure only, as a hint; the end is told with the counts of run.end.
Status: 0 when run.end came, 1 when the stream ended without it, 2 for wrong use.
"""
import os
import shutil
import subprocess
import sys

from events import Gaps, messages


def tell(title, text, urgent):
    program = os.environ.get("DTEST_NOTIFY") or shutil.which("notify-send")
    if not program:
        print(f"{title}: {text}", flush=True)
        return
    urgency = "--urgency=critical" if urgent else "--urgency=normal"
    # No "<" or "&": notification servers read markup, and what tests are called is none.
    plain = text.replace("&", "&amp;").replace("<", "&lt;")
    subprocess.run([program, urgency, "--app-name=dtest", title, plain], check=False, stdin=subprocess.DEVNULL)


def where(event):
    line = event.get("line")
    return event.get("path", "") + (f":{line}" if line else "")


def counted(counts):
    return ", ".join(f"{number} {word.replace('_', ' ')}" for word, number in counts.items() if number)


class Notifier:
    """What was told already, and what the run is called."""

    def __init__(self):
        self.project = "tests"
        self.told = False

    def see(self, event):
        """False once there is nothing more to tell."""
        kind = event.get("kind")
        if kind == "run.start":
            self.project = event.get("project", self.project)
        elif kind == "stream.snapshot":  # we came late
            self.project = event.get("start", {}).get("project", self.project)
            self.first(event.get("failures", 0) > 0, f"{event.get('failures')} so far")
        elif kind in ("test.end", "file.end", "file.load_error", "test.error"):
            self.first(event.get("failure", 0) > 0, f"{where(event)}  {event.get('full_name', '')}".strip())
        elif kind == "run.end":
            self.end(event)
        return kind != "run.end"

    def first(self, bad, text):
        if bad and not self.told:
            self.told = True
            tell(f"{self.project}: a test failed", text, urgent=True)

    def end(self, event):
        verdict = event.get("verdict", "?")
        text = f"{counted(event.get('counts', {})) or 'nothing ran'} in {event.get('secs', 0):.1f}s"
        tell(f"{self.project}: {verdict}", text, urgent=verdict != "passed")


def watch(endpoint):
    notifier, gaps = Notifier(), Gaps()
    for event, _output in messages(endpoint):
        gaps.see(event)
        if not notifier.see(event):
            return 0
    missed = f", after {gaps.missed} missed events" if gaps.missed else ""
    tell(f"{notifier.project}: the run is gone", f"it did not say how it ended{missed}", urgent=True)
    return 1


def newest():
    found = subprocess.run(["dtest", "events", "--endpoint"], capture_output=True, text=True, check=False)
    if found.returncode != 0:
        sys.exit(found.stderr.strip() or "notify.py: dtest knows of no run")
    return found.stdout.strip()


def main(arguments):
    if len(arguments) > 1 or any(word.startswith("-") for word in arguments):
        print(__doc__, file=sys.stderr)
        return 2
    return watch(arguments[0] if arguments else newest())


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
