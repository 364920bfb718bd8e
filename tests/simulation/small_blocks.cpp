// Memory for worlds. They make and drop the same few sizes all the time, on which libc spends a third of a run: here
// each thread keeps what was dropped, a list for each size. Not with sanitizers, which want to see each block.
#include <cstddef>
#include <cstdlib>
#include <new>
#include <utility>

#include "support/sanitized.hpp"

#ifndef DTEST_SANITIZED
namespace {

constexpr std::size_t kStep = 16, kLists = 33, kChunk = 1U << 18U;

/// Before each block, so that it stays aligned: which list it belongs to, 0 for libc's.
struct alignas(kStep) Head {
  std::size_t list;
};
struct Dropped {
  Dropped* next;
};
struct Blocks {
  Dropped* lists[kLists];
  char* fresh;
  std::size_t left;
};
thread_local Blocks blocks;  // zero at first; its chunks stay until the program ends

char* from_libc(std::size_t size) {
  if (void* memory = std::malloc(size)) return static_cast<char*>(memory);
  throw std::bad_alloc();
}

char* fresh(std::size_t size) {
  if (blocks.left < size) {
    blocks.fresh = from_libc(kChunk);
    blocks.left = kChunk;
  }
  blocks.left -= size;
  return std::exchange(blocks.fresh, blocks.fresh + size);
}

void* take(std::size_t size) {
  std::size_t list = size == 0 ? 1 : (size + kStep - 1) / kStep;
  if (list < kLists && blocks.lists[list] != nullptr)
    return std::exchange(blocks.lists[list], blocks.lists[list]->next);
  if (list >= kLists) list = 0;
  char* memory = list == 0 ? from_libc(sizeof(Head) + size) : fresh(sizeof(Head) + list * kStep);
  new (memory) Head{list};
  return memory + sizeof(Head);
}

void drop(void* memory) noexcept {
  if (memory == nullptr) return;
  Head* head = static_cast<Head*>(memory) - 1;
  if (head->list == 0) std::free(head);
  else blocks.lists[head->list] = new (memory) Dropped{blocks.lists[head->list]};
}

}  // namespace

void* operator new(std::size_t size) { return take(size); }
void* operator new[](std::size_t size) { return take(size); }
void operator delete(void* memory) noexcept { drop(memory); }
void operator delete[](void* memory) noexcept { drop(memory); }
void operator delete(void* memory, std::size_t) noexcept { drop(memory); }
void operator delete[](void* memory, std::size_t) noexcept { drop(memory); }
#endif
