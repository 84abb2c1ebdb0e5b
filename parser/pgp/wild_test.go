package pgp_test

import (
	"encoding/base64"
	"html"
	"strings"
	"testing"
)

// wild is one way in which programs and the servers between them leave OpenPGP.
type wild struct {
	name     string
	form     string
	verdicts string
	covers   string // of the first signature
	mail     string
}

// pieces are what the wild forms are made of.
type pieces struct {
	entity string // a MIME entity with the report
	sealed string // it, signed and encrypted
	block  string // the report, signed and encrypted
	clear  string // the report with a cleartext signature
	oneSig string // detached, over the entity
	binary []byte // the report, signed and encrypted, without armour
}

func piecesOf(t *testing.T, g *gpg) pieces {
	t.Helper()
	entity := plainEntity(report)
	return pieces{
		entity: entity,
		sealed: string(g.seal(t, entity, team, peer)), block: string(g.seal(t, report, team, peer)),
		clear: string(g.clear(t, report, peer)), oneSig: string(g.sign(t, entity, peer)), binary: g.sealBinary(t, report, team, peer),
	}
}

func textPart(body string) string { return "Content-Type: text/plain; charset=utf-8\n\n" + body }

func filePart(mediaType, name, body string) string {
	return "Content-Type: " + mediaType + "; name=\"" + name + "\"\nContent-Disposition: attachment; filename=\"" + name + "\"\n\n" + body
}

func binaryPart(mediaType, name string, body []byte) string {
	return "Content-Type: " + mediaType + "; name=\"" + name + "\"\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment; filename=\"" + name + "\"\n\n" +
		wrapped(base64.StdEncoding.EncodeToString(body))
}

