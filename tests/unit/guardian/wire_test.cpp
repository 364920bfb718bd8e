#include "guardian/wire.hpp"

#include <gtest/gtest.h>

namespace dtest::guardian {
namespace {

template <class T>
T again(const T& message) {
  if constexpr (std::is_constructible_v<Command, T>) {
    return std::get<T>(decode_command(encode(Command(message))).value());
  } else {
    return std::get<T>(decode_event(encode(KeeperEvent(message))).value());
  }
}

TEST(Wire, CommandsComeBack) {
  const auto c = again(Configure{"mark", {"/a", "/b c"}, base::Duration{7}});
  EXPECT_EQ(c.mark, "mark");
  EXPECT_EQ(c.remove, (std::vector<std::string>{"/a", "/b c"}));
  EXPECT_EQ(c.grace, base::Duration{7});

  Spec spec{.token = 9, .argv = {"ruby", "-e", ""}, .env = {{"A", "1"}, {"B", std::nullopt}}, .cwd = "/", .output = "o",
            .lasting = true};
  const Spec back = again(spec);
  EXPECT_EQ(back.token, 9U);
  EXPECT_EQ(back.argv, spec.argv);
  EXPECT_EQ(back.env, spec.env);
  EXPECT_EQ(back.cwd, "/");
  EXPECT_EQ(back.output, "o");
  EXPECT_TRUE(back.lasting);
  EXPECT_FALSE(again(Spec{.token = 1}).lasting);

  EXPECT_EQ(again(Adopt{3, 44}).pid, 44);
  EXPECT_EQ(again(Kill{3, base::Duration{-1}}).grace, base::Duration{-1});
  EXPECT_EQ(again(Fence{base::kNever}).deadline, base::kNever);
  again(Pause{});
  again(Resume{});
}

TEST(Wire, EventsComeBack) {
  EXPECT_EQ(again(Spawned{1, 2}).pid, 2);
  EXPECT_EQ(again(SpawnFailed{1, "no"}).why, "no");
  EXPECT_EQ(again(Reaped{1, 2, system::ExitStatus::killed_by(9)}).status.text(), "SIGKILL");
  EXPECT_FALSE(again(Reaped{1, 2, {}}).status.known());
  EXPECT_EQ(again(TreeGone{5}).token, 5U);
  again(Empty{});
  again(Fenced{});
}

TEST(Wire, RefusesEveryCutAndEveryAddition) {
  const std::string whole = encode(Command(Spec{.token = 1, .argv = {"a"}, .env = {{"A", "1"}}, .cwd = "/"}));
  for (std::size_t n = 0; n < whole.size(); ++n) EXPECT_FALSE(decode_command(whole.substr(0, n))) << n;
  EXPECT_FALSE(decode_command(whole + "x"));
  EXPECT_FALSE(decode_command("\xff"));
  EXPECT_FALSE(decode_event("\x7f"));
}

TEST(Wire, ALengthThatLiesReservesNothing) {
  std::string bytes = encode(Command(Configure{"m", {}, {}}));
  for (std::size_t at = 1; at < 5; ++at) bytes[at] = '\xff';
  EXPECT_FALSE(decode_command(bytes));
}

TEST(Wire, MarksNameTheToken) { EXPECT_EQ(token_mark("abc", 12), "abc.12"); }

}  // namespace
}  // namespace dtest::guardian
