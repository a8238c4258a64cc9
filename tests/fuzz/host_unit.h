/* The fuzz target, for libFuzzer and for noise.c. */
#ifndef TESTS_FUZZ_HOST_UNIT_H
#define TESTS_FUZZ_HOST_UNIT_H

#include <stddef.h>
#include <stdint.h>

/* The first byte chooses the host language by its place in hosts[], the rest is the file. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
