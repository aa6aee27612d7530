// Multiplication modulo p in two interleaved chains of carries, one in each of the flags that adcx
// and adox use. The steps are those of words_multiply.
#ifndef AIVM_ADX_H
#define AIVM_ADX_H

#include "words.h"

#if defined(__x86_64__)

#define ADX_TARGET __attribute__((target("bmi,bmi2,adx")))

/// t += a * b[i], where t has five words, the fifth in `top`.
#define ADX_ROW(b) \
    "movq " b ", %%rdx\n" \
    "xorl %%eax, %%eax\n" \
    "mulxq 0(%[a]), %%rax, %[top]\n" \
    "adoxq %%rax, %[t0]\n" \
    "adcxq %[top], %[t1]\n" \
    "mulxq 8(%[a]), %%rax, %[top]\n" \
    "adoxq %%rax, %[t1]\n" \
    "adcxq %[top], %[t2]\n" \
    "mulxq 16(%[a]), %%rax, %[top]\n" \
    "adoxq %%rax, %[t2]\n" \
    "adcxq %[top], %[t3]\n" \
    "mulxq 24(%[a]), %%rax, %[top]\n" \
    "adoxq %%rax, %[t3]\n" \
    "movl $0, %%eax\n" \
    "adcxq %%rax, %[top]\n" \
    "adoxq %%rax, %[top]\n"

/// t = (t + quotient * p) / 2^64.
#define ADX_REDUCTION \
    "movq %[inverse], %%rdx\n" \
    "imulq %[t0], %%rdx\n" \
    "xorl %%eax, %%eax\n" \
    "mulxq %[p0], %%rax, %[low]\n" \
    "adcxq %[t0], %%rax\n" \
    "movq %[low], %[t0]\n" \
    "adcxq %[t1], %[t0]\n" \
    "mulxq %[p1], %%rax, %[t1]\n" \
    "adoxq %%rax, %[t0]\n" \
    "adcxq %[t2], %[t1]\n" \
    "mulxq %[p2], %%rax, %[t2]\n" \
    "adoxq %%rax, %[t1]\n" \
    "adcxq %[t3], %[t2]\n" \
    "mulxq %[p3], %%rax, %[t3]\n" \
    "adoxq %%rax, %[t2]\n" \
    "movl $0, %%eax\n" \
    "adcxq %%rax, %[t3]\n" \
    "adoxq %[top], %[t3]\n"

/// By address, because the factors are read from memory: copied there first, in vectors, they would
/// wait for the stores of their words. In registers there is no room for them.
ALWAYS_INLINE ADX_TARGET aivm_words adx_multiply(
    const aivm_words *a, const aivm_words *b, const aivm_modulus *m) {
    uint64_t t0, t1, t2, t3, top, low;
    __asm__(
        "movq 0(%[b]), %%rdx\n"
        "mulxq 0(%[a]), %[t0], %[t1]\n"
        "mulxq 8(%[a]), %%rax, %[t2]\n"
        "addq %%rax, %[t1]\n"
        "mulxq 16(%[a]), %%rax, %[t3]\n"
        "adcq %%rax, %[t2]\n"
        "mulxq 24(%[a]), %%rax, %[top]\n"
        "adcq %%rax, %[t3]\n"
        "adcq $0, %[top]\n"
        ADX_REDUCTION
        ADX_ROW("8(%[b])") ADX_REDUCTION
        ADX_ROW("16(%[b])") ADX_REDUCTION
        ADX_ROW("24(%[b])") ADX_REDUCTION
        : [t0] "=&r"(t0), [t1] "=&r"(t1), [t2] "=&r"(t2), [t3] "=&r"(t3), [top] "=&r"(top),
          [low] "=&r"(low)
        : [a] "r"(a), "m"(*a), [b] "r"(b), "m"(*b),
          [p0] "m"(m->p.l[0]), [p1] "m"(m->p.l[1]), [p2] "m"(m->p.l[2]), [p3] "m"(m->p.l[3]),
          [inverse] "m"(m->negative_inverse)
        : "rax", "rdx", "cc");
    const aivm_words product = {{t0, t1, t2, t3}};
    return words_reduced(product, m);
}

#endif

#endif
