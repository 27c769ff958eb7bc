// A neural network behind calls that never throw: see guarded.h.
#pragma once
#include "guarded.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct unmask_net unmask_net;
unmask_net *unmask_net_load(const unsigned char *onnx, size_t len, char *err); // NULL on failure

// Runs the network on one blob of n x c x h x w floats and copies each output, which must have just as many floats as said, into out,
// one after the other.
int unmask_net_run(unmask_net *net, const float *in, const int shape[4], const char **names, const int *lengths, int outputs, float *out, char *err);

#ifdef __cplusplus
}
#endif
