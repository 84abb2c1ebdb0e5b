package tickets_test

import (
	"slices"
	"strings"
	"testing"

	"postern/tickets"
)

func tokens(t testing.TB, keys ...string) *tickets.Tokens {
	t.Helper()
	var all [][]byte
	for _, k := range keys {
		all = append(all, []byte(k))
	}
	made, err := tickets.NewTokens(all, "example.org")
	if err != nil {
		t.Fatal(err)
	}
	return made
}

const (
	key1 = "0123456789abcdef0123456789abcdef"
	key2 = "fedcba9876543210fedcba9876543210"
	ref1 = "EX-7KQ4-9MZX"
	ref2 = "EX-2222-2222"
)

func TestTokensProve(t *testing.T) {
	made := tokens(t, key1)
	token := made.Make(ref1, "Ana@Example.NET", tickets.ForReporter)
	for name, c := range map[string]struct {
		id, ref    string
		recipients []string
		purpose    string
		want       bool
	}{
		"as made":                  {token, ref1, []string{"ana@example.net"}, "reporter", true},
		"case of the recipient":    {token, ref1, []string{"ANA@example.net"}, "reporter", true},
		"one of several":           {token, ref1, []string{"x@example.com", "ana@example.net"}, "reporter", true},
		"in brackets":              {"<" + token + ">", ref1, []string{"ana@example.net"}, "reporter", true},
		"capitals throughout":      {strings.ToUpper(token), ref1, []string{"ana@example.net"}, "reporter", true},
		"right side replaced":      {strings.Split(token, "@")[0] + "@relay.example.com", ref1, []string{"ana@example.net"}, "reporter", true},
		"another recipient":        {token, ref1, []string{"eve@example.com"}, "reporter", false},
		"no recipient":             {token, ref1, nil, "reporter", false},
		"another conversation":     {token, ref2, []string{"ana@example.net"}, "reporter", false},
		"another purpose":          {token, ref1, []string{"ana@example.net"}, "staff", false},
		"reference put in":         {strings.Replace(token, "ex-7kq4-9mzx", "ex-2222-2222", 1), ref2, []string{"ana@example.net"}, "reporter", false},
		"purpose put in":           {strings.Replace(token, "reporter", "staff", 1), ref1, []string{"ana@example.net"}, "staff", false},
		"one digit changed":        {flip(token), ref1, []string{"ana@example.net"}, "reporter", false},
		"an ordinary Message-ID":   {"20261121.1405@mail.example.net", ref1, []string{"ana@example.net"}, "reporter", false},
		"very long":                {strings.Repeat("x", 300) + token, ref1, []string{"ana@example.net"}, "reporter", false},
		"digits that are none":     {"ex-7kq4-9mzx.reporter." + strings.Repeat("z", 32) + "@x", ref1, []string{"ana@example.net"}, "reporter", false},
		"no reference in it":       {"7kq49mzx.reporter." + strings.Repeat("0", 32) + "@x", ref1, []string{"ana@example.net"}, "reporter", false},
		"nothing":                  {"", ref1, []string{"ana@example.net"}, "reporter", false},
		"shortened":                {token[:40], ref1, []string{"ana@example.net"}, "reporter", false},
		"wrong check sign in form": {strings.Replace(token, "ex-7kq4-9mzx", "ex-7kq4-9mzy", 1), "EX-7KQ4-9MZY", []string{"ana@example.net"}, "reporter", false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := made.Proves(c.id, c.ref, c.recipients, c.purpose); got != c.want {
				t.Errorf("got %v, want %v for %q", got, c.want, c.id)
			}
		})
	}
}

// flip changes the last digit of the HMAC.
func flip(token string) string {
	local, domain, _ := strings.Cut(token, "@")
	last := byte('0')
	if local[len(local)-1] == '0' {
		last = '1'
	}
	return local[:len(local)-1] + string(last) + "@" + domain
}

