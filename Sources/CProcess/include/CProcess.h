// What Swift cannot call itself, since C declares it with a variable number of arguments.
#pragma once

/// Asks the kernel to send this process a signal when the one that started it ends; 0 when granted.
int cs_signal_at_parents_end(int signal);
