package desk_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"postern/tickets/desk"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// start runs a desk with the figures given and gives its address.
func start(t *testing.T, figures desk.Figures, failure error) string {
	t.Helper()
	d, err := desk.New(desk.Options{
		Listen: "127.0.0.1:0", URL: "https://desk.example.org", Version: "test",
		Figures: func(context.Context) (desk.Figures, error) { return figures, failure },
		Now:     func() time.Time { return noon },
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- d.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("stopping: %v", err)
		}
	})
	return "http://" + d.Address()
}

func get(t *testing.T, url, host string) (int, string) {
	t.Helper()
	request, err := http.NewRequest("GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if host != "" {
		request.Host = host
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(body)
}

func TestHealthz(t *testing.T) {
	tests := []struct {
		name    string
		figures desk.Figures
		failure error
		code    int
		status  string
		alarm   string
	}{
		{"nothing wrong", desk.Figures{}, nil, 200, "ok", ""},
		{"a wrong password", desk.Figures{Mailboxes: []desk.Mailbox{{Name: "csirt", Folder: "INBOX", Error: "the server refuses the password"}}}, nil, 200, "attention", "refuses the password"},
		{"a mail not filed", desk.Figures{Unfiled: noon.Add(-11 * time.Minute)}, nil, 200, "attention", "not filed"},
		{"a mail being filed", desk.Figures{Unfiled: noon.Add(-time.Minute)}, nil, 200, "ok", ""},
		{"held", desk.Figures{Mails: map[string]int64{"held": 2}}, nil, 200, "attention", "2 mails are held"},
		{"withheld", desk.Figures{Attention: map[string]int64{"withheld": 3}}, nil, 200, "attention", "3 answers are withheld"},
		{"put off for long", desk.Figures{PutOff: noon.Add(-2 * time.Hour)}, nil, 200, "attention", "put off a mail for 2h"},
		{"our key ends this week", desk.Figures{Keys: []desk.Key{{Fingerprint: "AB12", Ours: true, Until: noon.Add(50 * time.Hour)}}}, nil, 200, "attention", "our key AB12 ends on 2026-11-23"},
		{"an old key of ours ends", desk.Figures{Keys: []desk.Key{{Fingerprint: "AB12", Ours: true, Outlived: true, Until: noon.Add(50 * time.Hour)}}}, nil, 200, "ok", ""},
		{"a peer's key ends", desk.Figures{Keys: []desk.Key{{Fingerprint: "AB12", Until: noon.Add(50 * time.Hour)}}}, nil, 200, "ok", ""},
		{"put off just now", desk.Figures{PutOff: noon.Add(-20 * time.Minute)}, nil, 200, "ok", ""},
		{"a flood that is answered for days", desk.Figures{Delayed: noon.Add(59 * time.Hour)}, nil, 200, "attention", "leaves in 59 hours"},
		{"a busy hour", desk.Figures{Delayed: noon.Add(time.Hour)}, nil, 200, "ok", ""},
		{"bytes gone", desk.Figures{WithoutRaw: 1}, nil, 200, "attention", "without their bytes"},
		{"unsure", desk.Figures{Attention: map[string]int64{"unsure": 1}}, nil, 200, "attention", "may or may not"},
		{"relay away", desk.Figures{Relay: desk.Relay{Error: "connection refused"}}, nil, 200, "attention", "relay: connection refused"},
		{"no store for answers", desk.Figures{Relay: desk.Relay{Error: "connection refused", AtStore: true}}, nil, 200, "attention", "answers wait for the database: connection refused"},
		{"a mailbox that nobody reads", desk.Figures{Nobody: []desk.Nobody{{Source: "csirt@mail.example.org:993/INBOX", For: 2 * time.Minute}}}, nil, 200, "attention", "csirt@mail.example.org:993/INBOX: no machine has read it for 2m"},
		{"a key that only others have", desk.Figures{Lacking: []string{"AB12"}}, nil, 200, "attention", "secret key AB12"},
		{"a mailbox that changes hands", desk.Figures{Nobody: []desk.Nobody{{Source: "csirt@mail.example.org:993/INBOX", For: 20 * time.Second}}}, nil, 200, "ok", ""},
		{"no database", desk.Figures{}, errors.New("secret path"), 503, "failed", "cannot be read"},
		{"before the start", desk.Figures{}, fmt.Errorf("secret path: %w", desk.Waiting("the database cannot be reached")), 503, "waiting", "cannot be reached"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			code, body := get(t, start(t, test.figures, test.failure)+"/healthz", "")
			var answer struct {
				Status string
				Alarms []string
			}
			if err := json.Unmarshal([]byte(body), &answer); err != nil {
				t.Fatalf("%v in %s", err, body)
			}
			if code != test.code || answer.Status != test.status {
				t.Errorf("got %d %q, want %d %q", code, answer.Status, test.code, test.status)
			}
			if got := strings.Join(answer.Alarms, "\n"); !strings.Contains(got, test.alarm) || test.alarm == "" && got != "" {
				t.Errorf("got alarms %q, want %q", got, test.alarm)
			}
			if strings.Contains(body, "secret path") {
				t.Error("an error of the database reaches the page")
			}
		})
	}
}

