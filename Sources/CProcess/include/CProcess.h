// What Swift cannot do itself: calls that C declares with a variable number of arguments, and
// signal handlers, in which Swift's variables cannot be relied on: some are made on first use.
#pragma once

/// Asks the kernel to send this process a signal when the one that started it ends; 0 when granted.
int cs_signal_at_parents_end(int signal);

/// Counts a signal from now on, in the place of what it did; one that was blocked comes too.
/// With `restarts`, calls that it interrupts go on.
void cs_count_signal(int signal, int restarts);

/// How often a signal that is counted has come.
unsigned cs_signal_count(int signal);

/// The last signal that was counted, 0 before the first.
int cs_last_signal(void);
