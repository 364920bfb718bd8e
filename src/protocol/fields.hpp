// Key and member of every message: the table from which encoder and decoder come (doc/protocol.md §4-8).
// `req` must be there; `opt` is left out when it has its default. Only for the .cpp files of this folder.
#pragma once
#include "protocol/local.hpp"
#include "protocol/result.hpp"
#include "protocol/work.hpp"

namespace dtest::protocol {

/// Where the wire has a list of exceptions and the value keeps one: the others become causes of the first.
struct OneException {
  Exception* first;
};
struct MaybeException {
  std::optional<Exception>* first;
  [[nodiscard]] bool empty() const { return !first->has_value(); }
};

template <class V> void fields(V& v, SessionOptions& m) {
  v.req("mode", m.mode);
  v.req("project", m.project);
  v.req("ruby", m.ruby);
  v.req("lib", m.lib);
  v.opt("framework", m.framework);
  v.opt("bundler", m.bundler);
  v.opt("paths", m.paths);
  v.opt("patterns", m.patterns);
  v.opt("excludes", m.excludes);
  v.opt("includes", m.includes);
  v.opt("requires", m.requires_);
  v.opt("args", m.args);
  v.opt("seed", m.seed);
  v.opt("preload", m.preload);
  v.opt("env", m.env);
  v.req("runners", m.runners);
  v.req("timeout_us", m.timeout);
  v.req("grace_us", m.grace);
  v.req("boot_timeout_us", m.boot_timeout);
  v.opt("first_is_empty", m.first_is_empty);
  v.req("tmpdir", m.tmpdir);
  v.opt("host", m.host);
  v.opt("origin", m.origin);
  v.opt("user", m.user);
  v.opt("workspace", m.workspace);
  v.opt("hooks", m.hooks);
  v.req("hook_timeout_us", m.hook_timeout);
  v.req("exit_timeout_us", m.exit_timeout);
  v.opt("number_offset", m.number_offset);
  v.opt("told_runners", m.told_runners);
  v.opt("share_database", m.share_database);
  v.opt("runner_memory", m.runner_memory);
  v.req("output_cap", m.output_cap);
}

// W

template <class V> void fields(V& v, Hello& m) {
  v.req("run", m.run);
  v.req("n", m.number);
  v.req("o", m.options);
}
template <class V> void fields(V& v, ItemWork& m) {
  v.req("run", m.run);
  v.req("e", m.epoch);
  v.req("j", m.job);
  v.req("item", m.item);
  v.req("a", m.attempt);
  v.req("f", m.path);
  v.opt("x", m.examples);
  v.opt("last", m.last);
  v.opt("t", m.expected);
  v.opt("on", m.only);
}
template <class V> void fields(V& v, Ping& m) {
  v.req("run", m.run);
  v.req("e", m.epoch);
  v.req("hb", m.beat);
  v.req("ack", m.ack);
  v.opt("gap", m.gap);
}
template <class V> void fields(V& v, Cancel& m) {
  v.req("run", m.run);
  v.req("e", m.epoch);
  v.req("kill", m.kill);
}
template <class V> void fields(V& v, Synced& m) {
  v.req("run", m.run);
  v.req("e", m.epoch);
}
template <class V> void fields(V& v, Bye& m) {
  v.req("run", m.run);
  v.req("e", m.epoch);
}
template <class V> void fields(V& v, SlotOrder& m) {
  v.req("s", m.slot);
  v.req("i", m.incarnation);
  v.req("do", m.what);
}
template <class V> void fields(V& v, SlotOrders& m) {
  v.req("run", m.run);
  v.req("e", m.epoch);
  v.req("c", m.number);
  v.req("b", m.orders);
}

template <class V> void fields(V& v, Ask& m) { v.req("run", m.run); }

// bodies

template <class V> void fields(V& v, Exception& m) {
  v.req("class", m.type);
  v.req("msg", m.message);
  v.opt("bt", m.backtrace);
  v.opt("diff", m.diff);
  v.opt("loc", m.location);
  v.opt("cause", m.causes);
}
template <class V> void fields(V& v, Booting& m) { v.req("pid", m.pid); }
template <class V> void fields(V& v, Plan& m) {
  v.req("part", m.part);
  v.req("more", m.more);
  v.req("files", m.files);
  v.opt("fw", m.framework);
  v.opt("ruby", m.ruby);
  v.opt("mode", m.mode);
  v.opt("seed", m.seed);
}
template <class V> void fields(V& v, Booted& m) {
  v.req("secs_us", m.took);
  v.opt("preload", m.preload);
}
template <class V> void fields(V& v, Setup& m) {
  v.req("hook", m.hook);
  v.req("s", m.slot);
  v.req("file", m.file);
  v.req("phase", m.phase);
  v.opt("how", m.how);
  v.opt("ok", m.ok);
  v.opt("secs_us", m.took);
  v.opt("out", m.output);
  v.opt("total", m.output.total);
}
template <class V> void fields(V& v, Workspace& m) { v.req("path", m.path); }
template <class V> void fields(V& v, Printed& m) {
  v.req("s", m.slot);
  v.req("out", m.output);
  v.opt("left", m.left_out);
}
template <class V> void fields(V& v, BootFailed& m) {
  v.req("why", m.why);
  v.req("code", m.code);
  v.opt("out", m.output);
  v.opt("total", m.output.total);
}
template <class V> void fields(V& v, Notice& m) {
  v.req("text", m.text);
  v.req("level", m.level);
}
template <class V> void fields(V& v, RunnerUp& m) {
  v.req("s", m.slot);
  v.req("i", m.incarnation);
  v.req("pid", m.pid);
}
template <class V> void fields(V& v, RunnerExit& m) {
  v.req("s", m.slot);
  v.req("i", m.incarnation);
  v.req("pid", m.pid);
  v.req("how", m.how);
  v.req("why", m.why);
  v.opt("out", m.output);
  v.opt("total", m.output.total);
  v.opt("rss_kb", m.rss_kb);
}
template <class V> void fields(V& v, ItemStart& m) {
  v.req("s", m.slot);
  v.req("i", m.incarnation);
  v.req("item", m.item);
  v.req("a", m.attempt);
}
template <class V> void fields(V& v, ExampleList& m) {
  v.req("item", m.item);
  v.req("a", m.attempt);
  v.req("part", m.part);
  v.req("more", m.more);
  v.req("x", m.examples);
}
template <class V> void fields(V& v, Example& m) {
  v.req("item", m.item);
  v.req("a", m.attempt);
  v.req("id", m.id);
  v.opt("path", m.path);
  v.opt("line", m.line);
  v.req("name", m.name);
  v.opt("desc", m.description);
  v.req("status", m.status);
  v.req("secs_us", m.took);
  v.opt("cpu_us", m.cpu);
  v.opt("exc", m.exceptions);
  v.opt("pend", m.pending_message);
  v.opt("tags", m.tags);
  v.opt("out", m.output);
  v.opt("total", m.output_total);
}
template <class V> void fields(V& v, OutsideError& m) {
  v.opt("item", m.item);
  v.opt("a", m.attempt);
  v.req("where", m.where);
  OneException list{&m.exception};
  v.req("exc", list);
  v.opt("by", m.by);
  v.opt("out", m.output);
  v.opt("total", m.output.total);
}
template <class V> void fields(V& v, ItemEnd& m) {
  v.req("item", m.item);
  v.req("a", m.attempt);
  v.req("outcome", m.outcome);
  v.opt("why", m.why);
  v.opt("secs_us", m.took);
  v.opt("load_us", m.load);
  v.opt("cpu_us", m.cpu);
  v.opt("rss_kb", m.rss_kb);
  v.opt("count", m.count);
  v.opt("running", m.running);
  MaybeException list{&m.exception};
  v.opt("exc", list);
  v.opt("out", m.output);
  v.opt("total", m.output.total);
}
template <class V> void fields(V& v, Closed& m) { v.opt("why", m.why); }

// R

template <class V> void fields(V& v, NodeHeader& m) {
  v.req("n", m.number);
  v.req("e", m.epoch);
  v.req("hb", m.beat);
  v.req("ja", m.accepted);
  v.req("jl", m.credit);
  v.req("rl", m.newest);
}
template <class V> void fields(V& v, Beat& m) { v.opt("busy", m.busy); }
template <class V> void fields(V&, NoSession&) {}
template <class V> void fields(V& v, Refused& m) {
  v.req("why", m.why);
  v.req("code", m.code);
}

template <class V> void fields(V& v, Tenant& m) {
  v.req("run", m.run);
  v.req("who", m.who);
  v.req("project", m.project);
  v.req("runners", m.runners);
  v.req("busy", m.busy);
  v.req("since_us", m.since);
}
template <class V> void fields(V& v, Status& m) {
  v.req("node", m.node);
  v.req("runners", m.runners);
  v.req("b", m.tenants);
}

// J

template <class V> void fields(V& v, BootWork& m) {
  fields(v, m.options);
  v.opt("defer", m.defer);
}
template <class V> void fields(V& v, ForkWork& m) {
  v.req("s", m.slot);
  v.req("i", m.incarnation);
  v.req("j", m.jobs);
  v.req("o", m.outcomes);
  v.req("env", m.env);
  v.req("out", m.output);
  v.opt("tmp", m.tmpdir);
}
template <class V> void fields(V& v, RunWork& m) {
  v.req("item", m.item);
  v.req("a", m.attempt);
  v.req("f", m.path);
  v.opt("x", m.examples);
  v.opt("last", m.last);
}
template <class V> void fields(V&, Quit&) {}

// O

template <class V> void fields(V& v, LocalHello& m) {
  v.req("pid", m.pid);
  v.opt("ruby", m.ruby);
}
template <class V> void fields(V& v, Loading& m) {
  v.req("f", m.path);
  v.opt("hook", m.hook);
}
template <class V> void fields(V& v, Loaded& m) {
  v.req("secs_us", m.took);
  v.opt("preload", m.preload);
}
template <class V> void fields(V& v, Forked& m) {
  v.req("s", m.slot);
  v.req("i", m.incarnation);
  v.req("pid", m.pid);
}
template <class V> void fields(V& v, Ready& m) {
  v.opt("db", m.databases);
  v.opt("rss_kb", m.rss_kb);
}
template <class V> void fields(V& v, ExampleBegin& m) {
  v.req("item", m.item);
  v.req("a", m.attempt);
  v.req("id", m.id);
}
template <class V> void fields(V& v, ExampleOver& m) {
  fields(v, m.example);
  v.opt("o0", m.output_from);
  v.opt("o1", m.output_to);
}
template <class V> void fields(V& v, RunDone& m) { fields(v, m.end); }
template <class V> void fields(V&, LocalBye&) {}

}  // namespace dtest::protocol
