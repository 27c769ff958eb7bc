package cv

/*
#include <stdlib.h>
#include "net.h"
*/
import "C"

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"unsafe"
)

// Net is a neural network. Any number of goroutines may use one; they take turns. It lives as long as the process: gocv's Net would do
// but for its C++ exceptions, which end the process where memory runs out or another build of OpenCV knows a layer differently.
type Net struct {
	mu  sync.Mutex
	net *C.unmask_net
}

// Output names an output of a network and the count of its numbers.
type Output struct {
	Name   string
	Length int
}

// LoadNet reads a network in ONNX form.
func LoadNet(onnx []byte) (*Net, error) {
	if len(onnx) == 0 {
		return nil, errors.New("an empty file is no network")
	}
	n := &Net{}
	err := guarded(func(err *C.char) C.int {
		if n.net = C.unmask_net_load((*C.uchar)(&onnx[0]), C.size_t(len(onnx)), err); n.net == nil {
			return -1
		}
		return 0
	})
	if err != nil {
		return nil, fmt.Errorf("OpenCV cannot read the network: %w", err)
	}
	return n, nil
}

// Run computes outputs for one input of the given shape: count, channels, rows, columns. An output of another length is an error.
func (n *Net) Run(in []float32, shape [4]int, outputs []Output) ([][]float32, error) {
	size := 1
	var dims [4]C.int
	for i, d := range shape {
		if d < 1 || d > 1<<16 {
			return nil, fmt.Errorf("input of shape %v", shape)
		}
		size, dims[i] = size*d, C.int(d)
	}
	if len(in) != size || len(outputs) == 0 {
		return nil, fmt.Errorf("%d numbers for an input of shape %v and %d outputs", len(in), shape, len(outputs))
	}
	names, lengths, total := make([]*C.char, len(outputs)), make([]C.int, len(outputs)), 0
	var pin runtime.Pinner // Go pointers inside what is passed to C
	defer pin.Unpin()
	for i, o := range outputs {
		name := append([]byte(o.Name), 0)
		pin.Pin(&name[0])
		names[i], lengths[i] = (*C.char)(unsafe.Pointer(&name[0])), C.int(o.Length)
		total += o.Length
	}
	out := make([]float32, total)
	n.mu.Lock()
	defer n.mu.Unlock()
	err := guarded(func(err *C.char) C.int {
		return C.unmask_net_run(n.net, (*C.float)(&in[0]), &dims[0], &names[0], &lengths[0], C.int(len(outputs)), (*C.float)(&out[0]), err)
	})
	if err != nil {
		return nil, fmt.Errorf("network: %s", strings.ReplaceAll(err.Error(), "\n", " "))
	}
	parts := make([][]float32, len(outputs))
	for i, o := range outputs {
		parts[i], out = out[:o.Length:o.Length], out[o.Length:]
	}
	return parts, nil
}
