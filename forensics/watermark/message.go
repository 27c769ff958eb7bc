package watermark

import "math"

// message is a watermark whose content is public.
type message struct {
	code, feature, name, says string
	bits                      []byte // 0 or 1
}

var messages = [...]message{
	{"sdxl", "sdxl_bits", "Stable Diffusion XL", "the 48 bits of diffusers and of Stability AI's generative-models", binary("101100111110110010010000011110111011000110011110")},
	// 48 bits of which Python's bin() dropped the leading zeros
	{"flux", "flux_bits", "FLUX", "the 46 bits of the reference code of Black Forest Labs", binary("1010101111111010000111100111001111010100101110")},
	{"stablediffusion", "sd1_bits", "Stable Diffusion 1", `"StableDiffusionV1"`, octets("StableDiffusionV1")},
	{"stablediffusion", "sd2_bits", "Stable Diffusion 2", `"SDV2"`, octets("SDV2")},
}

func binary(s string) []byte {
	out := make([]byte, len(s))
	for i := range out {
		out[i] = s[i] - '0'
	}
	return out
}

// octets gives the bits of characters, the highest first.
func octets(s string) (out []byte) {
	for i := range len(s) {
		for shift := 7; shift >= 0; shift-- {
			out = append(out, s[i]>>shift&1)
		}
	}
	return out
}

// tail is the probability that at least k of n fair coins show heads.
func tail(n, k int) (p float64) {
	for i := n; i >= k; i-- {
		a, _ := math.Lgamma(float64(n + 1))
		b, _ := math.Lgamma(float64(i + 1))
		c, _ := math.Lgamma(float64(n - i + 1))
		p += math.Exp(a - b - c - float64(n)*math.Ln2)
	}
	return p
}
