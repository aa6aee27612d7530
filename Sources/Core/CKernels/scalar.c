// The portable variant and the definition of every kernel: plain loops, fmaf for each multiply-add.
#include "variant.h"

#include <math.h>

#define TARGET
#define SCALAR_VARIANT
enum { TILE_ROWS = 1, WIDE_PANELS = 1 };

static void tile(
    size_t rows, size_t width, size_t terms, const float *a, size_t a_step, const float *b,
    size_t b_step, float *c, size_t c_step, int is_first) {
    for (size_t row = 0; row < rows; row++) {
        for (size_t column = 0; column < width; column++) {
            float sum = 0;
            for (size_t i = 0; i < terms; i++) {
                sum = fmaf(a[row * a_step + i], b[i * b_step + column], sum);
            }
            float *to = c + row * c_step + column;
            *to = canonical(is_first ? sum : *to + sum);
        }
    }
}

static void wide_tile(
    size_t terms, const float *a, const float *b, size_t b_step, size_t panel_step, float *c,
    int is_first) {
    (void)panel_step;
    tile(1, AIVM_PANEL_COLUMNS, terms, a, 0, b, b_step, c, 0, is_first);
}

#include "products.h"

#include "loops.h"

const aivm_variant aivm_variant_scalar = VARIANT_TABLE;
