package config

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Duration is a time.Duration that reads "48h", "90s" and also "2d" from the file.
type Duration time.Duration

// UnmarshalText reads a duration; it must be positive.
func (d *Duration) UnmarshalText(text []byte) error {
	s := string(text)
	if days, ok := strings.CutSuffix(s, "d"); ok {
		n, err := strconv.Atoi(days)
		if err != nil || n <= 0 || n > 36500 {
			return fmt.Errorf("%q is no number of days", s)
		}
		*d = Duration(time.Duration(n) * 24 * time.Hour)
		return nil
	}
	value, err := time.ParseDuration(s)
	if err != nil || value <= 0 {
		return fmt.Errorf("%q is no duration; write it like \"90s\", \"48h\" or \"2d\"", s)
	}
	*d = Duration(value)
	return nil
}

// Size is a number of bytes that reads "100MB" and "256KB" from the file
// (powers of 1024, as mail servers count).
type Size int64

// UnmarshalText reads a size; it must be positive.
func (s *Size) UnmarshalText(text []byte) error {
	number, unit := string(text), int64(1)
	for suffix, factor := range map[string]int64{"KB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30} {
		if n, ok := strings.CutSuffix(number, suffix); ok {
			number, unit = n, factor
			break
		}
	}
	n, err := strconv.ParseInt(strings.TrimSpace(number), 10, 32)
	if err != nil || n <= 0 {
		return fmt.Errorf("%q is no size; write it like \"100MB\"", text)
	}
	*s = Size(n * unit)
	return nil
}
