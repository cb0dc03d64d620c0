#include "CLinux.h"

// Swift has no thread-local variable, and pthread_self() is declared const, so that an optimiser may keep its value across
// an await that changed threads. A call into another object file cannot be kept.
static __thread uintptr_t owner_of_this_thread;

uintptr_t antiphon_thread_owner(void) { return owner_of_this_thread; }

void antiphon_set_thread_owner(uintptr_t owner) { owner_of_this_thread = owner; }
