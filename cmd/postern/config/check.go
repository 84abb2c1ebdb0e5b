package config

import (
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/mail"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"postern/templates"
	"postern/tickets/store"
)

// checker collects every fault of one file.
type checker struct {
	file     string
	lines    map[string]int
	config   *Config
	problems Problems
}

// fault notes one problem at a key; a key that is absent takes its table's line.
func (k *checker) fault(key, message, hint string) {
	k.problems = append(k.problems, Problem{File: k.file, Line: k.line(key), Key: key, Message: message, Hint: hint})
}

func (k *checker) warn(key, message, hint string) {
	k.fault(key, message, hint)
	k.problems[len(k.problems)-1].Warning = true
}

func (k *checker) line(key string) int { return lineOf(k.lines, key) }

// Line gives the line where a key like "mailbox[1].imap" stands; a key that is
// absent has its table's line, or 0.
func (c *Config) Line(key string) int { return lineOf(c.lines, key) }

func lineOf(lines map[string]int, key string) int {
	for key != "" {
		if n, ok := lines[key]; ok {
			return n
		}
		cut := strings.LastIndexByte(key, '.')
		if cut < 0 {
			return 0
		}
		key = key[:cut]
	}
	return 0
}

func (k *checker) all() {
	k.places()
	k.csirt()
	k.mailboxes()
	k.smtp()
	k.contacts()
	k.pgp()
	k.smime()
	k.divisions()
	k.assets()
	k.answers()
	for _, button := range k.config.Reports.Buttons {
		k.address("reports.buttons", button, true)
	}
	k.vouching()
	k.desk()
}

func (k *checker) places() {
	c := k.config
	switch {
	case c.Data == "":
		k.fault("data", "missing", `name the folder that keeps everything: data = "/var/lib/postern"`)
	default:
		k.folder("data", c.Data)
		k.onlyOurs("data", []string{c.Store.SealKeyFile, filepath.Join(c.Data, ThreadKeyName)}, nil)
	}
	k.database()
}

// database checks the address of a PostgreSQL database. Without one SQLite in
// the data folder is used.
func (k *checker) database() {
	c := k.config
	if c.Database == "" {
		if c.DatabasePasswordFile+c.DatabasePasswordEnv != "" {
			k.fault("database", "missing, and there is a password for it", `database = "postgres://postern@db.example.org/postern"`)
		}
		return
	}
	if err := store.CheckURL(c.Database); err != nil {
		k.fault("database", err.Error(), "postgres://postern@db.example.org/postern")
	}
	file, env := c.DatabasePasswordFile, c.DatabasePasswordEnv
	switch {
	case file != "" && env != "":
		k.fault("database_password_file", "database_password_file and database_password_env are both set", "keep one")
	case file != "":
		k.private("database_password_file", file)
	case env != "" && os.Getenv(env) == "":
		k.fault("database_password_env", "the environment has no "+env, "")
	}
}

// folder demands a folder we can write to, or one that can be made.
func (k *checker) folder(key, path string) {
	info, err := os.Stat(path)
	if os.IsNotExist(err) {
		parent, perr := os.Stat(filepath.Dir(path))
		if perr != nil || !parent.IsDir() {
			k.fault(key, "neither the folder nor the one above it exists: "+path, "make it: mkdir -p "+path)
		}
		return
	}
	if err != nil || !info.IsDir() {
		k.fault(key, "not a folder: "+path, "")
	}
}

