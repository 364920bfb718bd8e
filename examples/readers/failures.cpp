// Failures as they happen, as lines that editors know: failures ENDPOINT
// c++ -std=c++17 failures.cpp $(pkg-config --cflags --libs distributest) -o failures
#include <distributest/event_stream.hpp>
#include <iostream>

int main(int count, char** words) try {
  if (count != 2) return std::cerr << "usage: failures ENDPOINT, as 'dtest events --endpoint' tells it\n", 64;
  distributest::EventStream stream(words[1]);
  for (distributest::EventMessage event; stream.next(event, 30'000);) {
    if (event.kind() == "stream.snapshot") std::cerr << event.number("failures") << " failed before\n";
    if (event.kind() == "test.end" && event.number("failure") > 0)
      std::cout << event.text("path") << ":" << event.number("line") << ": " << event.text("full_name") << std::endl;
    if (event.kind() == "run.end") return event.number("exit_code") == 0 ? 0 : 1;
  }
  return std::cerr << "failures: the run is gone without an end\n", 69;
} catch (const std::exception& error) {
  return std::cerr << "failures: " << error.what() << "\n", 69;
}
