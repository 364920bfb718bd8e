#include "system/allocator.hpp"

#include <cstdlib>  // says which library this is
#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace dtest::system {

void share_one_heap() {
#ifdef __GLIBC__
  ::mallopt(M_ARENA_MAX, 1);
#endif
}

void give_back_memory() {
#ifdef __GLIBC__
  ::malloc_trim(0);
#endif
}

}  // namespace dtest::system
