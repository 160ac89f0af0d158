// What attention-kernel.h needs of a vector, with AVX-512.

using Vector = __m512;
static constexpr int lanes = 16;

static inline Vector zero() { return _mm512_setzero_ps(); }
static inline Vector all(float value) { return _mm512_set1_ps(value); }
static inline Vector load(const float* from) { return _mm512_loadu_ps(from); }
static inline void store(float* to, Vector value) { _mm512_storeu_ps(to, value); }
static inline Vector loadHalf(const ggml_fp16_t* from) {
    return _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i*) from));
}
static inline Vector add(Vector a, Vector b) { return _mm512_add_ps(a, b); }
static inline Vector subtract(Vector a, Vector b) { return _mm512_sub_ps(a, b); }
static inline Vector multiply(Vector a, Vector b) { return _mm512_mul_ps(a, b); }
static inline Vector multiplyAdd(Vector a, Vector b, Vector c) { return _mm512_fmadd_ps(a, b, c); }
static inline Vector larger(Vector a, Vector b) { return _mm512_max_ps(a, b); }
static inline Vector rounded(Vector value) {
    return _mm512_roundscale_ps(value, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}
// 2 to the power of whole numbers not below -126.
static inline Vector powerOfTwo(Vector whole) {
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_add_epi32(_mm512_cvtps_epi32(whole), _mm512_set1_epi32(127)), 23));
}
static inline float sumOf(Vector value) { return _mm512_reduce_add_ps(value); }
static inline float largestOf(Vector value) { return _mm512_reduce_max_ps(value); }
static inline __m256 halves(Vector value) {
    return _mm256_add_ps(_mm512_castps512_ps256(value), _mm256_castpd_ps(_mm512_extractf64x4_pd(_mm512_castps_pd(value), 1)));
}
