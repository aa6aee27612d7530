// Tables for transforms, and the transforms themselves shared out to threads; see ntt.h.
#include "ntt.h"

#include "include/CFields.h"
#include "memory.h"

/// 5^((r - 1) / 2^28), and 1 / 2, in Montgomery form.
static const aivm_words root28 = {
    {0x636e735580d13d9c, 0xa22bf3742445ffd6, 0x56452ac01eb203d8, 0x1860ef942963f9e7}};
static const aivm_words half = {
    {0x783c14d81ffffffe, 0xaf982f6f0c8d1edd, 0x8f5f7492fcfd4f45, 0x1f37631a3d9cbfac}};

struct aivm_ntt {
    const aivm_ntt_kernel *kernel;
    unsigned log2_size;
    size_t rows, columns;
    /// For values from coefficients, and back.
    struct {
        aivm_words root;
        aivm_ntt_line column, row;
        aivm_words *roots, *quarters;
    } direction[2];
    /// 1 / 2^log2_size.
    aivm_words scale;
};

static const aivm_ntt_kernel *const kernels[AIVM_FIELDS_VARIANT_COUNT] = {
    [AIVM_FIELDS_PORTABLE] = &aivm_ntt_portable,
#if defined(__x86_64__)
    [AIVM_FIELDS_ADX] = &aivm_ntt_adx,
    [AIVM_FIELDS_AVX512] = &aivm_ntt_avx512,
    [AIVM_FIELDS_IFMA] = &aivm_ntt_ifma,
#endif
};

static aivm_words times(aivm_words a, aivm_words b) { return words_multiply(a, b, &aivm_r); }

static aivm_words power(aivm_words base, size_t exponent) {
    aivm_words result = aivm_r.one;
    for (; exponent != 0; exponent >>= 1) {
        if ((exponent & 1) != 0) result = times(result, base);
        base = times(base, base);
    }
    return result;
}

/// out[i] = first * ratio^i.
static void put_powers(aivm_words *out, size_t count, aivm_words first, aivm_words ratio) {
    for (size_t i = 0; i < count; i++) {
        out[i] = first;
        first = times(first, ratio);
    }
}

/// The same as twiddles.
static void put_twiddles(
    const aivm_ntt_kernel *kernel, uint8_t *out, size_t count, aivm_words first,
    aivm_words ratio) {
    for (size_t i = 0; i < count; i++) {
        kernel->put(out + i * kernel->twiddle_bytes, first);
        first = times(first, ratio);
    }
}

/// A table's memory, part by part.
typedef struct {
    uint8_t *base;
    size_t used;
} parts;

static void *part(parts *memory, size_t count, size_t size) {
    void *at = memory->base == NULL ? NULL : memory->base + memory->used;
    memory->used += (count * size + 63) / 64 * 64;
    return at;
}

static size_t first_radix(size_t size) { return (__builtin_ctzll(size) & 1) != 0 ? 2 : 4; }

/// Where the first pass finds elements: digit by digit, from the last pass on, the lowest digits of
/// an index choose the block.
static void put_order(uint32_t *order, size_t size) {
    for (size_t place = 0; place < size; place++) {
        size_t index = 0, scale = 1, rest = place, block = size;
        while (block > 1) {
            const size_t radix = block == first_radix(size) ? block : 4;
            block /= radix;
            index += rest / block * scale;
            rest %= block;
            scale *= radix;
        }
        order[place] = (uint32_t)index;
    }
}

/// What lines of `size` need, where `root` has that order.
static aivm_ntt_line line_of(
    const aivm_ntt_kernel *kernel, parts *memory, size_t size, aivm_words root) {
    uint32_t *order = part(memory, size, sizeof(uint32_t));
    uint8_t *turn = part(memory, 1, kernel->twiddle_bytes);
    // m / 4 triples of each pass are less than `size` factors in all.
    uint8_t *twiddles = part(memory, size, kernel->twiddle_bytes);
    const aivm_ntt_line line = {size, order, twiddles, turn};
    if (memory->base == NULL) return line;
    put_order(order, size);
    kernel->put(turn, power(root, size / 4));
    for (size_t quarter = first_radix(size); quarter < size; quarter *= 4) {
        const aivm_words pass_root = power(root, size / (4 * quarter));
        aivm_words factor = aivm_r.one;
        for (size_t j = 0; j < quarter; j++) {
            const aivm_words square = times(factor, factor);
            kernel->put(twiddles, factor);
            kernel->put(twiddles + kernel->twiddle_bytes, square);
            kernel->put(twiddles + 2 * kernel->twiddle_bytes, times(square, factor));
            twiddles += 3 * kernel->twiddle_bytes;
            factor = times(factor, pass_root);
        }
    }
    return line;
}

