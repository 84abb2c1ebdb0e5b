package tickets_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"postern/tickets"
)

func TestNewID(t *testing.T) {
	for _, prefix := range []string{"EX", "A", "CERT2ABCDE"} {
		for range 200 {
			id, err := tickets.NewID(prefix, rand.Reader)
			if err != nil {
				t.Fatal(err)
			}
			if got, ok := tickets.ParseID(prefix, id); !ok || got != id {
				t.Fatalf("ParseID(%q) = %q, %v", id, got, ok)
			}
			if len(id) != len(prefix)+10 || id[len(prefix)] != '-' || id[len(prefix)+5] != '-' {
				t.Fatalf("form of %q", id)
			}
		}
	}
}

func TestNewIDDrawsEverySignAlike(t *testing.T) {
	// 0 to 247 are eight times the alphabet; 248 to 255 are drawn again.
	var all []byte
	for i := range 256 {
		all = append(all, byte(i))
	}
	source := bytes.NewReader(bytes.Repeat(all, 7))
	seen := map[byte]int{}
	for range 248 {
		id, err := tickets.NewID("EX", source)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []byte(id[3:7] + id[8:11]) {
			seen[c]++
		}
	}
	for _, c := range []byte(tickets.Alphabet) {
		if seen[c] != 56 {
			t.Errorf("sign %c drawn %d times, want 56", c, seen[c])
		}
	}
}

type constant byte

func (c constant) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(c)
	}
	return len(p), nil
}

func TestNewIDRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		prefix string
		source io.Reader
	}{
		"no prefix":               {"", rand.Reader},
		"small letters":           {"ex", rand.Reader},
		"hyphen in the prefix":    {"EX-1", rand.Reader},
		"digit first":             {"1EX", rand.Reader},
		"long prefix":             {"ABCDEFGHIJK", rand.Reader},
		"randomness ends":         {"EX", strings.NewReader("abc")},
		"randomness that is none": {"EX", constant(0xff)},
	} {
		t.Run(name, func(t *testing.T) {
			if id, err := tickets.NewID(c.prefix, c.source); err == nil {
				t.Errorf("got %q, want an error", id)
			}
		})
	}
	if _, err := tickets.NewID("EX", strings.NewReader("")); !errors.Is(err, io.EOF) {
		t.Errorf("got %v, want the error of the source", err)
	}
}

func TestParseID(t *testing.T) {
	for name, c := range map[string]struct {
		typed string
		ok    bool
	}{
		"as printed":                 {"EX-7KQ4-9MZX", true},
		"small letters":              {"ex-7kq4-9mzx", true},
		"no hyphens":                 {"EX7KQ49MZX", true},
		"blanks":                     {" ex 7kq4 9mzx ", true},
		"without prefix":             {"7KQ4-9MZX", true},
		"brackets of a subject":      {"[EX-7KQ4-9MZX]", true},
		"doubled hyphens":            {"EX--7KQ4--9MZX", true},
		"hyphens of word processors": {"EX\u20117KQ4\u20139MZX", true},
		"sign by sign":               {"E X 7 K Q 4 9 M Z X", true},
		"one sign wrong":             {"EX-7KQ5-9MZX", false},
		"two signs swapped":          {"EX-7QK4-9MZX", false},
		"look-alike that is no sign": {"EX-7KQ4-9MZ0", false},
		"too short":                  {"EX-7KQ4-9MZ", false},
		"too long":                   {"EX-7KQ4-9MZXX", false},
		"another prefix":             {"EY-7KQ4-9MZX", false},
		"nothing":                    {"", false},
		"very long":                  {strings.Repeat("-", 1<<20) + "EX-7KQ4-9MZX", false},
		"not ASCII":                  {"EX-7KQ4-9MZÄ", false},
	} {
		t.Run(name, func(t *testing.T) {
			got, ok := tickets.ParseID("EX", c.typed)
			want := ""
			if c.ok {
				want = "EX-7KQ4-9MZX"
			}
			if ok != c.ok || got != want {
				t.Errorf("got %q %v, want %q %v", got, ok, want, c.ok)
			}
		})
	}
}

// valid completes eight signs so that the check sign fits, by trying the sign at free.
func valid(signs [8]byte, free int) [8]byte {
	for _, c := range []byte(tickets.Alphabet) {
		signs[free] = c
		if _, ok := tickets.ParseID("EX", string(signs[:])); ok {
			return signs
		}
	}
	panic("no sign fits")
}

func TestEverySingleErrorIsCaught(t *testing.T) {
	base := [8]byte([]byte("7KQ49MZX"))
	for at := range base {
		for _, c := range []byte(tickets.Alphabet) {
			wrong := base
			wrong[at] = c
			if _, ok := tickets.ParseID("EX", string(wrong[:])); ok != (c == base[at]) {
				t.Errorf("sign %d as %c: ok = %v", at, c, ok)
			}
		}
	}
}

