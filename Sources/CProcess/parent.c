#include "CProcess.h"

#include <sys/prctl.h>

int cs_signal_at_parents_end(int signal) {
    return prctl(PR_SET_PDEATHSIG, (unsigned long)signal, 0ul, 0ul, 0ul);
}
