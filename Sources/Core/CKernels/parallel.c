// A pool of threads that share out index ranges. The threads are made when first needed and live
// as long as the process. One call owns the pool at a time; a call that finds it taken, or is made
// from within one, does its work alone, so callers need not know of each other.
#include "include/CKernels.h"

#include <pthread.h>
#include <stdatomic.h>

enum {
    WORKERS = 63,
    /// Looks at the state before going to sleep: some tens of microseconds, so that the nodes of a
    /// model find the threads awake.
    SPINS = 2000,
};

static pthread_mutex_t owner = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t sleep_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t wake = PTHREAD_COND_INITIALIZER;
static pthread_cond_t finished = PTHREAD_COND_INITIALIZER;

/// The call under way; written by the owner before `round` moves on.
static struct {
    void (*body)(void *, size_t, size_t);
    void *context;
    size_t count;
    int shares;
} work;

static atomic_uint round_number;
static atomic_int pending;
static int worker_count;
/// The round that each worker, by its number, has no part in any more when it starts.
static unsigned first_rounds[WORKERS + 1];

static void pause_briefly(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

static void do_share(int share) {
    size_t count = work.count, shares = (size_t)work.shares;
    // count * share could overflow; quotient and remainder do not.
    size_t each = count / shares, more = count % shares, index = (size_t)share;
    size_t first = each * index + (index < more ? index : more);
    work.body(work.context, first, first + each + (index < more ? 1 : 0));
}

static void *worker(void *argument) {
    int index = (int)(intptr_t)argument;
    unsigned seen = first_rounds[index];
    for (;;) {
        unsigned now = atomic_load_explicit(&round_number, memory_order_acquire);
        for (int spin = 0; now == seen && spin < SPINS; spin++) {
            pause_briefly();
            now = atomic_load_explicit(&round_number, memory_order_acquire);
        }
        if (now == seen) {
            pthread_mutex_lock(&sleep_lock);
            while ((now = atomic_load(&round_number)) == seen) {
                pthread_cond_wait(&wake, &sleep_lock);
            }
            pthread_mutex_unlock(&sleep_lock);
        }
        seen = now;
        // Share 0 is the owner's. All workers report, so that the next round finds them waiting.
        if (index < work.shares) do_share(index);
        if (atomic_fetch_sub(&pending, 1) == 1) {
            pthread_mutex_lock(&sleep_lock);
            pthread_cond_signal(&finished);
            pthread_mutex_unlock(&sleep_lock);
        }
    }
    return NULL;
}

/// Makes workers until there are `wanted`, or no more can be made.
static void grow(int wanted) {
    while (worker_count < wanted) {
        pthread_t thread;
        pthread_attr_t attributes;
        if (pthread_attr_init(&attributes) != 0) return;
        pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
        pthread_attr_setstacksize(&attributes, 1 << 20);
        first_rounds[worker_count + 1] = atomic_load(&round_number);
        int error = pthread_create(
            &thread, &attributes, worker, (void *)(intptr_t)(worker_count + 1));
        pthread_attr_destroy(&attributes);
        if (error != 0) return;
        worker_count++;
    }
}

void aivm_parallel(
    int threads, size_t count, size_t grain, void (*body)(void *, size_t, size_t), void *context) {
    size_t most = grain > 1 ? count / grain : count;
    int shares = threads < WORKERS + 1 ? threads : WORKERS + 1;
    if ((size_t)(shares > 0 ? shares : 1) > most) shares = (int)most;
    if (shares <= 1 || pthread_mutex_trylock(&owner) != 0) {
        if (count > 0) body(context, 0, count);
        return;
    }
    grow(shares - 1);
    if (worker_count + 1 < shares) shares = worker_count + 1;
    work.body = body;
    work.context = context;
    work.count = count;
    work.shares = shares;
    atomic_store(&pending, worker_count);
    pthread_mutex_lock(&sleep_lock);
    atomic_fetch_add(&round_number, 1);
    pthread_cond_broadcast(&wake);
    pthread_mutex_unlock(&sleep_lock);
    do_share(0);
    for (int spin = 0; atomic_load(&pending) != 0 && spin < SPINS; spin++) pause_briefly();
    if (atomic_load(&pending) != 0) {
        pthread_mutex_lock(&sleep_lock);
        while (atomic_load(&pending) != 0) pthread_cond_wait(&finished, &sleep_lock);
        pthread_mutex_unlock(&sleep_lock);
    }
    pthread_mutex_unlock(&owner);
}
