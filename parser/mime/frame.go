package mime

// What of a part is being read.
type state int

const (
	inHeader   state = iota
	inBody           // of a leaf, or of an attached mail whose root is the next frame
	inPreamble       // of a multipart, before its first boundary
	inParts          // of a multipart, between its boundaries
	inEpilogue       // of a multipart, behind its last boundary
	inRest           // of the part that takes what the limits leave over
)

// frame is a part that has begun and not yet ended.
type frame struct {
	part   *Part
	parent *frame
	state  state
	depth  int  // multiparts and attached mails around this part
	mail   bool // the root of a mail, whose header may be damaged at its top
	block  block

	boundaries []string // not nil for a multipart that is read as one
	shadowed   []*frame // who had these boundaries before, by position
	undeclared bool     // its header names no boundary: each part may begin with another one
	candidate  *candidate
	embedded   bool  // an attached mail to be decoded when it ends
	unwrapped  bool  // a multipart whose body was encoded as a whole and is read decoded
	prose      bool  // something stands before the first boundary
	preamble   int64 // where the text before a last boundary without any first one ends
	epilogue   int64 // where the line of that boundary ends
}

// register makes the boundaries of a multipart known. An outer multipart with
// the same boundary waits in its shadow.
func (r *reader) register(f *frame, boundary string) {
	f.boundaries = append(f.boundaries, boundary)
	f.shadowed = append(f.shadowed, r.open[boundary])
	r.open[boundary] = f
}

// forget gives the boundaries of a part that ended back to whom they shadowed.
func (r *reader) forget(f *frame) {
	for n := len(f.boundaries) - 1; n >= 0; n-- {
		if f.shadowed[n] != nil {
			r.open[f.boundaries[n]] = f.shadowed[n]
		} else {
			delete(r.open, f.boundaries[n])
		}
	}
	f.shadowed = f.shadowed[:0]
	f.boundaries = f.boundaries[:0]
}
