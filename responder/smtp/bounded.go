package smtp

import (
	"errors"
	"net"
)

// maxSaid is how many bytes a relay may say over one connection, TLS included. A
// hundred mails take a tenth of it where every reply is as long as replies get.
const maxSaid = 4 << 20

var errTalks = errors.New("the relay talks without end")

// bounded is a connection over which the other side can say only so much: the
// library keeps a reply in memory however many lines it has.
type bounded struct {
	net.Conn
	left int64 // bytes; used by whoever reads: one goroutine at a time
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errTalks
	}
	n, err := b.Conn.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}
