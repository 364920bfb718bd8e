// The socket that dtest publishes on, read with what is installed for others.
#include "cli/event_socket.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>
#include <string>

#include "bus/context.hpp"
#include "distributest/event_stream.hpp"

namespace dtest::cli {
namespace {

constexpr int kPatience = 20'000;  // ms

struct Published : testing::Test {
  Published() : directory_(::mkdtemp(name_)), endpoint("ipc://" + directory_ + "/e") {}
  ~Published() override { ::rmdir(directory_.c_str()); }

  // The run's next event, and the turn of the loop after it.
  void tell() {
    collector::LogLine line{"info", std::string(300, 'x'), ""};
    socket.on_event({++seq, {}, 1.0, false, std::move(line)});
  }
  void turn() {
    now += std::chrono::seconds(2);
    socket.read_subscriptions();
    socket.tick(now, {}, [this] {
      collector::StreamSnapshot state;
      state.start.project = "shop";
      state.failures = 3;
      state.progress.files_total = seq;
      return state;
    });
  }
  // Until the stream has something for this reader: its subscription was heard.
  bool greeted(distributest::EventStream& reader, distributest::EventMessage& event) {
    for (int i = 0; i < kPatience / 10; ++i) {
      turn();
      if (reader.next(event, 10)) return true;
    }
    return false;
  }

 private:
  char name_[16] = "/tmp/dteXXXXXX";
  std::string directory_;

 public:
  std::string endpoint;
  bus::Context context;
  base::Instant now{};
  EventSocket socket{context, endpoint, {"s/1", "b0b38ba7"}, now};
  std::uint64_t seq = 0;
};

TEST_F(Published, WhoComesLateIsToldWhatWasBefore) {
  for (int i = 0; i < 5; ++i) tell();
  distributest::EventStream reader(endpoint);
  distributest::EventMessage event;
  ASSERT_TRUE(greeted(reader, event));
  EXPECT_EQ(event.kind(), "stream.hello");
  EXPECT_EQ(event.number("seq"), 5);
  ASSERT_TRUE(reader.next(event, kPatience));
  EXPECT_EQ(event.kind(), "stream.snapshot");
  EXPECT_EQ(event.number("seq"), 5);
  EXPECT_EQ(event.number("failures"), 3);
  const std::string start(distributest::MapView(event.map).find("start"));
  EXPECT_EQ(distributest::MapView(distributest::MapView(start).find("project")).text(), "shop");
  tell();
  do ASSERT_TRUE(reader.next(event, kPatience)) << "the event";
  while (event.kind() != "log.line");
  EXPECT_EQ(event.number("seq"), 6);
  EXPECT_EQ(event.text("text").size(), 300U);
  EXPECT_EQ(reader.missed(), 0U) << "it came late, and lost nothing since";
}

// More than its queues hold, while it does not read: the publisher goes on, and the reader learns how many it lost.
TEST_F(Published, AReaderThatStoodStillLearnsWhatItMissed) {
  distributest::EventStream reader(endpoint);
  distributest::EventMessage event;
  ASSERT_TRUE(greeted(reader, event));
  constexpr std::uint64_t kMany = 40'000;
  while (seq < kMany) tell();
  std::uint64_t heard = 0;
  for (int i = 0; i < kPatience && heard + reader.missed() < kMany; ++i) {
    turn();  // its beat tells the number of the newest event
    while (reader.next(event, 1)) heard += event.kind() == "log.line" ? 1 : 0;
  }
  EXPECT_GT(heard, 0U);
  EXPECT_GT(reader.missed(), 0U);
  EXPECT_EQ(heard + reader.missed(), kMany);
}

// dtest is gone as soon as it has told its end; who keeps up hears that end all the same.
TEST_F(Published, WhoKeepsUpHearsTheEndOfAPublisherThatIsGone) {
  constexpr std::uint64_t kMany = 300;  // fewer than wait in the system for one reader
  auto own = std::make_unique<bus::Context>();
  auto publisher = std::make_unique<EventSocket>(*own, endpoint + "2", collector::StreamInfo{"s/1", "b0b38ba7"}, now);
  distributest::EventStream reader(endpoint + "2");
  distributest::EventMessage event;
  for (int i = 0; i < kPatience / 10 && event.topic.empty(); ++i) {
    publisher->tick(now += std::chrono::seconds(2), {}, [] { return collector::StreamSnapshot{}; });
    publisher->read_subscriptions();
    reader.next(event, 10);
  }
  for (std::uint64_t n = 1; n <= kMany; ++n)
    publisher->on_event({n, {}, 1.0, n == kMany, collector::LogLine{"info", std::string(300, 'x'), ""}});
  publisher.reset();
  own.reset();
  std::uint64_t newest = 0;
  while (newest < kMany && reader.next(event, kPatience)) newest = static_cast<std::uint64_t>(event.number("seq"));
  EXPECT_EQ(newest, kMany);
  EXPECT_EQ(reader.missed(), 0U);
}

}  // namespace
}  // namespace dtest::cli
