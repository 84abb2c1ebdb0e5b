package store

import "sync"

// What is kept of mails that were just received.
const (
	recentBytes = 2 << 20  // compressed
	recentMail  = 16 << 10 // of one mail: nine in ten are smaller, and of those a thousand fit
	recentMails = 1000
)

// recent keeps the only chunk of small mails from T1 until they are read, which
// mostly is at once: their pages need not be looked up again. The rows are the
// truth; what is not here is read from them, and a raw mail never changes.
type recent struct {
	mu     sync.Mutex
	chunks map[int64]packed
	order  []int64 // of arrival
	bytes  int
}

// packed is a whole raw mail in one compressed chunk.
type packed struct {
	size int64 // of the mail
	data []byte
}

// put keeps one small mail, and forgets the oldest ones that are too many.
func (r *recent) put(mail int64, p packed) {
	if len(p.data) > recentMail {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.chunks == nil {
		r.chunks = map[int64]packed{}
	}
	r.chunks[mail] = p
	r.order = append(r.order, mail)
	r.bytes += len(p.data)
	for len(r.order) > 0 && (r.bytes > recentBytes || len(r.order) > recentMails || r.taken(r.order[0])) {
		r.remove(r.order[0])
		r.order = r.order[1:]
	}
}

func (r *recent) taken(mail int64) bool {
	_, here := r.chunks[mail]
	return !here
}

// take gives a mail away; it is read from its rows the next time.
func (r *recent) take(mail int64) (packed, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	p, found := r.chunks[mail]
	r.remove(mail)
	return p, found
}

// remove needs the mutex.
func (r *recent) remove(mail int64) {
	r.bytes -= len(r.chunks[mail].data)
	delete(r.chunks, mail)
}
