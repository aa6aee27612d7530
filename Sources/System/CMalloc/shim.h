#pragma once
// What the C library's module leaves out of it: how it takes and gives back memory (mallopt(3)).
#include <malloc.h>
