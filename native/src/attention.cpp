#include "attention.h"

#if defined(__x86_64__) && defined(__linux__) && defined(__GNUC__) && !defined(__clang__)

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>
#include <dlfcn.h>
#include <immintrin.h>
#include "ggml.h"
#include "ggml-cpu.h"
#include "ggml-backend-impl.h"
#include "ggml-cpu/ggml-cpu-impl.h"
#include "ggml-cpu/traits.h"

// ggml's own attention takes up each position of each head alone: a call for the product, one for e^x, and the sum
// written to memory and read again as F16. Here a block of positions is compared with all heads that share its keys,
// weighed with vectors, and collected in registers as F32, so that each key and value is read once.
//
// ggml asks "extra buffer types" first who computes a node; that is how its own additions for single processors work
// (ggml-cpu/traits.h). Ours never holds a tensor.

namespace {

constexpr int blockSize = 64;

struct Query {
    const float* values;
    const ggml_fp16_t* mask;
};

// The sum over some of the positions, of one row. Its values follow it in memory.
struct Partial {
    float largest;
    float weight;
    float values[1];
};

struct Block {
    const char* keys;
    size_t keyStride;
    const char* values;
    size_t valueStride;
    // Of the block that comes next, to be fetched meanwhile; any address will do at the end.
    const char* nextKeys;
    int64_t from;
};

constexpr int mostRows = 4;

// For heads of one size. By the number of rows, less one: of a block as it lies in the cache, and of one made F32.
struct Kernel {
    using Attend = void (*)(const Query* queries, Partial* const* partials, const Block& block, float scale);
    Attend attend[mostRows];
    Attend attendWide[mostRows];
    void (*widen)(const char* from, size_t stride, float* to);
};

#pragma GCC push_options
#pragma GCC target("avx512f,avx512vl,avx512bw,avx512dq,avx2,fma,f16c")
namespace avx512 {
#include "attention-vectors-avx512.h"
#include "attention-kernel.h"
}
#pragma GCC pop_options

#pragma GCC push_options
#pragma GCC target("avx2,fma,f16c")
namespace avx2 {
#include "attention-vectors-avx2.h"
#include "attention-kernel.h"
}
#pragma GCC pop_options

using KernelOf = const Kernel* (*)(int size);
KernelOf kernelOf = nullptr;
decltype(ggml_barrier)* barrier = nullptr;

// Of the sums that are worked on at a time, which are to stay in a processor's cache.
constexpr size_t tileBytes = 65536;
// From so many rows on, each block is made F32 first.
constexpr int64_t manyRows = 16;

size_t partialBytes(const ggml_tensor* node) {
    return (2 + node->src[2]->ne[0]) * sizeof(float);
}

// A block of keys and one of values, as F32.
size_t wideBytes(const ggml_tensor* node) {
    return 2 * blockSize * node->src[1]->ne[0] * sizeof(float);
}

// First a pair of blocks for each thread, then all partial sums of all threads.
size_t workBytes(const ggml_tensor* node, int threads) {
    const ggml_tensor* q = node->src[0];
    return threads * (wideBytes(node) + q->ne[1] * q->ne[2] * q->ne[3] * partialBytes(node));
}

bool isOurs(const ggml_tensor* node) {
    if (node->op != GGML_OP_FLASH_ATTN_EXT) return false;
    const ggml_tensor* q = node->src[0];
    const ggml_tensor* k = node->src[1];
    const ggml_tensor* v = node->src[2];
    const ggml_tensor* mask = node->src[3];
    const float* params = (const float*) node->op_params;
    const float maxBias = params[1];
    const float softcap = params[2];

    return q->type == GGML_TYPE_F32 && k->type == GGML_TYPE_F16 && v->type == GGML_TYPE_F16 &&
        node->src[4] == nullptr && maxBias == 0.0f && softcap == 0.0f &&
        k->ne[0] == v->ne[0] && k->ne[2] == v->ne[2] && q->ne[2] % k->ne[2] == 0 &&
        k->ne[3] == q->ne[3] && v->ne[3] == q->ne[3] && k->ne[1] % blockSize == 0 &&
        q->nb[0] == sizeof(float) && k->nb[0] == sizeof(ggml_fp16_t) && v->nb[0] == sizeof(ggml_fp16_t) &&
        (mask == nullptr || (mask->type == GGML_TYPE_F16 && mask->ne[2] == 1)) &&
        kernelOf(k->ne[0]) != nullptr;
}

bool isMasked(const ggml_fp16_t* mask, int64_t from) {
    if (mask == nullptr) return false;
    // As bits, four at a time: -infinity is FC00.
    for (int i = 0; i < blockSize; i += 4) {
        uint64_t four;
        std::memcpy(&four, mask + from + i, sizeof(four));
        if (four != 0xFC00FC00FC00FC00ull) return false;
    }
    return true;
}

void compute(const ggml_compute_params* params, ggml_tensor* node) {
    const ggml_tensor* q = node->src[0];
    const ggml_tensor* k = node->src[1];
    const ggml_tensor* v = node->src[2];
    const ggml_tensor* mask = node->src[3];
    const int64_t size = k->ne[0];
    const int64_t tokens = q->ne[1];
    const int64_t heads = q->ne[2];
    const int64_t streams = q->ne[3];
    const int64_t keyHeads = k->ne[2];
    const int64_t shared = heads / keyHeads;
    const int64_t blocks = k->ne[1] / blockSize;
    const size_t bytes = partialBytes(node);
    const float scale = ((const float*) node->op_params)[0];
    const Kernel& kernel = *kernelOf(size);
    char* const sums = (char*) params->wdata + params->nth * wideBytes(node);
    float* const wideKeys = (float*) ((char*) params->wdata + params->ith * wideBytes(node));
    float* const wideValues = wideKeys + blockSize * size;

    // [stream][token][head][thread]
    const auto partialOf = [&](int64_t stream, int64_t token, int64_t head, int thread) {
        const size_t row = (stream * tokens + token) * heads + head;
        return (Partial*) (sums + (row * params->nth + thread) * bytes);
    };
    const auto maskOf = [&](int64_t stream, int64_t token) {
        return mask == nullptr ? nullptr
            : (const ggml_fp16_t*) ((const char*) mask->data + token * mask->nb[1] + (stream % mask->ne[3]) * mask->nb[3]);
    };

    const int64_t tile = std::max<int64_t>(1, tileBytes / (heads * bytes));
    for (int64_t stream = 0; stream < streams; stream++) {
        for (int64_t first = 0; first < tokens; first += tile) {
            const int64_t end = std::min(first + tile, tokens);
            for (int64_t token = first; token < end; token++) {
                for (int64_t head = 0; head < heads; head++) {
                    Partial* partial = partialOf(stream, token, head, params->ith);
                    partial->largest = -INFINITY;
                    partial->weight = 0.0f;
                    std::memset(partial->values, 0, size * sizeof(float));
                }
            }
            // Threads take turns, so that all have as much to do wherever the positions that count lie.
            for (int64_t index = params->ith; index < blocks; index += params->nth) {
                const int64_t from = index * blockSize;
                int64_t seen = first;
                while (seen < end && isMasked(maskOf(stream, seen), from)) seen++;
                if (seen == end) continue;
                for (int64_t keyHead = 0; keyHead < keyHeads; keyHead++) {
                    const char* keys = (const char*) k->data + from * k->nb[1] + keyHead * k->nb[2] + stream * k->nb[3];
                    const char* values = (const char*) v->data + from * v->nb[1] + keyHead * v->nb[2] + stream * v->nb[3];
                    const char* nextKeys = keyHead + 1 < keyHeads ? keys + k->nb[2]
                        : keys - keyHead * k->nb[2] + params->nth * blockSize * k->nb[1];
                    Block block = {keys, k->nb[1], values, v->nb[1], nextKeys, from};
                    const bool isWide = (end - first) * shared >= manyRows;
                    if (isWide) {
                        kernel.widen(keys, k->nb[1], wideKeys);
                        kernel.widen(values, v->nb[1], wideValues);
                        const size_t stride = size * sizeof(float);
                        block = {(const char*) wideKeys, stride, (const char*) wideValues, stride, nullptr, from};
                    }
                    const Kernel::Attend* attend = isWide ? kernel.attendWide : kernel.attend;
                    Query queries[mostRows];
                    Partial* partials[mostRows];
                    int rows = 0;
                    for (int64_t token = seen; token < end; token++) {
                        const ggml_fp16_t* row = maskOf(stream, token);
                        if (isMasked(row, from)) continue;
                        for (int64_t head = keyHead * shared; head < (keyHead + 1) * shared; head++) {
                            queries[rows] = {
                                (const float*) ((const char*) q->data + token * q->nb[1] + head * q->nb[2] + stream * q->nb[3]),
                                row,
                            };
                            partials[rows++] = partialOf(stream, token, head, params->ith);
                            if (rows == mostRows) {
                                attend[rows - 1](queries, partials, block, scale);
                                rows = 0;
                            }
                        }
                    }
                    if (rows > 0) attend[rows - 1](queries, partials, block, scale);
                }
            }
        }
    }
    barrier(params->threadpool);

    const int64_t rows = streams * tokens * heads;
    for (int64_t row = params->ith; row < rows; row += params->nth) {
        const Partial* parts = (const Partial*) (sums + row * params->nth * bytes);
        const auto part = [&](int thread) { return (const Partial*) ((const char*) parts + thread * bytes); };
        float largest = -INFINITY;
        for (int thread = 0; thread < params->nth; thread++) largest = std::max(largest, part(thread)->largest);

        float* result = (float*) ((char*) node->data + row * node->nb[1]);
        std::memset(result, 0, size * sizeof(float));
        float weight = 0.0f;
        for (int thread = 0; thread < params->nth; thread++) {
            if (part(thread)->largest == -INFINITY) continue;
            const float factor = std::exp(part(thread)->largest - largest);
            weight += factor * part(thread)->weight;
            for (int64_t i = 0; i < size; i++) result[i] += factor * part(thread)->values[i];
        }
        const float inverse = weight == 0.0f ? 0.0f : 1.0f / weight;
        for (int64_t i = 0; i < size; i++) result[i] *= inverse;
    }
}

struct Attention : ggml::cpu::tensor_traits {
    bool work_size(int threads, const ggml_tensor* node, size_t& size) override {
        size = workBytes(node, threads);
        return true;
    }
    bool compute_forward(ggml_compute_params* params, ggml_tensor* node) override {
        compute(params, node);
        return true;
    }
};

struct AttentionType : ggml::cpu::extra_buffer_type {
    Attention attention;

