// The guardian process: a small child of dtestd that keeps one session's processes.
#pragma once

namespace dtest::guardian {

constexpr const char* kGuardianArgument = "--guardian";
constexpr const char* kGuardianName = "dtest-guardian";  ///< as the kernel shows it
constexpr int kGuardianFd = 3;  ///< its end of the socket

/// To be called by main before anything else when argv[1] is kGuardianArgument. Returns the exit status once
/// everything of the session is gone.
int guardian_main(int argc, char** argv);

}  // namespace dtest::guardian
