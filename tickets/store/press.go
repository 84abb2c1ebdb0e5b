package store

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"

	"postern/intake"
)

// chunkSize is how many plain bytes one chunk of a raw mail holds. Big enough
// that an ordinary mail is one row, small enough that a reader of a huge mail
// keeps little in memory.
const chunkSize = 256 << 10

// pressedAhead bounds what a batch compresses before its transaction begins, in
// compressed bytes. What is beyond is compressed chunk by chunk inside it: a
// huge mail then costs the writer's time and not everybody's memory.
const pressedAhead = 2 << 20

// press compresses and decompresses chunks. Its coders are made once.
type press struct {
	encoder *zstd.Encoder
	decoder *zstd.Decoder
}

func newPress() (*press, error) {
	encoder, err := zstd.NewWriter(nil,
		zstd.WithEncoderLevel(zstd.SpeedFastest), // mail is base64 for the most part: more effort gains little
		zstd.WithEncoderConcurrency(2),
		zstd.WithWindowSize(chunkSize),
		zstd.WithLowerEncoderMem(true),
		zstd.WithEncoderCRC(false)) // the mail's SHA-256 covers it
	if err != nil {
		return nil, err
	}
	decoder, err := zstd.NewReader(nil,
		zstd.WithDecoderConcurrency(2),
		zstd.WithDecoderLowmem(true),
		zstd.WithDecoderMaxMemory(2*chunkSize))
	if err != nil {
		return nil, err
	}
	return &press{encoder: encoder, decoder: decoder}, nil
}

func (p *press) close() {
	if p == nil {
		return
	}
	p.decoder.Close()
	_ = p.encoder.Close() // it never wrote to a stream: nothing to flush
}

// chunks is one mail's chunks: those compressed ahead, and where to go on.
type chunks struct {
	mail  intake.Mail
	ready [][]byte
	row   int64 // of the mail once it was inserted
	fresh bool  // its bytes were not known
}

// ahead compresses the mails of a batch as far as the budget goes.
func (p *press) ahead(batch []intake.Mail) ([]chunks, error) {
	list := make([]chunks, len(batch))
	budget, plain, packed := pressedAhead, make([]byte, chunkSize), make([]byte, 0, chunkSize)
	for i, m := range batch {
		list[i].mail = m
		for n := 0; budget > 0 && n < chunkCount(m.Stored); n++ {
			data, err := p.chunk(m, n, plain, packed)
			if err != nil {
				return nil, err
			}
			list[i].ready = append(list[i].ready, bytes.Clone(data)) // some of them stay for long: no byte too much
			budget -= len(data)
		}
	}
	return list, nil
}

// chunk reads and compresses the n-th chunk of a mail. plain is scratch.
func (p *press) chunk(m intake.Mail, n int, plain, into []byte) ([]byte, error) {
	offset := int64(n) * chunkSize
	part := plain[:min(chunkSize, m.Stored-offset)]
	read, err := m.Body.ReadAt(part, offset)
	if read < len(part) {
		if err == nil || errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return nil, fmt.Errorf("read the spooled mail at %d: %w", offset, err)
	}
	return p.encoder.EncodeAll(part, into), nil
}

// open decompresses one chunk into a buffer that may be reused.
func (p *press) open(data, into []byte) ([]byte, error) {
	return p.decoder.DecodeAll(data, into[:0])
}

// chunkCount is how many chunks hold this many bytes.
func chunkCount(size int64) int { return int((size + chunkSize - 1) / chunkSize) }
