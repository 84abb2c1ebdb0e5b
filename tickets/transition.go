package tickets

import (
	"fmt"
	"slices"
	"strings"
)

// Resolutions of a ticket that is done.
const (
	Fixed          = "fixed"
	NoActionNeeded = "no action needed"
	NotOurs        = "not ours"
	NotAReport     = "not a report"
	AcceptedRisk   = "accepted risk"
	Withdrawn      = "withdrawn"
)

var resolutions = [...]string{Fixed, NoActionNeeded, NotOurs, NotAReport, AcceptedRisk, Withdrawn}

// following lists, for each state, the states a person may set next. A done
// ticket may get another resolution, hence resolved and closed follow themselves.
var following = map[string][]string{
	New:      {Open, Waiting, Resolved, Closed},
	Open:     {New, Waiting, Resolved, Closed},
	Waiting:  {Open, Resolved, Closed},
	Resolved: {Open, Closed, Resolved},
	Closed:   {Open, Closed},
}

// Transition tells what becomes of a ticket in state from that a person sets to
// the state to. resolution may be "": resolved then means fixed, closing what was never resolved
// means no action needed, and closing what is resolved keeps its resolution
// (res is ""). A state that is not done takes no resolution, and leaving a done
// state clears it. The error wraps ErrTransition and says what is possible.
func Transition(from, to, resolution string) (state, res string, err error) {
	from, to = strings.ToLower(strings.TrimSpace(from)), strings.ToLower(strings.TrimSpace(to))
	possible, known := following[from]
	if !known {
		return "", "", fmt.Errorf("%w: %q is no state", ErrTransition, from)
	}
	if from == to && !IsDone(to) {
		return "", "", fmt.Errorf("%w: it is %s already", ErrTransition, to)
	}
	if !slices.Contains(possible, to) {
		return "", "", fmt.Errorf("%w: from %s to %s; possible: %s", ErrTransition, from, to, strings.Join(possible, ", "))
	}
	res, err = resolutionFor(from, to, resolution)
	if err != nil {
		return "", "", fmt.Errorf("%w: %w", ErrTransition, err)
	}
	return to, res, nil
}

// IsDone tells whether a state is one that needs no more work.
func IsDone(state string) bool { return state == Resolved || state == Closed }

// ParseResolution reads a resolution in any case, with hyphens for blanks.
func ParseResolution(s string) (string, bool) {
	s = strings.Join(strings.Fields(strings.ReplaceAll(strings.ToLower(s), "-", " ")), " ")
	return s, slices.Contains(resolutions[:], s)
}

func resolutionFor(from, to, given string) (string, error) {
	if given == "" {
		return defaultResolution(from, to)
	}
	res, ok := ParseResolution(given)
	switch {
	case !ok:
		return "", fmt.Errorf("%q is no resolution; possible: %s", given, strings.Join(resolutions[:], ", "))
	case !IsDone(to):
		return "", fmt.Errorf("a ticket that is %s has no resolution", to)
	}
	return res, nil
}

func defaultResolution(from, to string) (string, error) {
	switch {
	case from == to:
		return "", fmt.Errorf("it is %s already; say another resolution", to)
	case to == Resolved:
		return Fixed, nil
	case to == Closed && from != Resolved:
		return NoActionNeeded, nil
	}
	return "", nil
}
