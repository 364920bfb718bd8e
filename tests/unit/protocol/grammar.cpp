#include "grammar.hpp"

#include <array>
#include <string_view>
#include <type_traits>

#include "protocol/fields.hpp"
#include "protocol/kinds.hpp"

namespace dtest::protocol {
namespace {

template <class T>
struct TypeName;

template <class T>
std::string type_name() {
  return TypeName<T>::get();
}

template <class T>
requires std::is_integral_v<T>
struct TypeName<T> {
  static std::string get() { return std::is_same_v<T, bool> ? "bool" : std::is_signed_v<T> ? "int" : "uint"; }
};
template <class Tag, class Rep>
struct TypeName<base::Number<Tag, Rep>> {
  static std::string get() { return "uint"; }
};
template <class T>
struct TypeName<std::vector<T>> {
  static std::string get() { return "[* " + type_name<T>() + "]"; }
};
template <class T>
struct TypeName<std::map<std::string, T>> {
  static std::string get() { return "{* tstr => " + type_name<T>() + "}"; }
};
template <class T>
struct TypeName<std::optional<T>> {
  static std::string get() { return type_name<T>() + " / nil"; }
};
template <>
struct TypeName<std::string> {
  static std::string get() { return "tstr"; }
};
template <>
struct TypeName<Bytes> {
  static std::string get() { return "bstr"; }
};
template <>
struct TypeName<base::RunId> {
  static std::string get() { return "run"; }
};
template <>
struct TypeName<base::Duration> {
  static std::string get() { return "time"; }
};
template <>
struct TypeName<Outcome> {
  static std::string get() { return "outcome"; }
};
template <>
struct TypeName<ListedExample> {
  static std::string get() { return "[id: tstr, line: uint, name: tstr]"; }
};
template <>
struct TypeName<SlotOrder> {
  static std::string get() { return "slot-order"; }
};
template <>
struct TypeName<Tenant> {
  static std::string get() { return "tenant"; }
};
template <>
struct TypeName<Exception> {
  static std::string get() { return "exception"; }
};
template <>
struct TypeName<OneException> {
  static std::string get() { return "[+ exception]"; }
};
template <>
struct TypeName<MaybeException> {
  static std::string get() { return "[* exception]"; }
};
template <>
struct TypeName<SessionOptions> {
  static std::string get() { return "options"; }
};

/// Takes the place of the codec's Writer.
class Rule {
 public:
  void literal(const std::string& key, const std::string& value) { members_.push_back({key, key + ": " + value}); }
  template <class T>
  void req(std::string_view key, T&) {
    add(key, std::string(key) + ": " + type_name<T>());
  }
  template <class T>
  void opt(std::string_view key, T&) {
    std::string type = type_name<T>();
    if (type.ends_with(" / nil")) type.resize(type.size() - 6);  // left out instead
    add(key, "? " + std::string(key) + ": " + type);
  }
  [[nodiscard]] std::set<std::string> keys() const {
    std::set<std::string> keys;
    for (const auto& [key, text] : members_) keys.insert(key);
    return keys;
  }
  [[nodiscard]] std::string text(const std::string& name) const {
    std::string text = name + " = {", line;
    constexpr std::size_t kWidth = 112;
    for (std::size_t i = 0; i < members_.size(); ++i) {
      const std::string member = members_[i].second + (i + 1 < members_.size() ? "," : "");
      if (!line.empty() && line.size() + 1 + member.size() > kWidth) {
        text += "\n  " + line;
        line.clear();
      }
      line += (line.empty() ? "" : " ") + member;
    }
    const bool one_line = text.size() + line.size() < kWidth && text.find('\n') == std::string::npos;
    return text + (one_line ? line : "\n  " + line + "\n") + "}\n";
  }

