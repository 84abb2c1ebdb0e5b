// Package arf reads the Abuse Reporting Format, in which mail providers hand on
// complaints (RFC 5965), with authentication failures (RFC 6591).
package arf

import (
	"postern/parser/format"
	"postern/parser/mime"
)

// Detect reads a feedback report. It is a format.Detector.
func Detect(root *mime.Part, text string) (format.Detected, bool) {
	return format.Detected{}, false
}
