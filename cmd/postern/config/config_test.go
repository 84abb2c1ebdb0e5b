package config_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"postern/cmd/postern/config"
)

const good = `data = "data"
[csirt]
name = "Example CSIRT"
address = "csirt@example.org"
ticket_prefix = "EX"
phone = "+00 00 000000"
[[mailbox]]
name = "csirt"
imap = "imaps://csirt%40example.org@mail.example.org/INBOX"
password_file = "password"
[smtp]
url = "smtp://csirt%40example.org@mail.example.org:587"
password_file = "password"
[[division]]
name = "network"
mail = "noc@example.org"
prefixes = ["192.0.2.0/24", "2001:db8::/32"]
domains = ["net.example.org"]
`

func load(t *testing.T, text string) (*config.Config, config.Problems) {
	t.Helper()
	dir := t.TempDir()
	for name, content := range map[string]string{"postern.toml": text, "password": "secret\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return config.Load(filepath.Join(dir, "postern.toml"))
}

func TestSmallestConfiguration(t *testing.T) {
	c, problems := load(t, good)
	if fatal := problems.Fatal(); len(fatal) > 0 {
		t.Fatalf("got problems %v", fatal)
	}
	if got := c.Mailboxes[0].Processed; got != "Processed" {
		t.Errorf("processed: got %q, want the default", got)
	}
	if got := time.Duration(c.Answers.MaxAge); got != 48*time.Hour {
		t.Errorf("max_age: got %v, want 48h", got)
	}
	if !filepath.IsAbs(c.Data) {
		t.Errorf("data: got %q, want an absolute path", c.Data)
	}
}

func TestSampleIsValidButForItsFiles(t *testing.T) {
	_, problems := load(t, config.Sample)
	for _, p := range problems.Fatal() {
		if !strings.Contains(p.Key, "password_file") {
			t.Errorf("got %v", p)
		}
	}
}

// Each bad configuration fails for its own reason, with the line to look at.
func TestBadConfigurations(t *testing.T) {
	tests := []struct {
		name, old, new string
		line           int
		key, message   string
	}{
		{"unknown key", `phone =`, `fone =`, 6, "csirt.fone", "no such key"},
		{"no data", `data = "data"`, ``, 0, "data", "missing"},
		{"data above nothing", `data = "data"`, `data = "/no/such/folder"`, 1, "data", "neither the folder"},
		{"a database of another kind", `data = "data"`, "data = \"data\"\ndatabase = \"mysql://x/y\"", 2, "database", "no address of a PostgreSQL database"},
		{"a password in the database's address", `data = "data"`, "data = \"data\"\ndatabase = \"postgres://u:secret@db.example.org/y\"", 2, "database", "put it into database_password_file"},
		{"a password as a parameter", `data = "data"`, "data = \"data\"\ndatabase = \"postgres://u@db.example.org/y?password=secret\"", 2, "database", "put it into database_password_file"},
		{"a database in clear text", `data = "data"`, "data = \"data\"\ndatabase = \"postgres://u@db.example.org/y?sslmode=prefer\"", 2, "database", "would be unprotected"},
		{"two passwords of the database", `data = "data"`, "data = \"data\"\ndatabase = \"postgres:///y\"\ndatabase_password_file = \"x\"\ndatabase_password_env = \"X\"", 3, "database_password_file", "are both set"},
		{"a password and no database", `data = "data"`, "data = \"data\"\ndatabase_password_env = \"X\"", 0, "database", "missing"},
		{"no address", `address = "csirt@example.org"`, ``, 2, "csirt.address", "missing"},
		{"address with name", `"csirt@example.org"`, `"CSIRT <csirt@example.org>"`, 4, "csirt.address", "no mail address"},
		{"prefix in small letters", `"EX"`, `"ex"`, 5, "csirt.ticket_prefix", "no ticket prefix"},
		{"password in URL", `csirt%40example.org@mail.example.org/INBOX`, `csirt:secret@mail.example.org`, 9, "mailbox[0].imap", "password stands in the URL"},
		{"plain to elsewhere", `imaps://`, `imap+insecure://`, 9, "mailbox[0].imap", "loopback"},
		{"wrong scheme", `imaps://`, `pop3://`, 9, "mailbox[0].imap", "begins with"},
		{"no password", `password_file = "password"`, ``, 7, "mailbox[0].password_file", "missing"},
		{"password file is not there", `password_file = "password"`, `password_file = "nowhere"`, 10, "mailbox[0].password_file", "no such file"},
		{"same folder twice", `[smtp]`, "[[mailbox]]\nname = \"b\"\nimap = \"imaps://csirt%40example.org@mail.example.org/INBOX\"\npassword_file = \"password\"\n[smtp]", 13, "mailbox[1].imap", "watched by csirt already"},
		{"same name twice", `[smtp]`, "[[mailbox]]\nname = \"csirt\"\nimap = \"imaps://other@mail.example.org/INBOX\"\npassword_file = \"password\"\n[smtp]", 12, "mailbox[1].name", "stands twice"},
		{"division that is none", `name = "csirt"`, "name = \"csirt\"\ndivision = \"moon\"", 9, "mailbox[0].division", "no division"},
		{"bad SMTP URL", `smtp://`, `http://`, 12, "smtp.url", "begins with"},
		{"bad prefix", `192.0.2.0/24`, `192.0.2.0/33`, 17, "", "192.0.2.0/33"},
		{"prefix with host bits", `192.0.2.0/24`, `192.0.2.1/24`, 17, "division[0].prefixes[0]", "bits set"},
		{"capital domain", `net.example.org`, `Net.example.org`, 18, "division[0].domains[0]", "no domain"},
		{"no relay", `url = "smtp://`, `# "smtp://`, 11, "smtp.url", "missing"},
		{"text without its end", `phone = "+00 00 000000"`, `phone = "+00`, 6, "", "no end"},
		{"hours", `phone =`, "hours = \"always\"\nphone =", 6, "csirt.hours", "no working hours"},
		{"time zone", `phone =`, "timezone = \"Mars/Base\"\nphone =", 6, "csirt.timezone", "no time zone"},
		{"wrong type", `name = "Example CSIRT"`, `name = 7`, 3, "", "a text is wanted"},
		{"no TOML", `[csirt]`, `[csirt`, 2, "", ""},
		{"key file is not there", `[smtp]`, "[pgp]\nsecret_keys = [\"none.asc\"]\n[smtp]", 12, "pgp.secret_keys", "no such file"},
		{"legacy sender without an address", `[smtp]`, "[pgp]\nlegacy = [\"old peer\"]\n[smtp]", 12, "pgp.legacy", "no mail address"},
		{"authority that is no certificate", `[smtp]`, "[smime]\nauthorities = [\"password\"]\n[smtp]", 12, "smime.authorities", "authority 1"},
		{"certificate is not there", `[smtp]`, "[smime]\ncertificates = [\"none.pem\"]\n[smtp]", 12, "smime.certificates", "no such file"},
		{"a text where a list is wanted", `phone =`, "languages = \"en\"\nphone =", 6, "csirt.languages", "a list is wanted"},
		{"an address where a prefix is wanted", `"192.0.2.0/24"`, `"192.0.2.1"`, 17, "division.prefixes", "192.0.2.1\" is no prefix"},
		{"wrong type beside a key that is not there", `phone =`, "fone = 1\nlanguages = \"en\"\nphone =", 7, "csirt.languages", "a list is wanted"},
		{"authority without a certificate", `[smtp]`, "[smtp]\nca_file = \"password\"", 12, "smtp.ca_file", "no certificate"},
		{"limit without its unit", `[smtp]`, "max_mail = \"100\"\n[smtp]", 11, "mailbox[0].max_mail", "too little"},
		{"pause without its unit", `[smtp]`, "poll = 30\n[smtp]", 11, "mailbox[0].poll", "30ns is too short"},
		{"age without its unit", `[smtp]`, "[answers]\nmax_age = 48\n[smtp]", 12, "answers.max_age", "48ns is too short"},
		{"text without quotation marks", `"csirt@example.org"`, `csirt@example.org`, 4, "", "this is no value"},
		{"backslash", `"+00 00 000000"`, `"C:\keys"`, 6, "", "a backslash"},
		{"comment of another kind", `phone = "+00 00 000000"`, `phone = "1" ; text`, 6, "", "behind the value"},
		{"button without an address", `[smtp]`, "[reports]\nbuttons = [\"button\"]\n[smtp]", 12, "reports.buttons", "no mail address"},
		{"public key that is none", `[smtp]`, "[pgp]\nlegacy = [\"old@peer.example\"]\nknown_keys = [\"password\"]\n[smtp]", 13, "pgp.known_keys", "/password"},
		{"folder with a question mark", `/INBOX`, `/Reports?`, 9, "mailbox[0].imap", "%3F"},
		{"relay with a folder", `:587"`, `:587/INBOX"`, 12, "smtp.url", "no folder"},
		{"budget of nothing", `[smtp]`, "[answers]\nper_address = 0\n[smtp]", 12, "answers.per_address", "1 or more"},
		{"budget below nothing", `[smtp]`, "[answers]\nown_people = -1\n[smtp]", 12, "answers.own_people", "1 or more"},
		{"listen", `[smtp]`, "[desk]\nlisten = \"8025\"\n[smtp]", 12, "desk.listen", "missing port"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			text := strings.Replace(good, test.old, test.new, 1)
			if text == good {
				t.Fatal("the case changes nothing")
			}
			_, problems := load(t, text)
			for _, p := range problems.Fatal() {
				if (test.key == "" || p.Key == test.key) && strings.Contains(p.Message, test.message) && (p.Line == test.line || test.key == "") {
					return
				}
			}
			t.Errorf("got %v\nwant line %d, key %s, message with %q", problems, test.line, test.key, test.message)
		})
	}
}