func TestMetrics(t *testing.T) {
	url := start(t, desk.Figures{
		Mails:     map[string]int64{"filed": 7},
		Mailboxes: []desk.Mailbox{{Name: "csirt", Folder: "INBOX", Error: "down"}},
		Unfiled:   noon.Add(-90 * time.Second),
		Machine:   "a/1-x", Machines: []string{"a/1-x", "b/2-y"},
		Leases: []desk.Lease{{Name: "timer:seal", Holder: "b/2-y"}},
	}, nil)
	_, body := get(t, url+"/metrics", "")
	for _, want := range []string{
		`postern_mails{state="filed"} 7`, `postern_mailbox_up{folder="INBOX",mailbox="csirt"} 0`,
		`postern_oldest_unfiled_seconds 90`, `postern_build_info{version="test"} 1`, `postern_alarms 1`,
		`postern_machines 2`, `postern_holds{lease="timer:seal"} 0`, `postern_mailbox_here{folder="INBOX",mailbox="csirt"} 0`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("%s is missing in\n%s", want, body)
		}
	}
}

func TestMetricsFailAsAWholeWithoutDatabase(t *testing.T) {
	if code, _ := get(t, start(t, desk.Figures{}, errors.New("gone"))+"/metrics", ""); code != 500 {
		t.Errorf("got %d, want 500", code)
	}
}

func TestForeignHostIsRefused(t *testing.T) {
	url := start(t, desk.Figures{}, nil)
	tests := []struct {
		host string
		code int
	}{
		{"", 200}, {"localhost:8025", 200}, {"[::1]:8025", 200}, {"desk.example.org", 200}, {"DESK.example.org:443", 200},
		{"evil.example", 421}, {"127.0.0.1.evil.example", 421},
	}
	for _, test := range tests {
		if code, _ := get(t, url+"/healthz", test.host); code != test.code {
			t.Errorf("Host %q: got %d, want %d", test.host, code, test.code)
		}
	}
}

func TestTakenPortGivesTheNext(t *testing.T) {
	figures := func(context.Context) (desk.Figures, error) { return desk.Figures{}, nil }
	now := func() time.Time { return noon }
	first, err := desk.New(desk.Options{Listen: "127.0.0.1:0", Figures: figures, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	second, err := desk.New(desk.Options{Listen: first.Address(), Figures: figures, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	if first.Address() == second.Address() {
		t.Errorf("both listen on %s", first.Address())
	}
	if err := errors.Join(first.Close(), second.Close(), second.Close()); err != nil {
		t.Error(err)
	}
}

func TestAddressOfAnotherMachineIsRefusedAsItIs(t *testing.T) {
	_, err := desk.New(desk.Options{Listen: "192.0.2.9:8025"})
	if err == nil || !strings.Contains(err.Error(), "192.0.2.9:8025") {
		t.Errorf("got %v, want an error with the port that was asked for", err)
	}
}

func TestDiskAndClockAreAlarms(t *testing.T) {
	little, plenty := int64(100<<20), int64(100<<30)
	for _, c := range []struct {
		name    string
		figures desk.Figures
		want    string
	}{
		{"plenty of room", desk.Figures{DiskFree: &plenty, Newest: noon.Add(-time.Hour)}, ""},
		{"nobody knows", desk.Figures{}, ""},
		{"a disk nearly full", desk.Figures{DiskFree: &little}, "100 MB"},
		{"a full disk", desk.Figures{DiskFree: new(int64)}, "0 MB"},
		{"a clock that jumped", desk.Figures{ClockJump: time.Hour}, "1h0m0s"},
		{"a clock that went back between two starts", desk.Figures{Newest: noon.Add(time.Hour)}, "behind"},
	} {
		alarms := c.figures.Alarms(noon)
		if c.want == "" && len(alarms) > 0 || c.want != "" && (len(alarms) != 1 || !strings.Contains(alarms[0].Text, c.want)) {
			t.Errorf("%s: got %v, want %q", c.name, alarms, c.want)
		}
	}
	_, text := get(t, start(t, desk.Figures{DiskFree: &little, ClockJump: time.Hour, Relay: desk.Relay{Deferred: 3, Failed: 2, Unsure: 1}}, nil)+"/metrics", "")
	for _, line := range []string{"postern_disk_free_bytes 1.048576e+08", "postern_clock_jump_seconds 3600", "postern_deferred_total 3", "postern_failed_total 2", "postern_unsure_total 1"} {
		if !strings.Contains(text, line) {
			t.Errorf("/metrics lacks %q", line)
		}
	}
}
