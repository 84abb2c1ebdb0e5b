package testdata_test

import (
	"bytes"
	"io/fs"
	"net/netip"
	"regexp"
	"strings"
	"testing"

	"postern/testdata"
)

func TestEverySampleIsEmbeddedAndEveryMailListed(t *testing.T) {
	listed := map[string]bool{}
	for _, sample := range testdata.Mails() {
		if listed[sample.Name] {
			t.Errorf("%s is listed twice", sample.Name)
		}
		listed[sample.Name] = true
		if len(sample.Data) == 0 {
			t.Errorf("%s is listed but not embedded", sample.Name)
		}
	}
	files, err := fs.Glob(testdata.Files, "mail/*.eml")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if name := strings.TrimPrefix(file, "mail/"); !listed[name] {
			t.Errorf("%s is in the folder but not in the manifest", name)
		}
	}
}

func TestSamplesAreDeliveredInOrder(t *testing.T) {
	for n, sample := range testdata.Mails() {
		if sample.Order != n+1 {
			t.Errorf("%s: got order %d, want %d", sample.Name, sample.Order, n+1)
		}
		switch sample.Mailbox {
		case "csirt", "abuse", "helpdesk":
		default:
			t.Errorf("%s: unknown mailbox %q", sample.Name, sample.Mailbox)
		}
		if sample.Folder != "INBOX" && sample.Folder != "Junk" {
			t.Errorf("%s: unknown folder %q", sample.Name, sample.Folder)
		}
	}
}

func TestReadmeNamesEverySampleAndItsPurpose(t *testing.T) {
	readme, err := testdata.Files.ReadFile("mail/README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, sample := range testdata.Mails() {
		if !bytes.Contains(readme, []byte("`"+sample.Name+"`")) || !bytes.Contains(readme, []byte(sample.Purpose)) {
			t.Errorf("README.md does not say why %s exists", sample.Name)
		}
	}
}

func TestSamplesHaveTheLineEndsOfAMailServer(t *testing.T) {
	for _, sample := range testdata.Mails() {
		if lone := bytes.Count(sample.Data, []byte("\n")) - bytes.Count(sample.Data, []byte("\r\n")); lone != 0 {
			t.Errorf("%s: %d lines end in LF alone", sample.Name, lone)
		}
	}
}

var address = regexp.MustCompile(`\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b`)

func TestSamplesNameNobodysAddress(t *testing.T) {
	documentation := []netip.Prefix{
		netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("198.51.100.0/24"),
		netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("127.0.0.0/8"),
	}
	for _, sample := range testdata.Mails() {
		for _, found := range address.FindAllString(string(sample.Data), -1) {
			ip, err := netip.ParseAddr(found)
			inside := false
			for _, prefix := range documentation {
				inside = inside || err == nil && prefix.Contains(ip)
			}
			if !inside {
				t.Errorf("%s names %s, which is somebody's", sample.Name, found)
			}
		}
	}
}

func TestBothCopiesAreOneMail(t *testing.T) {
	mails := map[string][]byte{}
	for _, sample := range testdata.Mails() {
		_, mails[sample.Name], _ = bytes.Cut(sample.Data, []byte("\r\nFrom: "))
	}
	if !bytes.Equal(mails["both-copy-csirt.eml"], mails["both-copy-abuse.eml"]) {
		t.Error("the copies differ in more than their trace fields")
	}
}

func TestBothPhishingReportsAttachTheSameMail(t *testing.T) {
	attached := map[string][]byte{}
	for _, sample := range testdata.Mails() {
		_, inner, found := bytes.Cut(sample.Data, []byte("Return-Path: <service@mailbox-quota.example>"))
		if found {
			inner, _, _ = bytes.Cut(inner, []byte("\r\n\r\n--"))
			attached[sample.Name] = inner
		}
	}
	if len(attached) != 2 || !bytes.Equal(attached["phishing-attached.eml"], attached["phishing-second-reporter.eml"]) {
		t.Errorf("got %d reports with that mail, want 2 with the same bytes", len(attached))
	}
}
