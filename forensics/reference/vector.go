package reference

import "math"

// VectorLength is the count of numbers in a face's embedding.
const VectorLength = 128

// Vector is the embedding of a face, at length 1.
type Vector []float32

// vectorUnit is what a step of a packed number stands for. Numbers of an embedding are some .09 on average and hardly ever above .45.
const vectorUnit = 1. / 256

// PackVector is the form in which packs carry an embedding: a signed byte for each number, in units of 1/256. It changes the cosine of
// two embeddings by less than .01.
func PackVector(v Vector) []byte {
	out := make([]byte, len(v))
	for i, x := range v {
		out[i] = byte(int8(math.Round(min(max(float64(x)/vectorUnit, -127), 127))))
	}
	return out
}

// UnpackVector reads what PackVector wrote. It is nil where data has another length.
func UnpackVector(data []byte) Vector {
	if len(data) != VectorLength {
		return nil
	}
	v := make(Vector, len(data))
	for i, b := range data {
		v[i] = float32(int8(b))
	}
	return v.Unit()
}

// Unit returns the vector at length 1; one without length stays as it is.
func (v Vector) Unit() Vector {
	length := math.Sqrt(v.Dot(v))
	if length == 0 {
		return v
	}
	out := make(Vector, len(v))
	for i, x := range v {
		out[i] = float32(float64(x) / length)
	}
	return out
}

// Dot is the cosine of two vectors of length 1.
func (v Vector) Dot(o Vector) float64 {
	sum := 0.
	for i, x := range v {
		sum += float64(x) * float64(o[i])
	}
	return sum
}

// Mean returns the direction of the mean of vectors, at length 1.
func Mean(vs []Vector) Vector {
	out := make(Vector, VectorLength)
	for _, v := range vs {
		for i, x := range v {
			out[i] += x
		}
	}
	return out.Unit()
}
