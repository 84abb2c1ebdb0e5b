package config

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"postern/parser/pgp"
	"postern/tickets"
)

// ContactFile is one contact of the configuration with its keys.
type ContactFile struct {
	tickets.Contact
	Keys []ContactKey
}

// ContactKey is one key file of a contact.
type ContactKey struct {
	File   string
	Holder string // member of the team, "" for the contact's own
	Data   []byte
	Prints []string // fingerprints of what is in it
}

// contactTOML is the file of one contact. It is strict like the configuration.
type contactTOML struct {
	Name        string       `toml:"name"`
	Kind        string       `toml:"kind"`
	Addresses   []string     `toml:"addresses"`
	Telephone   string       `toml:"telephone"`
	Number      string       `toml:"ticket_number"`
	TLP         string       `toml:"tlp"`
	Encryption  string       `toml:"encryption"`
	Acknowledge string       `toml:"acknowledge"`
	Tier        string       `toml:"tier"`
	Keys        []string     `toml:"keys"` // beside the file; "" takes the one of the same name
	Members     []memberTOML `toml:"member"`
}

type memberTOML struct {
	Name    string   `toml:"name"`
	Address string   `toml:"address"`
	Keys    []string `toml:"keys"`
}

// contactFiles are the endings of contact files in a folder.
var contactFiles = []string{".toml"}

// contacts reads every contact file and finds what is wrong with each and
// between them: a name or an address belongs to one contact.
func (k *checker) contacts() {
	names, addresses := map[string]string{}, map[string]string{}
	for _, path := range k.config.Contacts {
		files, err := expand(path, contactFiles)
		if err != nil {
			k.fault("contacts", withoutPath(err)+": "+path, "relative paths begin at the folder of this file")
			continue
		}
		for _, file := range files {
			contact, problems := ReadContact(file)
			k.problems = append(k.problems, problems...)
			if len(problems.Fatal()) > 0 {
				continue
			}
			k.claimed(contact, names, addresses)
			k.config.People = append(k.config.People, contact)
		}
	}
}

// claimed demands that no other file has the name or an address of this one.
func (k *checker) claimed(c ContactFile, names, addresses map[string]string) {
	fault := func(key, message string) {
		k.problems = append(k.problems, Problem{File: c.File, Key: key, Message: message, Hint: "each belongs to one contact"})
	}
	if other, twice := names[tickets.Folded(c.Name)]; twice {
		fault("name", fmt.Sprintf("%q stands in %s too", c.Name, other))
	}
	names[tickets.Folded(c.Name)] = filepath.Base(c.File)
	for _, address := range c.AllAddresses() {
		if other, twice := addresses[address]; twice {
			fault("addresses", address+" stands in "+other+" too")
		}
		addresses[address] = filepath.Base(c.File)
	}
}

// ReadContact reads and checks one contact file and the keys it names.
func ReadContact(file string) (ContactFile, Problems) {
	document, err := readSmall(file, maxFile)
	if err != nil {
		return ContactFile{}, Problems{{File: file, Message: withoutPath(err)}}
	}
	document = bytes.TrimPrefix(document, []byte("\xef\xbb\xbf"))
	k := &checker{file: file, lines: lines(document)}
	var c contactTOML
	err = toml.NewDecoder(bytes.NewReader(document)).DisallowUnknownFields().Decode(&c)
	var strict *toml.StrictMissingError
	var decode *toml.DecodeError
	switch {
	case err == nil:
	case errors.As(err, &strict):
		for i := range strict.Errors {
			line, _ := strict.Errors[i].Position()
			k.problems = append(k.problems, Problem{File: file, Line: line, Key: strings.Join(strict.Errors[i].Key(), "."),
				Message: "there is no such key", Hint: nearestContactKey(strict.Errors[i].Key())})
		}
		return ContactFile{}, k.problems
	case errors.As(err, &decode):
		line, _ := decode.Position()
		return ContactFile{}, Problems{{File: file, Line: line, Key: strings.Join(decode.Key(), "."), Message: strings.TrimPrefix(decode.Error(), "toml: ")}}
	default:
		return ContactFile{}, Problems{{File: file, Message: err.Error()}}
	}
	return k.contact(c), k.problems
}

// contact checks the values of one contact file and reads its keys.
func (k *checker) contact(c contactTOML) ContactFile {
	contact := tickets.Contact{
		Name: c.Name, Kind: c.Kind, Addresses: c.Addresses, Members: []tickets.Member{}, Telephone: c.Telephone, Number: c.Number,
		TLP: strings.ToUpper(c.TLP), Encryption: c.Encryption, Acknowledge: c.Acknowledge, Tier: c.Tier, File: k.file,
	}
	for _, m := range c.Members {
		contact.Members = append(contact.Members, tickets.Member{Name: m.Name, Address: m.Address})
	}
	full := ContactFile{Contact: contact.Filled()}
	for _, f := range full.Faults() {
		k.fault(f.Field, f.Message, f.Hint)
	}
	k.contactKeys(&full, "keys", "", c.Keys)
	for i, m := range c.Members {
		k.contactKeys(&full, fmt.Sprintf("member[%d].keys", i), full.Members[i].Name, m.Keys)
	}
	if len(full.Keys) == 0 && full.Encryption == tickets.EncryptAlways {
		k.warn("encryption", "always, and it has no key in this file: nothing with content can be sent until one is approved", `keys = ["name.asc"]`)
	}
	return full
}

// contactKeys reads the key files of a contact or of one of its members.
func (k *checker) contactKeys(c *ContactFile, key, holder string, names []string) {
	for _, name := range names {
		path := name
		if !filepath.IsAbs(path) {
			path = filepath.Join(filepath.Dir(k.file), name)
		}
		data, err := readSmall(path, maxKeyFile)
		if err != nil {
			k.fault(key, withoutPath(err)+": "+name, "the file stands beside this one")
			continue
		}
		found, _, err := pgp.ReadKeys(data)
		if err != nil {
			k.fault(key, name+": "+err.Error(), "public keys, armoured or binary")
			continue
		}
		one := ContactKey{File: path, Holder: holder, Data: data}
		for _, f := range found {
			one.Prints = append(one.Prints, f.Fingerprint)
		}
		c.Keys = append(c.Keys, one)
	}
}

// publicKeys are the keys of a contact as the parser judges by them.
func (c ContactFile) publicKeys() []pgp.PublicKey {
	var all []pgp.PublicKey
	for _, key := range c.Keys {
		all = append(all, pgp.PublicKey{Data: key.Data, Signer: SignerName(c.Name, key.Holder), Tier: c.Tier, Addresses: c.AllAddresses()})
	}
	return all
}

// SignerName is how a verdict names who signed.
func SignerName(contact, holder string) string {
	switch {
	case holder == "":
		return contact
	case contact == "":
		return holder
	}
	return holder + " of " + contact
}