func TestWarnings(t *testing.T) {
	text := strings.Replace(good, `phone =`, "languages = [\"en\", \"tlh\"]\nsubaddress = \"+\"\nphone =", 1)
	text += "\n[[asset]]\nname = \"records\"\nowner = \"ana@example.org\"\n[pgp]\nlegacy = [\"cert@old.example\"]\n"
	c, problems := load(t, text)
	if fatal := problems.Fatal(); len(fatal) > 0 || c.Answers.PerAddress != config.DefaultPerAddress {
		t.Fatalf("got %v and %+v", fatal, c.Answers)
	}
	for key, message := range map[string]string{
		"csirt.languages": `no templates in "tlh"`, "csirt.subaddress": "no effect yet",
		"division[0].mail": "no effect yet", "asset[0].owner": "no effect yet",
		"pgp.legacy": "nothing shows whether it was changed on the way",
	} {
		if !slices.ContainsFunc(problems, func(p config.Problem) bool { return p.Key == key && strings.Contains(p.Message, message) }) {
			t.Errorf("%s: not told in %v", key, problems)
		}
	}
}

func TestSecretsThatOthersMayRead(t *testing.T) {
	dir := t.TempDir()
	for name, mode := range map[string]os.FileMode{"open": 0o644, "closed": 0o600} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("word\n"), mode); err != nil {
			t.Fatal(err)
		}
		_, problems := load(t, good+"[pgp]\npassphrase_file = \""+filepath.Join(dir, name)+"\"\n")
		warned := slices.ContainsFunc(problems, func(p config.Problem) bool {
			return p.Warning && p.Key == "pgp.passphrase_file" && p.Line == 20 && strings.Contains(p.Message, "others may read")
		})
		if warned != (name == "open") {
			t.Errorf("%s: warned %v: %v", name, warned, problems)
		}
	}
}

