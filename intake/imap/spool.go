package imap

import (
	"bufio"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
)

const spoolBuffer = 64 << 10

// spool is the temporary file through which the mails of one batch pass, so
// that their size never counts in memory. It has no name on disk: whatever
// happens to the process, nothing of it stays.
type spool struct {
	file *os.File
	out  *bufio.Writer
	copy []byte
	end  int64
}

// spooled is one mail in the spool.
type spooled struct {
	uid     uint32
	offset  int64
	size    int64
	sum     [sha256.Size]byte
	partial bool // only the beginning was asked for
}

func newSpool(dir string) (*spool, error) {
	file, err := os.CreateTemp(dir, "postern-mail-*") // mode 0600
	if err != nil {
		return nil, trouble(KindSpool, "make a temporary file", err)
	}
	if err := os.Remove(file.Name()); err != nil {
		return nil, trouble(KindSpool, "hide the temporary file", errors.Join(err, file.Close()))
	}
	return &spool{file: file, out: bufio.NewWriterSize(file, spoolBuffer), copy: make([]byte, spoolBuffer)}, nil
}

// add copies at most limit bytes and hashes them on the way. A failing disk is
// a spool error, a failing reader is returned as it is.
func (s *spool) add(r io.Reader, limit int64) (spooled, error) {
	hash := sha256.New()
	n, err := io.CopyBuffer(io.MultiWriter(s.out, hash), io.LimitReader(r, limit), s.copy)
	part := spooled{offset: s.end, size: n}
	s.end += n
	hash.Sum(part.sum[:0])
	if flushed := s.out.Flush(); flushed != nil {
		return part, trouble(KindSpool, "write a mail to the temporary file", flushed)
	}
	if err != nil {
		return part, fmt.Errorf("read a mail: %w", err)
	}
	return part, nil
}

// body reads one mail back.
func (s *spool) body(part spooled) io.ReaderAt {
	return io.NewSectionReader(s.file, part.offset, part.size)
}

func (s *spool) close() error {
	return trouble(KindSpool, "close the temporary file", s.file.Close())
}
