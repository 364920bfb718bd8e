#include "schedule/shares.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace dtest::schedule {
namespace {

struct Person {
  std::uint32_t share = 0;
  base::Duration used{};
};

// Who has fewest; of equals the one whose person, then who itself, has used least; then the first.
auto turn(const Person& person, std::uint32_t share, const Claim& claim, std::size_t index) {
  return std::make_tuple(person.share, person.used, claim.person, share, claim.used, index);
}

}  // namespace

std::vector<std::uint32_t> fair_shares(std::uint32_t capacity, const std::vector<Claim>& claims) {
  std::vector<std::uint32_t> shares(claims.size(), 0);
  std::map<std::string, Person> people;
  for (const Claim& claim : claims) people[claim.person].used += claim.used;
  for (; capacity > 0; --capacity) {
    std::size_t next = claims.size();
    for (std::size_t i = 0; i < claims.size(); ++i) {
      if (shares[i] >= claims[i].wants) continue;
      if (next == claims.size() || turn(people[claims[i].person], shares[i], claims[i], i) <
                                       turn(people[claims[next].person], shares[next], claims[next], next))
        next = i;
    }
    if (next == claims.size()) break;
    ++shares[next];
    ++people[claims[next].person].share;
  }
  return shares;
}

std::vector<Allowance> allowances(std::uint32_t capacity, const std::vector<Claim>& claims) {
  std::vector<std::uint32_t> shares = fair_shares(capacity, claims);
  std::vector<Allowance> all;
  std::uint32_t held = 0;
  for (std::size_t i = 0; i < claims.size(); ++i) {
    held += claims[i].holds;
    all.push_back({shares[i], std::min(shares[i], claims[i].holds)});
  }
  auto lacks = [&](std::size_t i) { return all[i].share - std::min(all[i].share, all[i].most); };
  for (std::uint32_t free = capacity - std::min(capacity, held); free > 0; --free) {
    std::size_t next = claims.size();
    for (std::size_t i = 0; i < claims.size(); ++i)
      if (lacks(i) > 0 && (next == claims.size() || lacks(i) > lacks(next))) next = i;
    if (next == claims.size()) break;
    ++all[next].most;
  }
  return all;
}

}  // namespace dtest::schedule
