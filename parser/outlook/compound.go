package outlook

import (
	"encoding/binary"
)

// compoundSignature begins every compound file (MS-CFB section 2.2).
var compoundSignature = []byte{0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1}

// Sizes of a compound file (MS-CFB sections 2.2 to 2.6).
const (
	headerSize = 512
	entrySize  = 128
	miniSize   = 64
	endOfChain = 0xfffffffa // and what is above it is no sector
	noEntry    = 0xffffffff
	maxEntries = 20_000 // streams and storages of one file
)

// entry is one stream or storage of a compound file.
type entry struct {
	name              string
	storage           bool
	left, right, down uint32
	start             uint32
	size              int64
}

// compound is an open compound file. All of it is in memory; streams are read
// when somebody asks for them.
type compound struct {
	data    []byte
	sector  int
	cutoff  int64    // streams smaller than this stand in the mini stream
	fat     []uint32 // the sector that follows each
	minifat []uint32
	mini    []byte
	entries []entry
	budget  int // bytes that streams may give, since chains may share sectors
}

// openCompound reads the tables of a compound file; ok is false when it has none.
func openCompound(data []byte) (f *compound, ok bool) {
	if len(data) < headerSize {
		return nil, false
	}
	shift := binary.LittleEndian.Uint16(data[30:])
	if shift != 9 && shift != 12 {
		return nil, false
	}
	f = &compound{data: data, sector: 1 << shift, cutoff: int64(binary.LittleEndian.Uint32(data[56:])), budget: 4*len(data) + 1<<20}
	f.readFAT()
	f.minifat = numbers(f.chain(binary.LittleEndian.Uint32(data[60:]), f.all()))
	f.readEntries(f.chain(binary.LittleEndian.Uint32(data[48:]), f.all()))
	if len(f.entries) == 0 {
		return nil, false
	}
	f.mini = f.chain(f.entries[0].start, min(f.entries[0].size, f.all()))
	return f, true
}

// all is the size of the whole file, which no stream exceeds.
func (f *compound) all() int64 { return int64(len(f.data)) }

// sectorAt gives the bytes of a sector, nil when there is none of that number.
func (f *compound) sectorAt(n uint32) []byte {
	from := (int64(n) + 1) * int64(f.sector)
	if n >= endOfChain || from >= f.all() {
		return nil
	}
	return f.data[from:min(from+int64(f.sector), f.all())]
}

// readFAT collects the sectors of the allocation table: 109 of them stand in the
// header, the rest in a chain of tables (MS-CFB section 2.5).
func (f *compound) readFAT() {
	most := len(f.data)/f.sector + 1
	list := numbers(f.data[76:headerSize])
	next := binary.LittleEndian.Uint32(f.data[68:])
	for steps := 0; steps < most; steps++ {
		table := numbers(f.sectorAt(next))
		if len(table) == 0 {
			break
		}
		list = append(list, table[:len(table)-1]...)
		next = table[len(table)-1]
	}
	for _, n := range list {
		if len(f.fat) > most {
			break
		}
		f.fat = append(f.fat, numbers(f.sectorAt(n))...)
	}
}

func numbers(data []byte) []uint32 {
	list := make([]uint32, len(data)/4)
	for i := range list {
		list[i] = binary.LittleEndian.Uint32(data[4*i:])
	}
	return list
}

// chain gives at most size bytes of the sectors that follow each other from start.
func (f *compound) chain(start uint32, size int64) []byte {
	var out []byte
	for n := start; int64(len(out)) < size && f.budget > 0; {
		sector := f.sectorAt(n)
		if sector == nil {
			break
		}
		sector = sector[:min(int64(len(sector)), size-int64(len(out)))]
		out = append(out, sector...)
		f.budget -= len(sector)
		if int(n) >= len(f.fat) {
			break
		}
		n = f.fat[n]
	}
	return out
}

// miniChain is chain for streams that stand in the mini stream.
func (f *compound) miniChain(start uint32, size int64) []byte {
	var out []byte
	for n := int64(start); int64(len(out)) < size && f.budget > 0; {
		from := n * miniSize
		if from >= int64(len(f.mini)) || n >= int64(len(f.minifat)) {
			break
		}
		piece := f.mini[from:min(from+miniSize, int64(len(f.mini)))]
		piece = piece[:min(int64(len(piece)), size-int64(len(out)))]
		out = append(out, piece...)
		f.budget -= miniSize
		n = int64(f.minifat[n])
	}
	return out
}

// readEntries reads the directory.
func (f *compound) readEntries(directory []byte) {
	for len(directory) >= entrySize && len(f.entries) < maxEntries {
		e := directory[:entrySize]
		directory = directory[entrySize:]
		length := min(int(binary.LittleEndian.Uint16(e[64:])), 64)
		size := int64(binary.LittleEndian.Uint64(e[120:]) & (1<<62 - 1))
		if f.sector == headerSize { // the upper half is not to be trusted in version 3
			size &= 1<<32 - 1
		}
		f.entries = append(f.entries, entry{
			name: fromUTF16(e[:max(length-2, 0)]), storage: e[66] != 2,
			left: binary.LittleEndian.Uint32(e[68:]), right: binary.LittleEndian.Uint32(e[72:]), down: binary.LittleEndian.Uint32(e[76:]),
			start: binary.LittleEndian.Uint32(e[116:]), size: size,
		})
	}
}

// children gives the entries of a storage, each once whatever the tree says.
func (f *compound) children(storage uint32, seen map[uint32]bool) []uint32 {
	var list []uint32
	todo := []uint32{f.entries[storage].down}
	for len(todo) > 0 {
		n := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if n == noEntry || int64(n) >= int64(len(f.entries)) || seen[n] {
			continue
		}
		seen[n] = true
		list = append(list, n)
		todo = append(todo, f.entries[n].right, f.entries[n].left)
	}
	return list
}

// stream gives the bytes of an entry.
func (f *compound) stream(n uint32) []byte {
	e := f.entries[n]
	if e.size < f.cutoff {
		return f.miniChain(e.start, e.size)
	}
	return f.chain(e.start, min(e.size, f.all()))
}
