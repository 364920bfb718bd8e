#include "trace.hpp"

#include <cstdio>
#include <string>

#include "master/listener.hpp"
#include "protocol/kinds.hpp"

namespace dtest::simulation {
namespace {

std::string decided(std::uint64_t code) {
  static const std::array<const char*, 4> decisions{"accepted", "doubted", "repeated", "abandoned"};
  return std::string(protocol::name(static_cast<protocol::Outcome>(code / 10))) + ", " + decisions.at(code % 10);
}

std::string show(char code, std::uint64_t number) {
  switch (code) {
    case 'w': return std::string(protocol::Kinds<protocol::Work>::names.at(number));
    case 'r': return std::string(protocol::Kinds<protocol::Content>::names.at(number));
    case 'l': return std::string(protocol::Kinds<protocol::LocalBody>::names.at(number));
    case 'o': return decided(number);
    default: return std::to_string(number);
  }
}

}  // namespace

void Trace::print(const Line& line) {
  std::string text;
  std::size_t used = 0;
  for (const char* p = line.what; *p != 0; ++p) {
    if (*p == '%' && used < line.numbers.size()) text += show(*++p, line.numbers[used++]);
    else text += *p;
  }
  if (used == 0 && line.numbers[0] + line.numbers[1] > 0)
    text += " (" + std::to_string(line.numbers[0]) + ", " + std::to_string(line.numbers[1]) + ")";
  std::printf("%12.6f  %s\n", base::seconds(line.when.time_since_epoch()) - 1000, text.c_str());
}

}  // namespace dtest::simulation
