#include "cli/node_sync.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <csignal>
#include <filesystem>
#include <system_error>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/git_ignored.hpp"
#include "history/location.hpp"
#include "system/files.hpp"
#include "system/machine.hpp"

namespace dtest::cli {
namespace {

namespace fs = std::filesystem;

constexpr int kTries = 5;  // after 1, 2, 4 and 8 s
constexpr std::size_t kMostSaid = 64 * 1024;

const std::string kInside = protocol::kInWorkspace;

// Beside the project in a workspace: the Ruby side and the hooks that do not lie in the project.
const std::string kSide = "+side";

std::string name_of(const std::string& project) {
  std::string name(system::last_part(project));
  return name == "/" || name == kSide ? "project" : name;
}

void put_together(const std::string& side, const std::string& library,
                  const std::map<std::string, std::string>& hooks) {
  try {
    fs::create_directories(side + "/hooks");
    for (const auto& [name, path] : hooks) fs::copy_file(path, side + "/hooks/" + name);
    if (!library.empty()) fs::copy(library, side + "/lib", fs::copy_options::recursive);
  } catch (const fs::filesystem_error& e) {
    throw base::Error(base::ExitCode::config, std::string("cannot make ready what nodes get: ") + e.what());
  }
}

// Part of the names of databases: letters and digits only.
std::string letters(const std::string& text) {
  std::string kept;
  for (char c : text)
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) kept += c;
  return kept;
}

}  // namespace

const std::vector<std::string> kSyncExcludes{"/.git", "/log/*.log", "/tmp/cache/", "/coverage/"};

SyncSource::SyncSource(Setting setting) : setting_(std::move(setting)), name_(name_of(setting_.project)) {
  std::map<std::string, std::string> outside = setting_.hooks;
  std::erase_if(outside, [&](const auto& hook) { return hook.second.starts_with(setting_.project + "/"); });
  put_together(setting_.dir + "/side", setting_.lib, outside);
  std::string patterns = setting_.ignored ? std::string() : ignored_by_git(setting_.project);
  if (patterns.empty()) return;
  open_for_includes(patterns, setting_.includes);
  exclude_file_ = setting_.dir + "/ignored";
  system::write_atomic(exclude_file_, patterns, 0600);
}

// As in a copy of the project; a hook that lies elsewhere is sent along.
std::string SyncSource::moved(const std::string& path) const {
  if (path == setting_.project) return kInside + name_;
  return path.starts_with(setting_.project + "/") ? kInside + name_ + path.substr(setting_.project.size())
                                                  : path;
}

protocol::SessionOptions SyncSource::in_workspace(protocol::SessionOptions options) const {
  options.workspace = history::project_key(setting_.project);  // another directory may have the same name
  options.host = letters(options.origin);
  options.project = moved(setting_.project);
  if (!options.lib.empty()) options.lib = kInside + kSide + "/lib";
  for (auto& [name, path] : options.hooks) {
    std::string inside = moved(path);
    path = inside == path ? kInside + kSide + "/hooks/" + name : inside;
  }
  for (auto* paths : {&options.paths, &options.patterns, &options.excludes, &options.includes, &options.requires_})
    for (std::string& path : *paths) path = moved(path);
  options.env["PWD"] = options.project;
  return options;
}

std::vector<RemoteJob> SyncSource::jobs(const SshHost& ssh, const std::string& path) const {
  RemoteJob side{ssh, setting_.dir + "/side", path + "/" + kSide, {}, {}, {}, {}, {}};
  RemoteJob project{ssh, setting_.project, path + "/" + name_, setting_.includes, setting_.excludes, exclude_file_, {},
                    LaterFiles(began_, setting_.own)};
  return {side, project};
}

NodeSync::NodeSync(std::vector<RemoteJob> jobs, bus::Loop& loop, std::function<void(std::string)> on_over,
                   std::function<void(const std::string&, const std::string&)> on_said)
    : loop_(loop), on_over_(std::move(on_over)), on_said_(std::move(on_said)) {
  for (RemoteJob& job : jobs) copies_.emplace_back().job = std::move(job);
  for (Copy& copy : copies_) start(copy);
}