var (
	prefixForm = regexp.MustCompile(`^[A-Z][A-Z0-9]{0,7}$`)
	nameForm   = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$`)
)

func (k *checker) csirt() {
	c := k.config.CSIRT
	if strings.TrimSpace(c.Name) == "" {
		k.fault("csirt.name", "missing", "the name under which you answer")
	}
	k.address("csirt.address", c.Address, true)
	if !prefixForm.MatchString(c.TicketPrefix) {
		k.fault("csirt.ticket_prefix", fmt.Sprintf("%q is no ticket prefix", c.TicketPrefix), "one to eight capital letters and digits, beginning with a letter")
	}
	if c.Phone == "" {
		k.warn("csirt.phone", "missing", "it stands in every acknowledgement, for those whose damage is happening now")
	}
	if strings.ContainsAny(c.Name+c.Phone, "\r\n") {
		k.fault("csirt.name", "name and phone are one line each", "")
	}
	if _, err := time.LoadLocation(c.Timezone); err != nil {
		k.fault("csirt.timezone", fmt.Sprintf("%q is no time zone", c.Timezone), `a name like "Europe/Vienna"`)
	} else if _, err := k.config.WorkingHours(); err != nil {
		k.fault("csirt.hours", err.Error(), `write it like "Mo-Fr 09:00-17:00", with timezone = "Europe/Vienna"`)
	}
	k.noEffect("csirt.subaddress", c.Subaddress, "replies are recognised by their headers")
	k.languages(c.Languages)
	for i, d := range c.Domains {
		k.domain(fmt.Sprintf("csirt.domains[%d]", i), "csirt.domains", d)
	}
}

// languages tells which of ours have no words yet: those readers get English.
func (k *checker) languages(ours []string) {
	words, err := templates.Mail()
	if err != nil {
		k.fault("csirt.languages", err.Error(), "")
		return
	}
	for _, language := range ours {
		if there := words.Languages("ack"); !slices.Contains(there, strings.ToLower(language)) {
			k.warn("csirt.languages", fmt.Sprintf("there are no templates in %q", language), "there are "+strings.Join(there, ", "))
		}
	}
}

// address demands one bare mail address.
func (k *checker) address(key, value string, required bool) {
	if value == "" {
		if required {
			k.fault(key, "missing", "")
		}
		return
	}
	a, err := mail.ParseAddress(value)
	if err != nil || a.Address != value || strings.ContainsAny(value, "<> \r\n\t") {
		k.fault(key, fmt.Sprintf("%q is no mail address", value), "only the address, like csirt@example.org")
	}
}

var domainForm = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$`)

func (k *checker) domain(name, key, value string) {
	if !domainForm.MatchString(value) {
		k.problems = append(k.problems, Problem{File: k.file, Line: k.line(key), Key: name,
			Message: fmt.Sprintf("%q is no domain", value), Hint: "lower case, without dots at its ends, IDN as xn--…"})
	}
}

func (k *checker) mailboxes() {
	if len(k.config.Mailboxes) == 0 {
		k.fault("mailbox", "none is configured", "at least one [[mailbox]] with name, imap and password_file")
	}
	names, sources := map[string]bool{}, map[string]string{}
	for i := range k.config.Mailboxes {
		m := &k.config.Mailboxes[i]
		at := fmt.Sprintf("mailbox[%d]", i)
		if !nameForm.MatchString(m.Name) {
			k.fault(at+".name", fmt.Sprintf("%q is no name", m.Name), "letters, digits, dot, hyphen, underscore")
		} else if names[m.Name] {
			k.fault(at+".name", fmt.Sprintf("%q stands twice", m.Name), "")
		}
		names[m.Name] = true
		k.mailboxServer(at, m, sources)
		k.address(at+".address", m.Address, false)
		if m.Division != "" && m.Division != "central" && !k.hasDivision(m.Division) {
			k.fault(at+".division", fmt.Sprintf("there is no division %q", m.Division), "")
		}
	}
}

func (k *checker) mailboxServer(at string, m *Mailbox, sources map[string]string) {
	e, err := ParseEndpoint("imap", m.IMAP)
	if err != nil {
		k.fault(at+".imap", err.Error(), "imaps://user%40example.org@mail.example.org/INBOX")
	} else {
		id := fmt.Sprintf("%s@%s:%d/%s", e.User, e.Host, e.Port, e.Folder)
		if first, twice := sources[id]; twice {
			k.fault(at+".imap", "the same folder is watched by "+first+" already", "")
		}
		sources[id] = m.Name
		if e.User == "" {
			k.fault(at+".imap", "the URL names no user", "an @ inside the user name is written %40")
		}
		if e.Folder == m.Processed || e.Folder == m.Junk {
			k.fault(at+".processed", "the watched folder, processed and junk are three different folders", "")
		}
	}
	if m.Processed == m.Junk {
		k.fault(at+".junk", "the watched folder, processed and junk are three different folders", "")
	}
	k.secret(at, m.PasswordFile, m.PasswordEnv, true)
	k.authorities(at+".ca_file", m.CAFile)
	k.duration(at+".poll", m.Poll, time.Second)
	if m.MaxMail < leastMail {
		k.fault(at+".max_mail", fmt.Sprintf("%d bytes is too little for a mail", m.MaxMail), `write it like "100MB"`)
	}
}

