// The bodies of all kernels; each including file says how wide vectors are (LANES floats), how
// many rows are treated together (ROWS, an even number) and how the table is called (TABLE).
#include "CVectorMath.h"

#define INLINE static inline __attribute__((always_inline))
typedef float vec __attribute__((vector_size(LANES * 4), aligned(4)));
typedef int32_t ivec __attribute__((vector_size(LANES * 4), aligned(4)));
typedef double vec64 __attribute__((vector_size(LANES * 4), aligned(8)));
enum { TWO = 2 * LANES, TWO64 = LANES, LANES64 = LANES / 2 };

INLINE vec load(const float *p) { return *(const vec *)p; }
INLINE void store(float *p, vec v) { *(vec *)p = v; }

// ---- products

INLINE void forward_tile(const int R, const float *x, ptrdiff_t x_stride, int in,
                         const float *panel, const float *bias, float *y, ptrdiff_t y_stride) {
    vec a[ROWS], b[ROWS];
    for (int r = 0; r < R; r++) {
        a[r] = bias ? load(bias) : (vec){0};
        b[r] = bias ? load(bias + LANES) : (vec){0};
    }
    for (int i = 0; i < in; i++, panel += CN_PANEL) {
        vec u = load(panel), w = load(panel + LANES);
#pragma clang loop unroll(full)
        for (int r = 0; r < R; r++) {
            a[r] += x[r * x_stride + i] * u;
            b[r] += x[r * x_stride + i] * w;
        }
    }
    for (int r = 0; r < R; r++) {
        store(y + r * y_stride, a[r]);
        store(y + r * y_stride + LANES, b[r]);
    }
}

static void forward(const float *x, ptrdiff_t x_stride, int rows, int in, const float *panel,
                    const float *bias, float *y, ptrdiff_t y_stride) {
    for (int c = 0; c < CN_PANEL; c += TWO) {
        const float *p = panel + c, *start = bias ? bias + c : NULL;
        int r = 0;
#define TILE(R)                                                                                 \
    for (; r + R <= rows && (R < 12 || r + 16 != rows); r += R)  /* 16 = 8 + 8 */                 \
        forward_tile(R, x + r * x_stride, x_stride, in, p, start, y + r * y_stride + c, y_stride);
        TILE(ROWS)
#if ROWS > 8
        TILE(8)
#endif
#if ROWS > 4
        TILE(4)
#endif
        TILE(2)
        TILE(1)
#undef TILE
    }
}

INLINE float sum(vec v) {
    float parts[LANES];
    store(parts, v);
#pragma clang loop unroll(full)
    for (int half = LANES / 2; half > 0; half /= 2)
#pragma clang loop unroll(full)
        for (int i = 0; i < half; i++) parts[i] += parts[i + half];
    return parts[0];
}

INLINE void backward_tile(const int R, const int I, const float *y, ptrdiff_t y_stride, int in,
                          int panel_count, const float *panels, float *x, ptrdiff_t x_stride) {
    vec s[8][4] = {0};
    for (int p = 0; p < panel_count; p++, panels += (ptrdiff_t)in * CN_PANEL, y += CN_PANEL) {
        for (int c = 0; c < CN_PANEL; c += LANES) {
            vec w[4];
#pragma clang loop unroll(full)
            for (int i = 0; i < I; i++) w[i] = load(panels + i * CN_PANEL + c);
#pragma clang loop unroll(full)
            for (int r = 0; r < R; r++) {
                vec g = load(y + r * y_stride + c);
#pragma clang loop unroll(full)
                for (int i = 0; i < I; i++) s[r][i] += g * w[i];
            }
        }
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < R; r++)
#pragma clang loop unroll(full)
        for (int i = 0; i < I; i++) x[r * x_stride + i] = sum(s[r][i]);
}

static void backward(const float *y, ptrdiff_t y_stride, int rows, int in, int panel_count,
                     const float *panels, int from, int to, float *x, ptrdiff_t x_stride) {
    int i = from;
#define TILE(R, I)                                                                              \
    for (; r + R <= rows; r += R)                                                                \
        backward_tile(R, I, y + r * y_stride, y_stride, in, panel_count, panels + i * CN_PANEL, \
                      x + r * x_stride + i, x_stride);
#if LANES == 16
    for (; i + 3 <= to; i += 3) {
        int r = 0;
        TILE(8, 3) TILE(4, 3) TILE(1, 3)
    }
#else
    for (; i + 4 <= to; i += 4) {
        int r = 0;
        TILE(2, 4) TILE(1, 4)
    }
#endif
    for (; i < to; i++) {
        int r = 0;
        TILE(4, 1) TILE(1, 1)
    }
#undef TILE
}

// ---- the nearest of a panel's rows