/// Lays the table out; its memory may not be there yet.
static void lay_out(aivm_ntt *table, parts *memory) {
    if (table->log2_size < NTT_MATRIX_LOG2) return;
    for (int d = 0; d < 2; d++) {
        const aivm_words root = table->direction[d].root;
        table->direction[d].column = line_of(
            table->kernel, memory, table->rows, power(root, table->columns));
        table->direction[d].row = table->rows == table->columns
            ? table->direction[d].column
            : line_of(table->kernel, memory, table->columns, power(root, table->rows));
        table->direction[d].roots = part(memory, table->columns, sizeof(aivm_words));
        table->direction[d].quarters = part(memory, table->columns, sizeof(aivm_words));
        if (memory->base == NULL) continue;
        put_powers(table->direction[d].roots, table->columns, aivm_r.one, root);
        put_powers(
            table->direction[d].quarters, table->columns, aivm_r.one,
            power(root, table->rows / 4));
    }
}

aivm_ntt *aivm_ntt_make(int variant, unsigned log2_size) {
    if (log2_size > AIVM_NTT_MAXIMUM_LOG2) return NULL;
    aivm_ntt table = {
        .kernel = kernels[variant], .log2_size = log2_size,
        .rows = (size_t)1 << log2_size / 2, .columns = (size_t)1 << (log2_size + 1) / 2,
    };
    table.direction[0].root = root28;
    for (unsigned i = log2_size; i < AIVM_NTT_MAXIMUM_LOG2; i++) {
        table.direction[0].root = times(table.direction[0].root, table.direction[0].root);
    }
    table.direction[1].root = words_inverse(table.direction[0].root, &aivm_r);
    table.scale = power(half, log2_size);
    parts memory = {NULL, 0};
    aivm_ntt *made = part(&memory, 1, sizeof(aivm_ntt));
    lay_out(&table, &memory);
    memory.base = make_aligned(memory.used, 1);
    if (memory.base == NULL) return NULL;
    memory.used = 0;
    made = part(&memory, 1, sizeof(aivm_ntt));
    lay_out(&table, &memory);
    *made = table;
    return made;
}

void aivm_ntt_free(aivm_ntt *table) { free(table); }

enum { THREADS = 64 };

/// A transform under way.
typedef struct {
    const aivm_ntt_kernel *kernel;
    aivm_ntt_work work;
    size_t shares, groups, line_bytes;
    uint8_t *lines;
    int transforms_rows;
} transform;

static size_t share_start(size_t count, size_t share, size_t shares) {
    const size_t each = count / shares, more = count % shares;
    return each * share + (share < more ? share : more);
}

static void do_shares(void *context, size_t first, size_t last) {
    const transform *now = context;
    for (size_t share = first; share < last; share++) {
        const size_t from = share_start(now->groups, share, now->shares);
        const size_t to = share_start(now->groups, share + 1, now->shares);
        void *line = now->lines + share * now->line_bytes;
        if (now->transforms_rows) {
            now->kernel->rows(&now->work, from, to, line);
        } else {
            now->kernel->columns(&now->work, from, to, line);
        }
    }
}

static size_t shares_for(int threads, unsigned log2_size) {
    const size_t worth = (size_t)1 << log2_size >> 10, most = worth < THREADS ? worth : THREADS;
    return threads < 2 || most < 2 ? 1 : (size_t)threads < most ? (size_t)threads : most;
}

/// Factors of a coset take rows + 2 * columns places; twiddles are no larger than these.
enum { PLACE_BYTES = 64, LANE_ELEMENT_BYTES = 8 * 40 };

size_t aivm_ntt_workspace(int threads, unsigned log2_size) {
    if (log2_size > AIVM_NTT_MAXIMUM_LOG2) return 0;
    const size_t size = (size_t)1 << log2_size, columns = (size_t)1 << (log2_size + 1) / 2;
    return size * sizeof(aivm_words) + 3 * columns * PLACE_BYTES
        + shares_for(threads, log2_size) * columns * LANE_ELEMENT_BYTES + 64;
}