// The check is linear, so that all pairs of signs at all pairs of places prove
// it for every ID. It covers all swaps, those of neighbours among them.
func TestEverySwapIsCaught(t *testing.T) {
	for i := range 8 {
		for j := i + 1; j < 8; j++ {
			free := slices.IndexFunc([]int{0, 1, 2}, func(k int) bool { return k != i && k != j })
			for _, a := range []byte(tickets.Alphabet) {
				for _, b := range []byte(tickets.Alphabet) {
					if a != b {
						swapAndParse(t, i, j, free, a, b)
					}
				}
			}
		}
	}
}

func swapAndParse(t *testing.T, i, j, free int, a, b byte) {
	t.Helper()
	signs := [8]byte([]byte("22222222"))
	signs[i], signs[j] = a, b
	right := valid(signs, free)
	wrong := right
	wrong[i], wrong[j] = right[j], right[i]
	if _, ok := tickets.ParseID("EX", string(wrong[:])); ok {
		t.Fatalf("%s is accepted for %s", wrong, right)
	}
}

func TestFindIDs(t *testing.T) {
	const a, b = "EX-7KQ4-9MZX", "EX-2222-2222"
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"a subject":                        {"Re: [EX-7KQ4-9MZX] We have received your report", []string{a}},
		"small letters, no hyphens":        {"about ex7kq49mzx please", []string{a}},
		"blanks":                           {"ticket EX 7KQ4 9MZX", []string{a}},
		"two, in order":                    {"EX-2222-2222 and EX-7KQ4-9MZX", []string{b, a}},
		"each once":                        {"EX-7KQ4-9MZX ex-7kq4-9mzx EX-7KQ4-9MZX", []string{a}},
		"behind other letters":             {"REEX-7KQ4-9MZX", nil},
		"before other letters":             {"EX-7KQ4-9MZXY", nil},
		"letters that are not ASCII":       {"éEX-7KQ4-9MZX EX-7KQ4-9MZXé", nil},
		"wrong check sign":                 {"EX-7KQ4-9MZY", nil},
		"without prefix":                   {"7KQ4-9MZX", nil},
		"prefix twice":                     {"EX EX-7KQ4-9MZX", []string{a}},
		"at the very end of broken text":   {"\xff\xfeEX-7KQ4-9MZX\xff", []string{a}},
		"in quotation marks":               {"„EX-7KQ4-9MZX“", []string{a}},
		"in a script without blanks":       {"参考EX-7KQ4-9MZX吧", []string{a}},
		"three hyphens are no ID any more": {"EX---7KQ4-9MZX", nil},
		"non-breaking hyphen":              {"EX\u20117KQ4\u20119MZX", []string{a}},
		"cut off":                          {"EX-7KQ4", nil},
		"cut off at once":                  {"EX-7", nil},
		"other signs in it":                {"EX-7KQ4-9M!X", nil},
		"nothing":                          {"", nil},
	} {
		t.Run(name, func(t *testing.T) {
			if got := tickets.FindIDs("EX", c.text, 10); !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
	if got := tickets.FindIDs("EX", a+" "+b, 1); !slices.Equal(got, []string{a}) {
		t.Errorf("limit 1: got %q", got)
	}
	if got := tickets.FindIDs("", a, 10); got != nil {
		t.Errorf("no prefix: got %q", got)
	}
}

// The worst case of FindIDs is a text that looks like an ID all the time.
func BenchmarkFindIDsWorst(b *testing.B) {
	text := strings.Repeat("EX-7KQ4-9MZEX-", 1<<16)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		tickets.FindIDs("EX", text, 10)
	}
}

func FuzzFindIDs(f *testing.F) {
	for _, s := range []string{"", "EX-7KQ4-9MZX", "ex 7kq4\u20119mzx, EX7KQ49MZX", "EXEXEX-22222222", "\xffEX-7KQ4-9MZX"} {
		f.Add("EX", s)
	}
	f.Fuzz(func(t *testing.T, prefix, text string) {
		if !tickets.ValidPrefix(prefix) {
			prefix = "EX"
		}
		found := tickets.FindIDs(prefix, text, 5)
		if len(found) > 5 {
			t.Fatalf("%d found, limit is 5", len(found))
		}
		for i, id := range found {
			if got, ok := tickets.ParseID(prefix, id); !ok || got != id {
				t.Errorf("found %q, which is no ID", id)
			}
			if slices.Contains(found[:i], id) {
				t.Errorf("%q found twice", id)
			}
		}
		inside := text + " " + prefix + "-2222-2222 "
		if all := tickets.FindIDs(prefix, inside, 1<<20); !slices.Contains(all, prefix+"-2222-2222") {
			t.Errorf("an ID at the end of %q is not found", text)
		}
	})
}

func FuzzParseID(f *testing.F) {
	for _, s := range []string{"", "EX-7KQ4-9MZX", "7kq49mzx", "EX\u00adEX", "[EX-7KQ4-9MZX]"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		id, ok := tickets.ParseID("EX", s)
		if !ok {
			if id != "" {
				t.Errorf("not ok, but %q", id)
			}
			return
		}
		if again, ok := tickets.ParseID("EX", id); !ok || again != id {
			t.Errorf("%q reads as %q %v", id, again, ok)
		}
		if lower, ok := tickets.ParseID("EX", strings.ToLower(id)); !ok || lower != id {
			t.Errorf("small letters of %q read as %q", id, lower)
		}
	})
}
