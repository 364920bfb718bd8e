#include "report/github.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "report/plain_text.hpp"

namespace dtest::report {
namespace {

constexpr std::size_t kMostAnnotations = 10;
constexpr std::size_t kMostText = 4000;     // of one annotation
constexpr std::size_t kMostShown = 3000;    // of one message in the summary

// Of a message: GitHub decodes these three. Of a property the colon and the comma too.
std::string encoded(std::string_view text, bool property) {
  std::string out;
  for (char c : text) {
    bool special = c == '%' || c == '\n' || c == '\r' || (property && (c == ':' || c == ','));
    if (special) out += fmt::format("%{:02X}", static_cast<unsigned>(c));
    else out += c;
  }
  return out;
}

std::string message(const Finding& f) {
  return f.example != nullptr ? explanation(*f.example->result) : explanation(*f.error);
}
std::uint32_t number(const Finding& f) {
  return f.example != nullptr ? f.example->result->failure : f.error->failure;
}

std::string command(const char* kind, const Finding& f, const std::string& text) {
  std::string properties;
  if (f.file != nullptr) properties += "file=" + encoded(plain_line(f.file->path), true);
  if (f.example != nullptr && f.example->line > 0) properties += fmt::format(",line={}", f.example->line);
  properties += (properties.empty() ? "title=" : ",title=") + encoded(plain_line(title(f)), true);
  std::string body = plain_text(text);
  if (body.size() > kMostText) body = std::string(base::prefix(body, kMostText)) + "...";
  return fmt::format("::{} {}::{}\n", kind, properties, encoded(body, false));
}

// A text in a table's cell or a line of Markdown, with HTML and Markdown as letters.
std::string inline_text(std::string_view text) {
  std::string out;
  for (char c : plain_line(text)) {
    if (c == '<') out += "&lt;";
    else if (c == '>') out += "&gt;";
    else if (c == '&') out += "&amp;";
    else if (std::string_view("\\`*_{}[]()#+!|~@:").find(c) != std::string_view::npos)
      out += fmt::format("&#{};", static_cast<unsigned>(c));
    else out += c;
  }
  return out;
}

// As it is, in a fence that is longer than any in it.
std::string fenced(std::string_view text) {
  std::string body = plain_text(base::trim(text));
  if (body.size() > kMostShown) body = std::string(base::prefix(body, kMostShown)) + "\n...";
  std::size_t ticks = 2;
  for (std::size_t i = 0, here = 0; i < body.size(); ++i) {
    here = body[i] == '`' ? here + 1 : 0;
    ticks = std::max(ticks, here);
  }
  std::string fence(ticks + 1, '`');
  return fence + "text\n" + body + "\n" + fence + "\n";
}

std::string full_text(const Finding& f) {
  std::string text = message(f);
  const auto* e = f.error != nullptr ? &f.error->exception : nullptr;
  if (f.example != nullptr && !f.example->result->exceptions.empty()) e = f.example->result->exceptions.data();
  if (e == nullptr) return text;
  if (!e->diff.empty()) text += "\n" + e->diff;
  for (std::size_t i = 0; i < e->backtrace.size() && i < 8; ++i) text += "\n" + e->backtrace[i];
  return text;
}

// What a flaky one was.
std::string before(const Finding& f) {
  if (f.example == nullptr) return f.file->requeued.empty() ? "" : ": " + f.file->requeued.front();
  return f.example->earlier.empty() ? "" : ": " + explanation(f.example->earlier.front());
}

std::string now(const Finding& f) {
  const auto status = f.example != nullptr ? f.example->status() : f.file->status;
  return status == collector::Status::pending ? "pending" : "passed";
}

std::string place(const Finding& f) {
  if (f.file == nullptr) return "";
  std::uint32_t line = f.example != nullptr ? f.example->line : 0;
  return line > 0 ? fmt::format("{}:{}", f.file->path, line) : f.file->path;
}

std::string entry(const RunRecord& run, const Finding& f) {
  std::string text = fmt::format("<details><summary>{} &nbsp;<b>{}</b> &nbsp;{}</summary>\n\n", number(f),
                                 inline_text(place(f)), inline_text(title(f)));
  text += fenced(full_text(f));
  std::string commands = rerun_line(run, f);
  if (const auto exact = exact_words(run, f); !exact.empty()) commands += "\n" + base::shell_line(exact);
  if (!commands.empty()) text += "\n" + fenced(commands);
  return text + "\n</details>\n";
}

std::string facts(const RunRecord& run) {
  std::string text = "run " + inline_text(run.run.substr(0, 8));
  if (!run.start.commit.empty()) text += " of commit " + inline_text(run.start.commit.substr(0, 10));
  if (run.plan && run.plan->seed) text += fmt::format(", seed {}", *run.plan->seed);
  if (run.end) text += fmt::format(", {} on {}", base::plural(run.files.size(), "file"),
                                   base::plural(run.end->efficiency.runners, "runner"));
  return text + "\n\n";
}

}  // namespace

std::string github_annotations(const RunRecord& run) {
  std::string text;
  const std::vector<Finding> bad = failures(run);
  for (std::size_t i = 0; i < bad.size() && i < kMostAnnotations; ++i) {
    std::string again = rerun_line(run, bad[i]);
    text += command("error", bad[i], message(bad[i]) + (again.empty() ? "" : "\n\n" + again));
  }
  const std::vector<Finding> passed_later = flaky(run);
  for (std::size_t i = 0; i < passed_later.size() && i < kMostAnnotations; ++i) {
    text += command("warning", passed_later[i], "flaky: " + now(passed_later[i]) + " when it was tried again" +
                                                  before(passed_later[i]));
  }
  return text;
}

std::string github_summary(const RunRecord& run, std::size_t most) {
  std::string text = "### " + inline_text(run.start.project) + " " + inline_text(one_line(run)) + "\n\n";
  if (run.end && !run.end->reason.empty()) text += inline_text(run.end->reason) + "\n\n";
  text += facts(run);
  std::size_t left_out = 0;
  for (const Finding& f : failures(run)) {
    std::string more = entry(run, f);
    if (text.size() + more.size() + 2000 > most) ++left_out;
    else text += more;
  }
  if (left_out > 0) text += fmt::format("\n{} more failures have no room here.\n", left_out);
  std::string list;
  for (const Finding& f : flaky(run))
    if (text.size() + list.size() + 1000 < most)
      list += "- " + inline_text(place(f)) + " " + inline_text(title(f)) + "\n";
  if (!list.empty()) text += "\n**Flaky**\n\n" + list;
  return text;
}

}  // namespace dtest::report
