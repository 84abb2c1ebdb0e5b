package pgp

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime/quotedprintable"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"postern/parser/mime"
)

// payload gives the body of a part with its transfer encoding undone.
func payload(p *mime.Part) io.Reader {
	switch strings.ToLower(strings.TrimSpace(p.Header.Get("Content-Transfer-Encoding"))) {
	case "base64":
		return base64.NewDecoder(base64.StdEncoding, p.Body())
	case "quoted-printable":
		return quotedprintable.NewReader(p.Body())
	}
	return p.Body()
}

// readSome reads at most limit bytes; a broken encoding gives what could be read.
func readSome(r io.Reader, limit int64) []byte {
	data, _ := io.ReadAll(io.LimitReader(r, limit))
	return data
}

// utf8Text makes text of bytes whose charset nobody named: UTF-8 when it is
// that, else windows-1252, which has a letter for nearly every byte.
func utf8Text(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	decoded, err := charmap.Windows1252.NewDecoder().Bytes(b)
	if err != nil {
		return strings.ToValidUTF8(string(b), "\uFFFD")
	}
	return string(bytes.ToValidUTF8(decoded, []byte("\uFFFD")))
}
