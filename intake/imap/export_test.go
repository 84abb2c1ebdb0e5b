package imap

// What tests and fuzzing look at directly, because no server can be made to
// show every case.
var (
	Forbidden  = forbidden
	Generation = generation
)

// MaxResponse is the limit of a wire's meter.
const MaxResponse = maxResponse

// Meter measures a whole stream, fed in pieces of the given size, and returns
// how many bytes passed.
func Meter(stream []byte, piece, limit int, maxBody int64) (passed int, err error) {
	m := meter{maxBody: maxBody, limit: limit}
	for len(stream) > 0 {
		n := min(piece, len(stream))
		if err := m.feed(stream[:n]); err != nil {
			return passed, err
		}
		stream, passed = stream[n:], passed+n
	}
	return passed, nil
}
