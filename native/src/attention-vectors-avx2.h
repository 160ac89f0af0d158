// What attention-kernel.h needs of a vector, with AVX2, FMA and F16C.

using Vector = __m256;
static constexpr int lanes = 8;

static inline Vector zero() { return _mm256_setzero_ps(); }
static inline Vector all(float value) { return _mm256_set1_ps(value); }
static inline Vector load(const float* from) { return _mm256_loadu_ps(from); }
static inline void store(float* to, Vector value) { _mm256_storeu_ps(to, value); }
static inline Vector loadHalf(const ggml_fp16_t* from) { return _mm256_cvtph_ps(_mm_loadu_si128((const __m128i*) from)); }
static inline Vector add(Vector a, Vector b) { return _mm256_add_ps(a, b); }
static inline Vector subtract(Vector a, Vector b) { return _mm256_sub_ps(a, b); }
static inline Vector multiply(Vector a, Vector b) { return _mm256_mul_ps(a, b); }
static inline Vector multiplyAdd(Vector a, Vector b, Vector c) { return _mm256_fmadd_ps(a, b, c); }
static inline Vector larger(Vector a, Vector b) { return _mm256_max_ps(a, b); }
static inline Vector rounded(Vector value) {
    return _mm256_round_ps(value, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}
// 2 to the power of whole numbers not below -126.
static inline Vector powerOfTwo(Vector whole) {
    return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_add_epi32(_mm256_cvtps_epi32(whole), _mm256_set1_epi32(127)), 23));
}
static inline __m256 halves(Vector value) { return value; }
static inline float sumOf(Vector value) {
    __m128 sum = _mm_add_ps(_mm256_castps256_ps128(value), _mm256_extractf128_ps(value, 1));
    sum = _mm_add_ps(sum, _mm_movehl_ps(sum, sum));
    return _mm_cvtss_f32(_mm_add_ss(sum, _mm_movehdup_ps(sum)));
}
static inline float largestOf(Vector value) {
    __m128 most = _mm_max_ps(_mm256_castps256_ps128(value), _mm256_extractf128_ps(value, 1));
    most = _mm_max_ps(most, _mm_movehl_ps(most, most));
    return _mm_cvtss_f32(_mm_max_ss(most, _mm_movehdup_ps(most)));
}