INLINE vec least(vec a, vec b) { return __builtin_elementwise_min(a, b); }
INLINE vec most(vec a, vec b) { return __builtin_elementwise_max(a, b); }

INLINE float least_lane(vec v) {
    float parts[LANES];
    store(parts, v);
#pragma clang loop unroll(full)
    for (int half = LANES / 2; half > 0; half /= 2)
#pragma clang loop unroll(full)
        for (int i = 0; i < half; i++)
            parts[i] = parts[i] < parts[i + half] ? parts[i] : parts[i + half];
    return parts[0];
}

static int near(float *products, int rows, const float *offsets, float factor,
                const float *limits, int32_t *hits) {
    int count = 0;
    for (int r = 0; r < rows; r++, products += CN_PANEL) {
        vec smallest = (vec){0} + __builtin_inff();
#pragma clang loop unroll(full)
        for (int c = 0; c < CN_PANEL; c += LANES) {
            vec v = load(products + c) * factor + load(offsets + c);
            store(products + c, v);
            smallest = least(smallest, v);
        }
        hits[count] = r;
        count += least_lane(smallest) <= limits[r];
    }
    return count;
}

// ---- AdamW (Loshchilov and Hutter, 2019), as PyTorch orders its operations

INLINE void step(float *value, vec g, float *average, float *square, cn_adamw s) {
    vec m = load(average), v = load(square);
    m += (g - m) * (1 - s.beta1);
    v = v * s.beta2 + g * g * (1 - s.beta2);
    store(average, m);
    store(square, v);
    vec denominator = __builtin_elementwise_sqrt(v) * s.root + s.epsilon;
    store(value, load(value) * s.decay - s.size * (m / denominator));
}

INLINE void update_tile(const int I, const float *x, ptrdiff_t x_stride, const float *y,
                        ptrdiff_t y_stride, int rows, float *panel, float *average, float *square,
                        cn_adamw s) {
    vec a[8] = {0}, b[8] = {0};
    // Memory comes while the gradient is summed up.
    for (int i = 0; i < I * CN_PANEL; i += CN_PANEL)
        for (int c = 0; c < TWO; c += 16) {
            __builtin_prefetch(panel + i + c, 1);
            __builtin_prefetch(average + i + c, 1);
            __builtin_prefetch(square + i + c, 1);
        }
    for (int r = 0; r < rows; r++) {
        vec u = load(y + r * y_stride), w = load(y + r * y_stride + LANES);
#pragma clang loop unroll(full)
        for (int i = 0; i < I; i++) {
            a[i] += x[r * x_stride + i] * u;
            b[i] += x[r * x_stride + i] * w;
        }
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < I; i++) {
        ptrdiff_t at = i * CN_PANEL;
        step(panel + at, a[i], average + at, square + at, s);
        step(panel + at + LANES, b[i], average + at + LANES, square + at + LANES, s);
    }
}

static void update(const float *x, ptrdiff_t x_stride, const float *y, ptrdiff_t y_stride,
                   int rows, int in, float *panel, float *average, float *square, cn_adamw s) {
    enum { TOGETHER = LANES == 16 ? 8 : LANES == 8 ? 4 : 2 };
    for (int i = 0; i < in;) {
        int whole = i + TOGETHER <= in;
        ptrdiff_t at = (ptrdiff_t)i * CN_PANEL;
        for (int c = 0; c < CN_PANEL; c += TWO, at += TWO) {
            if (whole)
                update_tile(TOGETHER, x + i, x_stride, y + c, y_stride, rows, panel + at,
                            average + at, square + at, s);
            else
                update_tile(1, x + i, x_stride, y + c, y_stride, rows, panel + at, average + at,
                            square + at, s);
        }
        i += whole ? TOGETHER : 1;
    }
}

static void adamw(float *values, const float *gradients, float *averages, float *squares,
                  int count, cn_adamw s) {
    for (int i = 0; i < count; i += LANES)
        step(values + i, load(gradients + i), averages + i, squares + i, s);
}

// ---- GELU, x * (1 + erf(x / sqrt 2)) / 2 (Hendrycks and Gimpel, 2016)

INLINE vec of(float v) { return (vec){0} + v; }

// erf(z) / z is a polynomial in z^2 on |z| <= 4, beyond which erf is 1 in float32: Chebyshev's
// interpolation in t = z^2 / 8 - 1, made by erf_polynomial.py.
INLINE vec error_function(vec z) {
    static const float c[] = {
#include "erf_polynomial.inc"
    };
    z = least(most(z, of(-4)), of(4));
    vec t = z * z * 0.125f - 1.0f, p = of(c[0]);
#pragma clang loop unroll(full)
    for (size_t i = 1; i < sizeof c / sizeof *c; i++) p = p * t + c[i];
    return least(most(z * p, of(-1)), of(1));
}

