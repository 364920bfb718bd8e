// A node between a hostile master and hostile runners: whatever both say, in whatever order, it lives, and what it
// publishes is understood.
#include <map>
#include <utility>

#include "broker/node.hpp"
#include "protocol/codec.hpp"
#include "script.hpp"

using namespace dtest;

namespace {

class Rig {
 public:
  Rig() { run_.bytes.fill(7); }

  void take(const fuzz::Step& step) {
    broker::Actions actions;
    switch (step.operation % 8) {
      case 0: work(step, actions); break;
      case 1: local(step, actions); break;
      case 2: node_.on_process_over(run_, over(step), now_, actions); break;
      case 3: now_ += std::chrono::milliseconds(step.a * 256 + step.b); node_.tick(now_, actions); break;
      case 4: node_.on_session_empty(run_, now_, actions); break;
      case 5: node_.on_subscription(run_, step.a % 4 != 0); break;
      case 6: node_.on_hook_over(run_, {base::Slot(step.a % 4), "exit", step.b % 2 == 0, {}}, now_, actions); break;
      default:
        if (step.a == 255) node_.stop(now_, actions);
    }
    check(actions);
  }

 private:
  // Its own run, and the session's epoch, unless the step says otherwise.
  void work(const fuzz::Step& step, broker::Actions& actions) {
    auto heard = protocol::decode_work(step.bytes);
    if (!heard) return;
    const broker::Session* session = node_.session(run_);
    std::visit(
        [&](auto& m) {
          if (step.a % 8 != 0) m.run = run_;
          if constexpr (requires { m.epoch; })
            if (session != nullptr && step.b % 8 != 0) m.epoch = session->epoch();
          if constexpr (requires { m.job; })
            if (step.b % 4 != 0) m.job = base::JobNumber(++job_);
        },
        *heard.message);
    node_.on_work(*heard.message, now_, actions);
  }

  // In the name of a process that may exist, with the number that comes next.
  void local(const fuzz::Step& step, broker::Actions& actions) {
    auto heard = protocol::decode_local_report(step.bytes);
    if (!heard) return;
    heard.message->slot = base::Slot(step.a % 4);
    heard.message->incarnation = base::Incarnation(1 + step.b % 4);
    std::uint64_t& number = numbers_[{step.a % 4, step.b % 4}];
    if (step.b < 240) heard.message->number = ++number;
    node_.on_local(run_, *heard.message, now_, actions);
  }

  static broker::ProcessOver over(const fuzz::Step& step) {
    const std::string how = step.b % 2 == 0 ? "SIGSEGV" : "exit 0";
    return {base::Slot(step.a % 4), base::Incarnation(1 + step.b % 4), 1000, how, step.b < 240,
            {std::string(step.bytes)}};
  }

  static void check(const broker::Actions& actions) {
    for (const broker::Action& action : actions) {
      const auto* frame = std::get_if<broker::Publish>(&action);
      if (frame == nullptr) continue;
      auto heard = protocol::decode_result(frame->frame);
      fuzz::hold(bool(heard), "the master understands what a node publishes:", heard.why);
      fuzz::hold(frame->frame.size() <= protocol::kMaxResultSent, "it is no longer than a node may send");
    }
  }

  base::RunId run_;
  base::Instant now_{std::chrono::seconds(1000)};
  std::uint64_t drawn_ = 0, job_ = 0;
  std::map<std::pair<int, int>, std::uint64_t> numbers_;
  broker::Node node_{"node", broker::Limits(), [this] { return ++drawn_; }};
};

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Script script(data, size);
  Rig rig;
  for (fuzz::Step step; script.next(step);) rig.take(step);
  return 0;
}
