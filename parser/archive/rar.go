package archive

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"strings"

	"postern/parser/mime"
)

// A RAR is a row of blocks, each a header and, where the header says so, data
// behind it. Only the headers are read, which tell the names; the files themselves
// stay packed.

// maxHeader is how long a header may be that is read: names have 64 kB at most.
const maxHeader = 256 << 10

// errEncrypted ends the listing of an archive whose headers are encrypted.
var errEncrypted = errors.New("headers are encrypted")

// maxBlocks is how many headers are read of one archive; beside those of files
// there are a few.
const maxBlocks = 10_000

// rar lists a RAR of version 4 or 5, whose headers differ.
func (e *Expander) rar(ctx context.Context, p *mime.Part) {
	from, next, magic := bufio.NewReader(&counted{ctx: ctx, from: p.Open()}), rar4, rar4Magic
	if start, _ := from.Peek(len(rar5Magic)); string(start) == rar5Magic {
		next, magic = rar5, rar5Magic
	}
	_, _ = from.Discard(len(magic)) // its end is found below
	for range maxBlocks {
		b, err := next(from)
		if err == nil && b.name != "" && !e.addPacked(p, b) {
			return
		}
		if err == nil && !b.last {
			err = skip(from, b.data)
		}
		if err != nil || b.last {
			e.endRAR(ctx, p, err)
			return
		}
	}
	e.problems.Tell(CodeLimit, "The archive in part %s has more blocks than are read; the rest is not listed.", p.Number)
}

// skip passes over the data of a block.
func skip(from io.Reader, n int64) error {
	if _, err := io.CopyN(io.Discard, from, n); err != nil {
		return io.ErrUnexpectedEOF
	}
	return nil
}

// addPacked makes a member of one file.
func (e *Expander) addPacked(p *mime.Part, b rarBlock) bool {
	if b.encrypted {
		e.problems.Tell(CodeEncrypted, "The archive in part %s is encrypted: the names of its files can be read, the files cannot.", p.Number)
	}
	return e.add(p, b.name, b.size, packed)
}

// endRAR tells why a listing ended. Old programs write no last block, so that the
// end of the bytes is one too.
func (e *Expander) endRAR(ctx context.Context, p *mime.Part, err error) {
	switch {
	case errors.Is(err, errEncrypted):
		e.problems.Tell(CodeEncrypted, "The archive in part %s is encrypted, and so are the names of its files.", p.Number)
	case err != nil && !errors.Is(err, io.EOF) && ctx.Err() == nil:
		e.problems.Tell(CodeBroken, "The archive in part %s is damaged; what could be read is listed.", p.Number)
	}
}

// packed is what opening a file of a RAR gives.
func packed(problems *mime.Problems) io.Reader {
	problems.Tell(CodeBroken, "A file in an archive is compressed in a way that cannot be read.")
	return strings.NewReader("")
}

// rarBlock is what the header of a block says. Of anything but a file the name is "".
type rarBlock struct {
	name      string
	size      int64 // of the file, unpacked
	encrypted bool
	data      int64 // bytes behind the header
	last      bool
}

const (
	rar4Magic = "Rar!\x1a\x07\x00"
	rar5Magic = "Rar!\x1a\x07\x01\x00"
)

// Kinds of blocks and their flags (the technical note of RAR 5).
const (
	rar5File, rar5Crypt, rar5End        = 2, 4, 5
	rar5Extra, rar5Data                 = 1, 2
	rar5Folder, rar5Time, rar5Sum       = 1, 2, 4
	rar5FileCrypt                 int64 = 1
)

// rar5 reads one header of version 5: a checksum, the length, and fields of
// numbers of variable length.
func rar5(from *bufio.Reader) (b rarBlock, err error) {
	if _, err = io.CopyN(io.Discard, from, 4); err != nil { // the checksum
		return b, ended(err)
	}
	length, err := binary.ReadUvarint(from)
	if err != nil || length > maxHeader {
		return b, io.ErrUnexpectedEOF
	}
	head := make([]byte, length)
	if _, err = io.ReadFull(from, head); err != nil {
		return b, io.ErrUnexpectedEOF
	}
	f := numbers{octets: head}
	kind, flags := f.next(), f.next()
	extra := int64(0)
	if flags&rar5Extra != 0 {
		extra = f.next()
	}
	if flags&rar5Data != 0 {
		b.data = f.next()
	}
	switch kind {
	case rar5Crypt:
		return b, errEncrypted
	case rar5End:
		b.last = true
	case rar5File:
		f.file5(&b, extra)
	}
	if f.short || b.data < 0 {
		return b, io.ErrUnexpectedEOF
	}
	return b, nil
}

