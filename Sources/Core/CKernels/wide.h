// int16 numbers for the kernels of bytes, and what becomes of their sums (WideProducts.swift has
// the rules). Whole numbers: any order gives these results, and the compiler vectorises for TARGET.

#ifndef AIVM_WIDE_H
#define AIVM_WIDE_H

static TARGET void halve_int16(size_t n, const int16_t *x, int8_t *halves) {
    IN_ORDER for (size_t i = 0; i < n; i++) halves[i] = (int8_t)(x[i] >> 8);
    IN_ORDER for (size_t i = 0; i < n; i++) halves[n + i] = (int8_t)(x[i] ^ 0x80);
}

static TARGET void rescale_halves(
    size_t rows, size_t columns, const int32_t *halves, const int64_t *addends,
    const int64_t *multipliers, const aivm_rescaling *rescaling, int16_t *out) {
    const int64_t half = rescaling->half, minimum = rescaling->minimum;
    const int64_t maximum = rescaling->maximum;
    const int shift = rescaling->shift;
    for (size_t row = 0; row < rows; row++) {
        const int32_t *high = halves + row * columns;
        const int32_t *low = halves + (rows + row) * columns;
        int16_t *to = out + row * columns;
        IN_ORDER for (size_t j = 0; j < columns; j++) {
            int64_t sum = (int64_t)high[j] * 256 + low[j] + addends[j];
            int64_t quotient = (sum * multipliers[j] + half) >> shift;
            quotient = quotient < minimum ? minimum : quotient;
            to[j] = (int16_t)(quotient > maximum ? maximum : quotient);
        }
    }
}

#endif
