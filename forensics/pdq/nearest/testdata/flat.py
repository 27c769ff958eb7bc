"""Searches by FAISS IndexBinaryFlat on one thread: flat.py HASHES PROBES PAIRS RADIUS.

HASHES and PROBES hold 32 bytes a hash. Prints the processor seconds of the search; PAIRS gets (probe, id, distance) as 64-bit numbers, in order."""
import sys
import time

import faiss
import numpy

hashes, probes, pairs, radius = sys.argv[1:]
faiss.omp_set_num_threads(1)
index = faiss.IndexBinaryFlat(256)
index.add(numpy.fromfile(hashes, numpy.uint8).reshape(-1, 32))
queries = numpy.fromfile(probes, numpy.uint8).reshape(-1, 32)

start = time.process_time()
limits, distances, ids = index.range_search(queries, int(radius) + 1)  # it takes what is nearer than this
print(time.process_time() - start)

query = numpy.repeat(numpy.arange(len(queries)), numpy.diff(limits.astype(numpy.int64)))
found = numpy.column_stack([query, ids, distances]).astype(numpy.int64)
found[numpy.lexsort((found[:, 1], found[:, 0]))].tofile(pairs)
