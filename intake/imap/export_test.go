package imap

// What tests and fuzzing look at directly, because no server can be made to
// show every case.
var (
	Forbidden  = forbidden
	Generation = generation
)

// MaxResponse is the limit that a Meter enforces.
const MaxResponse = maxResponse

// Meter measures a whole stream, fed in pieces of the given size, and returns
// how many bytes passed.
func Meter(stream []byte, piece int, maxBody int64) (passed int, err error) {
	m := meter{maxBody: maxBody}
	for len(stream) > 0 {
		n := min(piece, len(stream))
		if err := m.feed(stream[:n]); err != nil {
			return passed, err
		}
		stream, passed = stream[n:], passed+n
	}
	return passed, nil
}
