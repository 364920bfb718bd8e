// Numbers that stand for nodes, lanes and files in the page's data.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "report/run_record.hpp"

namespace dtest::report {

class PageIndex {
 public:
  using Lane = std::pair<std::size_t, std::uint32_t>;  ///< node, runner: a row of the timeline

  explicit PageIndex(const RunRecord& run) : run_(run) {
    for (const NodeRecord& known : run.nodes) node(known.name);
    for (const Span& span : run.spans) lanes_.try_emplace({node(span.place.node), span.place.runner}, 0);
    std::size_t number = 0;
    for (auto& [lane, index] : lanes_) index = number++;
  }

  /// One that no event introduced gets the next number.
  std::size_t node(const std::string& name) { return nodes_.try_emplace(name, nodes_.size()).first->second; }
  std::size_t lane(const collector::Place& place) { return lanes_.at({node(place.node), place.runner}); }
  [[nodiscard]] std::size_t file(const FileRecord& file) const {
    return static_cast<std::size_t>(&file - run_.files.data());
  }

  /// In the order of their numbers; the nodes once everything has been written.
  [[nodiscard]] const std::map<Lane, std::size_t>& lanes() const { return lanes_; }
  [[nodiscard]] std::vector<std::string> nodes() const {
    std::vector<std::string> names(nodes_.size());
    for (const auto& [name, index] : nodes_) names[index] = name;
    return names;
  }

 private:
  const RunRecord& run_;
  std::map<std::string, std::size_t> nodes_;
  std::map<Lane, std::size_t> lanes_;
};

}  // namespace dtest::report