// With the seal key of the data folder everything that came encrypted can be read,
// and with the thread key anybody can forge an answer to our mails: a plain cp of the
// folder to another machine opens them to all.
func TestKeysOfTheDataFolderThatOthersMayRead(t *testing.T) {
	for _, name := range []string{config.SealKeyName, config.ThreadKeyName} {
		for _, mode := range []os.FileMode{0o600, 0o640, 0o604} {
			path := filepath.Join(t.TempDir(), name)
			if err := os.WriteFile(path, []byte("00\n"), mode); err != nil {
				t.Fatal(err)
			}
			_, problems := load(t, strings.Replace(good, `data = "data"`, `data = "`+filepath.Dir(path)+`"`, 1))
			warned := slices.ContainsFunc(problems, func(p config.Problem) bool {
				return p.Warning && p.Key == "data" && p.Line == 1 && strings.Contains(p.Hint, "chmod 600 "+path)
			})
			if warned != (mode != 0o600) {
				t.Errorf("%s, mode %o: warned %v: %v", name, mode, warned, problems)
			}
		}
	}
}

func TestWhoIsNamedAsReporterNeedsATrustedServer(t *testing.T) {
	const lists, trusted = "name = \"csirt\"\nlists = [\"security.example.org\"]", "[csirt]\ntrusted_authserv = [\"mx.example.org\"]"
	for _, test := range []struct {
		name, text string
		want       bool
	}{
		{"no list and no button", good, false},
		{"a list", strings.Replace(good, `name = "csirt"`, lists, 1), true},
		{"a button", good + "\n[reports]\nbuttons = [\"no-reply@button.example\"]\n", true},
		{"a list and a server", strings.Replace(strings.Replace(good, `name = "csirt"`, lists, 1), "[csirt]", trusted, 1), false},
	} {
		_, problems := load(t, test.text)
		got := slices.ContainsFunc(problems, func(p config.Problem) bool {
			return p.Key == "csirt.trusted_authserv" && p.Warning && strings.Contains(p.Hint, "mx.example.org")
		})
		if got != test.want || len(problems.Fatal()) > 0 {
			t.Errorf("%s: warned %v, want %v: %v", test.name, got, test.want, problems)
		}
	}
}