NodeSync::~NodeSync() {
  for (Copy& copy : copies_)
    if (!copy.over && copy.child.pid > 0) ::kill(-copy.child.pid, SIGTERM);  // a group of its own
}

void NodeSync::start(Copy& copy) {
  auto [error, its_error] = system::make_pipe();
  auto [output, its_output] = system::make_pipe();
  system::SpawnSpec spec;
  spec.argv = remote_command(copy.job);
  if (copy.tries > 0) {
    const std::string pause = std::to_string(1 << (copy.tries - 1));
    const std::vector<std::string> later{"sh", "-c", "sleep " + pause + "; exec \"$@\"", "sh"};
    spec.argv.insert(spec.argv.begin(), later.begin(), later.end());
  }
  spec.env["LC_ALL"] = "C";
  spec.output = system::UseFd{its_output.get()};
  spec.error = system::UseFd{its_error.get()};
  spec.new_session = true;  // ssh asks nobody, and the terminal's ctrl-C is ours
  spec.death_signal = SIGTERM;
  copy.child = system::spawn(spec);
  copy.error = std::move(error);
  copy.output = std::move(output);
  copy.error_watch = loop_.watch_fd(copy.error.get(), [this, &copy] { return read(copy); });
  copy.output_watch = loop_.watch_fd(copy.output.get(), [this, &copy] { return read_list(copy); });
  copy.end_watch = loop_.watch_fd(copy.child.pidfd.get(), [this, &copy] { return reap(copy); });
}

bool NodeSync::read(Copy& copy) {
  std::array<char, 4096> buffer{};
  ssize_t got = ::read(copy.error.get(), buffer.data(), buffer.size());
  if (got > 0 && copy.said.size() < kMostSaid) copy.said.append(buffer.data(), static_cast<std::size_t>(got));
  if (got <= 0) copy.error_watch.reset();
  return false;
}

bool NodeSync::read_list(Copy& copy) {
  std::array<char, 16384> buffer{};
  const ssize_t got = ::read(copy.output.get(), buffer.data(), buffer.size());
  if (got > 0 && copy.job.later) copy.job.later->take({buffer.data(), static_cast<std::size_t>(got)});
  if (got <= 0) copy.output_watch.reset();
  return false;
}

// Of a process that has ended.
void NodeSync::read_rest(Copy& copy) {
  system::set_nonblocking(copy.error.get());
  system::set_nonblocking(copy.output.get());
  while (copy.error_watch) read(copy);
  while (copy.output_watch) read_list(copy);
}

bool NodeSync::reap(Copy& copy) {
  std::optional<system::ExitStatus> status = system::try_reap(copy.child.pid);
  if (!status) return false;
  copy.over = true;
  copy.end_watch.reset();
  read_rest(copy);
  tell(copy, status->text());
  if (!status->success() && may_pass(copy.said) && ++copy.tries < kTries) {
    copy.said.clear();
    copy.over = false;
    try {
      start(copy);
    } catch (const base::Error& problem) {
      copy.over = true;
      end(problem.what());
    }
    return false;
  }
  std::string fault = remote_fault(copy.job, status->code() ? *status->code() : -1, base::valid_utf8(copy.said));
  if (!fault.empty()) {
    end(fault);
  } else if (std::all_of(copies_.begin(), copies_.end(), [](const Copy& c) { return c.over; })) {
    end("");
  }
  return false;
}

void NodeSync::tell(const Copy& copy, const std::string& how) const {
  for (const std::string& line : base::split(base::trim(copy.said), '\n'))
    if (!line.empty()) on_said_("debug", "rsync: " + line);
  on_said_("debug", "rsync of " + copy.job.from + " to " + copy.job.to + ": " + how);
  const std::string warning = copy.job.later ? copy.job.later->warning() : "";
  if (!warning.empty()) on_said_("warn", warning);
}

void NodeSync::end(const std::string& fault) {
  if (std::exchange(told_, true)) return;
  auto told = on_over_;
  told(fault);  // may destroy this
}

}  // namespace dtest::cli
