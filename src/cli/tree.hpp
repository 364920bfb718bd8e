// The files that a decision looks at, so that the decision is a function of them.
#pragma once
#include <optional>
#include <string>
#include <vector>

namespace dtest::cli {

class Tree {
 public:
  virtual ~Tree() = default;
  /// The text of a small file; nothing when there is none.
  [[nodiscard]] virtual std::optional<std::string> text(const std::string& path) const = 0;
  /// What a directory holds, without "." and ".."; empty when it is none.
  [[nodiscard]] virtual std::vector<std::string> names(const std::string& directory) const = 0;
  [[nodiscard]] virtual bool is_directory(const std::string& path) const = 0;
  /// A file that we may run.
  [[nodiscard]] virtual bool is_program(const std::string& path) const = 0;
};

class RealTree final : public Tree {
 public:
  [[nodiscard]] std::optional<std::string> text(const std::string& path) const override;
  [[nodiscard]] std::vector<std::string> names(const std::string& directory) const override;
  [[nodiscard]] bool is_directory(const std::string& path) const override;
  [[nodiscard]] bool is_program(const std::string& path) const override;
};

}  // namespace dtest::cli
