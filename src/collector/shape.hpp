// The shape of the event stream: for each struct of event.hpp its fields and their names in the stream, once.
// `fields(visitor, struct)` calls `visitor(name, member)` for each; JSON, msgpack, the reader and the manual's test
// all come from it. A Place is flat: the keys `node` and `runner` of whatever has it.
#pragma once
#include <concepts>
#include <type_traits>

#include "collector/event.hpp"

namespace dtest::collector {

/// S is T or const T, so that one visit function serves writers and readers.
template <class S, class T>
concept Is = std::same_as<std::remove_const_t<S>, T>;

/// The name of a field that writers leave out where it says least: an empty text or list, 0, false. For those of
/// test.end that few examples need: there is one for each example of a run.
struct Sparse {
  std::string_view name;
  operator std::string_view() const { return name; }  // NOLINT: other visitors take it for any name
};
template <class T> bool says_least(const T& value) {
  if constexpr (Is<T, Output>) return value.bytes.empty() && value.total == 0;
  else if constexpr (requires { value.empty(); }) return value.empty();
  else return value == T{};
}

template <class V> void fields(V& v, Is<Counts> auto& s) {
  v("passed", s.passed), v("failed", s.failed), v("pending", s.pending), v("error", s.error);
  v("crashed", s.crashed), v("timed_out", s.timed_out), v("not_run", s.not_run), v("flaky", s.flaky);
}
template <class V> void fields(V& v, Is<Exception> auto& s) {
  v("class", s.type), v("message", s.message), v("backtrace", s.backtrace), v("diff", s.diff);
  v("location", s.location), v("causes", s.causes);
}
template <class V> void fields(V& v, Is<Place> auto& s) { v("node", s.node), v("runner", s.runner); }
template <class V> void fields(V& v, Is<PlannedFile> auto& s) {
  v("path", s.path), v("expect_secs", s.expect_secs), v("new", s.fresh);
}
template <class V> void fields(V& v, Is<RunningFile> auto& s) {
  fields(v, s.place), v("path", s.path), v("secs", s.secs), v("expect_secs", s.expect_secs);
}
template <class V> void fields(V& v, Is<NotRun> auto& s) { v("path", s.path), v("id", s.id), v("reason", s.reason); }
template <class V> void fields(V& v, Is<Efficiency> auto& s) {
  v("work_secs", s.work_secs), v("runners", s.runners), v("busy", s.busy), v("speedup", s.speedup);
  v("ideal_secs", s.ideal_secs), v("first_test_secs", s.first_test_secs), v("idle_by_cause", s.idle_by_cause);
}

template <class V> void fields(V& v, Is<StreamHello> auto& s) { v("version", s.version), v("endpoint", s.endpoint); }
template <class V> void fields(V& v, Is<StreamBeat> auto& s) { v("last_seq", s.last); }
template <class V> void fields(V& v, Is<StreamBye> auto& s) { v("reason", s.reason); }

template <class V> void fields(V& v, Is<RunStart> auto& s) {
  v("project", s.project), v("dir", s.dir), v("commit", s.commit), v("dirty", s.dirty), v("host", s.host);
  v("user", s.user), v("version", s.version), v("argv", s.argv), v("runners", s.runners), v("nodes", s.nodes);
  v("kept", s.kept), v(Sparse{"flags"}, s.manner.flags), v(Sparse{"framework_args"}, s.manner.args);
}
template <class V> void fields(V& v, Is<RunPlan> auto& s) {
  v("files", s.files), v("framework", s.framework), v("framework_version", s.framework_version), v("ruby", s.ruby);
  v("seed", s.seed), v("runners", s.runners), v("expect_secs", s.expect_secs), v("tests_expected", s.tests_expected);
}
template <class V> void fields(V& v, Is<RunProgress> auto& s) {
  v("counts", s.counts), v("files_done", s.files_done), v("files_total", s.files_total), v("running", s.running);
  v("left_secs", s.left_secs), v("secs", s.secs);
}
template <class V> void fields(V& v, Is<StreamSnapshot> auto& s) {
  v("start", s.start), v("framework", s.framework), v("framework_version", s.framework_version), v("ruby", s.ruby);
  v("seed", s.seed), v("nodes", s.nodes), v("failures", s.failures), v("progress", s.progress), v("log", s.log);
}
template <class V> void fields(V& v, Is<RunCancel> auto& s) { v("reason", s.reason), v("running", s.running); }
template <class V> void fields(V& v, Is<RunKill> auto& s) { v("reason", s.reason), v("running", s.running); }
template <class V> void fields(V& v, Is<RunEnd> auto& s) {
  v("verdict", s.verdict), v("exit_code", s.exit_code), v("counts", s.counts), v("files", s.files), v("secs", s.secs);
  v("expect_secs", s.expect_secs), v("not_run", s.not_run), v("efficiency", s.efficiency);
  v("errors_outside", s.errors_outside), v("reason", s.reason);
}

template <class V> void fields(V& v, Is<NodeJoin> auto& s) {
  v("node", s.name), v("runners", s.runners), v("ruby", s.ruby), v("version", s.version);
}
template <class V> void fields(V& v, Is<NodeLost> auto& s) {
  v("node", s.name), v("reason", s.reason), v("requeued", s.requeued);
}
template <class V> void fields(V& v, Is<NodeLeave> auto& s) {
  v("node", s.name), v("reason", s.reason), v("files", s.files), v("requeued", s.requeued);
}
template <class V> void fields(V& v, Is<NodeStatus> auto& s) {
  v("node", s.name), v("runners", s.runners), v("busy", s.busy);
}

template <class V> void fields(V& v, Is<NodeSync> auto& s) {
  v("node", s.name), v("phase", s.phase), v("ok", s.ok), v("how", s.how), v("secs", s.secs);
}
template <class V> void fields(V& v, Is<NodeSetup> auto& s) {
  fields(v, s.place), v("hook", s.hook), v("file", s.file), v("phase", s.phase), v("ok", s.ok), v("how", s.how);
  v("secs", s.secs), v("output", s.output);
}

template <class V> void fields(V& v, Is<RunnerStart> auto& s) {
  fields(v, s.place), v("incarnation", s.incarnation), v("pid", s.pid);
}
template <class V> void fields(V& v, Is<RunnerReady> auto& s) {
  fields(v, s.place), v("incarnation", s.incarnation), v("boot_secs", s.boot_secs);
}
template <class V> void fields(V& v, Is<RunnerCrash> auto& s) {
  fields(v, s.place), v("incarnation", s.incarnation), v("pid", s.pid), v("how", s.how), v("path", s.path);
  v("last_test", s.last_test), v("output", s.output);
}
template <class V> void fields(V& v, Is<RunnerEnd> auto& s) {
  fields(v, s.place), v("incarnation", s.incarnation), v("how", s.how), v("reason", s.reason), v("rss_kb", s.rss_kb);
}

template <class V> void fields(V& v, Is<RunnerSuspect> auto& s) {
  fields(v, s.place), v("incarnation", s.incarnation), v("what", s.what), v("failed", s.failed);
  v("tried", s.tried), v("otherwise", s.otherwise), v("path", s.path), v("exception", s.exception);
  v("text", s.text);
}

template <class V> void fields(V& v, Is<FileQueue> auto& s) { v("path", s.path), v("attempt", s.attempt); }
template <class V> void fields(V& v, Is<FileStart> auto& s) {
  v("path", s.path), v("attempt", s.attempt), fields(v, s.place), v("expect_secs", s.expect_secs);
  v("position_on_runner", s.position_on_runner), v("item", s.item);
}
template <class V> void fields(V& v, Is<FileEnd> auto& s) {
  v("path", s.path), v("attempt", s.attempt), fields(v, s.place), v("status", s.status), v("secs", s.secs);
  v("load_secs", s.load_secs), v("cpu_secs", s.cpu_secs), v("rss_kb", s.rss_kb), v("counts", s.counts);
  v("flaky", s.flaky), v("failure", s.failure), v("item", s.item), v("reason", s.reason), v("output", s.output);
  v("announced", s.announced);
}
template <class V> void fields(V& v, Is<FileRequeue> auto& s) {
  v("path", s.path), v("attempt", s.attempt), fields(v, s.place), v("reason", s.reason);
  v("item", s.item), v("again", s.again), v("announced", s.announced), v("running", s.running);
}
template <class V> void fields(V& v, Is<FileLoadError> auto& s) {
  v("path", s.path), v("attempt", s.attempt), fields(v, s.place), v("exception", s.exception);
  v("failure", s.failure), v("item", s.item);
}

template <class V> void fields(V& v, Is<FileChanged> auto& s) {
  v("path", s.path), v("how", s.how), v("after_verdict", s.after_verdict);
}

template <class V> void fields(V& v, Is<TestStart> auto& s) {
  v("path", s.path), v("attempt", s.attempt), v("id", s.id), fields(v, s.place);
}
template <class V> void fields(V& v, Is<TestEnd> auto& s) {
  v("uid", s.uid), v("id", s.id), v("path", s.path), v("line", s.line), v("name", s.name);
  v("full_name", s.full_name), v(Sparse{"tags"}, s.tags), v("status", s.status), v("attempt", s.attempt);
  fields(v, s.place), v("secs", s.secs), v("cpu_secs", s.cpu_secs);
  v(Sparse{"pending_message"}, s.pending_message), v(Sparse{"exceptions"}, s.exceptions);
  v(Sparse{"rerun"}, s.rerun), v(Sparse{"output"}, s.output), v("failure", s.failure), v("item", s.item);
  v(Sparse{"flaky"}, s.flaky), v(Sparse{"reason"}, s.reason), v(Sparse{"retry"}, s.retry);
}
template <class V> void fields(V& v, Is<TestRetry> auto& s) {
  v("id", s.id), v("path", s.path), v("line", s.line), v("status", s.status), v("attempt", s.attempt);
  v("item", s.item), v("next", s.next);
  v("retry", s.retry), v("retries", s.retries), fields(v, s.place);
}
template <class V> void fields(V& v, Is<TestError> auto& s) {
  v("path", s.path), v("attempt", s.attempt), fields(v, s.place), v("where", s.where), v("exception", s.exception);
  v("failure", s.failure), v("item", s.item), v("output", s.output);
}

template <class V> void fields(V& v, Is<OutChunk> auto& s) {
  fields(v, s.place), v("path", s.path), v("id", s.id), v("output", s.output);
}
template <class V> void fields(V& v, Is<LogLine> auto& s) { v("level", s.level), v("text", s.text), v("node", s.node); }

/// A struct that has fields of its own, as against a leaf (text, number, list, Output).
template <class T>
concept Shaped = Is<T, Counts> || Is<T, Exception> || Is<T, PlannedFile> || Is<T, RunningFile> || Is<T, NotRun> ||
                 Is<T, Efficiency> || Is<T, RunStart> || Is<T, RunProgress>;

}  // namespace dtest::collector
