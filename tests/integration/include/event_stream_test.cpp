// What is installed for others, against the socket that dtest publishes on.
#include "distributest/event_stream.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <thread>

#include "bus/context.hpp"
#include "bus/xpub_socket.hpp"

namespace {

constexpr int kPatience = 20'000;  // ms

struct Stream : testing::Test {
  Stream() {
    char name[] = "/tmp/dtiXXXXXX";
    directory = ::mkdtemp(name);
    endpoint = "ipc://" + directory + "/e";
  }
  ~Stream() override { ::rmdir(directory.c_str()); }
  std::string directory, endpoint;
};

TEST_F(Stream, BringsTopicMapAndRawBytes) {
  dtest::bus::Context context;
  dtest::bus::XPubSocket socket(context, dtest::bus::Endpoint::parse(endpoint));
  distributest::EventStream stream(endpoint, "dt1.run.");
  while (socket.read_subscriptions().empty()) std::this_thread::yield();
  socket.send("dt1.node.x", "not asked for");
  socket.send("dt1.run.x", "one");
  socket.send("dt1.run.y", "two", std::string("\0raw", 4));
  distributest::EventMessage event;
  ASSERT_TRUE(stream.next(event, kPatience));
  EXPECT_EQ(event.topic, "dt1.run.x");
  EXPECT_EQ(event.map, "one");
  EXPECT_EQ(event.raw, "");
  ASSERT_TRUE(stream.next(event, kPatience));
  EXPECT_EQ(event.map, "two");
  EXPECT_EQ(event.raw, std::string("\0raw", 4));
  EXPECT_FALSE(stream.next(event, 0)) << "nothing more";
}

TEST_F(Stream, SaysWhatItCannotListenTo) {
  EXPECT_THROW(distributest::EventStream("nonsense"), std::runtime_error);
}

}  // namespace
