// Nothing is public here: what this library exports is declared in CTorch.h.
#include "CTorch.h"