func TestAllFaultsAtOnce(t *testing.T) {
	text := strings.NewReplacer(`"EX"`, `"ex"`, "smtp://", "http://", "phone", "fone").Replace(good)
	_, problems := load(t, text)
	if got := len(problems.Fatal()); got != 3 {
		t.Errorf("got %d faults, want 3:\n%v", got, problems)
	}
}

func TestUnknownKeySuggestsTheNearest(t *testing.T) {
	_, problems := load(t, strings.Replace(good, "ticket_prefix", "ticket_prefx", 1))
	for _, p := range problems {
		if p.Hint == "did you mean ticket_prefix?" {
			return
		}
	}
	t.Errorf("got %v, want the hint", problems)
}

// What is written behind a [table] is in it, wherever it was meant to be.
func TestKeyInAWrongTable(t *testing.T) {
	for added, want := range map[string]string{
		"data = \"data\"\n":           "it belongs above the first [table] of the file",
		"junk = \"Junk\"\n":           "it belongs under [[mailbox]]",
		"phone = \"1\"\n":             "it belongs under [csirt]",
		"password_env = \"X\"\n":      "it belongs under [[mailbox]] or [smtp]",
		"something_else = \"word\"\n": "",
	} {
		_, problems := load(t, good+added)
		if fatal := problems.Fatal(); len(fatal) != 1 || fatal[0].Line != 19 || fatal[0].Hint != want {
			t.Errorf("%s: got %v, want the hint %q", added, fatal, want)
		}
	}
}

// No fault may print a secret that stands in the wrong place.
func TestPasswordIsNeverPrinted(t *testing.T) {
	for _, url := range []string{"imaps://csirt:hunter2@mail.example.org", "imaps://csirt:hunter2@mail.example.org:x", "imaps://csirt:hunter2@%zz"} {
		_, problems := load(t, strings.Replace(good, "imaps://csirt%40example.org@mail.example.org/INBOX", url, 1))
		if len(problems.Fatal()) == 0 {
			t.Errorf("%s: got no fault", url)
		}
		if strings.Contains(problems.Error(), "hunter2") {
			t.Errorf("%s: got the password in %v", url, problems)
		}
	}
}

func TestPasswordIsTheFirstLine(t *testing.T) {
	path := filepath.Join(t.TempDir(), "p")
	if err := os.WriteFile(path, []byte("se cret\r\nnote\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := config.Password(path, "")
	if err != nil || got != "se cret" {
		t.Errorf("got %q, %v", got, err)
	}
}

// Servers say of an empty password that it is wrong, as of any other.
func TestPasswordsThatAreNone(t *testing.T) {
	for text, want := range map[string]string{"": "is empty", "\nsecret\n": "is empty", " secret\n": "with a blank", "secret \r\n": "with a blank", "secret": ""} {
		path := filepath.Join(t.TempDir(), "p")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, problems := load(t, strings.Replace(good, `password_file = "password"`, `password_file = "`+path+`"`, 1))
		told := slices.IndexFunc(problems, func(p config.Problem) bool { return p.Key == "mailbox[0].password_file" })
		if (told >= 0) != (want != "") || told >= 0 && (!strings.Contains(problems[told].Message, want) || problems[told].Warning != (want == "with a blank")) {
			t.Errorf("%q: got %v, want %q", text, problems, want)
		}
	}
}

// A passphrase that cannot be had is told apart from one that does not fit.
func TestHintAboutAPassphrase(t *testing.T) {
	key, err := filepath.Abs("../../../testdata/keys/team-secret.asc")
	if err != nil {
		t.Fatal(err)
	}
	pgp := "[pgp]\nsecret_keys = [\"" + key + "\"]\n"
	for added, want := range map[string]string{
		"": "name the file with its passphrase",
		"passphrase_env = \"POSTERN_NO_SUCH_NAME\"\n": "the environment has no POSTERN_NO_SUCH_NAME",
		"passphrase_file = \"password\"\n":            "one passphrase a line",
	} {
		_, problems := load(t, good+pgp+added)
		if fatal := problems.Fatal(); len(fatal) != 1 || !strings.Contains(fatal[0].Hint, want) {
			t.Errorf("%q: got %v, want %q", added, fatal, want)
		}
	}
}

// FuzzLoad: no text makes the reader panic, and what it accepts has no fault left.
func FuzzLoad(f *testing.F) {
	f.Add(good)
	f.Add(config.Sample)
	f.Fuzz(func(t *testing.T, text string) {
		c, problems := load(t, text)
		if len(problems.Fatal()) == 0 && (c.Data == "" || len(c.Mailboxes) == 0) {
			t.Error("accepted a configuration without data folder or mailbox")
		}
	})
}
