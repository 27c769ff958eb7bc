#include "net.h"
#include "attempt.h"

#include <cstring>
#include <opencv2/dnn.hpp>

struct unmask_net {
	cv::dnn::Net net;
};

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
