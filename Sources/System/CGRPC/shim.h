#pragma once
#include <grpc/byte_buffer.h>
#include <grpc/grpc.h>
#include <grpc/grpc_security.h>
#include <grpc/slice.h>
#include <grpc/support/alloc.h>
#include <grpc/support/time.h>
#include <string.h>

/// A unary call as a server sees it. The library describes operations by a union in a struct and
/// settings by macros, neither of which Swift can use: this is the bridge, one function for each
/// step of a call.
typedef struct aivm_grpc_call {
    grpc_call *call;
    grpc_call_details details;
    grpc_metadata_array metadata;
    grpc_byte_buffer *message;
    grpc_byte_buffer *reply;
    grpc_metadata header;
    grpc_slice status_text;
    char header_value[24];
    int was_cancelled;
    /// Which event the call waits for: 0 a call, 1 its message, 2 the end of the answer.
    int stage;
    /// When the call arrived, in milliseconds of the monotonic clock.
    long long start;
} aivm_grpc_call;

static inline grpc_arg aivm_grpc_integer(const char *key, int value) {
    grpc_arg arg;
    arg.type = GRPC_ARG_INTEGER;
    arg.key = (char *)key;
    arg.value.integer = value;
    return arg;
}

/// Makes a server. Messages are at most `message_bytes`, a connection has at most `streams` calls
/// at once, and is closed after `idle_ms` without any.
static inline grpc_server *aivm_grpc_make_server(
    int message_bytes, int streams, int idle_ms, size_t memory_bytes) {
    grpc_resource_quota *quota = grpc_resource_quota_create("aivm");
    grpc_resource_quota_resize(quota, memory_bytes);
    grpc_arg args[] = {
        aivm_grpc_integer(GRPC_ARG_MAX_RECEIVE_MESSAGE_LENGTH, message_bytes),
        aivm_grpc_integer(GRPC_ARG_MAX_CONCURRENT_STREAMS, streams),
        aivm_grpc_integer(GRPC_ARG_MAX_CONNECTION_IDLE_MS, idle_ms),
        aivm_grpc_integer(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, 10000),
        aivm_grpc_integer(GRPC_ARG_MAX_METADATA_SIZE, 16384),
        aivm_grpc_integer(GRPC_ARG_ENABLE_PER_MESSAGE_COMPRESSION, 0),
        // A small message must not become a large one before its size is judged.
        aivm_grpc_integer(GRPC_ARG_ENABLE_PER_MESSAGE_DECOMPRESSION, 0),
        aivm_grpc_integer(GRPC_ARG_ALLOW_REUSEPORT, 0),
        aivm_grpc_integer(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 10000),
        {0},
    };
    size_t count = sizeof args / sizeof args[0];
    args[count - 1].type = GRPC_ARG_POINTER;
    args[count - 1].key = (char *)GRPC_ARG_RESOURCE_QUOTA;
    args[count - 1].value.pointer.p = quota;
    args[count - 1].value.pointer.vtable = grpc_resource_quota_arg_vtable();
    grpc_channel_args list = {count, args};
    grpc_server *server = grpc_server_create(&list, NULL);
    grpc_resource_quota_unref(quota);
    return server;
}

/// Listens without encryption; returns the port, or 0.
static inline int aivm_grpc_listen(grpc_server *server, const char *address) {
    grpc_server_credentials *credentials = grpc_insecure_server_credentials_create();
    int port = grpc_server_add_http2_port(server, address, credentials);
    grpc_server_credentials_release(credentials);
    return port;
}

/// Asks for the next call, which `state` will describe.
static inline int aivm_grpc_request(
    grpc_server *server, grpc_completion_queue *queue, aivm_grpc_call *state) {
    memset(state, 0, sizeof *state);
    grpc_call_details_init(&state->details);
    grpc_metadata_array_init(&state->metadata);
    return grpc_server_request_call(
               server, &state->call, &state->details, &state->metadata, queue, queue, state)
        == GRPC_CALL_OK;
}

/// Asks for the call's message.
static inline int aivm_grpc_receive(aivm_grpc_call *state) {
    grpc_op op;
    memset(&op, 0, sizeof op);
    op.op = GRPC_OP_RECV_MESSAGE;
    op.data.recv_message.recv_message = &state->message;
    state->stage = 1;
    return grpc_call_start_batch(state->call, &op, 1, state, NULL) == GRPC_CALL_OK;
}

