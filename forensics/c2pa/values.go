package c2pa

import (
	"encoding/base64"
	"encoding/json"
)

// fromJSON decodes an object; encoding/json bounds its depth.
func fromJSON(b []byte) (value map[string]any) {
	_ = json.Unmarshal(b, &value)
	return value
}

// The functions below read a value that may be anything; what is not of the type gives its zero.

func text(v any) string {
	s, _ := v.(string)
	return s
}

func list(v any) []any {
	l, _ := v.([]any)
	return l
}

func object(v any) map[string]any {
	o, _ := v.(map[string]any)
	return o
}

// octets reads a byte string, which JSON has in base64.
func octets(v any) []byte {
	switch v := v.(type) {
	case []byte:
		return v
	case string:
		b, _ := base64.StdEncoding.DecodeString(v)
		return b
	}
	return nil
}

// number reads a count; ok is false for anything else.
func number(v any) (n int64, ok bool) {
	switch v := v.(type) {
	case uint64:
		return int64(v), v < 1<<62
	case int64:
		return v, v >= 0
	case float64:
		return int64(v), v >= 0 && v < 1<<53 && v == float64(int64(v))
	}
	return 0, false
}
