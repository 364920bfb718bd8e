#!/usr/bin/env python3
"""Python's unittest under dtest: the boot process and the runners of dtest-runner(7). README.md says how to use it."""
import atexit, faulthandler, importlib, itertools, multiprocessing, os, pathlib, platform, random, signal, sys, tempfile
import time, traceback, types, unittest, msgpack, zmq

me = types.SimpleNamespace()  # this process of dtest's: pid, pipe, head and numbers of its messages, output file
options, modules, wanted = {}, {}, {}  # what boot was told; of each file its suite or what it raised, and what to run
now = lambda: time.monotonic_ns() // 1000
clean = lambda text: str(text)[:4096].encode("utf-8", "replace").decode()  # no message grows beyond 256 KiB
flat = lambda suite: [t for one in suite for t in (flat(one) if isinstance(one, unittest.TestSuite) else [one])]

def connect(jobs, outcomes, slot, life):
    """Starts a process that speaks for this one: what ZeroMQ's thread has not sent is lost when its process dies."""
    (ours, theirs), us = multiprocessing.Pipe(), os.pidfd_open(os.getpid())
    if between := os.fork():
        os.waitpid(between, 0), os.close(us), theirs.close()
        me.pipe, me.pid, me.numbers, me.head = ours, os.getpid(), itertools.count(1), {"v": 1, "s": slot, "i": life}
        return say("hello", pid=me.pid)
    if os.fork(): os._exit(0)  # as a child it could be found by a test that waits for any child
    signal.signal(signal.SIGTERM, signal.SIG_IGN), ours.close()
    context, poller = zmq.Context(), zmq.Poller()
    pull, publish = context.socket(zmq.PULL), context.socket(zmq.XPUB)  # XPUB: a PUB that hears of subscriptions
    publish.sndhwm = 0  # else it drops what comes too fast
    lost, said = pull.get_monitor_socket(zmq.EVENT_DISCONNECTED), theirs.fileno()
    pull.connect(jobs), publish.connect(outcomes), publish.recv()
    for one in (said, us, pull, lost): poller.register(one, zmq.POLLIN)
    while ready := dict(poller.poll()):
        try:
            if said in ready: publish.send(theirs.recv_bytes())
            elif us in ready: break
            elif pull in ready: theirs.send_bytes(pull.recv())
            else: signal.pidfd_send_signal(us, signal.SIGKILL)  # nobody listens any more
        except (EOFError, OSError): said in ready and poller.unregister(said)
    context.destroy(linger=2000), os._exit(0)

def say(kind, **fields):
    if os.getpid() != me.pid: return  # a child that a test forked
    me.pipe.send_bytes(msgpack.packb({**me.head, "k": kind, "q": next(me.numbers), **fields}))
