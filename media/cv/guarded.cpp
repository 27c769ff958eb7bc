#include "guarded.h"

#include <algorithm>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <new>
#include <opencv2/core.hpp>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/features2d.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/videoio.hpp>

struct unmask_video {
	cv::VideoCapture capture;
};

static int fail(char *err, const char *text) {
	snprintf(err, UNMASK_ERR, "%s", text);
	return -1;
}

// other_size says that a decoder gave another size than the caller had made room for.
static int other_size(char *err, int width, int height, const cv::Mat &got) {
	snprintf(err, UNMASK_ERR, "the header says %dx%d pixels, the decoder gave %dx%d", width, height, got.cols, got.rows);
	return -1;
}

// guarded runs body and turns whatever it throws into text.
static int guarded(char *err, const std::function<int()> &body) {
	try {
		return body();
	} catch (const cv::Exception &e) {
		return fail(err, e.err.empty() ? e.what() : e.err.c_str());
	} catch (const std::bad_alloc &) {
		return fail(err, "out of memory");
	} catch (const std::exception &e) {
		return fail(err, e.what());
	} catch (...) {
		return fail(err, "unknown C++ exception");
	}
}

int unmask_set_threads(int n, char *err) {
	return guarded(err, [&] {
		cv::setNumThreads(n);
		cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
		return 0;
	});
}

int unmask_build_information(char *out, size_t len, char *err) {
	return guarded(err, [&] {
		snprintf(out, len, "%s", cv::getBuildInformation().c_str());
		return 0;
	});
}

static bool marked(const unsigned char *pixel, int mark) { return pixel[0] == mark && pixel[1] == mark && pixel[2] == mark; }

int unmask_decode(const unsigned char *data, size_t len, unsigned char *pix, int width, int height, char *err) {
	return guarded(err, [&] {
		if (len > INT_MAX) return fail(err, "the file is longer than OpenCV reads");
		cv::Mat raw(1, static_cast<int>(len), CV_8UC1, const_cast<unsigned char *>(data));
		// imdecode leaves its target as it is where no decoder knows the file or makes sense of its header. A second round, with another
		// mark at both ends, tells that from a picture that happens to look like the mark.
		unsigned char *last = pix + 3 * (static_cast<size_t>(width) * height - 1);
		for (int mark : {0x5a, 0xa5}) {
			memset(pix, mark, 3);
			memset(last, mark, 3);
			cv::Mat out(height, width, CV_8UC3, pix);
			cv::imdecode(raw, cv::IMREAD_COLOR | cv::IMREAD_IGNORE_ORIENTATION, &out);
			if (out.empty()) return fail(err, "the decoder gave no picture");
			if (out.data != pix) return other_size(err, width, height, out);
			if (!marked(pix, mark) || !marked(last, mark)) return 0;
		}
		return fail(err, "the decoder gave no picture");
	});
}

unmask_video *unmask_video_open(const char *path, const char *options, char *err) {
	// OpenCV reads these when it opens its first video and never after.
	static const bool configured = setenv("OPENCV_FFMPEG_CAPTURE_OPTIONS", options, 1) == 0 && setenv("OPENCV_FFMPEG_LOGLEVEL", "-8", 1) == 0;
	unmask_video *v = nullptr;
	int rc = guarded(err, [&] {
		if (!configured) return fail(err, "the permitted formats cannot be set");
		v = new unmask_video;
		// No time limits: what a clock cut off would differ from run to run. Whoever runs the process limits its time.
		if (!v->capture.open(path, cv::CAP_FFMPEG, {cv::CAP_PROP_OPEN_TIMEOUT_MSEC, INT_MAX, cv::CAP_PROP_READ_TIMEOUT_MSEC, INT_MAX}))
			return fail(err, "FFmpeg finds no video in it that it can decode");
		v->capture.set(cv::CAP_PROP_ORIENTATION_AUTO, 0);
		return 0;
	});
	if (rc != 0) {
		unmask_video_close(v);
		return nullptr;
	}
	return v;
}

int unmask_video_grab(unmask_video *v, char *err) {
	return guarded(err, [&] { return v->capture.grab() ? 1 : 0; });
}

int unmask_video_retrieve(unmask_video *v, unsigned char *pix, int width, int height, char *err) {
	return guarded(err, [&] {
		cv::Mat out(height, width, CV_8UC3, pix);
		if (!v->capture.retrieve(out) || out.empty()) return fail(err, "the frame cannot be converted");
		if (out.data != pix) return other_size(err, width, height, out);
		return 0;
	});
}

double unmask_video_get(unmask_video *v, int property) {
	double value = 0;
	char err[UNMASK_ERR];
	guarded(err, [&] { value = v->capture.get(property); return 0; });
	return value;
}

int unmask_video_seek(unmask_video *v, double ms, char *err) {
	return guarded(err, [&] { return v->capture.set(cv::CAP_PROP_POS_MSEC, ms) ? 0 : fail(err, "the video cannot be searched"); });
}

void unmask_video_close(unmask_video *v) {
	char err[UNMASK_ERR];
	guarded(err, [&] { delete v; return 0; });
}

int unmask_orb(const unsigned char *grey, int width, int height, int most, float *xy, unsigned char *desc, char *err) {
	return guarded(err, [&] {
		cv::Mat picture(height, width, CV_8UC1, const_cast<unsigned char *>(grey)), found;
		std::vector<cv::KeyPoint> points;
		cv::ORB::create(most, 1.2f, 8, 31, 0, 2, cv::ORB::HARRIS_SCORE, 31, 10)->detectAndCompute(picture, cv::noArray(), points, found);
		int n = static_cast<int>(points.size());
		std::vector<int> order(n);
		for (int i = 0; i < n; i++) order[i] = i;
		std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return points[a].response > points[b].response; });
		n = std::min(n, most);
		for (int i = 0; i < n; i++) {
			xy[2 * i] = points[order[i]].pt.x;
			xy[2 * i + 1] = points[order[i]].pt.y;
			memcpy(desc + 32 * i, found.ptr(order[i]), 32);
		}
		return n;
	});
}
