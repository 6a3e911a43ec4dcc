// Nothing is public here: what this library exports is declared in CTorchLibrary/nccl.h.
#include "../../CTorchLibrary/nccl.h"
