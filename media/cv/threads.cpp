#include <dlfcn.h>
#include <unistd.h>

// FFmpeg decodes with as many threads as OpenCV 4.6 finds processors, and OpenCV offers no way to say otherwise. With several, the
// same damaged video gives other pixels from run to run: errors are concealed from whatever a neighbouring thread has ready. So
// whoever asks through this process, which examines one item at a time, is told of one processor.
extern "C" long sysconf(int name) noexcept {
	static const auto next = reinterpret_cast<long (*)(int)>(dlsym(RTLD_NEXT, "sysconf"));
	return name == _SC_NPROCESSORS_ONLN ? 1 : next(name);
}