/// Fewer than 64 values: in place, radix 2.
static void transform_few(const aivm_ntt *table, int inverse, uint8_t *values, aivm_words shift) {
    const size_t size = (size_t)1 << table->log2_size;
    aivm_words all[1 << NTT_MATRIX_LOG2], scale = aivm_r.one;
    for (size_t i = 0; i < size; i++) {
        size_t index = 0;
        for (unsigned bit = 0; bit < table->log2_size; bit++) {
            index |= (i >> bit & 1) << (table->log2_size - 1 - bit);
        }
        all[index] = words_load(values + i * sizeof(aivm_words));
        if (!inverse) {
            all[index] = times(all[index], scale);
            scale = times(scale, shift);
        }
    }
    for (size_t block = 2; block <= size; block *= 2) {
        const aivm_words root = power(table->direction[inverse].root, size / block);
        for (size_t start = 0; start < size; start += block) {
            aivm_words factor = aivm_r.one;
            for (size_t j = start; j < start + block / 2; j++) {
                const aivm_words a = all[j], b = times(all[j + block / 2], factor);
                all[j] = words_add(a, b, &aivm_r);
                all[j + block / 2] = words_subtract(a, b, &aivm_r);
                factor = times(factor, root);
            }
        }
    }
    scale = table->scale;
    for (size_t i = 0; i < size; i++) {
        if (inverse) {
            all[i] = times(all[i], scale);
            scale = times(scale, shift);
        }
        words_store(values + i * sizeof(aivm_words), all[i]);
    }
}

/// Puts the factors of a coset in `factors`. Forwards, value (r, c) is multiplied by shift^(r * C +
/// c) at first; backwards, coefficient k + R * j of the result by shift^(k + R * j), which is that
/// of 1 / n and the coset's inverse.
static void shift_by(
    const aivm_ntt *table, aivm_words shift, int inverse, uint8_t *factors, aivm_ntt_work *work) {
    uint8_t *more = factors + table->columns * PLACE_BYTES;
    if (inverse) {
        work->step = shift;
        work->quarter_step = power(shift, table->rows / 4);
        put_twiddles(
            table->kernel, factors, table->columns, aivm_r.one, power(shift, table->rows));
        work->result_factors = factors;
    } else {
        put_twiddles(
            table->kernel, factors, table->rows, aivm_r.one, power(shift, table->columns));
        work->row_factors = factors;
        put_powers((aivm_words *)more, table->columns, aivm_r.one, shift);
        work->column_factors = (const aivm_words *)more;
    }
}

static int run(
    const aivm_ntt *table, int threads, int inverse, uint8_t *values, const void *shift,
    void *workspace) {
    aivm_words factor = shift == NULL ? aivm_r.one : words_load(shift);
    if (inverse) factor = words_inverse(factor, &aivm_r);
    if (table->log2_size < NTT_MATRIX_LOG2) {
        transform_few(table, inverse, values, factor);
        return 1;
    }
    const size_t bytes = aivm_ntt_workspace(threads, table->log2_size);
    void *own = workspace == NULL ? make_aligned(bytes, 1) : NULL;
    if (workspace == NULL) workspace = own;
    if (workspace == NULL) return 0;
    aivm_prefer_large_pages(workspace, bytes);
    uint8_t *memory = (uint8_t *)(((uintptr_t)workspace + 63) & ~(uintptr_t)63);
    uint8_t *factors = memory + (sizeof(aivm_words) << table->log2_size);
    transform now = {
        .kernel = table->kernel,
        .work = {
            .column = table->direction[inverse].column, .row = table->direction[inverse].row,
            .roots = table->direction[inverse].roots,
            .quarters = table->direction[inverse].quarters, .values = values,
            .scratch = (aivm_words *)memory, .start = inverse ? table->scale : aivm_r.one,
            .step = aivm_r.one, .quarter_step = aivm_r.one,
        },
        .shares = shares_for(threads, table->log2_size),
        .groups = table->columns / table->kernel->together,
        .line_bytes = table->columns * table->kernel->element_bytes * table->kernel->together,
        .lines = factors + 3 * table->columns * PLACE_BYTES,
    };
    if (!words_are_equal(factor, aivm_r.one)) shift_by(table, factor, inverse, factors, &now.work);
    aivm_parallel((int)now.shares, now.shares, 1, do_shares, &now);
    now.transforms_rows = 1;
    now.groups = table->rows / table->kernel->together;
    aivm_parallel((int)now.shares, now.shares, 1, do_shares, &now);
    free(own);
    return 1;
}

int aivm_ntt_forward(
    const aivm_ntt *table, int threads, void *values, const void *shift, void *workspace) {
    return run(table, threads, 0, values, shift, workspace);
}

int aivm_ntt_inverse(
    const aivm_ntt *table, int threads, void *values, const void *shift, void *workspace) {
    return run(table, threads, 1, values, shift, workspace);
}
