#pragma once
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <arpa/inet.h>
#include <netdb.h>
#include <pthread.h>
#include <time.h>
#include <unistd.h>
#include <fcntl.h>
#include <malloc.h>
#include <errno.h>
#include <stdint.h>

// glibc declares these two only under _GNU_SOURCE, which would change fd_set against Swift's own Glibc module.
int pthread_setname_np(pthread_t thread, const char *name);
int accept4(int descriptor, struct sockaddr *address, socklen_t *length, int flags);

// The number that identifies the event loop whose thread this is; 0: none. See thread_owner.c.
uintptr_t antiphon_thread_owner(void);
void antiphon_set_thread_owner(uintptr_t owner);
