#include <csignal>
#include <iostream>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/command.hpp"
#include "cli/gather.hpp"
#include "cli/listing.hpp"
#include "cli/ruby_choice.hpp"
#include "cli/session_options.hpp"
#include "system/machine.hpp"

namespace dtest::cli {
namespace {

std::string as_text(const Listing& listing) {
  std::string text;
  std::size_t examples = 0;
  for (const std::string& path : listing.files()) {
    const Listing::File& file = listing.file(path);
    text += base::valid_utf8(path) + "\n";
    for (const protocol::ListedExample& example : file.examples)
      text += "  " + std::to_string(example.line) + "  " + example.name + "\n";
    if (!file.error.empty()) text += "  did not load: " + file.error + "\n";
    examples += file.examples.size();
  }
  return text + base::plural(listing.files().size(), "file") + ", " + base::plural(examples, "example") + "\n";
}

std::string as_json(const Listing& listing) {
  nlohmann::ordered_json files = nlohmann::ordered_json::array();
  for (const std::string& path : listing.files()) {
    const Listing::File& file = listing.file(path);
    nlohmann::ordered_json examples = nlohmann::ordered_json::array();
    for (const protocol::ListedExample& example : file.examples)
      examples.push_back({{"id", example.id}, {"line", example.line}, {"name", example.name}});
    nlohmann::ordered_json entry{{"path", path}, {"examples", std::move(examples)}};
    if (!file.error.empty()) entry["error"] = file.error;
    files.push_back(std::move(entry));
  }
  nlohmann::ordered_json all{{"files", std::move(files)}};
  return all.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace

base::ExitCode list_command(const config::ListOptions& options) {
  RubyChoice ruby = choose_ruby(options.selection.ruby, options.selection.directory);
  Listing listing;
  auto all = [](const protocol::Plan& plan, base::Instant) {
    std::vector<master::PlannedItem> items;
    for (const std::string& path : plan.files) items.push_back({path, {}, {}});
    return items;
  };
  if (int signal = gather(session_options(options, ruby, system::host_name()), listing, all); signal != 0)
    return signal == SIGINT ? base::ExitCode::interrupted : base::ExitCode::terminated;
  for (const std::string& notice : listing.notices()) std::cerr << "dtest: " << notice << "\n";
  if (std::string doubt = ruby.doubt(listing.ruby()); !doubt.empty()) std::cerr << "dtest: " << doubt << "\n";
  if (listing.obstacle())
    throw base::Error(static_cast<base::ExitCode>(listing.obstacle()->code), listing.obstacle()->reason);
  print(options.json ? as_json(listing) : as_text(listing));
  if (listing.files().empty()) {
    std::cerr << "dtest: no file matches\n";
    return base::ExitCode::nothing;
  }
  return listing.errors() > 0 ? base::ExitCode::failed : base::ExitCode::ok;
}

}  // namespace dtest::cli
