// Compares our attention with the plain formula in double precision, computed by ggml's CPU backend as a model would:
//   attention <folder of the libraries>
// Ends with 0 if all agree, 1 if not, 2 where our kernel does not run on this processor.

#include <cmath>
#include <cstdio>
#include <cstring>
#include <random>
#include <vector>
#include "ggml.h"
#include "ggml-alloc.h"
#include "ggml-backend.h"
#include "attention.h"

struct Case {
    int size, heads, keyHeads, tokens, streams, positions;
    // Which positions a token of a stream sees.
    enum { Causal, Everything, Window, Nothing } mask;
    int threads;
};

static std::mt19937 chance(7);

static float anyNumber(float width) {
    return std::normal_distribution<float>(0.0f, width)(chance);
}

static bool sees(const Case& c, int stream, int token, int position) {
    // Streams are of different lengths, and the last positions of a cache are free.
    const int end = c.positions - 70 * stream - 3;
    switch (c.mask) {
        case Case::Causal: return position <= end - c.tokens + token;
        case Case::Window: return position <= end - c.tokens + token && position > end - c.tokens + token - 100;
        case Case::Everything: return true;
        default: return stream != 0 && position < 5;
    }
}

static bool agrees(const Case& c, ggml_backend_t backend) {
    const ggml_init_params params = {ggml_tensor_overhead() * 32 + ggml_graph_overhead(), nullptr, true};
    ggml_context* ctx = ggml_init(params);
    // As llama.cpp has them: heads of a position lie beside each other.
    ggml_tensor* q = ggml_new_tensor_4d(ctx, GGML_TYPE_F32, c.size, c.heads, c.tokens, c.streams);
    ggml_tensor* k = ggml_new_tensor_4d(ctx, GGML_TYPE_F16, c.size, c.keyHeads, c.positions, c.streams);
    ggml_tensor* v = ggml_new_tensor_4d(ctx, GGML_TYPE_F16, c.size, c.keyHeads, c.positions, c.streams);
    ggml_tensor* mask = ggml_new_tensor_4d(ctx, GGML_TYPE_F16, c.positions, c.tokens, 1, c.streams);
    const float scale = 1.0f / std::sqrt((float) c.size);
    ggml_tensor* result = ggml_flash_attn_ext(
        ctx, ggml_permute(ctx, q, 0, 2, 1, 3), ggml_permute(ctx, k, 0, 2, 1, 3), ggml_permute(ctx, v, 0, 2, 1, 3),
        c.mask == Case::Everything ? nullptr : mask, scale, 0.0f, 0.0f
    );
    ggml_cgraph* graph = ggml_new_graph(ctx);
    ggml_build_forward_expand(graph, result);
    ggml_build_forward_expand(graph, mask);
    ggml_backend_buffer_t buffer = ggml_backend_alloc_ctx_tensors(ctx, backend);

    std::vector<float> qs(ggml_nelements(q)), ks(ggml_nelements(k)), vs(ggml_nelements(v));
    std::vector<ggml_fp16_t> half(ks.size()), masks(ggml_nelements(mask));
    for (float& value : qs) value = anyNumber(2.0f);
    std::memcpy(q->data, qs.data(), ggml_nbytes(q));
    for (auto* both : {&ks, &vs}) {
        for (size_t i = 0; i < both->size(); i++) {
            half[i] = ggml_fp32_to_fp16(anyNumber(1.0f));
            (*both)[i] = ggml_fp16_to_fp32(half[i]);
        }
        std::memcpy((both == &ks ? k : v)->data, half.data(), ggml_nbytes(k));
    }
    for (int s = 0; s < c.streams; s++)
        for (int t = 0; t < c.tokens; t++)
            for (int p = 0; p < c.positions; p++)
                masks[((size_t) s * c.tokens + t) * c.positions + p] = ggml_fp32_to_fp16(sees(c, s, t, p) ? 0.0f : -INFINITY);
    std::memcpy(mask->data, masks.data(), ggml_nbytes(mask));

    const auto setThreads = (ggml_backend_set_n_threads_t) ggml_backend_reg_get_proc_address(
        ggml_backend_dev_backend_reg(ggml_backend_get_device(backend)), "ggml_backend_set_n_threads"
    );
    setThreads(backend, c.threads);
    ggml_backend_graph_compute(backend, graph);

    double worst = 0;
    std::vector<double> weights(c.positions);
    const int shared = c.heads / c.keyHeads;
    for (int s = 0; s < c.streams; s++)
        for (int t = 0; t < c.tokens; t++)
            for (int h = 0; h < c.heads; h++) {
                double most = -INFINITY, sum = 0;
                const float* query = &qs[(((size_t) s * c.tokens + t) * c.heads + h) * c.size];
                for (int p = 0; p < c.positions; p++) {
                    const float* key = &ks[(((size_t) s * c.positions + p) * c.keyHeads + h / shared) * c.size];
                    double product = 0;
                    for (int i = 0; i < c.size; i++) product += (double) query[i] * key[i];
                    weights[p] = sees(c, s, t, p) ? product * scale : -INFINITY;
                    most = std::max(most, weights[p]);
                }
                for (double& weight : weights) sum += weight = weight == -INFINITY ? 0 : std::exp(weight - most);
                const float* got = (const float*) result->data + (((size_t) s * c.tokens + t) * c.heads + h) * c.size;
                for (int i = 0; i < c.size; i++) {
                    double wanted = 0;
                    for (int p = 0; p < c.positions; p++)
                        wanted += weights[p] * vs[(((size_t) s * c.positions + p) * c.keyHeads + h / shared) * c.size + i];
                    const double off = std::fabs((sum == 0 ? 0 : wanted / sum) - got[i]);
                    // Also true for what is no number.
                    if (!(off <= worst)) worst = off;
                }
            }
    ggml_backend_buffer_free(buffer);
    ggml_free(ctx);
    if (worst < 1e-5) return true;
    std::printf(
        "size %d, %d heads on %d, %d tokens of %d streams, %d positions, mask %d, %d threads: off by %g\n", c.size, c.heads,
        c.keyHeads, c.tokens, c.streams, c.positions, c.mask, c.threads, worst
    );
    return false;
}

int main(int count, char** args) {
    if (count != 2) return 1;
    ggml_backend_load_all_from_path(args[1]);
    if (!installAttention()) return 2;
    ggml_backend_t backend = ggml_backend_init_by_type(GGML_BACKEND_DEVICE_TYPE_CPU, nullptr);
    if (backend == nullptr) return 1;

    bool good = true;
    int tried = 0;
    const auto attempt = [&](const Case& c) {
        tried++;
        good = agrees(c, backend) && good;
    };
    for (int size : {32, 48, 64, 80, 96, 112, 128, 192, 256})
        for (int shared : {1, 2, 3, 4, 7})
            for (int threads : {1, 3}) attempt({size, 2 * shared, 2, 1, 1, 512, Case::Causal, threads});
    for (int tokens : {1, 2, 5, 64, 100})
        for (auto mask : {Case::Causal, Case::Window, Case::Everything, Case::Nothing})
            for (int streams : {1, 4}) attempt({64, 9, 3, tokens, streams, 640, mask, 2});
    // More threads than blocks, and one block.
    attempt({64, 9, 3, 1, 1, 64, Case::Causal, 4});
    attempt({64, 9, 3, 1, 1, 128, Case::Causal, 4});
    std::printf("%d shapes of attention tried\n", tried);
    return good ? 0 : 1;
}