// outside notes a fault that keeps only the servers away: commands that work on
// the database alone go on.
func (k *checker) outside(key, message, hint string) {
	k.fault(key, message, hint)
	k.problems[len(k.problems)-1].Outside = true
}

// duration demands one that somebody means: a number without a unit counts
// nanoseconds, and would ask a server without a pause, or answer nothing.
func (k *checker) duration(key string, d Duration, least time.Duration) {
	if time.Duration(d) < least {
		k.fault(key, time.Duration(d).String()+" is too short", `write it with its unit and in quotation marks, like "90s", "48h" or "2d"`)
	}
}

// secret demands that a password can be had, from exactly one place.
func (k *checker) secret(at, file, env string, required bool) {
	switch {
	case file != "" && env != "":
		k.fault(at+".password_file", "password_file and password_env are both set", "keep one")
	case file == "" && env == "" && required:
		k.fault(at+".password_file", "missing", "the file that holds the password, one line")
	case file != "":
		k.private(at+".password_file", file)
		k.password(at+".password_file", file)
	case env != "":
		if value, ok := os.LookupEnv(env); !ok || value == "" {
			k.outside(at+".password_env", "the environment has no "+env, "")
		}
	}
}

// password looks at one that stands in a file. Servers say of each that it is wrong,
// and not why.
func (k *checker) password(key, file string) {
	text, err := Password(file, "")
	switch {
	case err != nil: // that it cannot be read is told already
	case text == "":
		k.outside(key, "the first line of "+file+" is empty", "the password stands in it, and nothing else")
	case strings.TrimSpace(text) != text:
		k.warn(key, "the password in "+file+" begins or ends with a blank", "take it out, unless it belongs to the password")
	}
}

// private demands a readable file, and warns when others may read it.
func (k *checker) private(key, file string) {
	k.file1(key, file)
	k.onlyOurs(key, []string{file}, nil)
}

// file1 demands a readable file when one is named.
func (k *checker) file1(key, path string) {
	if path == "" {
		return
	}
	f, err := os.Open(path)
	if err != nil {
		hint := "relative paths begin at the folder of this file"
		if errors.Is(err, fs.ErrPermission) {
			hint = "the user who runs postern must be able to read it"
		}
		k.outside(key, withoutPath(err)+": "+path, hint)
		return
	}
	_ = f.Close() // read only
}

// authorities demands a file with at least one certificate when one is named.
func (k *checker) authorities(key, path string) {
	k.file1(key, path)
	if data, err := os.ReadFile(path); err == nil && !x509.NewCertPool().AppendCertsFromPEM(data) {
		k.fault(key, "there is no certificate in "+path, "PEM, beginning with -----BEGIN CERTIFICATE-----")
	}
}

// leastMail is less than any limit that somebody means: beyond it a mail is taken
// in part, and a "100" without its unit would do that to every one.
const leastMail = 256 << 10

func (k *checker) smtp() {
	s := k.config.SMTP
	e, err := ParseEndpoint("smtp", s.URL)
	if err != nil {
		k.fault("smtp.url", err.Error(), "smtp://user%40example.org@mail.example.org:587")
		return
	}
	if e.User != "" {
		k.secret("smtp", s.PasswordFile, s.PasswordEnv, true)
	}
	k.authorities("smtp.ca_file", s.CAFile)
	if s.Bounce != k.config.CSIRT.Address { // its default, which is judged where it stands
		k.address("smtp.bounce", s.Bounce, false)
	}
}

func (k *checker) hasDivision(name string) bool {
	return slices.ContainsFunc(k.config.Divisions, func(d Division) bool { return d.Name == name })
}

