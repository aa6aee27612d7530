// The rest of the functions on vectors, for variants that have no lanes; after vector_scalar.h.

TARGET static void multiply_vectors(
    size_t n, const uint8_t *a, const uint8_t *b, const uint8_t *c, uint8_t *out) {
    for (size_t i = 0; i < n * ELEMENT; i += ELEMENT) {
        aivm_words value = product_of(words_load(a + i), words_load(b + i));
        if (c != NULL) value = words_add(value, words_load(c + i), &aivm_r);
        words_store(out + i, value);
    }
}

TARGET static void scale(
    size_t n, aivm_words scalar, const uint8_t *a, const uint8_t *b, uint8_t *out) {
    for (size_t i = 0; i < n * ELEMENT; i += ELEMENT) {
        aivm_words value = product_of(words_load(a + i), scalar);
        if (b != NULL) value = words_add(value, words_load(b + i), &aivm_r);
        words_store(out + i, value);
    }
}

TARGET static void powers(
    size_t n, aivm_words first, aivm_words ratio, const uint8_t *a, uint8_t *out) {
    for (size_t i = 0; i < n * ELEMENT; i += ELEMENT) {
        words_store(out + i, a == NULL ? first : product_of(words_load(a + i), first));
        first = multiply(&first, &ratio);
    }
}

/// At most as many as `products` has room for.
ONE_BY_ONE void invert_some(size_t n, const uint8_t *a, aivm_words *products, uint8_t *out) {
    aivm_words product = aivm_r.one;
    for (size_t i = 0; i < n; i++) {
        const aivm_words value = words_load(a + i * ELEMENT);
        products[i] = product;
        product = words_selected(
            (uint64_t)words_are_zero(value), product_of(product, value), product);
    }
    product = aivm_words_plain_inverse(product, &aivm_r);
    product = multiply(&product, &aivm_r.cube);
    for (size_t i = n; i-- > 0;) {
        const aivm_words value = words_load(a + i * ELEMENT), zero = {{0}};
        const uint64_t is_zero = (uint64_t)words_are_zero(value);
        words_store(
            out + i * ELEMENT, words_selected(is_zero, product_of(product, products[i]), zero));
        product = words_selected(is_zero, product_of(product, value), product);
    }
}

TARGET static void invert(size_t n, const uint8_t *a, uint8_t *out) {
    enum { TOGETHER = 1024 };
    aivm_words products[TOGETHER];
    for (size_t i = 0; i < n; i += TOGETHER) {
        const size_t count = n - i < TOGETHER ? n - i : TOGETHER;
        invert_some(count, a + i * ELEMENT, products, out + i * ELEMENT);
    }
}

TARGET static aivm_words dot(size_t n, const uint8_t *a, const uint8_t *b) {
    aivm_words sum = {{0}};
    for (size_t i = 0; i < n * ELEMENT; i += ELEMENT) {
        sum = words_add(sum, product_of(words_load(a + i), words_load(b + i)), &aivm_r);
    }
    return sum;
}

TARGET static aivm_words evaluate(size_t n, const uint8_t *a, aivm_words point) {
    const aivm_words zero = {{0}};
    return divide(n, a, point, zero, NULL);
}

TARGET static int multiply_often(size_t count, aivm_words factor, aivm_words *value) {
    enum { CHAINS = 4 };
    aivm_words chain[CHAINS] = {*value, factor, *value, factor};
    for (size_t i = 0; i < count; i++) {
        for (int k = 0; k < CHAINS; k++) chain[k] = multiply(&chain[k], &factor);
    }
    // The others are made all the same: what one of them is may not be known beforehand.
    for (int k = 1; k < CHAINS; k++) __asm__ volatile("" : : "r"(chain[k].l[0]));
    *value = chain[0];
    return CHAINS;
}