def say_parts(kind, key, entries, **fields):
    for at in range(0, len(entries) or 1, 50):
        say(kind, part=at // 50, more=at + 50 < len(entries), **{key: entries[at:at + 50]}, **fields)
def hear():
    ours = os.getpid() == me.pid
    return order if ours and (order := msgpack.unpackb(me.pipe.recv_bytes()))["k"] != "quit" else sys.exit(0)

def describe(error, note="", deep=2):
    frames = [f for f in traceback.walk_tb(error.__traceback__) if "__unittest" not in f[0].f_globals][:-50:-1]
    lines = [f"{f.f_code.co_filename}:{line}".removeprefix(options["project"] + "/")[:500] for f, line in frames]
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return {"class": type(error).__name__, "msg": clean(note + str(error)), "bt": lines,
            "loc": next((line for line in lines if line[0] not in "/<"), ""),
            "cause": [describe(cause, deep=deep - 1)] if cause and deep else []}
def find():  # files of packages, as `python3 -m unittest discover` does
    if options.get("args"): sys.exit(f"{options['args'][0]}: unittest takes no such choice here; name FILE::CLASS.TEST")
    for path, _, name in (word.partition("::") for word in options.get("paths") or ["."]):
        start = pathlib.Path(path).absolute()
        start.exists() or sys.exit(f"{path}: no such file; name FILE, DIRECTORY or FILE::CLASS.TEST")
        found = [f for p in [*options.get("patterns", ["test*.py"]), "__init__.py"] for f in sorted(start.rglob(p))
                 if all((folder / "__init__.py").exists() for folder in f.parents if start in folder.parents)
                 and (f.name != "__init__.py" or f.parent != start and b"TestCase" in f.read_bytes())]
        for file in [start] if start.is_file() else found:
            wanted.setdefault(os.path.relpath(file), []).append(name.replace("::", "."))
def load(path):
    say("loading", f=path)
    try:
        module = importlib.import_module(os.path.splitext(path)[0].replace(os.sep, ".").removesuffix(".__init__"))
        if not os.path.samefile(path, module.__file__): raise ImportError(f"{module.__file__} has the same name")
        modules[path] = lambda: unittest.TestLoader().loadTestsFromModule(module)
    except unittest.SkipTest as why:
        modules[path] = lambda why=why: unittest.loader._make_skipped_test(path, why, unittest.TestSuite)
    except BaseException as error: modules[path] = error
def tests_of(path, ids):  # the suite of a file and its wanted tests as {id(test): (test, id, name)}, in its order
    suite, tests, seen = modules[path](), {}, []
    for test in flat(suite):
        seen.append(name := clean(test.id().removeprefix(type(test).__module__ + "."))[:800])
        if seen.count(name) > 1: name += f"#{seen.count(name)}"  # a class with two names
        fits = any(not one or f"{name}.".startswith(f"{one}.") for one in wanted[path])
        if fits if ids is None else f"{path}::{name}" in ids: tests[id(test)] = test, f"{path}::{name}", name
    return suite if len(tests) == len(seen) else unittest.TestSuite(one[0] for one in tests.values()), tests

class Runner(unittest.TestResult):
    def work(self, order):
        os.dup2(me.out, 1), os.dup2(me.out, 2), random.seed(options.get("seed"))  # whatever the last file did to them
        start, path, self.item = now(), order["f"], {"item": order["item"], "a": order["a"]}
        if path not in modules: load(path)
        bad, self.faults = isinstance(modules[path], BaseException), {}
        suite, self.waiting = (None, {}) if bad else tests_of(path, order.get("x"))
        say_parts("list", "x", listed := [[one, 0, name] for _, one, name in self.waiting.values()], **self.item)
        if options["mode"] == "run" and not bad: self.run(suite)
        say("done", **self.item, outcome="load_error" if bad else "done", secs_us=now() - start, count=len(listed),
            **({"exc": [describe(modules[path])]} if bad else {}))
        sys.stdout, sys.stderr, _ = sys.__stdout__, sys.__stderr__, os.chdir(options["project"])
    def run(self, suite, rest={"class": "NotRun", "msg": "unittest left it out"}):
        try: suite.run(self)
        except BaseException as error: rest = describe(error)  # KeyboardInterrupt: unittest gives up
        for test, _, _ in list(self.waiting.values()):  # what failed around a class or a module is no pass of its tests
            whose = unittest.util.strclass(type(test)) + "."
            why = next((why for where, why in self.faults.items() if whose.startswith(where + ".")), rest)
            self.startTest(test)
            self.bad, self.pend = ([], why) if isinstance(why, str) else ([why], "")
            self.stopTest(test, "error")
    def startTest(self, test):
        (_, self.id, self.name), self.success, self.bad, self.pend = self.waiting.pop(id(test)), False, [], ""
        say("begin", **self.item, id=self.id)
        self.before, self.start = os.fstat(me.out).st_size, now()
    def stopTest(self, test, bad="failed"):
        if error := sys.exc_info()[1]: self.bad.append(describe(error))  # on its way out
        say("example", **self.item, id=self.id, name=self.name, path=self.id.partition("::")[0],
            status=bad if self.bad else "pending" if self.pend else "passed" if self.success else "error",
            secs_us=now() - self.start, exc=self.bad[:6], pend=self.pend, o0=self.before, o1=os.fstat(me.out).st_size)
    def addError(self, test, err, note=""):
        if hasattr(test, "_testMethodName"): return self.bad.append(describe(err[1], note))
        self.faults[str(test).partition("(")[2][:-1]] = describe(err[1])  # setUpClass (tests.test_a.Class)
        say("error", **self.item, where=str(test), exc=[describe(err[1])])
    def addSkip(self, test, reason):
        self.pend = self.faults[str(test).partition("(")[2][:-1]] = clean(reason) or "skipped"
    def addSubTest(self, test, part, err): err and self.addError(test, err, part._subDescription() + " ")
    def addSuccess(self, test): self.success = True
    def addExpectedFailure(self, test, err): self.pend = clean(f"expected failure: {err[1]}")
    def addUnexpectedSuccess(self, test): self.bad.append({"class": "UnexpectedSuccess", "msg": "expected to fail"})
    addFailure = addError

def fork(order):
    read, write = multiprocessing.Pipe(False)
    if between := os.fork():
        return os.waitpid(between, 0), say("forked", s=order["s"], i=order["i"], pid=read.recv()), write.close()
    if pid := os.fork(): write.send(pid), os._exit(0)
    os.setsid(), read.close(), write.close(), me.pipe.close(), atexit._clear(), faulthandler.enable()
    for name, text in order["env"].items(): os.environ.pop(name, 0) if text is None else os.environ.update({name: text})
    if order.get("tmp"): os.makedirs(order["tmp"], 0o700, exist_ok=True), os.environ.update(TMPDIR=order["tmp"])
    tempfile.tempdir, me.out = None, os.open(order["out"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.dup2(me.out, 1), os.dup2(me.out, 2)
    connect(order["j"], order["o"], order["s"], order["i"])
    atexit.register(say, "bye"), say("ready")
    for order in iter(hear, None): Runner().work(order)
def boot(jobs, outcomes):
    start = connect(jobs, outcomes, 0, int(jobs.rpartition(".")[2])) or now()
    options.update(hear()), os.environ.update(options.get("env", {}))
    sys.path[0:1], sys.dont_write_bytecode = [*map(os.path.abspath, options.get("includes", [])), os.getcwd()], True
    try: find(), [*map(importlib.import_module, options.get("requires", []))]
    except BaseException as error: say("bootfail", why=f"{type(error).__name__}: {error}", code=1), sys.exit(1)
    told = {key: options[key] for key in ("mode", "seed") if key in options}
    say_parts("plan", "files", list(wanted), fw=["unittest", platform.python_version()], **told)
    early = [] if options["preload"] == "off" else [path for path in wanted if path not in options.get("defer", [])]
    for path in early: load(path)
    say("loaded", secs_us=now() - start, preload="on" if early else "off", files=len(early))
    while order := hear(): fork(order)

if __name__ == "__main__": boot(*sys.argv[-2:])
