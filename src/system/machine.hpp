// What this machine and this program are.
#pragma once
#include <string>
#include <string_view>

namespace dtest::system {

/// Path of the running program. Throws base::Error where /proc is missing.
std::string self_exe();

/// Processors that we may use: affinity mask, less where a cgroup (v1 or v2) has a quota (rounded up). At least 1.
unsigned cpu_count();

/// Without the domain; "localhost" when there is none.
std::string host_name();
/// Eight hex digits that another machine of that name does not have; empty where the system keeps no machine-id.
std::string machine_mark();
/// Login name of our effective user, or "uid N".
std::string user_name();

/// Last part of a path, trailing slashes left out: "/a/b/" gives "b"; "/" gives "/".
std::string_view last_part(std::string_view path);

/// Quota of a cgroup in processors from the texts of its files; 0: none. Pure.
double cpu_quota_v2(std::string_view cpu_max);
double cpu_quota_v1(std::string_view quota_us, std::string_view period_us);

}  // namespace dtest::system
