// The formulas dbl-2009-l and madd-2007-bl of Bernstein and Lange, Explicit-Formulas Database, for
// curves with a = 0.
#include "jacobian.h"

static aivm_words add(aivm_words a, aivm_words b) { return words_add(a, b, &aivm_q); }
static aivm_words less(aivm_words a, aivm_words b) { return words_subtract(a, b, &aivm_q); }
static aivm_words times(aivm_words a, aivm_words b) { return words_multiply(a, b, &aivm_q); }
static aivm_words twice(aivm_words a) { return add(a, a); }

void aivm_jacobian_double(aivm_jacobian *point) {
    const aivm_words a = times(point->x, point->x), b = times(point->y, point->y);
    const aivm_words c = times(b, b), sum = add(point->x, b);
    const aivm_words d = twice(less(less(times(sum, sum), a), c));
    const aivm_words e = add(twice(a), a);
    point->z = twice(times(point->y, point->z));
    point->x = less(times(e, e), twice(d));
    point->y = less(times(e, less(d, point->x)), twice(twice(twice(c))));
}

void aivm_jacobian_add(aivm_jacobian *point, const aivm_point *term) {
    if (words_are_zero(term->y)) return;
    if (words_are_zero(point->z)) {
        point->x = term->x;
        point->y = term->y;
        point->z = aivm_q.one;
        return;
    }
    const aivm_words zz = times(point->z, point->z);
    const aivm_words h = less(times(term->x, zz), point->x);
    const aivm_words rise = less(times(times(term->y, point->z), zz), point->y);
    if (words_are_zero(h)) {
        if (words_are_zero(rise)) {
            aivm_jacobian_double(point);
        } else {
            memset(point, 0, sizeof *point);
        }
        return;
    }
    const aivm_words hh = times(h, h), i = twice(twice(hh)), j = times(h, i), r = twice(rise);
    const aivm_words v = times(point->x, i), sum = add(point->z, h);
    const aivm_words old_y = point->y;
    point->x = less(less(times(r, r), j), twice(v));
    point->y = less(times(r, less(v, point->x)), twice(times(old_y, j)));
    point->z = less(less(times(sum, sum), zz), hh);
}

aivm_point aivm_jacobian_affine(const aivm_jacobian *point) {
    const aivm_words inverse = words_inverse(point->z, &aivm_q), square = times(inverse, inverse);
    const aivm_point affine = {
        times(point->x, square), times(times(point->y, square), inverse)};
    return affine;
}
