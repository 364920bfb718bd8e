"""What is in stock, kept in a file of lines `NAME COUNT`."""
from pathlib import Path


class Shelf:
    def __init__(self, path):
        self.path = Path(path)

    def counts(self):
        if not self.path.exists():
            return {}
        pairs = (line.rsplit(" ", 1) for line in self.path.read_text(encoding="utf-8").splitlines())
        return {name: int(count) for name, count in pairs}

    def put(self, name, count=1):
        counts = self.counts()
        counts[name] = counts.get(name, 0) + count
        self._write(counts)

    def take(self, name, count=1):
        counts = self.counts()
        if counts.get(name, 0) < count:
            raise LookupError(f"only {counts.get(name, 0)} of {name}")
        counts[name] -= count
        self._write(counts)

    def _write(self, counts):
        self.path.write_text("".join(f"{name} {count}\n" for name, count in counts.items()), encoding="utf-8")
