#include "cli/run.hpp"

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/copied_run.hpp"
#include "cli/hooks.hpp"
#include "cli/live_runs.hpp"
#include "cli/planner.hpp"
#include "cli/repository.hpp"
#include "cli/run_nodes.hpp"
#include "cli/session_options.hpp"
#include "cli/stored.hpp"
#include "system/descriptors.hpp"
#include "system/machine.hpp"
#include "system/process.hpp"
#include "system/random.hpp"

namespace dtest::cli {
namespace {

constexpr base::Duration kTick = std::chrono::milliseconds(100);
constexpr base::Duration kLastLook = std::chrono::seconds(1);
constexpr base::Duration kNotStopped = std::chrono::milliseconds(10);
constexpr base::Duration kWorthTelling = std::chrono::milliseconds(100);
constexpr base::Duration kLastWrites = std::chrono::seconds(5);

// The daemon needs about five descriptors a runner; libzmq would end it when they run out.
void check_descriptors(const config::RunOptions& options) {
  constexpr std::size_t kOwn = 64;
  constexpr std::size_t kPerRunner = 6;
  std::size_t limit = system::raise_descriptor_limit();
  std::size_t runners = options.runners.resolve(system::cpu_count());
  if (kOwn + runners * kPerRunner <= limit) return;
  throw base::Error(base::ExitCode::no_node,
                    base::plural(runners, "runner") + " need about " + std::to_string(kOwn + runners * kPerRunner) +
                        " file descriptors, and the limit is " + std::to_string(limit) +
                        ": raise it (ulimit -Hn) or ask for fewer (-j)");
}

base::RunId draw_run() {
  base::RunId run;
  system::random_bytes(run.bytes);
  return run;
}

// A run that chooses lines, examples or tags learns nothing of how long whole files take.
history::Teach teach(const config::Selection& selection, const Choice& choice) {
  bool parts = !selection.framework_args.empty() || !choice.examples.empty() ||
               std::any_of(selection.paths.begin(), selection.paths.end(), [](const std::string& path) {
                 return path.find_first_of(":[", path.rfind('/') + 1) != std::string::npos;
               });
  return parts ? history::Teach::examples_only : history::Teach::files_and_examples;
}

history::RunLog::Setting log_setting(const config::RunOptions& options, const Choice& choice) {
  if (!options.history) return {};
  return {history::runs_dir(state_home(), options.selection.directory), options.whole && !choice.narrowed,
          teach(options.selection, choice) == history::Teach::examples_only,
          {options.keep_runs, options.keep_days, options.keep_size}};
}

master::Limits limits(const config::RunOptions& options) {
  using RetryOn = master::Limits::RetryOn;
  master::Limits limits;
  limits.crash_retries = options.crash_retries;
  limits.breaker = options.breaker;
  limits.retries = options.retries;
  limits.retry_limit = options.retry_limit;
  if (options.retry_on != "other") limits.retry_on = options.retry_on == "same" ? RetryOn::same : RetryOn::any;
  return limits;
}

collector::Settings settings(const config::RunOptions& options, const std::vector<std::string>& argv, bool kept) {
  const std::string& directory = options.selection.directory;
  collector::Settings settings;
  settings.start.project = std::string(system::last_part(directory));
  settings.start.dir = directory;
  settings.start.host = system::host_name();
  settings.start.user = system::user_name();
  settings.start.version = VERSION;
  settings.start.argv = argv;
  settings.start.runners = runners_of(options);
  settings.start.nodes = names_of(options);
  settings.start.kept = kept;
  settings.start.manner = {options.manner, options.after_dashes};
  settings.start.commit = commit_of(directory);
  settings.flaky_fails = options.flaky_fails;
  settings.retries = options.retries > 0;
  settings.run_timeout = options.run_timeout;
  return settings;
}

std::vector<collector::EventSink*> sinks(std::optional<EventFile>& file, EventSocket& socket,
                                         history::TimingRecorder* recorder, history::RunLog& log,
                                         LatestLog& latest, ScreenOutput& screen, ChangeWatch& changes,
                                         LiveReports& reports) {
  std::vector<collector::EventSink*> all{&socket, &changes, &log, &latest, &reports};
  if (file) all.push_back(&*file);
  if (recorder != nullptr) all.push_back(recorder);
  all.push_back(&screen.console());
  return all;
}

}  // namespace

Run::Run(config::RunOptions options, Choice choice, std::vector<std::string> argv, base::Instant began)
    : options_((check_descriptors(options), find_hooks(options.hooks), std::move(options))), choice_(std::move(choice)),
      ruby_(choose_ruby(options_.selection.ruby, options_.selection.directory)), copy_(make_copy(options_)),
      run_(draw_run()),
      signals_({SIGINT, SIGTERM, SIGHUP, SIGTSTP, SIGWINCH, SIGCHLD}),
      dir_(system::PrivateDir::make()), loop_([this] { return clock_.now(); }), stream_{run_.hex() + "/1", run_.hex()},
      door_(make_stream_door(socket_endpoint(), options_.key_file, context_, loop_,
                             [this](const std::string& text) { collector_.note("warn", text, "", loop_.now()); })),
      socket_(context_, socket_endpoint(), stream_, began, door_ ? door_->side() : bus::NoCurve{}),
      history_(history::History::open(options_.history ? state_home() : "", options_.selection.directory)),
      recorder_(history_.store(), history_writer_, teach(options_.selection, choice_)),
      log_(log_setting(options_, choice_), stream_, log_writer_),
      latest_log_(log_writer_, log_setting(options_, choice_).runs), screen_(options_, run_.hex(), log_.kept()),
      reports_(options_, run_.hex()),
      collector_(settings(options_, argv, log_.kept()),
                 sinks(open_events(), socket_, options_.history ? &recorder_ : nullptr, log_, latest_log_, screen_,
                       changes_, reports_)) {
  system::become_subreaper();
  sweep_dead_runs();
  announced_ = announce_run(dir_.path(), {run_.hex(), options_.selection.directory, socket_endpoint(), ::getpid()});
  watches_.push_back(loop_.watch_fd(signals_.fd(), [this] { return read_signal(); }));
  watches_.push_back(loop_.watch(socket_.socket(), [this] { return socket_.read_subscriptions(); }));
  if (screen_.stops_us()) wait_stopped(SIGTTOU);  // before it writes anything
  collector_.set_time(clock_.now(), clock_.wall());
  collector_.begin(began);
  if (options_.run_timeout.count() > 0) run_deadline_ = began + options_.run_timeout;
  if (copy_ != nullptr) collector_.note("info", "runs on a copy: " + copy_->path(), "", clock_.now());
  for (const std::string& notice : choice_.notices) collector_.note("info", notice, "", clock_.now());
  protocol::SessionOptions session = session_options(options_, ruby_, system::host_name());
  session.origin = origin_of(options_);
  session.number_offset = choice_.number_offset;
  session.told_runners = choice_.told_runners;
  MasterHost::Setting setting{run_, session_in(copy_.get(), std::move(session)), limits(options_), dir_.path()};
  setting.nodes = options_.nodes;
  setting.key_file = options_.key_file;
  setting.start = {options_.min_runners, options_.wait};
  setting.sync = sync_source(options_, setting.options, dir_.path());
  setting.tell_sync = [this](const collector::NodeSync& news) { collector_.synced(news, loop_.now()); };
  setting.tell = [this](const std::string& text) { collector_.note("warn", text, "", loop_.now()); };
  master_ = std::make_unique<MasterHost>(std::move(setting), context_, loop_, collector_,
                                         [this](const protocol::Plan& p, base::Instant now) { return plan(p, now); });
}

Run::~Run() = default;

std::string Run::socket_endpoint() const { return options_.publish.empty() ? dir_.endpoint("e") : options_.publish; }

// Before the collector, which writes to it from its first event on.
std::optional<EventFile>& Run::open_events() {
  if (!options_.events.empty()) file_.emplace(file_writer_, options_.events, stream_);
  return file_;
}

std::vector<master::PlannedItem> Run::plan(const protocol::Plan& plan, base::Instant now) {
  history::Files known = options_.history ? history_.load() : history::Files{};
  std::uint32_t asked = runners_of(options_, master_->unusable());
  std::uint32_t runners = std::max(1U, asked - std::min(asked, collector_.runners_lost()));
  protocol::Plan own = plan;
  own.files = shard_of(plan.files, known, options_.selection.directory, options_.wanted);
  if (own.files.size() < plan.files.size())
    collector_.note("info", shard_text(options_.wanted, own.files.size(), plan.files.size()), "", now);
  if (copy_ == nullptr && master_->any_in_place()) changes_.plan(options_.selection.directory, own.files);
  DispatchPlan dispatch = make_dispatch_plan(own, known, options_.selection.directory, runners, choice_,
                                             fixed_runners(options_));
  collector_.announce_plan(std::move(dispatch.announcement), now);
  if (std::string doubt = ruby_.doubt(plan.ruby); !doubt.empty()) collector_.note("warn", doubt, "", now);
  return std::move(dispatch.items);
}

base::ExitCode Run::run() {
  loop_.run([this] { return next_deadline(); }, [this](base::Instant now) { after_turn(now); });
  signals_.stay_blocked();  // the result stands: a ctrl-C that comes too late does not change the exit code
  return finish();
}

base::Instant Run::next_deadline() const {
  // A tick is soon enough for run_deadline_.
  return std::min({master_->next_deadline(), stop_.next_deadline(), next_tick_});
}

void Run::after_turn(base::Instant now) {
  collector_.set_time(now, clock_.wall());
  master_->after_turn(now);
  obey(stop_.tick(now), now);
  check_limits(now);
  tell_changes(changes_.look(), now);
  if (now >= next_tick_) {
    next_tick_ = now + kTick;
    collector_.tick(now);
    if (!unstoppable_ && screen_.stops_us()) stand_still(SIGTTOU);
    screen_.tick(now);
  }
  socket_.tick(now, clock_.wall(), [&] {
    collector::StreamSnapshot state = collector_.snapshot(now);
    state.log = log_.path();
    return state;
  });
  if (file_) file_->pump();
  log_.pump(now);
  latest_log_.pump();
  if (master_->finished() && !stopping_) {
    stopping_ = true;
    master_->stop();
  }
  if (left_ || (stopping_ && master_->stopped())) loop_.stop();
}

void Run::check_limits(base::Instant now) {
  if (options_.fail_fast > 0 && collector_.failures() >= options_.fail_fast)
    obey(stop_.on_limit("fail_fast", now), now);
  if (now >= run_deadline_) obey(stop_.on_limit("timeout", now), now);
}

void Run::tell_changes(const std::vector<collector::FileChanged>& changes, base::Instant now) {
  for (const collector::FileChanged& change : changes) collector_.changed(change, now);
}

bool Run::read_signal() {
  auto signal = signals_.read();
  if (!signal) return false;
  base::Instant now = loop_.now();
  if (signal->signal == SIGINT) obey(stop_.on_interrupt(now), now);
  else if (signal->signal == SIGTERM || signal->signal == SIGHUP) obey(stop_.on_terminate(now), now);
  else if (signal->signal == SIGTSTP) stand_still(SIGTSTP);
  else if (signal->signal == SIGWINCH) screen_.resize();
  return true;
}

base::Duration Run::wait_stopped(int signal) {
  clock_.hold();
  system::stop_by(signal);
  return clock_.go_on();
}

// The whole run stands still with us, and the time that passes counts for nothing. That our writer of the screen has
// every signal blocked is why a terminal with tostop has to be asked.
void Run::stand_still(int signal) {
  master_->pause();
  screen_.pause();
  base::Duration time = wait_stopped(signal);
  screen_.resume();
  master_->resume();
  unstoppable_ = signal == SIGTTOU && time < kNotStopped;
  if (time >= kWorthTelling)
    collector_.note("info", "stood still for " + base::show_secs(base::seconds(time)) + ": no time limit counted it",
                    "", clock_.now());
}

void Run::obey(Stop::Order order, base::Instant now) {
  if (order == Stop::Order::none) return;
  if (order == Stop::Order::drain) {
    collector_.cancel(stop_.reason(), now);
    master_->drain();
  } else if (order == Stop::Order::kill) {
    collector_.kill(stop_.reason(), now);
    master_->kill();
  } else {
    left_ = true;
  }
}

collector::Ending Run::ending(base::Instant now) {
  collector::Ending ending;
  ending.interrupted = stop_.exit_code();
  if (!master_->lost_reason().empty())  // counts where it left something undone
    ending.obstacle = collector::Obstacle{base::number(base::ExitCode::no_node), master_->lost_reason()};
  if (file_) {
    file_writer_.flush(kLastWrites);
    ending.report_missing = !file_->error().empty();
  }
  ending.write_reports = [this, now](const collector::RunEnd& end) { return write_reports(end, now); };
  return ending;
}

// What keeps timings and events does so in one place: one fault there is one warning.
std::string Run::store_warning(base::Instant now) {
  log_.pump(now);
  log_writer_.flush(kLastLook);
  std::string warning = history_.warning();
  return warning.empty() ? log_.warning() : warning;
}

bool Run::write_reports(const collector::RunEnd& end, base::Instant now) {
  if (left_) return true;
  bool written = reports_.write(end, file_writer_, kLastWrites, [&](const char* level, const std::string& text) {
    collector_.note(level, text, "", now);
  });
  if (!reports_.annotations().empty()) screen_.print(reports_.annotations());
  return written;
}

base::ExitCode Run::finish() {
  base::Instant now = clock_.now();
  collector_.set_time(now, clock_.wall());
  if (file_) file_->pump();
  tell_changes(changes_.look_at_all(), now);
  collector::Ending how = ending(now);
  if (how.report_missing) collector_.note("error", file_->error(), "", now);
  if (std::string warning = store_warning(now); !warning.empty()) collector_.note("warn", warning, "", now);
  collector::RunEnd end = collector_.finish(how, now);
  if (file_) file_->finish();
  log_.finish();
  latest_log_.finish();
  file_writer_.close(kLastWrites);
  log_writer_.close(kLastWrites);
  history_writer_.close(kLastWrites);
  screen_.close();
  return static_cast<base::ExitCode>(end.exit_code);
}

}  // namespace dtest::cli
