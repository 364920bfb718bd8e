// Planted bugs of ears: they change what a machine hears, before it hears it.
#pragma once
#include <map>
#include <string>
#include <utility>

#include "broker/node.hpp"
#include "protocol/local.hpp"
#include "protocol/result.hpp"
#include "protocol/work.hpp"
#include "shared.hpp"

namespace dtest::simulation {

/// What the master hears of its nodes.
class MasterSpoiler {
 public:
  explicit MasterSpoiler(Shared& shared) : shared_(shared) {}
  void hears(const std::string& node, protocol::Result& result);

 private:
  struct Seen {
    std::uint64_t told = 0, credit = 0, applied = 0;
  };
  void raise_credit(Seen& seen, protocol::NodeHeader& header) const;
  void trust(const std::string& node, protocol::Result& result);
  void renumber(Seen& seen, protocol::Reports& reports) const;
  void change(protocol::Body& body);

  Shared& shared_;
  std::map<base::Epoch, Seen> seen_;
  std::map<std::string, protocol::NodeHeader> newest_;
};

/// What a node hears of the master, and of its runners.
class NodeSpoiler {
 public:
  explicit NodeSpoiler(Shared& shared) : shared_(shared) {}
  void published(const std::string& frame);
  void hears(const broker::Session* session, protocol::Work& work);
  void hears(protocol::LocalReport& report);
  [[nodiscard]] base::BeatNumber newest_beat() const { return newest_.beat; }

 private:
  void renumber(protocol::ItemWork& item);

  Shared& shared_;
  protocol::NodeHeader newest_;
  std::map<base::Epoch, std::uint64_t> jobs_;
  std::map<std::pair<base::Slot, base::Incarnation>, std::uint64_t> words_;
};

}  // namespace dtest::simulation
