#include "cli/listing.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"

namespace dtest::cli {

void Listing::on_plan(const std::string&, const protocol::Plan& whole, base::Instant) {
  ruby_ = whole.ruby;
  files_.clear();
  for (const std::string& path : whole.files) files_.push_back({path, {}, {}});
}

void Listing::choose(const std::vector<master::PlannedItem>& items) {
  files_.clear();
  for (const master::PlannedItem& item : items) files_.push_back({item.path, {}, {}});
}

void Listing::on_report(const std::string&, const protocol::Body& body, base::Instant) {
  if (!open_) return;
  if (const auto* list = std::get_if<protocol::ExampleList>(&body)) {
    std::vector<protocol::ListedExample>& examples = files_.at(list->item.value).examples;
    if (list->part == 0) examples.clear();  // an attempt that crashed may have listed them before
    std::copy(list->examples.begin(), list->examples.end(), std::back_inserter(examples));
  } else if (const auto* failed = std::get_if<protocol::BootFailed>(&body)) {
    std::string why = failed->why;
    if (!failed->output.data.empty()) why += "\n" + base::valid_utf8(base::trim(failed->output.data));
    obstacle_ = collector::Obstacle{failed->code, std::move(why)};
  } else if (const auto* notice = std::get_if<protocol::Notice>(&body)) {
    notices_.push_back(notice->text);
  } else if (const auto* error = std::get_if<protocol::OutsideError>(&body)) {
    notices_.push_back(error->where + ": " + error->exception.message);
    ++errors_;
  }
}

void Listing::on_attempt_over(const std::string&, const protocol::ItemEnd& end, master::Decision decision,
                              base::Instant) {
  if (decision != master::Decision::accepted || end.outcome == protocol::Outcome::done) return;
  ++errors_;
  files_.at(end.item.value).error = end.exception ? end.exception->type + ": " + end.exception->message
                                                  : std::string(name(end.outcome)) + ": " + end.why;
}

}  // namespace dtest::cli
