// Packing the right factors of products. It moves values without arithmetic, but for making every
// NaN the canonical one, so one version serves all variants. A matrix may come in parts, as weights
// do that are read chunk by chunk.
#include "variant.h"

enum {
    COLUMNS = AIVM_PANEL_COLUMNS,
    /// Rows of a stretch of columns that are turned together: their lines stay in the first-level
    /// cache.
    ROWS = 16,
};

/// A float anywhere in memory.
typedef float loose_float __attribute__((aligned(1), may_alias));

static void copy_canonical(const loose_float *from, size_t count, float *to) {
    for (size_t i = 0; i < count; i++) to[i] = canonical(from[i]);
}

/// A whole row of a panel.
static void copy_row(const loose_float *from, float *to) {
    for (size_t i = 0; i < COLUMNS; i++) to[i] = canonical(from[i]);
}

/// `rows` whole rows of n elements from `row` on, panel by panel: the writes are one stretch each.
static void pack_rows(
    size_t k, size_t n, size_t row, size_t rows, const loose_float *source, float *panels) {
    for (size_t column = 0; column < n; column += COLUMNS) {
        const size_t width = lesser(n - column, COLUMNS);
        float *to = panels + column * k + row * COLUMNS;
        const loose_float *from = source + column;
        for (size_t i = 0; i < rows; i++, from += n, to += COLUMNS) {
            if (width == COLUMNS) {
                copy_row(from, to);
            } else {
                copy_canonical(from, width, to);
            }
        }
    }
}

/// `columns` whole columns of k elements, which lie in one panel, from `to` on.
static void pack_columns(size_t k, size_t columns, const loose_float *source, float *to) {
    for (size_t row = 0; row < k; row += ROWS) {
        const size_t rows = lesser(k - row, ROWS);
        for (size_t j = 0; j < columns; j++) {
            const loose_float *from = source + j * k + row;
            float *place = to + row * COLUMNS + j;
            if (rows == ROWS) {
                for (size_t i = 0; i < ROWS; i++) place[i * COLUMNS] = canonical(from[i]);
            } else {
                for (size_t i = 0; i < rows; i++) place[i * COLUMNS] = canonical(from[i]);
            }
        }
    }
}

void aivm_pack_begin(size_t k, size_t n, float *panels) {
    const size_t width = n % COLUMNS;
    if (width == 0) return;
    for (size_t row = 0; row < k; row++) {
        memset(panels + (n - width) * k + row * COLUMNS + width, 0,
            (COLUMNS - width) * sizeof(float));
    }
}

static void pack_by_row(
    size_t k, size_t n, size_t first, size_t count, const loose_float *source, float *panels) {
    while (count > 0) {
        const size_t row = first / n, column = first % n;
        size_t done;
        if (column == 0 && count >= n) {
            done = count / n * n;
            pack_rows(k, n, row, count / n, source, panels);
        } else {
            const size_t place = column % COLUMNS;
            done = lesser(lesser(COLUMNS - place, n - column), count);
            copy_canonical(source, done, panels + (column - place) * k + row * COLUMNS + place);
        }
        first += done;
        count -= done;
        source += done;
    }
}

static void pack_by_column(
    size_t k, size_t n, size_t first, size_t count, const loose_float *source, float *panels) {
    while (count > 0) {
        const size_t column = first / k, row = first % k, place = column % COLUMNS;
        float *to = panels + (column - place) * k + row * COLUMNS + place;
        size_t done;
        if (row == 0 && count >= k) {
            const size_t columns = lesser(lesser(COLUMNS - place, n - column), count / k);
            done = columns * k;
            pack_columns(k, columns, source, to);
        } else {
            done = lesser(k - row, count);
            for (size_t i = 0; i < done; i++) to[i * COLUMNS] = canonical(source[i]);
        }
        first += done;
        count -= done;
        source += done;
    }
}

void aivm_pack_part(
    size_t k, size_t n, int is_transposed, size_t first, size_t count, const void *source,
    float *panels) {
    if (is_transposed) {
        pack_by_column(k, n, first, count, source, panels);
    } else {
        pack_by_row(k, n, first, count, source, panels);
    }
}
