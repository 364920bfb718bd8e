// Whether a node fails more than the others: then it is the node, not the tests.
#pragma once
#include <map>
#include <set>
#include <string>

#include "collector/event.hpp"
#include "report/look.hpp"

namespace dtest::report {

class NodeRates {
 public:
  void add(const collector::FileEnd& event);
  /// What was bad there counts there, wherever it was tried again.
  void add(const collector::TestRetry& event);
  /// "bigbox fails more than the others: 12 of its 14 files were bad, 1 of 60 elsewhere; ..." for each such node.
  [[nodiscard]] Lines lines(const Look& look) const;

 private:
  struct Files {
    std::set<std::string> all, bad;
  };
  [[nodiscard]] std::string others(const std::string& name) const;

  std::map<std::string, Files> nodes_;
};

}  // namespace dtest::report
