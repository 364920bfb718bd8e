// What the codec must refuse, and what it must not mind.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "pack_bytes.hpp"
#include "protocol/codec.hpp"
#include "samples.hpp"

namespace dtest::protocol {
namespace {

// By the link that the sample's name begins with. Empty: accepted.
std::string refusal(const std::string& name, std::string_view bytes) {
  switch (name.front()) {
    case 'w': return decode_work(bytes).why;
    case 'r': return decode_result(bytes).why;
    case 'j': return decode_local_work(bytes).why;
    default: return decode_local_report(bytes).why;
  }
}

const Sample& sample(const std::string& name) {
  static const std::vector<Sample> all = samples();
  for (const Sample& one : all)
    if (one.name == name) return one;
  throw std::runtime_error("no sample " + name);
}

TEST(Refusal, OfAnotherVersion) {
  for (const Sample& s : samples()) {
    EXPECT_NE(refusal(s.name, with(s.bytes, "v", pack_int(2))).find("version 2"), std::string::npos) << s.name;
    EXPECT_NE(refusal(s.name, without(s.bytes, "v")), "") << s.name;
    EXPECT_NE(refusal(s.name, with(s.bytes, "v", pack_text("1"))), "") << s.name;
  }
}

TEST(Refusal, OfAnUnknownKind) {
  for (const Sample& s : samples()) {
    EXPECT_NE(refusal(s.name, with(s.bytes, "k", pack_text("dance"))).find("unknown kind"), std::string::npos)
        << s.name;
    EXPECT_NE(refusal(s.name, without(s.bytes, "k")), "") << s.name;
  }
}

TEST(Refusal, OfAMissingKey) {
  for (const char* name : {"w-item-bare", "w-ping-bare", "w-cancel", "w-bye", "w-hello-bare", "r-beat-bare",
                           "r-reports", "r-refused", "j-item-bare", "j-fork-bare", "j-boot-bare", "o-begin", "o-ready-bare",
                           "o-forked", "o-done-bare", "o-example-bare", "o-list", "o-plan-bare", "o-error-bare"}) {
    // The keys that have a default even in the bare sample.
    std::set<std::string> optional{"preload", "busy"};
    const Sample& s = sample(name);
    for (const std::string& key : keys(s.bytes)) {
      if (optional.contains(key)) continue;
      bool may_be_absent = refusal(s.name, without(s.bytes, key)).empty();
      bool written_though_optional = key == "secs_us" || key == "framework" || key == "bundler";
      EXPECT_TRUE(!may_be_absent || written_though_optional) << name << " without " << key;
    }
  }
}

TEST(Refusal, OfAWrongType) {
  for (const Sample& s : samples())
    for (const std::string& key : keys(s.bytes))
      EXPECT_NE(refusal(s.name, with(s.bytes, key, "\xcb\x3f\xf0\0\0\0\0\0\0")), "")
          << s.name << " with a float as " << key;
}

TEST(Refusal, OfNumbersOutOfRange) {
  EXPECT_NE(refusal("w", with(sample("w-item").bytes, "item", pack_int(1LL << 32))), "");
  EXPECT_NE(refusal("w", with(sample("w-item").bytes, "item", pack_int(-1))), "");
  EXPECT_NE(refusal("w", with(sample("w-item").bytes, "j", pack_int(-1))), "");
  EXPECT_NE(refusal("w", with(sample("w-item").bytes, "t", pack_int(-5))), "");
  EXPECT_NE(refusal("o", with(sample("o-begin").bytes, "s", pack_int(1LL << 40))), "");
}

// doc/protocol.md §8: the bounds of session options, each with a reason that names the key.
TEST(Refusal, OfOptionsOutOfBounds) {
  Hello hello = std::get<Hello>(sample_work()[1]);
  auto why = [&](auto change) {
    Hello own = hello;
    change(own.options);
    return decode_work(encode(own)).why;
  };
  EXPECT_EQ(why([](SessionOptions& o) { o.output_cap = kMaxOutputCap; }), "");
  EXPECT_NE(why([](SessionOptions& o) { o.output_cap = kMaxOutputCap + 1; }).find("output_cap"), std::string::npos);
  EXPECT_NE(why([](SessionOptions& o) { o.hooks["node_setup"] = "x/y"; }).find("node_setup"), std::string::npos);
  EXPECT_EQ(why([](SessionOptions& o) { o.hook_timeout = kMaxTimeLimit; }), "");
  EXPECT_NE(why([](SessionOptions& o) { o.hook_timeout = kMaxTimeLimit + base::Duration(1); }).find("hook_timeout_us"),
            std::string::npos);
  EXPECT_NE(why([](SessionOptions& o) { o.timeout = base::Duration::max(); }).find("timeout_us"), std::string::npos);
}

TEST(Refusal, OfAHelloNamesWhoseItIs) {
  const std::string& hello = sample("w-hello").bytes;
  for (const std::string& bad : {with(hello, "v", pack_int(2)), without(hello, "o"), with(hello, "o", pack_int(1))}) {
    ASSERT_NE(decode_work(bad).why, "");
    auto name = hello_name(bad);
    ASSERT_TRUE(name);
    EXPECT_EQ(name->run.hex(), "b0b38ba700112233445566778899aabb");
    EXPECT_EQ(name->number, base::SessionNumber(2));
  }
  EXPECT_FALSE(hello_name(without(hello, "run")));
  EXPECT_FALSE(hello_name(with(hello, "n", pack_text("2"))));
  EXPECT_FALSE(hello_name(sample("w-bye").bytes));
  EXPECT_FALSE(hello_name("no msgpack"));
}

TEST(Refusal, OfTrailingBytesAndOfTruncation) {
  for (const Sample& s : samples()) {
    EXPECT_NE(refusal(s.name, s.bytes + '\xc0'), "") << s.name;
    for (std::size_t cut = 0; cut < s.bytes.size(); cut += 1 + s.bytes.size() / 50)
      EXPECT_NE(refusal(s.name, std::string_view(s.bytes).substr(0, cut)), "") << s.name << " cut at " << cut;
  }
}

TEST(Refusal, OfDeepNesting) {
  for (const Sample& s : samples()) {
    EXPECT_NE(refusal(s.name, with(s.bytes, "zz", pack_nest(16))), "") << s.name;
    EXPECT_EQ(refusal(s.name, with(s.bytes, "zz", pack_nest(15))), "") << s.name;
    EXPECT_NE(refusal(s.name, pack_nest(100'000)), "") << s.name;
  }
}

TEST(Refusal, OfGiantLengths) {
  using namespace std::string_literals;
  for (const std::string& giant : {"\xdd\x0f\xff\xff\xff"s, "\xdf\x0f\xff\xff\xff"s, "\xdb\xff\xff\xff\xff"s,
                                   "\xc6\xff\xff\xff\xff"s, "\xc9\xff\xff\xff\xff\x01"s, "\xdd\x00\x01\x86\xa1"s}) {
    for (const char* link : {"w", "r", "j", "o"}) EXPECT_NE(refusal(link, giant), "");
    // In the place of a value that nobody reads.
    std::string inside = "\x83\xa1v\x01\xa1k\xa5ready\xa2zz"s + giant;
    EXPECT_NE(refusal("o", inside), "");
  }
  EXPECT_NE(refusal("w", with(sample("w-item").bytes, "zz", "\xc7\x01\x05\x00"s)), "") << "an extension type";
  EXPECT_NE(refusal("w", with(sample("w-item").bytes, "zz", pack_text(std::string((1U << 20U) + 1, 'x')))), "");
}

TEST(Refusal, OfPathsThatLeaveTheProject) {
  for (const std::string& path :
       {std::string("../a.rb"), std::string("a/../../b.rb"), std::string("/etc/passwd"), std::string("a\0b", 3),
        std::string("a//b.rb"), std::string("./a.rb"), std::string(""), std::string("a/"), std::string(4097, 'a')}) {
    std::string text = pack_text(path);
    EXPECT_NE(refusal("w", with(sample("w-item").bytes, "f", text)), "") << path;
    EXPECT_NE(refusal("o", with(sample("o-loading").bytes, "f", text)), "") << path;
    EXPECT_NE(refusal("o", with(sample("o-plan").bytes, "files", "\x91" + text)), "") << path;
    Plan plan;
    plan.files = {path};
    EXPECT_NE(refusal("r", encoded({{}, Reports{base::ReportNumber(1), {plan}}})), "") << path;
  }
}

TEST(Refusal, OfSessionOptionsThatMakeNoSense) {
  auto with_options = [](auto change) {
    Hello hello = std::get<Hello>(sample_work()[1]);
    change(hello.options);
    return decode_work(encode(hello)).why;
  };
  EXPECT_EQ(with_options([](SessionOptions&) {}), "");
  EXPECT_NE(with_options([](SessionOptions& o) { o.runners = 0; }), "");
  EXPECT_NE(with_options([](SessionOptions& o) { o.runners = 1025; }), "");
  EXPECT_NE(with_options([](SessionOptions& o) { o.project = "shop"; }), "");
  EXPECT_NE(with_options([](SessionOptions& o) { o.ruby.clear(); }), "");
  EXPECT_NE(with_options([](SessionOptions& o) { o.mode = "dance"; }), "");
}

TEST(Refusal, OfOutcomesThatARunnerCannotKnow) {
  for (const char* outcome : {"crashed", "timed_out", "returned", "stopped", "perfect"})
    EXPECT_NE(refusal("o", with(sample("o-done").bytes, "outcome", pack_text(outcome))), "") << outcome;
  EXPECT_EQ(refusal("o", with(sample("o-done").bytes, "outcome", pack_text("done"))), "");
}

TEST(Tolerance, OfUnknownKeys) {
  for (const Sample& s : samples()) EXPECT_EQ(refusal(s.name, with(s.bytes, "zz", pack_nest(3))), "") << s.name;
}

TEST(Tolerance, OfNilForWhatIsOptional) {
  for (const auto& [name, key] : std::multimap<std::string, std::string>{
           {"w-item", "x"}, {"w-item", "last"}, {"w-item", "t"}, {"w-ping", "gap"}, {"j-fork", "tmp"}, {"j-item", "x"},
           {"j-boot", "seed"}, {"j-boot", "env"}, {"o-example", "exc"}, {"o-example", "pend"}, {"o-example", "o0"},
           {"o-done", "running"}, {"o-done", "exc"}, {"o-done", "out"}, {"o-plan", "fw"}, {"o-error", "item"}}) {
    const Sample& s = sample(name);
    std::string nil = with(s.bytes, key, pack_nil());
    std::string absent = without(s.bytes, key);
    EXPECT_EQ(refusal(name, nil), "") << name << " " << key;
    EXPECT_EQ(refusal(name, absent), "") << name << " " << key;
  }
  auto nil = decode_work(with(sample("w-item").bytes, "x", pack_nil()));
  EXPECT_EQ(std::get<ItemWork>(*nil.message).examples, std::nullopt);
}

}  // namespace
}  // namespace dtest::protocol
