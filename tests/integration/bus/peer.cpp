// The other processes of the bus tests: `bus_peer MODE ENDPOINT ...`.
#include <poll.h>
#include <signal.h>
#include <unistd.h>
#include <zmq.h>

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "bus/pull_socket.hpp"
#include "bus/sub_socket.hpp"
#include "zmtp.hpp"

namespace dtest::bus::test {
namespace {

using Arguments = std::vector<std::string>;

void say(const std::string& line) { ::dprintf(STDOUT_FILENO, "%s\n", line.c_str()); }

void wait_for(Socket& socket) {
  std::vector<Interest> interests;
  socket.interests(interests);
  zmq_pollitem_t item{interests.front().socket, -1, ZMQ_POLLIN, 0};
  zmq_poll(&item, 1, -1);
}

/// runner ENDPOINT COUNT SIZE END: publishes COUNT numbers padded to SIZE, then ends. With "early" it does not read
/// the subscription first, so the kernel resets the connection at its end.
int runner(const Arguments& a) {
  Zmtp peer(Endpoint::parse(a[2]).path(), "PUB");
  const std::string end = a[5];
  if (end != "early") peer.receive();
  if (end == "parts") {
    peer.send("one", true);
    peer.send("two");
  }
  for (int n = 0; n < std::stoi(a[3]); ++n) {
    std::string frame = std::to_string(n) + " ";
    frame.resize(std::max<std::size_t>(frame.size(), std::stoul(a[4])), '.');
    peer.send(frame);
  }
  if (end == "oversize") peer.send_part(std::string(2'000'000, 'x'), 100'000);
  if (end == "half") peer.send_part(std::string(1000, 'x'), 500);
  if (end == "stay" || end == "oversize") ::pause();
  if (end == "exit") return 0;
  return ::raise(SIGKILL);
}

/// pull ENDPOINT COUNT: a runner's end of the local pipe; wants the numbers from 0 in order.
int pull(const Arguments& a) {
  Zmtp peer(Endpoint::parse(a[2]).path(), "PULL");
  for (int n = 0; n < std::stoi(a[3]); ++n) {
    if (peer.receive() != std::to_string(n)) return 1;
  }
  return 0;
}

/// node ENDPOINT: the node's end of the work pipe; says what it gets.
int node(const Arguments& a) {
  Context context;
  PullSocket socket(context, Endpoint::parse(a[2]), MaxFrame{1000});
  say("bound");
  for (;;) {
    while (const auto message = socket.receive()) say(std::string(message->body()));
    wait_for(socket);
  }
}

/// tool ENDPOINT: reads numbers of topic "t" up to "end", then says how many came and how many are missing.
int tool(const Arguments& a) {
  Context context;
  SubSocket socket(context, Endpoint::parse(a[2]), "t", MaxFrame{1'000'000});
  long count = 0, last = -1, missing = 0;
  for (;;) {
    while (const auto message = socket.receive()) {
      if (message->body() == "end") return say(std::to_string(count) + " " + std::to_string(missing)), 0;
      const long number = std::stol(message->frames[1]);
      missing += number - last - 1;
      last = number;
      ++count;
    }
    wait_for(socket);
  }
}

}  // namespace
}  // namespace dtest::bus::test

int main(int argc, char** argv) {
  using namespace dtest::bus::test;
  const Arguments arguments(argv, argv + argc);
  const std::map<std::string, std::function<int(const Arguments&)>> modes{
      {"runner", runner}, {"pull", pull}, {"node", node}, {"tool", tool}};
  return modes.at(arguments.at(1))(arguments);
}
