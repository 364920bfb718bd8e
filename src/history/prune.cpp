#include "history/prune.hpp"

#include <algorithm>
#include <vector>

namespace dtest::history {
namespace {

struct Old {
  std::string path;
  std::int64_t updated_at;
};

std::vector<Old> oldest(Database& database, std::int64_t most) {
  Statement select(database, "SELECT path, updated_at FROM files ORDER BY updated_at, path LIMIT ?");
  select.bind(1, most);
  std::vector<Old> result;
  while (select.step()) result.push_back({select.text(0), select.integer(1)});
  return result;
}

/// What to forget is decided before the write lock is taken: looking at the disk may be slow.
std::vector<std::string> vanished(Database& database, std::int64_t now_us, const IsThere& is_there,
                                  const KeepLimits& limits) {
  auto excess = std::max<std::int64_t>(0, database.number("SELECT count(*) FROM files") - limits.files);
  const auto oldest_kept = now_us - limits.age_us;
  if (excess == 0 && database.number("SELECT coalesce(min(updated_at), 0) FROM files") >= oldest_kept) return {};
  std::vector<std::string> result;
  for (const auto& old : oldest(database, limits.looked_at)) {
    if (old.updated_at >= oldest_kept && excess <= 0) break;
    if (is_there(old.path)) continue;
    result.push_back(old.path);
    --excess;
  }
  return result;
}

}  // namespace

std::int64_t prune(Database& database, std::int64_t now_us, const IsThere& is_there, const KeepLimits& limits) {
  const auto gone = vanished(database, now_us, is_there, limits);
  if (gone.empty()) return 0;
  Transaction transaction(database);
  Statement forget_file(database, "DELETE FROM files WHERE path = ?");
  Statement forget_examples(database, "DELETE FROM examples WHERE path = ?");
  for (const auto& path : gone) {
    forget_file.bind(1, path).run();
    forget_examples.bind(1, path).run();
  }
  transaction.commit();
  return static_cast<std::int64_t>(gone.size());
}

}  // namespace dtest::history
