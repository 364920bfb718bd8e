#!/usr/bin/env python3
"""Reads the event stream of a run: one line per finished example, and a summary.

    events.py ENDPOINT      # the endpoint is named by dtest and by the event stream.hello

Needs pyzmq and msgpack (Debian: python3-zmq, python3-msgpack). The stream is described in dtest-events(7): each
message is a topic, a msgpack map, and sometimes raw bytes (output). A slow reader loses messages and can tell from
the sequence numbers; this one says what it missed. Status: 0 when run.end came, 1 when the stream ended without it,
2 for wrong use.
"""
import sys
from collections import Counter

import msgpack
import zmq

MAJOR = "1"
TOPIC = b"dt1."  # everything: with a narrower one the sequence numbers would have gaps by themselves
SILENCE_MS = 30_000  # the stream beats more often than that


class Gaps:
    """Watches the sequence numbers, which have no gaps within a stream."""

    def __init__(self):
        self.next = {}
        self.missed = 0

    def see(self, event):
        """How many events of this stream should have come before this one and did not."""
        stream, seq = event.get("stream"), event.get("seq", 0)
        # stream.hello and stream.beat have no number of their own: they repeat that of the newest event.
        first_wanted = seq + 1 if str(event.get("kind", "")).startswith("stream.") else seq
        lost = max(0, first_wanted - self.next.get(stream, first_wanted))
        self.next[stream] = max(seq + 1, self.next.get(stream, 0))
        self.missed += lost
        return lost


def show_example(event):
    name = event.get("full_name") or event.get("name") or event.get("id", "")
    print(f"{event.get('status', 'error'):9} {event.get('secs', 0):8.3f}s  {event.get('path', '')}  {name}", flush=True)


def show_summary(event, seen, gaps):
    counts = event.get("counts", {})
    text = ", ".join(f"{n} {status}" for status, n in counts.items() if n) or "nothing ran"
    print(f"{event.get('verdict', '?')}: {text} in {event.get('secs', 0):.1f}s")
    print(f"seen: {sum(seen.values())} finished examples; missed: {gaps.missed} events")


def messages(endpoint):
    """(map, bytes) of each message, until the stream falls silent."""
    socket = zmq.Context.instance().socket(zmq.SUB)
    socket.setsockopt(zmq.LINGER, 0)
    socket.setsockopt(zmq.RCVHWM, 100_000)
    socket.setsockopt(zmq.SUBSCRIBE, TOPIC)
    socket.connect(endpoint)
    while socket.poll(SILENCE_MS):
        frames = socket.recv_multipart()
        if len(frames) < 2:
            continue  # not ours
        # Names of tests may be any bytes.
        yield msgpack.unpackb(frames[1], raw=False, unicode_errors="replace", strict_map_key=False), frames[2:]


def read(endpoint):
    gaps, seen = Gaps(), Counter()
    for event, _output in messages(endpoint):
        if str(event.get("v", "")).split(".")[0] != MAJOR:
            print(f"events.py: version {event.get('v')} is not {MAJOR}.x", file=sys.stderr)
            return 1
        lost = gaps.see(event)
        if lost:
            print(f"events.py: missed {lost} events before {event['seq']}", file=sys.stderr)
        kind = event.get("kind")  # kinds that we do not know are no error: the stream grows
        if kind == "test.end":
            seen[event.get("status", "error")] += 1
            show_example(event)
        elif kind == "file.requeue":
            print(f"void      {event.get('path')}: {event.get('reason')}; its examples so far do not count")
        elif kind == "run.end":
            show_summary(event, seen, gaps)
            return 0
    print("events.py: the stream fell silent before run.end", file=sys.stderr)
    return 1


def main(arguments):
    if len(arguments) != 1 or arguments[0].startswith("-"):
        print(__doc__, file=sys.stderr)
        return 2
    return read(arguments[0])


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
