#define LANES 4
#define ROWS 4
#define NAME "portable"
#define TABLE cn_portable
#include "kernels.h"
