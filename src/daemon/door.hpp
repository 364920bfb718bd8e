// The door of a node that listens on TCP: its own key, the keys that it lets in, and which run belongs to whom.
#pragma once
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/ids.hpp"
#include "bus/context.hpp"
#include "bus/curve.hpp"
#include "bus/loop.hpp"
#include "bus/zap.hpp"
#include "daemon/allow_list.hpp"
#include "protocol/work.hpp"

namespace dtest::daemon {

/// Owned by the daemon, made before its sockets.
class Door {
 public:
  struct Setting {
    std::string key_file;  ///< own secret key
    std::string allowed;   ///< directory of public keys
  };
  using Log = std::function<void(std::string level, std::string text)>;

  /// Throws base::Error (78, 77) when a key is missing or others could have put it there.
  Door(Setting setting, bus::Context& context, bus::Loop& loop, Log log);

  [[nodiscard]] bus::Curve side() const { return bus::CurveServer{&own_}; }
  /// "3 keys in DIR may run tests here".
  [[nodiscard]] std::string told() const;
  /// The name of the file that lets this key in; empty: it is not let in (any more).
  [[nodiscard]] std::string name_of(const std::string& user) const { return allowed_.name_of(user); }

  /// False: the message is to be dropped, for its sender is not let in (any more), or the run is somebody else's.
  bool admit(const protocol::Work& work, const std::string& user);
  /// The run has a session, which belongs to the key that opened it.
  void own(const base::RunId& run, const std::string& user) { owners_.try_emplace(run, Owner{user}); }
  void forget(const base::RunId& run) { owners_.erase(run); }

  /// Looks at the directory again. The runs whose owners were taken off the list, each once.
  std::vector<base::RunId> look();
  /// Reads our own key again; false: it is the same, or cannot be read (the log says why).
  bool renew();

 private:
  struct Owner {
    std::string user;
    bool told = false;  ///< that he was taken off the list
  };
  void refresh();
  void log_refusal(const std::string& why, const std::string& address);

  Setting setting_;
  Log log_;
  bus::KeyPair own_;
  AllowList allowed_;
  std::map<base::RunId, Owner> owners_;
  std::uint64_t refused_ = 0, dropped_ = 0;
  bus::Zap zap_;
  bus::Loop::Watch watch_;
};

}  // namespace dtest::daemon
