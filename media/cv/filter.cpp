#include "filter.h"
#include "attempt.h"

#include <opencv2/imgproc.hpp>

int unmask_resize(const unsigned char *pix, int width, int height, unsigned char *out, int to_width, int to_height, char *err) {
	return attempt(err, [&] {
		cv::Mat from(height, width, CV_8UC3, const_cast<unsigned char *>(pix)), to(to_height, to_width, CV_8UC3, out);
		cv::resize(from, to, to.size(), 0, 0, to_width < width ? cv::INTER_AREA : cv::INTER_LINEAR);
	});
}

int unmask_blur(const float *plane, int width, int height, int side, double deviation, float *out, char *err) {
	return attempt(err, [&] {
		cv::Mat from(height, width, CV_32FC1, const_cast<float *>(plane)), to(height, width, CV_32FC1, out);
		cv::GaussianBlur(from, to, cv::Size(side, side), deviation, deviation, cv::BORDER_REPLICATE);
	});
}

int unmask_extreme(const unsigned char *plane, int width, int height, int side, int most, unsigned char *out, char *err) {
	return attempt(err, [&] {
		cv::Mat from(height, width, CV_8UC1, const_cast<unsigned char *>(plane)), to(height, width, CV_8UC1, out);
		cv::Mat square = cv::getStructuringElement(cv::MORPH_RECT, cv::Size(side, side));
		most ? cv::dilate(from, to, square) : cv::erode(from, to, square);
	});
}
