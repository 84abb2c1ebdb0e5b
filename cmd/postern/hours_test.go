package main

import (
	"bytes"
	"testing"
	"time"
)

// Only hours that the team has stated stand in what it says to the outside.
func TestHoursAreToldWhenStated(t *testing.T) {
	for hours, told := range map[string]bool{"": false, "hours = \"Mo-Fr 08:30-16:00\"\n": true} {
		w := memoryWorld(t)
		edit(t, w.config, "[csirt]\n", "[csirt]\n"+hours+"# hours\n")
		w.deliver("csirt", "INBOX", sample(t, "ssh-scan-log.eml"), time.Now())
		d := w.start(t)
		d.filed(t, 1)
		answer := w.arrived(t, 1)[0].Data
		if got := bytes.Contains(answer, []byte("Our hours")); got != told || told && !bytes.Contains(answer, []byte("Mon-Fri 08:30-16:00 UTC")) {
			t.Errorf("with %q hours are told: %v\n%s", hours, got, answer)
		}
	}
}
