// Included once for each instruction set, inside a namespace that has the vectors of it. No other header may be included
// from here: its inline functions would be compiled for a processor that another computer lacks.

// e^x for x <= 0; below -87 as at -87, which is nothing beside the largest weight, 1.
static inline Vector exponential(Vector x) {
    x = larger(x, all(-87.0f));
    const Vector whole = rounded(multiply(x, all(1.44269504f)));
    // ln 2 in two parts, so that the rest keeps its digits.
    Vector rest = multiplyAdd(whole, all(-0.693359375f), x);
    rest = multiplyAdd(whole, all(2.12194440e-4f), rest);
    Vector sum = all(1.0f / 720);
    sum = multiplyAdd(sum, rest, all(1.0f / 120));
    sum = multiplyAdd(sum, rest, all(1.0f / 24));
    sum = multiplyAdd(sum, rest, all(1.0f / 6));
    sum = multiplyAdd(sum, rest, all(0.5f));
    sum = multiplyAdd(sum, rest, all(1.0f));
    sum = multiplyAdd(sum, rest, all(1.0f));
    return multiply(sum, powerOfTwo(whole));
}

static inline float exponentialOf(float x) {
    float values[lanes];
    store(values, exponential(all(x)));
    return values[0];
}

// The sums of four vectors.
static inline __m128 sumsOf(Vector a, Vector b, Vector c, Vector d) {
    const __m256 pairs = _mm256_hadd_ps(_mm256_hadd_ps(halves(a), halves(b)), _mm256_hadd_ps(halves(c), halves(d)));
    return _mm_add_ps(_mm256_castps256_ps128(pairs), _mm256_extractf128_ps(pairs, 1));
}

// Numbers of keys and values as they lie in the cache, or made F32 before.
template <bool wide>
static inline Vector loadNumbers(const char* from, int part) {
    if constexpr (wide) {
        return load((const float*) from + part * lanes);
    } else {
        return loadHalf((const ggml_fp16_t*) from + part * lanes);
    }
}

// A block as F32, which pays where many rows look at it.
template <int size>
static void widen(const char* from, size_t stride, float* to) {
    for (int position = 0; position < blockSize; position++) {
        const ggml_fp16_t* numbers = (const ggml_fp16_t*) (from + position * stride);
        for (int i = 0; i < size; i += lanes) store(to + position * size + i, loadHalf(numbers + i));
    }
}

// Four positions that are needed soon: the processor itself does not guess the next one of a head, which lies behind
// those of the other heads.
template <int size>
static inline void fetch(const char* from, size_t stride) {
    for (int i = 0; i < 4; i++) {
        for (int line = 0; line < size * 2; line += 64) _mm_prefetch(from + i * stride + line, _MM_HINT_T0);
    }
}

// How well each position fits each row: the products of their vectors.
template <int rows, int size, bool wide>
static inline void compare(const Query* queries, const Block& block, float (*scores)[blockSize]) {
    constexpr int parts = size / lanes;
    for (int position = 0; position < blockSize; position += 4) {
        const char* key = block.keys + position * block.keyStride;
        if constexpr (!wide) fetch<size>(block.values + position * block.valueStride, block.valueStride);
        Vector sums[rows][4];
        for (int row = 0; row < rows; row++) {
            for (int i = 0; i < 4; i++) sums[row][i] = zero();
        }
#pragma GCC unroll 16
        for (int part = 0; part < parts; part++) {
#pragma GCC unroll 4
            for (int i = 0; i < 4; i++) {
                const Vector value = loadNumbers<wide>(key + i * block.keyStride, part);
#pragma GCC unroll 4
                for (int row = 0; row < rows; row++) {
                    sums[row][i] = multiplyAdd(load(queries[row].values + part * lanes), value, sums[row][i]);
                }
            }
        }
        for (int row = 0; row < rows; row++) {
            _mm_storeu_ps(scores[row] + position, sumsOf(sums[row][0], sums[row][1], sums[row][2], sums[row][3]));
        }
    }
}

