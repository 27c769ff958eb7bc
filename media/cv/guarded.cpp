#include "guarded.h"

#include <cstdio>
#include <cstring>
#include <functional>
#include <new>
#include <opencv2/core.hpp>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/videoio.hpp>

struct unmask_video {
	cv::VideoCapture capture;
	cv::Mat frame;
};

static int fail(char *err, const char *text) {
	snprintf(err, UNMASK_ERR, "%s", text);
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

int unmask_decode(const unsigned char *data, size_t len, unsigned char *pix, int width, int height, char *err) {
	return guarded(err, [&] {
		cv::Mat raw(1, static_cast<int>(len), CV_8UC1, const_cast<unsigned char *>(data));
		cv::Mat out(height, width, CV_8UC3, pix);
		cv::Mat got = cv::imdecode(raw, cv::IMREAD_COLOR | cv::IMREAD_IGNORE_ORIENTATION, &out);
		if (got.empty()) return fail(err, "the decoder gave no picture");
		if (out.data != pix || out.cols != width || out.rows != height) {
			char text[128];
			snprintf(text, sizeof text, "the header says %dx%d, the decoder gave %dx%d", width, height, out.cols, out.rows);
			return fail(err, text);
		}
		return 0;
	});
}

unmask_video *unmask_video_open(const char *path, char *err) {
	unmask_video *v = nullptr;
	int rc = guarded(err, [&] {
		v = new unmask_video;
		if (!v->capture.open(path, cv::CAP_FFMPEG)) return fail(err, "FFmpeg cannot open it as one of the permitted formats");
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
		if (!v->capture.retrieve(v->frame) || v->frame.empty()) return fail(err, "the frame cannot be converted");
		if (v->frame.cols != width || v->frame.rows != height || v->frame.type() != CV_8UC3) return fail(err, "the frame has another size than the video");
		cv::Mat out(height, width, CV_8UC3, pix);
		v->frame.copyTo(out);
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
	return guarded(err, [&] { return v->capture.set(cv::CAP_PROP_POS_MSEC, ms) ? 0 : fail(err, "seeking failed"); });
}

void unmask_video_close(unmask_video *v) {
	char err[UNMASK_ERR];
	guarded(err, [&] { delete v; return 0; });
}