// exp(x) for x <= 0: 2^n * exp(r) with |r| <= ln 2 / 2, Taylor's polynomial of degree 7.
INLINE vec exponential(vec x) {
    x = most(x, of(-87));
    vec shifted = x * 1.44269504f + 12582912.0f;  // rounds to a whole number
    vec n = shifted - 12582912.0f;
    vec r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
    vec p = of(1.0f / 5040);
    p = p * r + 1.0f / 720;
    p = p * r + 1.0f / 120;
    p = p * r + 1.0f / 24;
    p = p * r + 1.0f / 6;
    p = p * r + 0.5f;
    p = p * r + 1.0f;
    p = p * r + 1.0f;
    ivec power = (__builtin_convertvector(n, ivec) + 127) << 23;
    return p * (vec)power;
}

static void gelu(const float *x, float *y, int count) {
    for (int i = 0; i < count; i += LANES) {
        vec v = load(x + i);
        store(y + i, v * 0.5f * (1.0f + error_function(v * 0.70710678f)));
    }
}

static void gelu_backward(const float *x, float *gradient, int count) {
    for (int i = 0; i < count; i += LANES) {
        vec v = load(x + i);
        vec share = 0.5f * (1.0f + error_function(v * 0.70710678f));
        vec density = exponential(v * v * -0.5f) * 0.39894228f;
        store(gradient + i, load(gradient + i) * (share + v * density));
    }
}

// ---- float64

INLINE vec64 load64(const double *p) { return *(const vec64 *)p; }
INLINE void store64(double *p, vec64 v) { *(vec64 *)p = v; }

INLINE void forward64_tile(const int R, const double *x, ptrdiff_t x_stride, int in,
                           const double *panel, double *y, ptrdiff_t y_stride) {
    vec64 a[ROWS] = {0}, b[ROWS] = {0};
    for (int i = 0; i < in; i++, panel += CN_PANEL / 2) {
        vec64 u = load64(panel), w = load64(panel + LANES64);
#pragma clang loop unroll(full)
        for (int r = 0; r < R; r++) {
            a[r] += x[r * x_stride + i] * u;
            b[r] += x[r * x_stride + i] * w;
        }
    }
    for (int r = 0; r < R; r++) {
        store64(y + r * y_stride, a[r]);
        store64(y + r * y_stride + LANES64, b[r]);
    }
}

static void forward64(const double *x, ptrdiff_t x_stride, int rows, int in, const double *panel,
                      double *y, ptrdiff_t y_stride) {
    for (int c = 0; c < CN_PANEL / 2; c += TWO64) {
        int r = 0;
#define TILE(R)                                                                                 \
    for (; r + R <= rows; r += R)                                                                \
        forward64_tile(R, x + r * x_stride, x_stride, in, panel + c, y + r * y_stride + c,      \
                       y_stride);
#if ROWS > 8
        TILE(8)
#else
        TILE(ROWS)
#endif
        TILE(1)
#undef TILE
    }
}

INLINE void gradient64_tile(const int I, const double *x, ptrdiff_t x_stride, const double *y,
                            ptrdiff_t y_stride, int rows, double *gradient) {
    vec64 a[8], b[8];
#pragma clang loop unroll(full)
    for (int i = 0; i < I; i++) {
        a[i] = load64(gradient + i * (CN_PANEL / 2));
        b[i] = load64(gradient + i * (CN_PANEL / 2) + LANES64);
    }
    for (int r = 0; r < rows; r++) {
        vec64 u = load64(y + r * y_stride), w = load64(y + r * y_stride + LANES64);
#pragma clang loop unroll(full)
        for (int i = 0; i < I; i++) {
            a[i] += x[r * x_stride + i] * u;
            b[i] += x[r * x_stride + i] * w;
        }
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < I; i++) {
        store64(gradient + i * (CN_PANEL / 2), a[i]);
        store64(gradient + i * (CN_PANEL / 2) + LANES64, b[i]);
    }
}

static void gradient64(const double *x, ptrdiff_t x_stride, const double *y, ptrdiff_t y_stride,
                       int rows, int in, double *gradient) {
    enum { TOGETHER = LANES == 16 ? 8 : LANES == 8 ? 4 : 2 };
    for (int c = 0; c < CN_PANEL / 2; c += TWO64) {
        int i = 0;
        for (; i + TOGETHER <= in; i += TOGETHER)
            gradient64_tile(TOGETHER, x + i, x_stride, y + c, y_stride, rows,
                            gradient + i * (CN_PANEL / 2) + c);
        for (; i < in; i++)
            gradient64_tile(1, x + i, x_stride, y + c, y_stride, rows,
                            gradient + i * (CN_PANEL / 2) + c);
    }
}

const cn_kernels TABLE = {NAME,  forward,       backward,  update,     adamw,
                          gelu,  gelu_backward, forward64, gradient64, near};
