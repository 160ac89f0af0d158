#pragma once

// Makes ggml's CPU backend compute attention over an F16 cache with our kernel, where the processor has the instructions
// for it (x86-64 with AVX2 or AVX-512). To be called after the backends were loaded; true if it does.
bool installAttention();
