// The convolution's walk over images, groups, chunks of positions and panels of weights. Each item
// writes its own outputs, so any thread may do any of them.
#include "variant.h"

enum { COLUMNS = AIVM_PANEL_COLUMNS };

typedef struct {
    const aivm_variant *variant;
    const aivm_convolution *plan;
    const float *x;
    /// Room for `buffers` padded images.
    float *padded;
    size_t buffers;
    float *out;
    const aivm_epilogue *epilogue;
    int threads;
    /// The image of an inner share, and its padded input.
    size_t image;
    float *buffer;
} convolution_work;

/// Copies input channels into the middle of their padded channels.
static void pad_share(void *context, size_t first, size_t last) {
    const convolution_work *work = context;
    const aivm_convolution *plan = work->plan;
    const size_t channels = plan->groups * plan->channels;
    for (size_t channel = first; channel < last; channel++) {
        const float *from = work->x + (work->image * channels + channel) * plan->input_count;
        float *to = work->buffer + channel * plan->padded_count;
        memset(to, 0, plan->padded_count * sizeof(float));
        for (size_t row = 0; row < plan->row_count; row++, from += plan->row_length) {
            float *start = to + plan->row_targets[row];
            if (plan->phases == 1) {
                memcpy(start + plan->row_padding, from, plan->row_length * sizeof(float));
                continue;
            }
            for (size_t phase = 0; phase < plan->phases; phase++, start += plan->phase_length) {
                // The first column of this phase that is not padding.
                size_t behind = plan->row_padding % plan->phases;
                size_t column = (phase + plan->phases - behind) % plan->phases;
                float *place = start + (column + plan->row_padding) / plan->phases;
                for (; column < plan->row_length; column += plan->phases) *place++ = from[column];
            }
        }
    }
}

/// Panels of chunks of groups of one image: item (group, chunk, panel), the panel running fastest.
static void windows_share(void *context, size_t first, size_t last) {
    const convolution_work *work = context;
    const aivm_convolution *plan = work->plan;
    const size_t panels = (plan->features + COLUMNS - 1) / COLUMNS;
    const size_t outputs = plan->groups * plan->features;
    while (first < last) {
        size_t chunk = first / panels % plan->chunk_count;
        size_t group = first / panels / plan->chunk_count;
        size_t panel = first % panels, end = lesser(panels, panel + last - first);
        size_t channel = group * plan->channels;
        const float *source =
            plan->row_targets != NULL
                ? work->buffer + channel * plan->padded_count
                : work->x
                      + (work->image * plan->groups * plan->channels + channel)
                            * plan->input_count;
        const size_t run = (size_t)plan->chunks[chunk];
        size_t before = (size_t)plan->chunk_positions[chunk];
        size_t offset = (work->image * outputs + group * plan->features) * plan->output_count;
        aivm_windows w = {
            plan->terms, panel * COLUMNS, lesser(end * COLUMNS, plan->features),
            plan->panels + group * plan->group_step, source, plan->offsets, plan->runs + run,
            (size_t)plan->chunks[chunk + 1] - run, plan->step,
            (size_t)plan->chunk_positions[chunk + 1] - before, work->out + offset + before,
            plan->output_count, *work->epilogue};
        w.epilogue.addend_step = plan->output_count;
        if (w.epilogue.bias_axis != AIVM_BIAS_NONE) w.epilogue.bias += group * plan->features;
        if (w.epilogue.addend != NULL) w.epilogue.addend += offset + before;
        work->variant->windows(&w);
        first += end - panel;
    }
}

/// The images of buffers first ..< last, one buffer after the other.
static void images_share(void *context, size_t first, size_t last) {
    convolution_work work = *(const convolution_work *)context;
    const aivm_convolution *plan = work.plan;
    const size_t panels = (plan->features + COLUMNS - 1) / COLUMNS;
    const size_t items = plan->groups * plan->chunk_count * panels;
    const size_t channels = plan->groups * plan->channels;
    const size_t each = lesser(plan->output_count, AIVM_CHUNK_POSITIONS)
                      * lesser(plan->features, COLUMNS) * (plan->terms + 1);
    for (size_t buffer = first; buffer < last; buffer++) {
        if (work.padded != NULL) {
            work.buffer = work.padded + buffer * channels * plan->padded_count;
        }
        size_t end = (buffer + 1) * plan->images / work.buffers;
        for (work.image = buffer * plan->images / work.buffers; work.image < end; work.image++) {
            if (plan->row_targets != NULL) {
                aivm_parallel(
                    work.threads, channels, worth_a_thread(ELEMENT_GRAIN, plan->padded_count),
                    pad_share, &work);
            }
            aivm_parallel(
                work.threads, items, worth_a_thread(PRODUCT_GRAIN, each), windows_share, &work);
        }
    }
}

size_t aivm_convolution_buffers(int threads, const aivm_convolution *plan) {
    return threads > 1 && plan->images >= (size_t)threads ? (size_t)threads : 1;
}

void aivm_convolve(
    int variant, int threads, const aivm_convolution *plan, const float *x, float *padded,
    float *out, const aivm_epilogue *epilogue) {
    size_t buffers = aivm_convolution_buffers(threads, plan);
    convolution_work work = {
        aivm_variant_numbered(variant), plan, x, padded, buffers, out, epilogue, threads, 0,
        padded};
    size_t images = plan->images / buffers;
    size_t each = images * plan->groups * plan->features * plan->output_count * (plan->terms + 1);
    aivm_parallel(threads, buffers, worth_a_thread(PRODUCT_GRAIN, each), images_share, &work);
}
