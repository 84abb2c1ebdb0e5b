package mime_test

import (
	"context"
	"encoding/base64"
	"io"
	"strings"
	"testing"

	"postern/parser/mime"
)

// bodies are 8 MB each as they stand in a mail.
func bodies() map[string]string {
	words := strings.Repeat("Failed password for root from 198.51.100.7 port 40122 ssh2, caf\u00e9 =\n", 120_000)
	return map[string]string{
		"base64":           wrapped(base64.StdEncoding.EncodeToString([]byte(words))),
		"quoted-printable": strings.NewReplacer("=", "=3D", "\u00e9", "=C3=A9").Replace(words),
		"8bit":             words,
	}
}

func wrapped(text string) string {
	var b strings.Builder
	for len(text) > 76 {
		b.WriteString(text[:76] + "\r\n")
		text = text[76:]
	}
	return b.String() + text + "\r\n"
}

// BenchmarkBody measures reading a large part and undoing its encoding.
func BenchmarkBody(b *testing.B) {
	for encoding, body := range bodies() {
		raw := "From: a@example.net\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: " + encoding + "\r\n\r\n" + body + "\r\n--o--\r\n"
		for name, work := range map[string]func(*mime.Part){
			"read": func(*mime.Part) {},
			"open": func(p *mime.Part) { _, _ = io.Copy(io.Discard, p.Open()) },
			"text": func(p *mime.Part) { p.Text(0) },
		} {
			b.Run(encoding+"/"+name, func(b *testing.B) {
				b.SetBytes(int64(len(raw)))
				for b.Loop() {
					root, _ := mime.Read(context.Background(), strings.NewReader(raw), int64(len(raw)), mime.Limits{})
					work(root.Children[0])
				}
			})
		}
	}
}
