#include "history/table_writer.hpp"

#include <algorithm>

#include "schedule/estimate.hpp"

namespace dtest::history {
namespace {

/// The columns that both tables share, in their order.
struct Row {
  schedule::Past past;
  double cpu_secs = 0;
  std::string status;
};

Row read(Statement& select) {
  Row row;
  if (select.step()) {
    row.past = {.mean_secs = select.real(0), .runs = static_cast<std::uint32_t>(select.integer(3)),
                .last_secs = select.real(2), .at_least_secs = select.real(4)};
    row.cpu_secs = select.real(1);
    row.status = select.text(5);
  }
  select.rewind();
  return row;
}

void learn(Row& row, const Measured& measured) {
  if (!measured.status.empty()) row.status = measured.status;
  if (!measured.secs) {
    row.past.at_least_secs = std::max(row.past.at_least_secs, measured.at_least_secs);
    return;
  }
  row.cpu_secs = schedule::weigh(row.cpu_secs, row.past.runs, measured.cpu_secs);
  row.past.mean_secs = schedule::weigh(row.past.mean_secs, row.past.runs, *measured.secs);
  row.past.last_secs = *measured.secs;
  row.past.at_least_secs = 0;
  row.past.runs += row.past.runs < 1'000'000 ? 1 : 0;
}

void write(Statement& replace, int at, const Row& row, std::int64_t at_us) {
  replace.bind(at, row.past.mean_secs).bind(at + 1, row.cpu_secs).bind(at + 2, row.past.last_secs);
  replace.bind(at + 3, row.past.at_least_secs).bind(at + 4, static_cast<std::int64_t>(row.past.runs));
  replace.bind(at + 5, row.status).bind(at + 6, at_us);
  replace.run();
}

}  // namespace

TableWriter::TableWriter(Database& database)
    : read_file_(database, "SELECT secs, cpu_secs, last_secs, runs, at_least_secs, status FROM files WHERE path = ?"),
      write_file_(database,
                  "REPLACE INTO files (path, secs, cpu_secs, last_secs, at_least_secs, runs, status, updated_at) "
                  "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"),
      read_example_(database,
                    "SELECT secs, cpu_secs, last_secs, runs, at_least_secs, status FROM examples "
                    "WHERE path = ? AND id = ?"),
      write_example_(database,
                     "REPLACE INTO examples (path, id, name, secs, cpu_secs, last_secs, at_least_secs, runs, status, "
                     "updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)") {}

void TableWriter::write(const FileTiming& file) {
  read_file_.bind(1, file.path);
  auto row = read(read_file_);
  learn(row, file.measured);
  write_file_.bind(1, file.path);
  history::write(write_file_, 2, row, file.at_us);
  for (const auto& example : file.examples) {
    read_example_.bind(1, file.path).bind(2, example.id);
    auto example_row = read(read_example_);
    learn(example_row, example.measured);
    write_example_.bind(1, file.path).bind(2, example.id).bind(3, example.name);
    history::write(write_example_, 4, example_row, file.at_us);
  }
}

}  // namespace dtest::history