// Turns scores into weights, relative to the largest so far. At least one position of the block is not masked.
static inline void weigh(const Query& query, int64_t from, float scale, float* scores, Partial& partial, int size) {
    Vector most = all(-INFINITY);
    for (int i = 0; i < blockSize; i += lanes) {
        Vector score = multiply(load(scores + i), all(scale));
        if (query.mask != nullptr) score = add(score, loadHalf(query.mask + from + i));
        store(scores + i, score);
        most = larger(most, score);
    }
    const float largest = largestOf(most);
    if (largest > partial.largest) {
        const float factor = partial.largest == -INFINITY ? 0.0f : exponentialOf(partial.largest - largest);
        partial.largest = largest;
        partial.weight *= factor;
        for (int i = 0; i < size; i += lanes) {
            store(partial.values + i, multiply(load(partial.values + i), all(factor)));
        }
    }
    Vector weight = zero();
    for (int i = 0; i < blockSize; i += lanes) {
        const Vector weights = exponential(subtract(load(scores + i), all(partial.largest)));
        store(scores + i, weights);
        weight = add(weight, weights);
    }
    partial.weight += sumOf(weight);
}

// Adds the values of all positions, each by its weight.
template <int rows, int size, bool wide>
static inline void collect(Partial* const* partials, const Block& block, const float (*weights)[blockSize]) {
    constexpr int parts = size / lanes;
    // So many vectors stay in registers.
    constexpr int held = parts * rows <= 24 ? parts : (24 / rows) < 1 ? 1 : (24 / rows);
    for (int first = 0; first < parts; first += held) {
        Vector sums[rows][held];
#pragma GCC unroll 4
        for (int row = 0; row < rows; row++) {
#pragma GCC unroll 16
            for (int part = 0; part < held; part++) {
                if (first + part < parts) sums[row][part] = load(partials[row]->values + (first + part) * lanes);
            }
        }
        for (int position = 0; position < blockSize; position++) {
            const char* value = block.values + position * block.valueStride;
            if (!wide && first == 0 && position % 4 == 0) fetch<size>(block.nextKeys + position * block.keyStride, block.keyStride);
#pragma GCC unroll 16
            for (int part = 0; part < held; part++) {
                if (first + part >= parts) break;
                const Vector loaded = loadNumbers<wide>(value, first + part);
#pragma GCC unroll 4
                for (int row = 0; row < rows; row++) {
                    sums[row][part] = multiplyAdd(all(weights[row][position]), loaded, sums[row][part]);
                }
            }
        }
#pragma GCC unroll 4
        for (int row = 0; row < rows; row++) {
#pragma GCC unroll 16
            for (int part = 0; part < held; part++) {
                if (first + part < parts) store(partials[row]->values + (first + part) * lanes, sums[row][part]);
            }
        }
    }
}

// One block of positions for some rows that share keys and values.
template <int rows, int size, bool wide>
static void attend(const Query* queries, Partial* const* partials, const Block& block, float scale) {
    alignas(64) float scores[rows][blockSize];
    compare<rows, size, wide>(queries, block, scores);
    for (int row = 0; row < rows; row++) weigh(queries[row], block.from, scale, scores[row], *partials[row], size);
    collect<rows, size, wide>(partials, block, scores);
}

template <int size>
static constexpr Kernel kernelFor = {
    {attend<1, size, false>, attend<2, size, false>, attend<3, size, false>, attend<4, size, false>},
    {attend<1, size, true>, attend<2, size, true>, attend<3, size, true>, attend<4, size, true>},
    widen<size>,
};

static const Kernel* kernelOf(int size) {
    switch (size) {
        case 32: return &kernelFor<32>;
        case 48: return &kernelFor<48>;
        case 64: return &kernelFor<64>;
        case 80: return &kernelFor<80>;
        case 96: return &kernelFor<96>;
        case 112: return &kernelFor<112>;
        case 128: return &kernelFor<128>;
        case 192: return &kernelFor<192>;
        case 256: return &kernelFor<256>;
        default: return nullptr;
    }
}
