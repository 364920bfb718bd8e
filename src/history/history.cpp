#include "history/history.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <exception>
#include <functional>

#include "history/location.hpp"
#include "history/schema.hpp"
#include "history/set_aside.hpp"
#include "history/sqlite.hpp"

namespace dtest::history {
namespace {

constexpr const char* kColumns = "secs, last_secs, at_least_secs, runs, cpu_secs, status, updated_at";

FileHistory row_of(const Statement& select, int at) {
  return {.past = {.mean_secs = select.real(at), .runs = static_cast<std::uint32_t>(select.integer(at + 3)),
                   .last_secs = select.real(at + 1), .at_least_secs = select.real(at + 2)},
          .cpu_secs = select.real(at + 4), .status = select.text(at + 5), .updated_us = select.integer(at + 6)};
}

/// False: nothing has been stored yet.
bool is_stored(TimingStore& store) {
  if (store.path().empty()) return false;
  struct stat info {};
  if (::stat(store.path().c_str(), &info) != 0) {
    if (errno == ENOENT) return false;
    store.warn(fmt::format("no history: {} cannot be reached", store.path()));
    store.disable();
    return false;
  }
  if (S_ISREG(info.st_mode)) return true;
  store.warn(fmt::format("no history: {} is not a regular file", store.path()));
  store.disable();
  return false;
}

/// Puts the file aside when its head shows that it is not usable. True: it can be read.
bool is_readable(TimingStore& store, Database& database) {
  const auto fault = fault_of(database);
  if (fault == Fault::damaged || fault == Fault::newer) store.warn(set_aside(store.path(), false));
  return fault == Fault::none;
}

void explain(TimingStore& store, const SqliteError& error) {
  if (error.is_damaged()) {
    store.suspect();
    store.warn(fmt::format("the timings of earlier runs are damaged: {}", store.path()));
  } else if (error.is_busy()) {
    store.warn(fmt::format("expected times are not known: another process holds {}", store.path()));
  } else if (error.is_interrupted()) {
    store.warn(fmt::format("expected times are known in part only: reading {} took too long", store.path()));
  } else {
    store.warn(fmt::format("no history: {}: {}", store.path(), error.what()));
    store.disable();
  }
}

void read(TimingStore& store, base::Duration limit, const std::function<void(Database&)>& use) {
  const auto end = std::chrono::steady_clock::now() + limit;
  try {
    if (!is_stored(store)) return;
    Database database(store.path(), Database::Mode::existing);
    database.leave_journal();
    database.busy_timeout(limit / 2);  // of the two, waiting and reading, neither takes all
    database.deadline(end);
    if (is_readable(store, database)) use(database);
  } catch (const SqliteError& error) {
    explain(store, error);
  } catch (const std::exception& error) {
    store.warn(fmt::format("no history: {}: {}", store.path(), error.what()));
    store.disable();
  }
}

}  // namespace

History History::open(const std::string& state_home, const std::string& project_dir) {
  auto path = state_home.empty() ? std::string() : timings_path(state_home, project_dir);
  return History(std::make_shared<TimingStore>(std::move(path), project_dir));
}

Files History::load(base::Duration limit) {
  Files files;
  read(*store_, limit, [&](Database& database) {
    Statement select(database, fmt::format("SELECT {}, path FROM files", kColumns));
    while (select.step()) files.emplace(select.text(7), row_of(select, 0));
  });
  return files;
}

std::vector<ExampleHistory> History::examples(const std::string& path, base::Duration limit) {
  std::vector<ExampleHistory> examples;
  read(*store_, limit, [&](Database& database) {
    Statement select(database, fmt::format("SELECT {}, id, name FROM examples WHERE path = ? ORDER BY id", kColumns));
    select.bind(1, path);
    while (select.step()) examples.push_back({select.text(7), select.text(8), row_of(select, 0)});
  });
  return examples;
}

std::vector<SlowExample> History::slowest_examples(std::size_t most, base::Duration limit) {
  std::vector<SlowExample> examples;
  read(*store_, limit, [&](Database& database) {
    Statement select(database, fmt::format("SELECT {}, id, name, path FROM examples WHERE runs > 0 "
                                           "ORDER BY secs DESC, path, id LIMIT ?", kColumns));
    select.bind(1, static_cast<std::int64_t>(most));
    while (select.step()) examples.push_back({select.text(9), {select.text(7), select.text(8), row_of(select, 0)}});
  });
  return examples;
}

}  // namespace dtest::history
