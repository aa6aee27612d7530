// Sums of bytes times digits in plain C; after sums.h, for variants without wider vectors.

static inline int64_t byte_at(const aivm_byte_rows *values, size_t row, size_t column) {
    const uint8_t byte = values->bytes[row * values->stride + column];
    return values->is_signed ? (int64_t)(int8_t)byte : (int64_t)byte;
}

static void combine(
    const aivm_byte_rows *values, size_t rows, size_t columns, const aivm_digits *digits,
    aivm_digits *sums) {
    for (size_t row = 0; row < rows; row++) {
        for (size_t column = 0; column < columns; column++) {
            const int64_t value = byte_at(values, row, column);
            for (int k = 0; k < 8; k++) sums[column].digit[k] += digits[row].digit[k] * value;
        }
    }
}

static void products(
    const aivm_byte_rows *values, size_t rows, size_t columns, const aivm_digits *digits,
    aivm_digits *sums) {
    for (size_t row = 0; row < rows; row++) {
        for (size_t column = 0; column < columns; column++) {
            const int64_t value = byte_at(values, row, column);
            for (int k = 0; k < 8; k++) sums[row].digit[k] += digits[column].digit[k] * value;
        }
    }
}
