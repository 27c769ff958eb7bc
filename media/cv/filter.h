// Filters behind calls that never throw: see guarded.h.
#pragma once
#include "guarded.h"

#ifdef __cplusplus
extern "C" {
#endif

// Brings packed pixels of three bytes to another size: by averaging where it gets smaller, bilinear otherwise.
int unmask_resize(const unsigned char *pix, int width, int height, unsigned char *out, int to_width, int to_height, char *err);

// Blurs a plane with a Gaussian of side x side numbers; the border repeats.
int unmask_blur(const float *plane, int width, int height, int side, double deviation, float *out, char *err);

// Takes the least (or the most) of every square of side x side bytes, which is cut at the border.
int unmask_extreme(const unsigned char *plane, int width, int height, int side, int most, unsigned char *out, char *err);

#ifdef __cplusplus
}
#endif
