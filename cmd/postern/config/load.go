package config

import (
	"bytes"
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// Files in the data folder. The seal key stands in SealKeyName unless [store]
// seal_key_file names another file.
const (
	SealKeyName   = "seal.key"
	ThreadKeyName = "thread.key"
)

// maxFile bounds a configuration file; a larger one is some other file.
const maxFile = 1 << 20

// Load reads and checks a file. Every fault found is in problems; the Config
// may be used only when problems.Fatal() is empty.
func Load(path string) (*Config, Problems) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, Problems{{File: path, Message: err.Error()}}
	}
	document, err := os.ReadFile(abs)
	if err != nil {
		hint := ""
		switch {
		case errors.Is(err, fs.ErrNotExist):
			hint = "-c FILE or $POSTERN_CONFIG names another one; `postern init` writes a commented file to start from"
		case errors.Is(err, fs.ErrPermission):
			hint = "give the command as the user to whom the configuration and the data folder belong"
		}
		return nil, Problems{{File: abs, Message: withoutPath(err), Hint: hint}}
	}
	if len(document) > maxFile {
		return nil, Problems{{File: abs, Message: "larger than 1 MB: this is no configuration"}}
	}
	// Editors of Windows put a mark before the first letter.
	return parse(abs, bytes.TrimPrefix(document, []byte("\xef\xbb\xbf")))
}

// parse decodes strictly. Unknown keys do not keep the rest from being checked.
func parse(file string, document []byte) (*Config, Problems) {
	c := &Config{File: file, Answers: budgets()}
	c.lines = lines(document)
	k := &checker{file: file, lines: c.lines, config: c}
	err := toml.NewDecoder(bytes.NewReader(document)).DisallowUnknownFields().Decode(c)
	var strict *toml.StrictMissingError
	switch {
	case err == nil:
	case errors.As(err, &strict):
		k.unknownKeys(strict)
		if err := toml.Unmarshal(document, c); err != nil {
			return c, append(k.problems, notTOML(file, err))
		}
	default:
		return c, append(k.problems, notTOML(file, err))
	}
	c.setDefaults()
	c.resolvePaths(filepath.Dir(file))
	k.all()
	return c, k.problems
}

// notTOML tells of a text that cannot be read, or of a value of a wrong type.
func notTOML(file string, err error) Problem {
	p := Problem{File: file, Message: strings.TrimPrefix(err.Error(), "toml: ")}
	var decode *toml.DecodeError
	if errors.As(err, &decode) {
		p.Line, _ = decode.Position()
		p.Key = strings.Join(decode.Key(), ".")
	}
	if text, ok := strings.CutPrefix(p.Message, "netip.ParsePrefix("); ok {
		value, _, _ := strings.Cut(text, ")")
		p.Message, p.Hint = value+" is no prefix of addresses", "write it like 192.0.2.0/24 or 2001:db8::/32; a single address is 192.0.2.1/32"
	}
	for _, known := range wrongTypes {
		if strings.HasPrefix(p.Message, known.begins) && strings.HasSuffix(p.Message, known.ends) {
			p.Message, p.Hint = known.message, known.hint
		}
	}
	return p
}

// wrongTypes are the library's words for a value that it cannot read, and ours.
var wrongTypes = []struct{ begins, ends, message, hint string }{
	{"cannot decode TOML", "of type []string", "a list is wanted", `write it like ["one", "two"]`},
	{"cannot decode TOML", "of type []netip.Prefix", "a list is wanted", `write it like ["192.0.2.0/24", "2001:db8::/32"]`},
	{"cannot decode TOML", "of type int", "a number is wanted", "without quotation marks"},
	{"cannot decode TOML", "of type bool", "true or false is wanted", "without quotation marks"},
	{"cannot decode TOML", "of type string", "a text is wanted", "in quotation marks"},
	{"basic strings cannot have new lines", "", "the text has no end", "a quotation mark is missing in this line"},
	{"expected '=' after key", "", "there is no = behind the key", `write it like name = "value"`},
	{"unexpected character", "at start of value", "this is no value", `a text stands in straight quotation marks, "like this"; a list in [ ]`},
	{"expected newline but got", "", "something stands behind the value", "a comment begins with #"},
	{"invalid escape character", "", "a backslash stands in the text", `write two of them, or the text in single quotation marks: 'C:\keys'`},
}

func (k *checker) unknownKeys(missing *toml.StrictMissingError) {
	for i := range missing.Errors {
		e := &missing.Errors[i]
		line, _ := e.Position()
		key := strings.Join(e.Key(), ".")
		k.problems = append(k.problems, Problem{File: k.file, Line: line, Key: key,
			Message: "there is no such key", Hint: cmp.Or(nearestKey(e.Key()), rightTable(e.Key()))})
	}
}

// resolvePaths makes every path absolute.
func (c *Config) resolvePaths(dir string) {
	abs := func(p *string) {
		if *p != "" && !filepath.IsAbs(*p) {
			*p = filepath.Join(dir, *p)
		}
	}
	abs(&c.Data)
	abs(&c.DatabasePasswordFile)
	for i := range c.Mailboxes {
		abs(&c.Mailboxes[i].PasswordFile)
		abs(&c.Mailboxes[i].CAFile)
	}
	abs(&c.SMTP.PasswordFile)
	abs(&c.SMTP.CAFile)
	abs(&c.PGP.PassphraseFile)
	for _, list := range [][]string{c.PGP.SecretKeys, c.PGP.PublicKeys, c.PGP.KnownKeys, c.PGP.MasterKeys, c.Contacts, c.SMIME.Authorities, c.SMIME.Certificates} {
		for i := range list {
			abs(&list[i])
		}
	}
	if c.Store.SealKeyFile == "" && c.Data != "" {
		c.Store.SealKeyFile = filepath.Join(c.Data, SealKeyName)
	}
	abs(&c.Store.SealKeyFile)
}

// withoutPath gives an error of the file system without the name that the
// message around it says already.
func withoutPath(err error) string {
	var p *os.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}