// mangledForms are PGP/MIME as mail servers leave it, Exchange above all.
func mangledForms(p pieces) []wild {
	control := filePart("application/pgp-encrypted", "PGPMIME version identification", "Version: 1\n")
	return []wild{
		{"Exchange: empty text, control part, message", "mixed", "good", "all", mixed(textPart("\n"), control, filePart("application/octet-stream", "encrypted.asc", p.sealed))},
		{"Exchange: control part called octet-stream", "mixed", "good", "all", mixed(textPart(""), binaryPart("application/octet-stream", "PGPMIME Versions Identification.dat", []byte("Version: 1\r\n")), filePart("application/octet-stream", "encrypted.asc", p.sealed))},
		{"control part called text", "mixed", "good", "all", mixed(filePart("text/plain", "Version.txt", "Version: 1\n"), binaryPart("application/octet-stream", "Message.pgp", []byte(p.sealed)))},
		{"control part that lost its words", "mixed", "good", "all", mixed(filePart("application/pgp-encrypted", "ATT00001", ""), filePart("application/octet-stream", "ATT00002", p.sealed))},
		{"control part lost", "mixed", "good", "all", mixed(textPart("\n"), filePart("application/octet-stream", "encrypted.asc", p.sealed))},
		{"control part lost, armour as .txt", "mixed", "good", "all", mixed(textPart("\n"), filePart("text/plain", "encrypted.txt", p.sealed))},
		{"message without a name", "mixed", "good", "all", mixed(textPart("\n"), "Content-Type: application/octet-stream\n\n"+p.sealed)},
		{"everything called octet-stream", "pgp-mime", "good", "all", "Content-Type: multipart/encrypted; boundary=m1\n\n--m1\nContent-Type: application/octet-stream\n\nVersion: 1\n--m1\nContent-Type: application/octet-stream\n\n" + p.sealed + "\n--m1--\n"},
		{"message called text", "pgp-mime", "good", "all", "Content-Type: multipart/encrypted; boundary=m1\n\n--m1\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--m1\nContent-Type: text/plain\n\n" + p.sealed + "\n--m1--\n"},
		{"parts in the wrong order", "pgp-mime", "good", "all", "Content-Type: multipart/encrypted; boundary=m1\n\n--m1\nContent-Type: application/octet-stream\n\n" + p.sealed + "\n--m1\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--m1--\n"},
		{"another protocol named", "pgp-mime", "good", "all", strings.Replace(encryptedEntity("encrypted", []byte(p.sealed)), "protocol=\"application/pgp-encrypted\"", "protocol=\"application/octet-stream\"", 1)},
		{"boundary lost", "mixed", "good", "all", "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"\n\n" + p.sealed},
		{"as the only text", "mixed", "good", "all", textPart(p.sealed)},
		{"a gateway's notice beside it", "mixed", "good", "part", mixed(textPart("This mail was scanned.\n"), control, filePart("application/octet-stream", "encrypted.asc", p.sealed))},
		{"alternative instead of mixed", "mixed", "good", "all", strings.Replace(mixed(control, filePart("application/octet-stream", "encrypted.asc", p.sealed)), "multipart/mixed", "multipart/alternative", 1)},
		{"an empty page and text beside it", "mixed", "good", "all", mixed(strings.ReplaceAll(strings.Replace(mixed(textPart("\n"), "Content-Type: text/html\n\n<html><body><div>&nbsp;</div></body></html>\n"), "multipart/mixed", "multipart/alternative", 1), "m1", "m2"), control, filePart("application/octet-stream", "encrypted.asc", p.sealed))},
		{"GpgOL's own file", "pgp-mime", "good", "all", mixed(textPart("\n"), filePart("text/plain", "GpgOL_MIME_structure.txt", encryptedEntity("encrypted", []byte(p.sealed))))},
		{"signature called octet-stream", "pgp-mime", "good", "all", strings.Replace(signedEntity(p.entity, []byte(p.oneSig)), "Content-Type: application/pgp-signature", "Content-Type: application/octet-stream; name=signature.asc", 1)},
		{"signed mail called mixed", "mixed", "good", "all", mixed(p.entity, "Content-Type: application/pgp-signature; name=signature.asc\n\n"+p.oneSig)},
	}
}

// inlineForms are armour in text as mail programs break it.
func inlineForms(p pieces) []wild {
	lines := strings.Split(strings.TrimSpace(p.block), "\n")
	return []wild{
		{"quoted once", "inline", "good", "part", textPart("They wrote:\n> " + strings.ReplaceAll(strings.TrimSpace(p.block), "\n", "\n> ") + "\n")},
		{"quoted twice, without blanks", "inline", "good", "part", textPart(">>" + strings.ReplaceAll(strings.TrimSpace(p.block), "\n", "\n>>") + "\n")},
		{"blank line behind the headers lost", "inline", "good", "all", textPart(strings.Replace(p.block, "-----\n\n", "-----\nVersion: Example 1.0\n", 1))},
		{"every line break doubled", "inline", "good", "all", textPart(strings.ReplaceAll(p.block, "\n", "\n\n"))},
		{"every line break doubled, headers too", "inline", "good", "all", textPart(strings.ReplaceAll(strings.Replace(p.block, "-----\n", "-----\nVersion: Example 1.0\nComment: two words\n", 1), "\n", "\n\n"))},
		{"a comment wrapped", "inline", "good", "all", textPart(strings.Replace(p.block, "-----\n", "-----\nComment: Using Example with Another Example -\nhttps://www.example.net/\n", 1))},
		{"all on one line", "inline", "good", "all", textPart(strings.Join(lines, " "))},
		{"all on one line, with a header", "inline", "good", "all", textPart(strings.Replace(strings.Join(lines, " "), "----- ", "----- Version: Example v2.0.22 (System) ", 1))},
		{"behind words on its line", "inline", "good", "part", textPart("Message: " + p.block)},
		{"left in quoted-printable", "inline", "good", "all", textPart(quoted([]byte(p.block)))},
		{"lines of another length", "inline", "good", "all", textPart(rewrapped(lines, 40))},
		{"lines longer than armour has", "inline", "good", "all", textPart(rewrapped(lines, 300))},
		{"wrong checksum", "inline", "good", "all", textPart(strings.Replace(p.block, p.block[strings.LastIndex(p.block, "\n="):strings.LastIndex(p.block, "\n-----END")], "\n=AAAA", 1))},
		{"format=flowed", "inline", "good", "all", "Content-Type: text/plain; format=flowed; delsp=yes\n\n" + strings.ReplaceAll(p.block, "\n", " \n")},
		{"UTF-16", "inline", "good", "all", "Content-Type: text/plain; charset=utf-16\nContent-Transfer-Encoding: base64\n\n" + wrapped(base64.StdEncoding.EncodeToString(utf16(p.block)))},
		{"a byte order mark before it", "inline", "good", "all", textPart("\ufeff" + p.block)},
		{"type of the time before PGP/MIME", "inline", "good", "all", "Content-Type: application/pgp; x-action=encrypt; format=text\n\n" + p.block},
		{"x-action in a text", "inline", "good", "all", "Content-Type: text/plain; x-action=pgp-encrypted\n\n" + p.block},
		{"HTML beside a text that points to it", "inline", "good", "part", strings.Replace(mixed(textPart("Your program cannot show this mail.\n"), "Content-Type: text/html\n\n<pre>"+html.EscapeString(p.block)+"</pre>"), "mixed", "alternative", 1)},
	}
}

// utf16 writes signs of ASCII, with a byte order mark.
func utf16(text string) []byte {
	out := []byte{0xFF, 0xFE}
	for _, c := range []byte(text) {
		out = append(out, c, 0)
	}
	return out
}

// rewrapped breaks the lines of armour anew.
func rewrapped(lines []string, length int) string {
	body := strings.Join(lines[2:len(lines)-2], "")
	var out strings.Builder
	out.WriteString(lines[0] + "\n\n")
	for len(body) > length {
		out.WriteString(body[:length] + "\n")
		body = body[length:]
	}
	return out.String() + body + "\n" + strings.Join(lines[len(lines)-2:], "\n") + "\n"
}

// clearForms are cleartext signatures as they come through.
func clearForms(p pieces) []wild {
	return []wild{
		{"line ends changed to LF", "inline", "good", "all", textPart(p.clear)},
		{"blanks at the ends of lines", "inline", "good", "all", textPart(strings.ReplaceAll(p.clear, "\n", " \n"))},
		{"blank line behind Hash lost", "inline", "good", "all", textPart(strings.Replace(p.clear, "\n\n", "\n", 1))},
		{"words before and behind", "inline", "good", "part", textPart("Hello,\n" + p.clear + "-- \nfooter\n")},
		{"type of the time before PGP/MIME", "inline", "good", "all", "Content-Type: application/pgp; x-action=sign; format=text\n\n" + p.clear},
		{"attached as a file", "inline", "good", "part", mixed(textPart("see the file 192.0.2.77 Please have a look\n"), filePart("application/octet-stream", "advisory.asc", p.clear))},
	}
}

// attachedForms are files of programs that encrypt part by part.
func attachedForms(p pieces) []wild {
	return []wild{
		{"armour called .dat", "attachment", "good", "part", mixed(textPart("see the file\n"), filePart("application/octet-stream", "hosts.csv.dat", p.block))},
		{"part by part: text and page", "inline", "good,good", "part", "X-PGP-Encoding-Format: Partitioned\n" + mixed(textPart(p.block), binaryPart("application/octet-stream", "PGPexch.htm.pgp", p.binary))},
		{"binary .gpg", "attachment", "good", "part", mixed(textPart("see the file\n"), binaryPart("application/octet-stream", "report.txt.gpg", p.binary))},
		{"binary .pgp called application/pgp-encrypted", "attachment", "good", "part", mixed(textPart("see the file\n"), binaryPart("application/pgp-encrypted", "report.txt.pgp", p.binary))},
		{"binary without a name that tells", "attachment", "good", "part", mixed(textPart("see the file\n"), binaryPart("application/octet-stream", "ATT00002.bin", p.binary))},
		{"the whole report as a nameless file", "attachment", "good", "all", mixed(textPart("\n"), binaryPart("application/octet-stream", "message.gpg", p.binary))},
	}
}

// TestWildForms opens what mail programs and servers leave of OpenPGP, and keeps
// it closed for others.
func TestWildForms(t *testing.T) {
	g := realGPG(t)
	p := piecesOf(t, g)
	ours, others := g.ring(t, team, peer), g.ring(t, "team@rsa.example", peer)
	for group, rows := range map[string][]wild{"mangled": mangledForms(p), "inline": inlineForms(p), "clear": clearForms(p), "attached": attachedForms(p)} {
		for _, row := range rows {
			t.Run(group+"/"+row.name, func(t *testing.T) {
				mail := crlf("From: " + peer + "\nTo: csirt@example.org\nSubject: Report\nMIME-Version: 1.0\n" + row.mail)
				if row.name == "line ends changed to LF" {
					mail = strings.ReplaceAll(mail, "\r\n", "\n")
				}
				opened := open(t, ours, mail, peer)
				if r := opened.Result; r.Form != row.form || verdicts(r) != row.verdicts || r.Problem != "" || !strings.Contains(shown(opened), "Please have a look") {
					t.Fatalf("got %+v, text %q, problems %v", r, shown(opened), opened.Problems)
				}
				earlier := strings.HasPrefix(row.name, "quoted ") // somebody's earlier mail
				if got := opened.Result.Signatures[0]; got.Covers != row.covers || got.FromMatch == earlier {
					t.Errorf("got %+v, want a signature that covers %s", got, row.covers)
				}
				closed := open(t, others, mail, peer)
				if closed.Result.Decrypted || opened.Result.Encrypted && strings.Contains(shown(closed), "is infected") {
					t.Errorf("another's key: got %+v", closed.Result)
				}
			})
		}
	}
}
