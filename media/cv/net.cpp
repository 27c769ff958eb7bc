#include "net.h"

#include <cstdio>
#include <cstring>
#include <functional>
#include <opencv2/dnn.hpp>
#include <opencv2/imgproc.hpp>

struct unmask_net {
	cv::dnn::Net net;
};

// attempt runs body and turns whatever it throws into text. Networks are the only callers that see no untrusted bytes; they still run out
// of memory.
static int attempt(char *err, const std::function<void()> &body) {
	try {
		body();
		return 0;
	} catch (const std::exception &e) {
		snprintf(err, UNMASK_ERR, "%s", e.what());
	} catch (...) {
		snprintf(err, UNMASK_ERR, "unknown C++ exception");
	}
	return -1;
}

unmask_net *unmask_net_load(const unsigned char *onnx, size_t len, char *err) {
	unmask_net *n = nullptr;
	attempt(err, [&] {
		cv::dnn::Net net = cv::dnn::readNetFromONNX(reinterpret_cast<const char *>(onnx), len);
		net.setPreferableBackend(cv::dnn::DNN_BACKEND_OPENCV);
		net.setPreferableTarget(cv::dnn::DNN_TARGET_CPU);
		n = new unmask_net{net};
	});
	return n;
}

int unmask_net_run(unmask_net *n, const float *in, const int shape[4], const char **names, const int *lengths, int outputs, float *out, char *err) {
	return attempt(err, [&] {
		cv::Mat blob(4, shape, CV_32F, const_cast<float *>(in));
		n->net.setInput(blob);
		std::vector<cv::Mat> found;
		n->net.forward(found, std::vector<cv::String>(names, names + outputs));
		for (int i = 0; i < outputs; i++) {
			const cv::Mat &m = found.at(i);
			if (m.type() != CV_32F || !m.isContinuous() || m.total() != static_cast<size_t>(lengths[i]))
				CV_Error(cv::Error::StsUnmatchedSizes, cv::format("output %s has %zu numbers, not %d", names[i], m.total(), lengths[i]));
			memcpy(out, m.ptr<float>(), sizeof(float) * m.total());
			out += lengths[i];
		}
	});
}

int unmask_resize(const unsigned char *pix, int width, int height, unsigned char *out, int to_width, int to_height, char *err) {
	return attempt(err, [&] {
		cv::Mat from(height, width, CV_8UC3, const_cast<unsigned char *>(pix)), to(to_height, to_width, CV_8UC3, out);
		cv::resize(from, to, to.size(), 0, 0, to_width < width ? cv::INTER_AREA : cv::INTER_LINEAR);
	});
}
