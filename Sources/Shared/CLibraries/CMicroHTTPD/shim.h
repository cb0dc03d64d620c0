#pragma once
#include <microhttpd.h>

/* What one daemon is started with. */
struct antiphon_mhd_settings {
    unsigned int flags;
    MHD_socket listen_socket;
    unsigned int threads;
    unsigned int connection_limit;
    unsigned int inactivity_seconds;
    size_t connection_memory;
    MHD_AcceptPolicyCallback accept_policy;
    MHD_AccessHandlerCallback handler;
    void *(*request_line)(void *context, const char *target, struct MHD_Connection *connection);
    MHD_RequestCompletedCallback completed;
    MHD_NotifyConnectionCallback connection_changed;
    void *context;
};

/* MHD_start_daemon is variadic, which Swift cannot call. */
static inline struct MHD_Daemon *antiphon_mhd_start(const struct antiphon_mhd_settings *s) {
    struct MHD_OptionItem pool[] = {
        {MHD_OPTION_THREAD_POOL_SIZE, (intptr_t)s->threads, NULL},
        {MHD_OPTION_END, 0, NULL},
    };
    /* A pool of one thread is refused with a warning: leave the option out then. */
    if (s->threads < 2) pool[0].option = MHD_OPTION_END;
    return MHD_start_daemon(
        s->flags, 0, s->accept_policy, s->context, s->handler, s->context,
        MHD_OPTION_LISTEN_SOCKET, s->listen_socket,
        MHD_OPTION_CONNECTION_LIMIT, s->connection_limit,
        MHD_OPTION_CONNECTION_TIMEOUT, s->inactivity_seconds,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, s->connection_memory,
        MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_URI_LOG_CALLBACK, s->request_line, s->context,
        MHD_OPTION_NOTIFY_COMPLETED, s->completed, s->context,
        MHD_OPTION_NOTIFY_CONNECTION, s->connection_changed, s->context,
        MHD_OPTION_ARRAY, pool,
        MHD_OPTION_END);
}

/* MHD_get_connection_info is variadic. */
static inline MHD_socket antiphon_mhd_socket(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info ? info->connect_fd : -1;
}

/* MHD_get_connection_info is variadic. */
static inline const struct sockaddr *antiphon_mhd_peer(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    return info ? info->client_addr : NULL;
}

/* MHD_get_connection_info is variadic. */
static inline void *antiphon_mhd_socket_context(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}
