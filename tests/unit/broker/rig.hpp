// A Node with one run, moved by hand-written events; keeps what it wants done and decodes what it publishes.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "broker/node.hpp"
#include "protocol/codec.hpp"

namespace dtest::broker {

struct Rig {
  Rig();
  explicit Rig(Limits own);

  // The master.
  void hello(std::uint32_t number = 1);
  void item(std::uint64_t job, std::uint32_t item = 0, std::uint32_t attempt = 1,
            const std::string& path = "a_spec.rb");
  void brief_item(std::uint64_t job, std::uint32_t item);
  void ping(std::uint64_t beat, std::uint64_t ack, bool gap = false);
  void ack_all() { ping(header.beat.value, header.newest.value); }
  void cancel(bool kill);
  void bye();
  void work(const protocol::Work& message);

  // The local side. Numbers are given in order.
  void boot_says(protocol::LocalBody body);
  void runner_says(std::uint32_t slot, protocol::LocalBody body);
  void over(std::uint32_t slot, const std::string& how = "SIGSEGV", bool started = true);
  void hook_over(std::uint32_t slot, bool ok = true, const std::string& how = "exit 0");
  void empty();
  void boot_up();                      ///< hello, plan, loaded
  void ready(std::uint32_t slot, std::vector<std::string> databases = {});  ///< forked, hello, ready
  void serving(std::uint32_t runners); ///< all of it
  void done(std::uint32_t slot, std::uint32_t item = 0, std::uint32_t attempt = 1);
  void pass(base::Duration time);      ///< with ticks as they are due

  [[nodiscard]] const Session* session() const { return node.session(run); }
  [[nodiscard]] std::optional<Session::State> state() const;

  template <class A>
  [[nodiscard]] std::vector<A> wanted() const {
    std::vector<A> found;
    for (const Action& action : actions)
      if (const auto* a = std::get_if<A>(&action)) found.push_back(*a);
    return found;
  }
  /// Reports of this kind since the last forget().
  template <class B>
  [[nodiscard]] std::vector<B> reported() const {
    std::vector<B> found;
    for (const protocol::Body& body : bodies)
      if (const auto* b = std::get_if<B>(&body)) found.push_back(*b);
    return found;
  }
  void forget();
  void step(Actions fresh);            ///< takes in what a call of the node wants done

  Limits limits;
  base::RunId run{{1}};
  protocol::SessionOptions options;
  base::Instant now{std::chrono::seconds(1000)};
  Node node;
  Actions actions;                     ///< since the last forget()
  std::vector<protocol::Body> bodies;  ///< new ones since then
  std::vector<protocol::Result> results;
  protocol::NodeHeader header;         ///< newest
  std::uint64_t heard = 0;             ///< highest report number
  base::Epoch epoch;

 private:
  std::map<base::Slot, base::Incarnation> incarnation_;
  std::map<base::Slot, std::uint64_t> said_;
  std::uint64_t next_epoch_ = 100;
};

}  // namespace dtest::broker
