#include "protocol/codec.hpp"

#include <algorithm>
#include <new>
#include <utility>

#include "protocol/fields.hpp"
#include "protocol/kinds.hpp"
#include "protocol/pack.hpp"
#include "protocol/workspace.hpp"

namespace dtest::protocol {
namespace {

// doc/protocol.md §2. Without limits five bytes can reserve gigabytes.
constexpr std::size_t kMaxArray = 100'000;
constexpr std::size_t kMaxMap = 1024;
constexpr std::size_t kMaxText = 1U << 20U;
constexpr std::size_t kMaxDepth = 16;
constexpr int kMaxCauses = 5;

template <class Variant>
std::string encode_kind(const Variant& message) {
  Buffer buffer;
  Packer packer(buffer);
  std::visit(
      [&](const auto& m) {
        put_map(packer, m, [&](Writer& w) {
          w.req("v", kVersion);
          w.req("k", std::string(kind_of(message)));
        });
      },
      message);
  return buffer.take();
}

// Reads the variant's alternative whose kind is `kind`.
template <class Variant, std::size_t I = 0>
Variant read_kind(const std::string& kind, const msgpack::object& o) {
  if constexpr (I == std::variant_size_v<Variant>) {
    throw Malformed("unknown kind '" + kind.substr(0, 40) + "'");
  } else {
    if (Kinds<Variant>::names[I] != kind) return read_kind<Variant, I + 1>(kind, o);
    std::variant_alternative_t<I, Variant> message;
    get(o, message);
    return Variant(std::in_place_index<I>, std::move(message));
  }
}

template <class Variant>
Variant read_kind(const msgpack::object& o) {
  Reader reader(o);
  std::string kind;
  reader.req("k", kind);
  return read_kind<Variant>(kind, o);
}

void check_version(const msgpack::object& o) {
  Reader reader(o);
  int version = 0;
  reader.req("v", version);
  if (version != kVersion)
    throw Malformed(std::string(kOtherVersion) + std::to_string(version) + ", this side " + std::to_string(kVersion));
}

// The first block of a message's objects, which are larger than their bytes: most are small, and a block of msgpack's
// own size for each costs more than to read them.
std::size_t first_block(std::string_view bytes) {
  constexpr std::size_t kLeast = 256, kMost = 8192, kPerByte = 4;
  return std::clamp(bytes.size() * kPerByte, kLeast, kMost);
}

// Runs `read` on the one object in `bytes`, of whatever version; what is wrong becomes a reason. `bytes` outlive the
// objects, whose texts point into them.
template <class Message, class Read>
Decoded<Message> unpack(std::string_view bytes, const Read& read) {
  try {
    std::size_t offset = 0;
    msgpack::zone zone(first_block(bytes));
    const auto points_into_bytes = [](msgpack::type::object_type, std::size_t, void*) { return true; };
    const msgpack::object object =
        msgpack::unpack(zone, bytes.data(), bytes.size(), offset, points_into_bytes, nullptr,
                        msgpack::unpack_limit(kMaxArray, kMaxMap, kMaxText, kMaxText, 0, kMaxDepth));
    if (offset != bytes.size()) throw Malformed("bytes behind the message");
    return {read(object), {}};
  } catch (const Malformed& e) {
    return {std::nullopt, e.what()};
  } catch (const msgpack::unpack_error& e) {
    return {std::nullopt, std::string("not msgpack within the limits: ") + e.what()};
  } catch (const msgpack::type_error& e) {
    return {std::nullopt, std::string("wrong type: ") + e.what()};
  } catch (const std::bad_alloc&) {
    return {std::nullopt, "too large"};
  }
}

template <class Message, class Read>
Decoded<Message> decode(std::string_view bytes, const Read& read) {
  return unpack<Message>(bytes, [&](const msgpack::object& o) {
    check_version(o);
    return read(o);
  });
}

template <class Variant>
Decoded<Variant> decode_kind(std::string_view bytes) {
  return decode<Variant>(bytes, [](const msgpack::object& o) { return read_kind<Variant>(o); });
}

void check_path(const std::string& path) {
  if (!valid_path(path)) throw Malformed("'" + path.substr(0, 200) + "' is no path inside the project");
}

// Deeper ones are left out, or a node would take from a runner what the master refuses for its depth, and send it again
// for ever.
void cut_causes(Exception& exception, int levels = kMaxCauses) {
  if (levels == 0) exception.causes.clear();
  for (Exception& cause : exception.causes) cut_causes(cause, levels - 1);
}

template <class Body>
void cut_causes_of(Body& body) {
  if constexpr (requires { body.exceptions; }) {
    for (Exception& exception : body.exceptions) cut_causes(exception);
  } else if constexpr (requires { body.exception.causes; }) {
    cut_causes(body.exception);
  } else if constexpr (requires { body.exception->causes; }) {
    if (body.exception) cut_causes(*body.exception);
  } else if constexpr (requires { body.example; }) {
    cut_causes_of(body.example);
  } else if constexpr (requires { body.end; }) {
    cut_causes_of(body.end);
  }
}

void check(const Plan& plan) {
  for (const std::string& path : plan.files) check_path(path);
}

// What a runner may say of itself. The other outcomes are the node's to find.
void check(const RunDone& done) {
  if (done.end.outcome != Outcome::done && done.end.outcome != Outcome::load_error)
    throw Malformed("a runner cannot say '" + std::string(name(done.end.outcome)) + "'");
}

void check(const SlotOrders& slots) {
  for (const SlotOrder& order : slots.orders)
    if (order.what != kRest && order.what != kRenew && order.what != kStop)
      throw Malformed("a slot cannot be told to '" + order.what.substr(0, 40) + "'");
}

void check_limit(const char* name, base::Duration limit) {
  if (limit > kMaxTimeLimit) throw Malformed(std::string(name) + ": more than 30 days");
}

void check(const SessionOptions& o) {
  if (o.runners < 1 || o.runners > kMaxRunners) throw Malformed("runners: 1 to " + std::to_string(kMaxRunners));
  if (o.number_offset >= kMaxRunners || o.told_runners > kMaxRunners)
    throw Malformed("number_offset, told_runners: at most " + std::to_string(kMaxRunners) + " runners");
  if (std::string fault = workspace_fault(o); !fault.empty()) throw Malformed(fault);
  const bool placed = !o.workspace.empty();  // then the node makes them absolute
  if (!placed && !o.project.starts_with('/')) throw Malformed("project: not an absolute directory");
  if (o.ruby.empty()) throw Malformed("ruby: no command");
  if (o.mode != "run" && o.mode != "list") throw Malformed("unknown mode");
  for (const auto& [name, path] : o.hooks)
    if (path.empty() || (!placed && path.front() != '/')) throw Malformed("hooks: '" + name + "' is not an absolute path");
  if (o.output_cap > kMaxOutputCap)
    throw Malformed("output_cap: more than " + std::to_string(kMaxOutputCap) + " bytes");
  check_limit("timeout_us", o.timeout);
  check_limit("grace_us", o.grace);
  check_limit("boot_timeout_us", o.boot_timeout);
  check_limit("hook_timeout_us", o.hook_timeout);
  check_limit("exit_timeout_us", o.exit_timeout);
}

}  // namespace

std::string encode(const Work& message) { return encode_kind(message); }

Decoded<Work> decode_work(std::string_view bytes) {
  return decode<Work>(bytes, [](const msgpack::object& o) {
    Work work = read_kind<Work>(o);
    if (const auto* item = std::get_if<ItemWork>(&work)) check_path(item->path);
    if (const auto* hello = std::get_if<Hello>(&work)) check(hello->options);
    if (const auto* slots = std::get_if<SlotOrders>(&work)) check(*slots);
    return work;
  });
}

std::optional<HelloName> hello_name(std::string_view bytes) {
  return unpack<HelloName>(bytes, [](const msgpack::object& o) {
           Reader reader(o);
           std::string kind;
           reader.req("k", kind);
           if (kind != "hello") throw Malformed("no hello");
           HelloName name;
           reader.req("run", name.run);
           reader.req("n", name.number);
           return name;
         }).message;
}

std::string encode(const Body& body) {
  Buffer buffer;
  Packer packer(buffer);
  std::visit(
      [&](const auto& m) {
        put_map(packer, m, [&](Writer& w) { w.req("k", std::string(kind_of(body))); });
      },
      body);
  return buffer.take();
}

std::string encode(const Result& result, const std::vector<std::string_view>& bodies) {
  Buffer buffer;
  Packer packer(buffer);
  auto head = [&](Writer& w) {
    w.req("v", kVersion);
    w.req("k", std::string(kind_of(result.content)));
    fields(w, const_cast<NodeHeader&>(result.header));
  };
  const auto* reports = std::get_if<Reports>(&result.content);
  if (reports == nullptr) {
    std::visit(
        [&](const auto& m) {
          if constexpr (!std::is_same_v<std::decay_t<decltype(m)>, Reports>) put_map(packer, m, head);
        },
        result.content);
    return buffer.take();
  }
  Writer counter;
  head(counter);
  packer.pack_map(counter.count() + 2);
  Writer writer(packer);
  head(writer);
  writer.req("r", reports->first);
  put(packer, std::string("b"));
  packer.pack_array(static_cast<std::uint32_t>(bodies.size()));
  for (std::string_view body : bodies) buffer.write(body.data(), body.size());
  return buffer.take();
}

Decoded<Result> decode_result(std::string_view bytes) {
  return decode<Result>(bytes, [](const msgpack::object& o) {
    Reader reader(o);
    Result result;
    fields(reader, result.header);
    std::string kind;
    reader.req("k", kind);
    if (kind != "reports") {
      if (kind == "beat") fields(reader, result.content.emplace<Beat>());
      else if (kind == "nosession") result.content.emplace<NoSession>();
      else if (kind == "refused") fields(reader, result.content.emplace<Refused>());
      else if (kind == "status") fields(reader, result.content.emplace<Status>());
      else throw Malformed("unknown kind '" + kind.substr(0, 40) + "'");
      return result;
    }
    Reports reports;
    reader.req("r", reports.first);
    const msgpack::object* list = reader.find("b");
    if (list == nullptr || list->type != msgpack::type::ARRAY) throw Malformed("reports without a list");
    for (std::uint32_t i = 0; i < list->via.array.size; ++i) {
      reports.bodies.push_back(read_kind<Body>(list->via.array.ptr[i]));
      if (const auto* plan = std::get_if<Plan>(&reports.bodies.back())) check(*plan);
    }
    result.content = std::move(reports);
    return result;
  });
}

std::string encode(const LocalWork& message) { return encode_kind(message); }

Decoded<LocalWork> decode_local_work(std::string_view bytes) { return decode_kind<LocalWork>(bytes); }

std::string encode(const LocalReport& message) {
  Buffer buffer;
  Packer packer(buffer);
  std::visit(
      [&](const auto& m) {
        put_map(packer, m, [&](Writer& w) {
          w.req("v", kVersion);
          w.req("k", std::string(kind_of(message.body)));
          // `forked` has slot and incarnation of its own: those of the runner.
          if (!std::holds_alternative<Forked>(message.body)) {
            w.req("s", message.slot);
            w.req("i", message.incarnation);
          }
          w.req("q", message.number);
        });
      },
      message.body);
  return buffer.take();
}

Decoded<LocalReport> decode_local_report(std::string_view bytes) {
  return decode<LocalReport>(bytes, [](const msgpack::object& o) {
    Reader reader(o);
    LocalReport report;
    report.body = read_kind<LocalBody>(o);
    reader.req("q", report.number);
    if (!std::holds_alternative<Forked>(report.body)) {
      reader.req("s", report.slot);
      reader.req("i", report.incarnation);
    }
    if (const auto* plan = std::get_if<Plan>(&report.body)) check(*plan);
    if (const auto* loading = std::get_if<Loading>(&report.body)) check_path(loading->path);
    if (const auto* done = std::get_if<RunDone>(&report.body)) check(*done);
    std::visit([](auto& body) { cut_causes_of(body); }, report.body);
    return report;
  });
}

}  // namespace dtest::protocol
