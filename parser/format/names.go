package format

// The names of the formats in a report.
const (
	FreeText     = "free-text"
	ARF          = "arf"
	XARFMail     = "x-arf" // 0.1 and 0.2: fields in YAML
	XARF         = "xarf"  // 3 and 4: JSON
	IODEF        = "iodef"
	Shadowserver = "shadowserver"
	STIX         = "stix"
	ACNS         = "acns"
	DSN          = "dsn"
	MDN          = "mdn"
)

// IsReport tells the formats in which programs report incidents. The list stands
// here alone: what is a report, what is a program's and what is not answered
// all follow from it.
func IsReport(name string) bool {
	switch name {
	case ARF, XARFMail, XARF, IODEF, Shadowserver, STIX, ACNS:
		return true
	}
	return false
}

// IsMachine tells the formats that programs write for programs: reports, and
// notices about mail.
func IsMachine(name string) bool { return IsReport(name) || name == DSN || name == MDN }
