// OpenJPEG, wherever pkg-config says that its headers are.
#pragma once
#include <openjpeg.h>
