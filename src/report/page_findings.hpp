// What the page knows of failures and flaky examples: what was raised and printed, at each try.
#pragma once
#include <string>
#include <vector>

#include "report/json_text.hpp"
#include "report/page_index.hpp"
#include "report/run_record.hpp"

namespace dtest::report {

class PageFindings {
 public:
  /// `json` is open at an object.
  PageFindings(const RunRecord& run, PageIndex& index, JsonText& json);
  /// A list under this key.
  void write(const char* key, const std::vector<Finding>& list);

 private:
  void finding(const Finding& f);
  void exact(const Finding& f);
  void error(const ErrorRecord& e);
  void example(const ExampleRecord& e);
  void earlier(const ExampleRecord& e);
  void result(const Try& result);
  void exceptions(const std::vector<collector::Exception>& list);
  void exception(const collector::Exception& e);
  void output(const collector::Output& output);
  void place(const collector::Place& p) { json_.pair("o", index_.node(p.node)).pair("u", p.runner); }

  const RunRecord& run_;
  PageIndex& index_;
  JsonText& json_;
  std::string prefix_;      ///< of paths inside the project
  std::size_t output_ = 0;  ///< bytes of output so far
};

}  // namespace dtest::report
