package logline_test

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"postern/parser/logline"
)

// FuzzRead holds what must be true of any text: addresses are canonical, ports
// are ports, and a time whose zone is stated is RFC 3339.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		"Nov 20 14:02:11 s sshd[1]: Failed password for root from 203.0.113.7 port 51122 ssh2\nall times are UTC\n",
		"date=2026-11-20 time=14:02:11 tz=\"+0100\" srcip=203.0.113.22 srcport=1 dstip=192.0.2.9",
		"Time (UTC),Source IP,Port\n2026-11-20 14:02,203.0.113.5,22\n",
		"Source IP: [2001:db8::1]:22\nZeit: 20.11.2026 14:02 MEZ\n",
		"Nov 20 14:02:11 gw kernel: DROP IN=eth0 OUT= SRC=203.0.113.4 DST=192.0.2.9\nSPT=5 DPT=6 Europe/Berlin\n",
		"11/20-14:02:11.1 {TCP} 203.0.113.5:1 -> 192.0.2.1/22 1795356131 2:02 PM",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		zone, _ := logline.StatedZone(text)
		for _, e := range logline.Read(logline.Clock{Around: around, Zone: zone}, text) {
			a, err := netip.ParseAddr(e.Address)
			if err != nil || a.String() != e.Address || a.Zone() != "" {
				t.Fatalf("address %q is not canonical", e.Address)
			}
			if e.Port < 0 || e.Port > 65535 || e.Role != "source" && e.Role != "target" {
				t.Fatalf("got %+v", e)
			}
			if _, err := time.Parse(time.RFC3339, e.Time); e.Zone == "stated" && err != nil {
				t.Fatalf("time %q with a stated zone: %v", e.Time, err)
			}
		}
	})
}

// TestWorstCasesStayLinear gives each pattern that could make the reader look
// back or ahead too often, half a megabyte of it, with and without lines.
func TestWorstCasesStayLinear(t *testing.T) {
	for _, pattern := range []string{
		"1.1.1.1", "1.1.1.1 ", "1.1.1.1:", "1.1.1.1/", "1.1.1.1 -> ", "1:", "::", "[", "src=", "src:", "a:", "from ", "Nov ", "Nov 20 ", "2026-11-20 ", "14:02:11 ", "20/", "time ", "UTC ", "times UTC ",
		"1.1.1.1\n", "src dst\n1.1.1.1 2.2.2.2\n", "Source IP: 1.1.1.1\n", "Time: 14:02:11\n", "|", "||\n", "a,b\n", ",", "\n", "> ", "1795356131 ", "\xff", "date=time=", "ts:1795356131000", "Eastern ", "Europe/", "heure de ",
		"Nov 20 14:02:11 sensor3.example.org sshd[8812]: Failed from 1.1.1.1 to\n", "Nov 20 14:02:11 IN=eth0 OUT= SRC=1.1.1.1 DST=2.2.2.2 LEN=1\nSPT=1 DPT=2\n", "日本時間", "時刻は", "@40000000", "20261120 ", "14:02:11 x (a\n    1.1.1.1 > 2.2.2.2\n", "Event ID: 1\nDate: 2026-11-20 14:02\n\nSource: 1.1.1.1\n",
	} {
		t.Run(pattern, func(t *testing.T) {
			text := strings.Repeat(pattern, 512<<10/len(pattern))
			start := time.Now()
			zone, _ := logline.StatedZone(text)
			if got := logline.Read(logline.Clock{Around: around, Zone: zone}, text); len(got) > logline.MaxEndpoints {
				t.Errorf("got %d endpoints", len(got))
			}
			if took := time.Since(start); took > 30*time.Second {
				t.Errorf("512 KB of %q took %v", pattern, took)
			}
		})
	}
}

func BenchmarkRead(b *testing.B) {
	var text strings.Builder
	for n := range 60 {
		text.WriteString("Nov 20 14:02:11 sensor3 sshd[8812]: Failed password for root from 203.0.113." + string(rune('0'+n%10)) + string(rune('0'+n/10)) + " port 51122 ssh2\n")
	}
	b.SetBytes(int64(text.Len()))
	b.ReportAllocs()
	for b.Loop() {
		logline.Read(logline.Clock{Around: around}, text.String())
	}
}