// file5 reads the fields of a file.
func (f *numbers) file5(b *rarBlock, extra int64) {
	flags := f.next()
	b.size = f.next()
	f.next() // attributes
	if flags&rar5Time != 0 {
		f.take(4)
	}
	if flags&rar5Sum != 0 {
		f.take(4)
	}
	f.next() // how it is compressed
	f.next() // on which system
	name := string(f.take(f.next()))
	for more := (numbers{octets: f.tail(extra)}); len(more.octets) > 0 && !more.short; {
		record := numbers{octets: more.take(more.next())}
		b.encrypted = b.encrypted || record.next() == rar5FileCrypt && !record.short
	}
	if flags&rar5Folder == 0 {
		b.name = name
	}
}

// Kinds of blocks of version 4 and their flags.
const (
	rar4Main, rar4File, rar4End        = 0x73, 0x74, 0x7b
	rar4Secret                         = 0x80 // of the archive: all headers behind are encrypted
	rar4FileCrypt, rar4Large, rar4Wide = 4, 0x100, 0x200
	rar4Folder                         = 0xe0   // all three bits
	rar4Long                           = 0x8000 // data follows
	rar4Head, rar4Name, rar4Sizes      = 7, 32, 40
)

// rar4 reads one header of version 4, which has fields of fixed places.
func rar4(from *bufio.Reader) (b rarBlock, err error) {
	start := make([]byte, rar4Head)
	if _, err = io.ReadFull(from, start); err != nil {
		return b, ended(err)
	}
	kind, flags := start[2], int(binary.LittleEndian.Uint16(start[3:]))
	length := int(binary.LittleEndian.Uint16(start[5:]))
	if length < rar4Head {
		return b, io.ErrUnexpectedEOF
	}
	head := make([]byte, length)
	copy(head, start)
	if _, err = io.ReadFull(from, head[rar4Head:]); err != nil {
		return b, io.ErrUnexpectedEOF
	}
	if (flags&rar4Long != 0 || kind == rar4File) && length >= rar4Head+4 {
		b.data = int64(binary.LittleEndian.Uint32(head[rar4Head:]))
	}
	switch {
	case kind == rar4Main && flags&rar4Secret != 0:
		return b, errEncrypted
	case kind == rar4End:
		b.last = true
	case kind == rar4File && length < rar4Name:
		return b, io.ErrUnexpectedEOF
	case kind == rar4File:
		b.file4(head, flags)
	}
	return b, nil
}

// file4 reads the fields of a file.
func (b *rarBlock) file4(head []byte, flags int) {
	b.size = int64(binary.LittleEndian.Uint32(head[11:]))
	b.encrypted = flags&rar4FileCrypt != 0
	name := head[rar4Name:]
	if flags&rar4Large != 0 && len(head) >= rar4Sizes {
		b.data |= int64(binary.LittleEndian.Uint32(head[32:])&0x7fffffff) << 32
		b.size |= int64(binary.LittleEndian.Uint32(head[36:])&0x7fffffff) << 32
		name = head[rar4Sizes:]
	}
	name = name[:min(len(name), int(binary.LittleEndian.Uint16(head[26:])))]
	if flags&rar4Folder != rar4Folder {
		b.name = rar4Decoded(name, flags&rar4Wide != 0)
	}
}

// ended tells an archive that ends where a block might begin, without a last one.
func ended(err error) error {
	if errors.Is(err, io.EOF) {
		return io.EOF
	}
	return io.ErrUnexpectedEOF
}

// numbers reads fields one after the other. short: there were not as many bytes.
type numbers struct {
	octets []byte
	short  bool
}

// next reads a number of seven bits a byte, the lowest first.
func (f *numbers) next() int64 {
	number, n := binary.Uvarint(f.octets)
	if n <= 0 || number > 1<<62 {
		f.short = true
		return 0
	}
	f.octets = f.octets[n:]
	return int64(number)
}

// take reads n bytes.
func (f *numbers) take(n int64) []byte {
	if n < 0 || n > int64(len(f.octets)) {
		f.short = true
		return nil
	}
	taken := f.octets[:n]
	f.octets = f.octets[n:]
	return taken
}

// tail is the last n bytes.
func (f *numbers) tail(n int64) []byte {
	return f.octets[int64(len(f.octets))-min(max(n, 0), int64(len(f.octets))):]
}
