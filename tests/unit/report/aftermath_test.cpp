#include "report/aftermath.hpp"

#include <gtest/gtest.h>

namespace dtest::report {
namespace {

using collector::FileEnd;
using collector::FileRequeue;
using collector::Status;
using collector::TestEnd;
using collector::TestRetry;

// Example "a[1:1]" of a_spec.rb failed in attempt 1 at item 4.
Failure failed() {
  Failure failure{1, "FAIL", "a_spec.rb", 2, "a[1:1]"};
  failure.item = 4;
  return failure;
}

FileRequeue requeued(std::uint32_t attempt) {
  FileRequeue event;
  event.path = "a_spec.rb", event.item = 4, event.attempt = attempt, event.reason = "SIGSEGV";
  return event;
}

TestRetry retried(const std::string& id) {
  TestRetry event;
  event.path = "a_spec.rb", event.id = id, event.item = 4, event.retry = 1, event.retries = 2;
  return event;
}

TestEnd ended(const std::string& id, Status status) {
  TestEnd event;
  event.path = "a_spec.rb", event.id = id, event.status = status;
  return event;
}

TEST(Aftermath, OfAFailureThatCountsIsNothing) {
  Aftermath aftermath(failed());
  aftermath.take(requeued(2));
  aftermath.take(retried("a[1:2]"));
  aftermath.take(ended("a[1:1]", Status::passed));
  EXPECT_EQ(aftermath.text(), "");
}

TEST(Aftermath, TellsOfTheAttemptThatWasVoid) {
  Aftermath aftermath(failed());
  aftermath.take(requeued(1));
  EXPECT_EQ(aftermath.text(), "does not count: attempt 1 at its file was void (SIGSEGV)");
  aftermath.take(ended("a[1:2]", Status::failed));
  aftermath.take(ended("a[1:1]", Status::passed));
  EXPECT_EQ(aftermath.text(),
            "does not count: attempt 1 at its file was void (SIGSEGV); tried again, it passed");
}

TEST(Aftermath, TellsOfARetry) {
  Aftermath aftermath(failed());
  aftermath.take(retried("a[1:1]"));
  aftermath.take(ended("a[1:1]", Status::timed_out));
  EXPECT_EQ(aftermath.text(),
            "does not count: its example got another chance (retry 1 of 2); tried again, it timed out");
}

TEST(Aftermath, OfAFileIsWhatTheFileCameTo) {
  Failure crash{1, "CRASH", "a_spec.rb"};
  crash.item = 4;
  Aftermath aftermath(crash);
  aftermath.take(requeued(1));
  aftermath.take(ended("a[1:1]", Status::passed));
  FileEnd end;
  end.path = "a_spec.rb", end.status = Status::failed;
  aftermath.take(end);
  EXPECT_EQ(aftermath.text(),
            "does not count: attempt 1 at its file was void (SIGSEGV); tried again, the file failed");
}

}  // namespace
}  // namespace dtest::report
