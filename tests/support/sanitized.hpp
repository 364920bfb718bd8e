// Whether AddressSanitizer is at work: GCC says so with a macro, clang by a question that GCC 12 does not know.
#pragma once

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define DTEST_SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) && !defined(DTEST_SANITIZED)
#define DTEST_SANITIZED 1
#endif

namespace dtest::support {

#ifdef DTEST_SANITIZED
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

}  // namespace dtest::support