func TestTokensAreWellFormed(t *testing.T) {
	token := tokens(t, key1).Make(ref1, "ana@example.net", tickets.ForReporter)
	local, domain, _ := strings.Cut(token, "@")
	if domain != "example.org" || token != strings.ToLower(token) {
		t.Errorf("form of %q", token)
	}
	mac := local[strings.LastIndexByte(local, '.')+1:]
	if len(mac)*4 < 96 {
		t.Errorf("%d bits of HMAC, want 96 or more", len(mac)*4)
	}
	if strings.Contains(token, "ana") {
		t.Errorf("%q names the recipient", token)
	}
}

func TestTokenKeysChange(t *testing.T) {
	before := tokens(t, key1)
	after := tokens(t, key2, key1)
	old := before.Make(ref1, "ana@example.net", tickets.ForReporter)
	if !after.Proves(old, ref1, []string{"ana@example.net"}, tickets.ForReporter) {
		t.Error("an old key does not read any more")
	}
	if fresh := after.Make(ref1, "ana@example.net", tickets.ForReporter); before.Proves(fresh, ref1, []string{"ana@example.net"}, tickets.ForReporter) {
		t.Error("the first key does not write")
	}
	if before.Fingerprint() == after.Fingerprint() || before.Fingerprint() != tokens(t, key1, key2).Fingerprint() {
		t.Error("the fingerprint is not that of the writing key")
	}
	if strings.Contains(before.Fingerprint(), key1[:8]) {
		t.Error("the fingerprint tells the key")
	}
}

func TestTokensReferences(t *testing.T) {
	made := tokens(t, key1)
	one := made.Make(ref1, "a@example.net", tickets.ForReporter)
	two := tokens(t, key2).Make(ref2, "b@example.net", tickets.ForStaff)
	got := made.References([]string{"x@y.example", two, one, one, "EX-7KQ4-9MZX@example.org"})
	if want := []string{ref2, ref1}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestNewTokensRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		keys   [][]byte
		domain string
	}{
		"no key":     {nil, "example.org"},
		"short key":  {[][]byte{[]byte("short")}, "example.org"},
		"short old":  {[][]byte{[]byte(key1), []byte("x")}, "example.org"},
		"no domain":  {[][]byte{[]byte(key1)}, ""},
		"empty keys": {[][]byte{}, "example.org"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := tickets.NewTokens(c.keys, c.domain); err == nil {
				t.Error("want an error")
			}
		})
	}
}

func TestNoTokensProveNothing(t *testing.T) {
	var none *tickets.Tokens
	token := tokens(t, key1).Make(ref1, "a@example.net", tickets.ForReporter)
	if none.Make(ref1, "a@example.net", tickets.ForReporter) != "" || none.Fingerprint() != "" {
		t.Error("no tokens make one")
	}
	if none.Proves(token, ref1, []string{"a@example.net"}, tickets.ForReporter) {
		t.Error("no tokens prove one")
	}
}

func FuzzTokens(f *testing.F) {
	made := tokens(f, key1)
	f.Add(made.Make(ref1, "a@example.net", "reporter"))
	f.Add("ex-7kq4-9mzx.reporter.00@example.org")
	f.Add("..@")
	f.Fuzz(func(t *testing.T, id string) {
		for _, ref := range made.References([]string{id}) {
			prefix, _, _ := strings.Cut(ref, "-")
			if got, ok := tickets.ParseID(prefix, ref); !ok || got != ref {
				t.Errorf("%q names %q, which is no ID", id, ref)
			}
			genuine := made.Make(ref, "victim@example.net", "reporter")
			proven := made.Proves(id, ref, []string{"victim@example.net"}, "reporter")
			local, _, _ := strings.Cut(strings.ToLower(strings.Trim(id, "<>")), "@")
			if proven && local != strings.Split(genuine, "@")[0] {
				t.Errorf("%q proves, but was not made", id)
			}
		}
	})
}
