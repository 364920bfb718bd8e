#include "sick_watch.hpp"

#include <algorithm>

namespace dtest::simulation {
namespace {

// How long an order may be on its way in a calm world.
constexpr base::Duration kOnItsWay = std::chrono::seconds(2);

bool only_sick(const Scenario& s) {
  return std::all_of(chances().begin(), chances().end(), [&](const Chance& chance) {
    const std::string name = chance.name;
    const bool harmless = name == "sick runner" || name == "sick node" || name == "grow" || name == "refuse quit" ||
                          name == "ignore TERM" || name == "set clock" || name == "suspend" || name == "flood";
    return harmless || s.*chance.field == 0;
  });
}

}  // namespace

SickWatch::SickWatch(const Scenario& s)
    : calm_(!s.bad_network && !s.sick_crashes && only_sick(s) && s.retries + s.most_examples + s.most_files == 0 &&
            std::all_of(s.files.begin(), s.files.end(), [](const VirtualFile& file) {
              return file.nature == VirtualFile::Nature::good || file.nature == VirtualFile::Nature::red ||
                      file.nature == VirtualFile::Nature::load_error;
            })) {}

void SickWatch::heard(const std::string& node, const protocol::Body& body, base::Instant now) {
  if (const auto* up = std::get_if<protocol::RunnerUp>(&body)) {
    Runner& runner = runners_[{node, up->slot.value}];
    runner.up = true;
    runner.row = 0;
  } else if (const auto* exit = std::get_if<protocol::RunnerExit>(&body)) {
    runners_[{node, exit->slot.value}].up = false;
  } else if (const auto* start = std::get_if<protocol::ItemStart>(&body)) {
    tries_[start->item.value] = {{node, start->slot.value}, now};
  } else if (const auto* example = std::get_if<protocol::Example>(&body)) {
    if (example->status == "passed") runners_[tries_[example->item.value].where].passed = now;
  }
}

void SickWatch::count(const protocol::ItemEnd& end) {
  if (!is_sick(end.item.value, end.attempt.value)) return;
  const Try& there = tries_[end.item.value];
  Runner& runner = runners_[there.where];
  if (runner.row++ == 0) runner.since = there.began;
}

void SickWatch::held(const protocol::ItemEnd& end) { count(end); }

bool SickWatch::others_are_well(const Name& name) const {
  const base::Instant since = runners_.at(name).since;
  return std::any_of(runners_.begin(), runners_.end(), [&](const auto& entry) {
    const Runner& other = entry.second;
    return entry.first != name && other.up && !other.rests && other.row == 0 && other.passed >= since;
  });
}

std::string SickWatch::decided(const protocol::ItemEnd& end, master::Decision decision) {
  const std::uint32_t item = end.item.value;
  auto suspect = suspects_.find(item);
  const bool sick = is_sick(item, end.attempt.value);
  if (decision == master::Decision::doubted) {
    suspects_[item] = tries_[item].where;
  } else if (suspect != suspects_.end()) {
    // One whose examples take longer than the time limit is worse elsewhere, and clears whoever failed it.
    const bool worse = end.outcome == protocol::Outcome::timed_out || end.outcome == protocol::Outcome::crashed;
    if (sick || worse || decision != master::Decision::accepted) runners_[suspect->second].tainted = true;
    if (decision == master::Decision::accepted) suspects_.erase(suspect);
  } else if (calm_ && sick && decision == master::Decision::accepted) {
    const Name& where = tries_[item].where;
    if (runners_[where].row > runners_[where].threshold && others_are_well(where))
      return "the verdict of a sick runner stands, and others were well";
  }
  return {};
}

std::string SickWatch::found(const master::Finding& finding) {
  using What = master::Finding::What;
  Runner& runner = runners_[{finding.node, finding.slot.value}];
  runner.rests = finding.what == What::rests || finding.what == What::stopped;
  if (finding.what == What::rests) return {};
  const bool wrong = calm_ && finding.what == What::cleared && finding.tried > 0 && runner.row > 0 && !runner.tainted;
  runner.row = 0;
  runner.tainted = false;
  if (finding.what == What::cleared) runner.threshold *= 2;
  return wrong ? "a sick runner is cleared although others ran its files" : "";
}

void SickWatch::ordered(std::size_t node, const protocol::SlotOrders& orders, base::Instant now) {
  constexpr std::uint32_t kAll = 0xFFFFFFFF;
  std::map<Name, Order> before = std::move(resting_);
  resting_.clear();
  for (const auto& [name, order] : before)
    if (name.first != node_name(node)) resting_[name] = order;
  for (const protocol::SlotOrder& order : orders.orders) {
    const Name name{node_name(node), order.slot.value};
    auto known = before.find(name);
    const std::uint32_t last = order.what == protocol::kRenew ? order.incarnation.value : kAll;
    const bool is_new = known == before.end() || last > known->second.last;
    resting_[name] = {is_new ? now : known->second.since, last};
  }
}

std::string SickWatch::given(std::size_t node, base::Slot slot, base::Incarnation incarnation,
                             base::Instant now) const {
  auto order = resting_.find({node_name(node), slot.value});
  if (!calm_ || order == resting_.end() || incarnation.value > order->second.last) return {};
  return now - order->second.since < kOnItsWay ? "" : "a runner that is to rest, or to go, was given a file";
}

}  // namespace dtest::simulation