/// Answers the call: with `count` bytes when `status` is 0, and with the text in any case. A height
/// above 0 stands in the header.
static inline int aivm_grpc_reply(
    aivm_grpc_call *state, int status, const char *text, size_t text_count,
    const unsigned char *bytes, size_t count, long long height) {
    grpc_op ops[4];
    memset(ops, 0, sizeof ops);
    size_t used = 0;
    ops[used].op = GRPC_OP_SEND_INITIAL_METADATA;
    if (height > 0) {
        int length = 0;
        char digits[24];
        for (long long rest = height; rest > 0; rest /= 10) digits[length++] = '0' + rest % 10;
        for (int i = 0; i < length; i++) state->header_value[i] = digits[length - 1 - i];
        state->header.key = grpc_slice_from_static_string("x-cosmos-block-height");
        state->header.value = grpc_slice_from_static_buffer(state->header_value, length);
        ops[used].data.send_initial_metadata.count = 1;
        ops[used].data.send_initial_metadata.metadata = &state->header;
    }
    used++;
    if (status == 0) {
        grpc_slice slice = grpc_slice_from_copied_buffer((const char *)bytes, count);
        state->reply = grpc_raw_byte_buffer_create(&slice, 1);
        grpc_slice_unref(slice);
        ops[used].op = GRPC_OP_SEND_MESSAGE;
        ops[used].data.send_message.send_message = state->reply;
        used++;
    }
    state->status_text = grpc_slice_from_copied_buffer(text, text_count);
    ops[used].op = GRPC_OP_SEND_STATUS_FROM_SERVER;
    ops[used].data.send_status_from_server.status = (grpc_status_code)status;
    ops[used].data.send_status_from_server.status_details = &state->status_text;
    used++;
    ops[used].op = GRPC_OP_RECV_CLOSE_ON_SERVER;
    ops[used].data.recv_close_on_server.cancelled = &state->was_cancelled;
    used++;
    state->stage = 2;
    return grpc_call_start_batch(state->call, ops, used, state, NULL) == GRPC_CALL_OK;
}

/// Gives up what a call holds; the memory of `state` stays the caller's.
static inline void aivm_grpc_release(aivm_grpc_call *state) {
    if (state->message) grpc_byte_buffer_destroy(state->message);
    if (state->reply) grpc_byte_buffer_destroy(state->reply);
    if (state->stage == 2) grpc_slice_unref(state->status_text);
    grpc_call_details_destroy(&state->details);
    grpc_metadata_array_destroy(&state->metadata);
    if (state->call) grpc_call_unref(state->call);
}

/// Copies the message to `bytes`, which has room for `aivm_grpc_message_count` of them.
static inline void aivm_grpc_copy_message(const aivm_grpc_call *state, unsigned char *bytes) {
    const grpc_slice_buffer *slices = &state->message->data.raw.slice_buffer;
    for (size_t i = 0; i < slices->count; i++) {
        size_t count = GRPC_SLICE_LENGTH(slices->slices[i]);
        memcpy(bytes, GRPC_SLICE_START_PTR(slices->slices[i]), count);
        bytes += count;
    }
}

/// Number of bytes of the message; -1 when there is none, -2 when it came compressed.
static inline long long aivm_grpc_message_count(const aivm_grpc_call *state) {
    if (!state->message) return -1;
    if (state->message->data.raw.compression != GRPC_COMPRESS_NONE) return -2;
    return (long long)state->message->data.raw.slice_buffer.length;
}

static inline const unsigned char *aivm_grpc_bytes(const grpc_slice *slice) {
    return GRPC_SLICE_START_PTR(*slice);
}

static inline size_t aivm_grpc_count(const grpc_slice *slice) { return GRPC_SLICE_LENGTH(*slice); }

/// A moment `milliseconds` from now.
static inline gpr_timespec aivm_grpc_after(int milliseconds) {
    return gpr_time_add(
        gpr_now(GPR_CLOCK_MONOTONIC), gpr_time_from_millis(milliseconds, GPR_TIMESPAN));
}

static inline long long aivm_grpc_now(void) {
    gpr_timespec now = gpr_now(GPR_CLOCK_MONOTONIC);
    return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
