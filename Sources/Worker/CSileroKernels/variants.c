// Compiles the network for each instruction set and chooses among them, see the header.
#include "CSileroKernels.h"

#pragma STDC FP_CONTRACT ON  // products and sums become one fused instruction where the target has it

// Any architecture: four lanes are SSE2 on x86-64 and NEON on arm64.
#define LANES 4
#define NAMED(name) plain_##name
#include "network.inc"
#undef LANES
#undef NAMED

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define LANES 8
#define NAMED(name) avx2_##name
#include "network.inc"
#undef LANES
#undef NAMED
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512vl,fma"))), apply_to = function)
#define LANES 16
#define NAMED(name) avx512_##name
#include "network.inc"
#undef LANES
#undef NAMED
#pragma clang attribute pop
#endif

SileroStep silero_variant(SileroInstructionSet set) {
    if (set == silero_plain) return plain_step;
#if defined(__x86_64__)
    if (set == silero_avx2 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return avx2_step;
    if (set == silero_avx512 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq")
        && __builtin_cpu_supports("avx512vl")) {
        return avx512_step;
    }
#endif
    return NULL;
}
