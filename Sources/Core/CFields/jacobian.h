// The last additions of a sum, one after the other, in Jacobian coordinates.
#ifndef AIVM_JACOBIAN_H
#define AIVM_JACOBIAN_H

#include "curve.h"

/// (x / z^2, y / z^3), at infinity when z is 0.
typedef struct {
    aivm_words x, y, z;
} aivm_jacobian;

void aivm_jacobian_double(aivm_jacobian *point);

/// point += term, a point in the form of words.
void aivm_jacobian_add(aivm_jacobian *point, const aivm_point *term);

/// x and y in the form of words; all zero at infinity.
aivm_point aivm_jacobian_affine(const aivm_jacobian *point);

#endif
