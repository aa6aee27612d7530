#pragma once
#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

/// Starts a daemon with a thread per connection, which may hand connections over. The library's own
/// function is variadic, which Swift cannot call. Returns NULL with errno set when the address
/// cannot be bound.
static inline struct MHD_Daemon *aivm_http_start(
    const char *address, unsigned short port, unsigned int connection_limit,
    unsigned int timeout_seconds, MHD_AccessHandlerCallback handle, void *handle_context,
    MHD_RequestCompletedCallback completed) {
    struct sockaddr_in where;
    memset(&where, 0, sizeof where);
    where.sin_family = AF_INET;
    where.sin_port = htons(port);
    if (inet_pton(AF_INET, address, &where.sin_addr) != 1) return NULL;
    return MHD_start_daemon(
        MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION | MHD_ALLOW_UPGRADE, port,
        NULL, NULL, handle, handle_context, MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&where,
        MHD_OPTION_CONNECTION_LIMIT, connection_limit, MHD_OPTION_CONNECTION_TIMEOUT,
        timeout_seconds, MHD_OPTION_NOTIFY_COMPLETED, completed, NULL, MHD_OPTION_END);
}

/// The port a daemon listens on, or 0.
static inline unsigned short aivm_http_port(struct MHD_Daemon *daemon) {
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT);
    return info ? info->port : 0;
}

/// Closes a connection that was handed over. The library's own function is variadic.
static inline void aivm_http_close_upgraded(struct MHD_UpgradeResponseHandle *handle) {
    MHD_upgrade_action(handle, MHD_UPGRADE_ACTION_CLOSE);
}
