#define _GNU_SOURCE 1
#include "CProcess.h"

#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>

static atomic_uint counts[NSIG];
static atomic_int last;

static void count(int signal) {
    atomic_store(&last, signal);
    atomic_fetch_add(&counts[signal], 1u);
}

void cs_count_signal(int signal, int restarts) {
    struct sigaction action = {.sa_handler = count, .sa_flags = restarts ? SA_RESTART : 0};
    sigaction(signal, &action, NULL);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, signal);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

unsigned cs_signal_count(int signal) { return atomic_load(&counts[signal]); }

int cs_last_signal(void) { return atomic_load(&last); }