    bool supports_op(ggml_backend_dev_t, const ggml_tensor*) override { return false; }
    ggml::cpu::tensor_traits* get_tensor_traits(const ggml_tensor* node) override {
        return isOurs(node) ? &attention : nullptr;
    }
};

}

// The backend's library is loaded at run time, so these are not to be had from it; they are as it has them.
namespace ggml::cpu {
tensor_traits::~tensor_traits() {}
extra_buffer_type::~extra_buffer_type() {}
}

static KernelOf chosenKernels() {
    // "off" leaves it to ggml; "avx2" is for trying that kernel on a processor that has the other.
    const char* named = std::getenv("HEARTH_ATTENTION");
    const std::string name = named == nullptr ? "" : named;
    if (name == "off") return nullptr;
    if (name != "avx2" && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq")) {
        return avx512::kernelOf;
    }
    const bool hasAvx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
    return hasAvx2 ? avx2::kernelOf : nullptr;
}

bool installAttention() {
    static bool installed = false;
    if (installed) return true;
    kernelOf = chosenKernels();
    if (kernelOf == nullptr) return false;

    ggml_backend_dev_t device = ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU);
    ggml_backend_reg_t registry = device == nullptr ? nullptr : ggml_backend_dev_backend_reg(device);
    void* known = registry == nullptr ? nullptr : ggml_backend_reg_get_proc_address(registry, "ggml_backend_dev_get_extra_bufts");
    Dl_info where;
    if (known == nullptr || dladdr(known, &where) == 0) return false;

    // Stays loaded, since a node may be computed at any time.
    void* library = dlopen(where.dli_fname, RTLD_LAZY | RTLD_NOLOAD);
    if (library == nullptr) return false;
    const auto types = (std::vector<ggml_backend_buffer_type_t>& (*)()) dlsym(library, "_Z39ggml_backend_cpu_get_extra_buffer_typesv");
    barrier = (decltype(barrier)) dlsym(library, "ggml_barrier");
    if (types == nullptr || barrier == nullptr) return false;

    // The list of those that may hold weights is made at the first question, which is to come before ours is there.
    ((ggml_backend_dev_get_extra_bufts_t) known)(device);
    static ggml_backend_buffer_type type{};
    type.device = device;
    type.context = new AttentionType();
    types().push_back(&type);
    installed = true;
    return true;
}

#else

bool installAttention() {
    return false;
}

#endif
