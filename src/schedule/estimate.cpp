#include "schedule/estimate.hpp"

#include <algorithm>
#include <cmath>

namespace dtest::schedule {
namespace {

double bounded(double secs) { return std::isfinite(secs) ? std::clamp(secs, kLeastSecs, kMostSecs) : kLeastSecs; }

/// What the known files teach about unknown ones: the median rate, and the range in which nine of ten known files
/// lie, so that a generated file of 10 MB is not taken for the longest of all.
struct Scale {
  double secs_per_byte = 0;
  double least = kLeastSecs, most = kMostSecs;
};

double quantile(std::vector<double>& values, double q) {
  const auto at = static_cast<std::ptrdiff_t>(q * static_cast<double>(values.size() - 1) + 0.5);
  std::nth_element(values.begin(), values.begin() + at, values.end());
  return values[static_cast<std::size_t>(at)];
}

bool is_timed(const File& file) { return file.past && file.past->runs > 0; }

std::optional<Scale> scale_of(const std::vector<File>& files) {
  std::vector<double> rates, secs;
  for (const auto& file : files) {
    if (!is_timed(file)) continue;
    secs.push_back(bounded(file.past->mean_secs));
    if (file.bytes > 0) rates.push_back(secs.back() / static_cast<double>(file.bytes));
  }
  if (secs.empty()) return std::nullopt;
  Scale scale;
  // No size known: every unknown file is taken for the median one.
  scale.secs_per_byte = rates.empty() ? 0 : quantile(rates, 0.5);
  scale.least = rates.empty() ? quantile(secs, 0.5) : quantile(secs, 0.05);
  scale.most = std::max(scale.least, quantile(secs, 0.95));
  return scale;
}

Estimate of_unknown(const File& file, const std::optional<Scale>& scale) {
  const double at_least = file.past ? file.past->at_least_secs : 0;
  if (!scale) return at_least > 0 ? Estimate{bounded(at_least), Basis::at_least} : Estimate{};
  const double scaled = std::clamp(static_cast<double>(file.bytes) * scale->secs_per_byte, scale->least, scale->most);
  if (at_least > scaled) return {bounded(at_least), Basis::at_least};
  return {bounded(scaled), Basis::size};
}

}  // namespace

double weigh(double mean_secs, std::uint32_t runs, double secs) {
  if (!std::isfinite(secs) || secs < 0) return mean_secs;
  if (runs == 0 || !std::isfinite(mean_secs) || mean_secs < 0) return std::min(secs, kMostSecs);
  const double weight = std::max(kRecentWeight, 1.0 / (static_cast<double>(runs) + 1));
  const double counted = std::min(secs, mean_secs * kMostGrowth + 1);
  return mean_secs + weight * (counted - mean_secs);
}

std::vector<Estimate> estimate(const std::vector<File>& files) {
  const auto scale = scale_of(files);
  std::vector<Estimate> result;
  result.reserve(files.size());
  for (const auto& file : files) {
    result.push_back(is_timed(file)
                         ? Estimate{bounded(std::max(file.past->mean_secs, file.past->at_least_secs)), Basis::history}
                         : of_unknown(file, scale));
  }
  return result;
}

}  // namespace dtest::schedule
