// Calls into OpenCV that never throw: an exception that leaves C++ would abort the process.
// A function with err returns 0 unless said otherwise, and -1 with the reason in err, which has UNMASK_ERR bytes.
#pragma once
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { UNMASK_ERR = 512 };

int unmask_set_threads(int n, char *err);
int unmask_build_information(char *out, size_t len, char *err);

// Decodes a picture into width*height*3 bytes, blue green red. EXIF orientation is not applied.
int unmask_decode(const unsigned char *data, size_t len, unsigned char *pix, int width, int height, char *err);

typedef struct unmask_video unmask_video;
unmask_video *unmask_video_open(const char *path, const char *options, char *err); // NULL on failure
int unmask_video_grab(unmask_video *v, char *err);                                 // 1: a frame, 0: the end
int unmask_video_retrieve(unmask_video *v, unsigned char *pix, int width, int height, char *err);
double unmask_video_get(unmask_video *v, int property); // 0 where unknown
int unmask_video_seek(unmask_video *v, double ms, char *err);
void unmask_video_close(unmask_video *v);

// Finds up to most ORB keypoints in a grey picture, strongest first. xy receives 2 floats and desc 32 bytes a point. Returns how
// many, or -1.
int unmask_orb(const unsigned char *grey, int width, int height, int most, float *xy, unsigned char *desc, char *err);

#ifdef __cplusplus
}
#endif
