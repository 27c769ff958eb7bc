// For C++ only: what networks and filters share.
#pragma once
#include "guarded.h"

#include <cstdio>
#include <exception>
#include <functional>

// attempt runs body and turns whatever it throws into text. Its callers see pixels and no
// untrusted bytes; they still run out of memory.
inline int attempt(char *err, const std::function<void()> &body) {
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