 private:
  // The same key twice is the one that was there first: `forked` has its own `s` and `i`.
  void add(std::string_view key, std::string text) {
    for (const auto& [known, old] : members_)
      if (known == key) return;
    members_.emplace_back(key, std::move(text));
  }
  std::vector<std::pair<std::string, std::string>> members_;
};

using Rules = std::vector<std::pair<std::pair<std::string, std::string>, Rule>>;

template <class Variant, class Head, std::size_t... I>
void add_all(Rules& rules, const std::string& link, const Head& head, std::index_sequence<I...>) {
  const auto add = [&]<std::size_t N>() {
    std::variant_alternative_t<N, Variant> message;
    Rule rule;
    const std::string kind(Kinds<Variant>::names[N]);
    head(rule, kind);
    if constexpr (std::is_same_v<decltype(message), Reports>) {
      rule.req("r", message.first);
      rule.literal("b", "[* body]");
    } else {
      fields(rule, message);
    }
    rules.push_back({{link, kind}, rule});
  };
  (add.template operator()<I>(), ...);
}

template <class Variant, class Head>
void add_all(Rules& rules, const std::string& link, const Head& head) {
  add_all<Variant>(rules, link, head, std::make_index_sequence<std::variant_size_v<Variant>>());
}

void kind_of_version(Rule& rule, const std::string& kind) {
  rule.literal("v", "1");
  rule.literal("k", '"' + kind + '"');
}

Rules all_rules() {
  Rules rules;
  add_all<Work>(rules, "w", kind_of_version);
  add_all<Content>(rules, "r", [](Rule& rule, const std::string& kind) {
    kind_of_version(rule, kind);
    NodeHeader header;
    fields(rule, header);
  });
  add_all<Body>(rules, "b", [](Rule& rule, const std::string& kind) { rule.literal("k", '"' + kind + '"'); });
  add_all<LocalWork>(rules, "j", kind_of_version);
  add_all<LocalBody>(rules, "o", [](Rule& rule, const std::string& kind) {
    kind_of_version(rule, kind);
    LocalReport report;
    rule.req("s", report.slot);
    rule.req("i", report.incarnation);
    rule.req("q", report.number);
  });
  return rules;
}

template <class Message>
std::string shared_rule(const std::string& name) {
  Message message;
  Rule rule;
  fields(rule, message);
  return rule.text(name);
}

}  // namespace

std::map<std::pair<std::string, std::string>, std::set<std::string>> keys_of_messages() {
  std::map<std::pair<std::string, std::string>, std::set<std::string>> keys;
  for (const auto& [name, rule] : all_rules()) keys[name] = rule.keys();
  return keys;
}

std::string grammar() {
  std::string text = "run = bstr .size 16\ntime = uint  ; microseconds\noutcome = ";
  for (Outcome o :
       {Outcome::done, Outcome::load_error, Outcome::crashed, Outcome::timed_out, Outcome::returned, Outcome::stopped})
    text += (o == Outcome::done ? "\"" : " / \"") + std::string(name(o)) + '"';
  text += '\n' + shared_rule<Exception>("exception") + shared_rule<SessionOptions>("options") +
          shared_rule<SlotOrder>("slot-order") + shared_rule<Tenant>("tenant");
  const std::array<std::pair<const char*, const char*>, 5> links{
      {{"w", "work"}, {"r", "result"}, {"b", "body"}, {"j", "job"}, {"o", "outcome-message"}}};
  const Rules rules = all_rules();
  for (const auto& [link, choice] : links) {
    std::string alternatives, definitions;
    for (const auto& [name, rule] : rules) {
      if (name.first != link) continue;
      const std::string full = name.first + "-" + name.second;
      const std::size_t begin = alternatives.rfind('\n') == std::string::npos ? 0 : alternatives.rfind('\n');
      if (!alternatives.empty()) alternatives += alternatives.size() - begin > 90 ? " /\n  " : " / ";
      alternatives += full;
      definitions += rule.text(full);
    }
    text += "\n" + std::string(choice) + " = " + alternatives + "\n" + definitions;
  }
  return text;
}

}  // namespace dtest::protocol