func (k *checker) divisions() {
	seen := map[string]bool{"central": true, "Junk": true}
	owners := map[string]string{}
	for i, d := range k.config.Divisions {
		at := fmt.Sprintf("division[%d]", i)
		if !nameForm.MatchString(d.Name) {
			k.fault(at+".name", fmt.Sprintf("%q is no name", d.Name), "letters, digits, dot, hyphen, underscore")
		} else if seen[d.Name] {
			k.fault(at+".name", fmt.Sprintf("%q stands twice or is a queue of Postern's own", d.Name), "")
		}
		seen[d.Name] = true
		k.address(at+".mail", d.Mail, false)
		k.noEffect(at+".mail", d.Mail, "notifications are not sent; the division sees its queue with `postern tickets`")
		for j, p := range d.Prefixes {
			name := fmt.Sprintf("%s.prefixes[%d]", at, j)
			if p != p.Masked() {
				k.problems = append(k.problems, Problem{File: k.file, Line: k.line(at + ".prefixes"), Key: name,
					Message: p.String() + " has bits set behind its length", Hint: "did you mean " + p.Masked().String() + "?"})
			}
			if first, twice := owners[p.Masked().String()]; twice {
				k.problems = append(k.problems, Problem{File: k.file, Line: k.line(at + ".prefixes"), Key: name,
					Message: p.String() + " belongs to " + first + " already"})
			}
			owners[p.Masked().String()] = d.Name
		}
		for j, domain := range d.Domains {
			k.domain(fmt.Sprintf("%s.domains[%d]", at, j), at+".domains", domain)
		}
	}
}

// noEffect warns of a key that is read and does nothing yet.
func (k *checker) noEffect(key, value, hint string) {
	if value != "" {
		k.warn(key, "has no effect yet", hint)
	}
}

func (k *checker) assets() {
	for i, a := range k.config.Assets {
		at := fmt.Sprintf("asset[%d]", i)
		if a.Name == "" {
			k.fault(at+".name", "missing", "")
		}
		k.noEffect(at+".owner", a.Owner, "nobody is told by mail; the ticket names the asset")
		if !slices.Contains([]string{"", "normal", "high", "critical"}, a.Criticality) {
			k.fault(at+".criticality", fmt.Sprintf("%q is none of normal, high, critical", a.Criticality), "")
		}
	}
}

// answers demands budgets that leave room for one answer.
func (k *checker) answers() {
	a := k.config.Answers
	k.duration("answers.max_age", a.MaxAge, time.Minute)
	for _, b := range []struct {
		key string
		n   int
	}{{"per_address", a.PerAddress}, {"per_domain", a.PerDomain}, {"per_address_day", a.PerAddressDay}, {"per_domain_day", a.PerDomainDay}, {"overall", a.Overall}, {"own_people", a.OwnPeople}} {
		if b.n < 1 {
			k.fault("answers."+b.key, "must be 1 or more", "enabled = false answers nobody")
		}
	}
}

// vouching tells whom to believe when a mail names another reporter than its sender.
func (k *checker) vouching() {
	lists := slices.ContainsFunc(k.config.Mailboxes, func(m Mailbox) bool { return len(m.Lists) > 0 })
	if len(k.config.CSIRT.TrustedAuthserv) > 0 || !lists && len(k.config.Reports.Buttons) == 0 {
		return
	}
	k.warn("csirt.trusted_authserv", "missing: whom a group address or a report button names as the reporter is answered, though anybody can write such a mail",
		`the name that your mail server writes into Authentication-Results: trusted_authserv = ["mx.example.org"]`)
}

func (k *checker) desk() {
	host, port, err := net.SplitHostPort(k.config.Desk.Listen)
	if err == nil {
		_, err = net.LookupPort("tcp", port)
	}
	if err != nil {
		k.fault("desk.listen", err.Error(), `write it like "127.0.0.1:8025"`)
		return
	}
	if !loopback(host) {
		k.warn("desk.listen", "reachable from other machines, without TLS", "put a reverse proxy in front of 127.0.0.1")
	}
}
