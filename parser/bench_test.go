package parser_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset"

	"postern/parser"
)

// benchMails are reports as they come: plain ones, pages beside them, and one in
// ten with a file of 100 kB; some 60 addresses in each.
func benchMails() [][]byte {
	var mails [][]byte
	for n := range 20 {
		var log, page strings.Builder
		for i := range 60 {
			fmt.Fprintf(&log, "Nov 21 10:%02d:00 gate sshd[%d]: Failed password for root from 198.51.100.%d port %d ssh2\n", i, 1000+i, (i*7+n)%250, 1024+i)
			fmt.Fprintf(&page, "<tr><td>198.51.100.%d</td><td>port %d</td></tr>\n", (i*7+n)%250, 1024+i)
		}
		head := fmt.Sprintf("Received: from mail.example.net (192.0.2.1) by mx.example.org; Sat, 21 Nov 2026 10:00:00 +0000\nFrom: Reporter %d <r%d@example.net>\nTo: csirt@example.org\nSubject: attack from your network %d\nMessage-ID: <%d@example.net>\nDate: Sat, 21 Nov 2026 10:00:00 +0000\nMIME-Version: 1.0\n", n, n, n, n)
		text := "Hello,\n\nwe have seen attacks from your network and would like you to look into this matter, please.\n\n" + log.String()
		mail := head + "Content-Type: text/plain; charset=utf-8\n\n" + text
		if n%2 == 1 {
			mail = head + "Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n\n" + text + "\n--b\nContent-Type: text/html; charset=utf-8\n\n<html><body><p>Hello</p><table>" + page.String() + "</table></body></html>\n--b--\n"
		}
		if n%10 == 0 {
			file := base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{byte(n), 1, 2, 3}, 25_000))
			mail = head + "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n\n" + text + "\n--b\nContent-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64\n\n" + folded(file) + "--b--\n"
		}
		mails = append(mails, []byte(strings.ReplaceAll(mail, "\n", "\r\n")))
	}
	return mails
}

func folded(text string) string {
	var b strings.Builder
	for len(text) > 76 {
		b.WriteString(text[:76] + "\n")
		text = text[76:]
	}
	return b.String() + text + "\n"
}

// BenchmarkParse measures a whole report beside a bare walk over the same mails
// with go-message, in one run, and prints what thinking costs.
func BenchmarkParse(b *testing.B) {
	mails := benchMails()
	var size int64
	for _, mail := range mails {
		size += int64(len(mail))
	}
	var walked time.Duration
	b.Run("walk", func(b *testing.B) {
		walked = measure(b, mails, size, func(mail []byte) error { return walk(mail) })
	})
	b.Run("report", func(b *testing.B) {
		e := env()
		took := measure(b, mails, size, func(mail []byte) error {
			parser.Parse(context.Background(), bytes.NewReader(mail), int64(len(mail)), e)
			return nil
		})
		if walked > 0 {
			b.ReportMetric(float64(took)/float64(walked), "times-the-walk")
		}
	})
}

// measure gives the time one round over all mails takes.
func measure(b *testing.B, mails [][]byte, size int64, do func([]byte) error) time.Duration {
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		for _, mail := range mails {
			if err := do(mail); err != nil {
				b.Fatal(err)
			}
		}
	}
	round := b.Elapsed() / time.Duration(b.N)
	b.ReportMetric(float64(len(mails))/round.Seconds(), "mails/s")
	return round
}

// walk reads every part and does nothing with it.
func walk(mail []byte) error {
	entity, err := message.Read(bytes.NewReader(mail))
	if err != nil {
		return err
	}
	return entity.Walk(func(_ []int, part *message.Entity, err error) error {
		if err != nil {
			return err
		}
		if part.MultipartReader() != nil {
			return nil
		}
		_, err = io.Copy(io.Discard, part.Body)
		return err
	})
}
