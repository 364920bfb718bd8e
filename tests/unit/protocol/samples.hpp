// One message of each kind with every optional field present, and one with none.
#pragma once
#include <string>
#include <vector>

#include "protocol/codec.hpp"

namespace dtest::protocol {

struct Sample {
  std::string name;   ///< link, kind and which: "w-item", "w-item-bare"
  std::string bytes;
};

std::vector<Work> sample_work();
std::vector<Result> sample_results();
std::vector<LocalWork> sample_local_work();
std::vector<LocalReport> sample_local_reports();
std::vector<Body> sample_bodies();

/// All of them encoded, in a fixed order, each name once.
std::vector<Sample> samples();

std::string encoded(const Result& result);

}  // namespace dtest::protocol
