package store

import (
	"context"

	"postern/tickets"
)

// Why a mail that was in flight with a worker that went away is tried again, and
// how often.
//
// A mail that kills whoever reads it has to be held before it has killed
// everybody too often; a mail that met three pauses of a machine, or three
// failures of the network, must not be. The two look the same from outside, but
// not for ever: a worker that was paused comes back under the name it had, and a
// killed one never does. So a try is counted at once, with the worker's name
// beside it, and taken back when that worker joins again.

// blame notes on whose absence a try rests. A mail that was filed since, by
// somebody else, needs no more notes.
func blame(ctx context.Context, t *tx, worker string, mail int64) error {
	if _, err := t.exec(ctx, `DELETE FROM blames WHERE mail IN (SELECT id FROM mails WHERE state = 'filed')`); err != nil {
		return err
	}
	_, err := t.exec(ctx, `INSERT INTO blames (worker, mail) VALUES ($1, $2) ON CONFLICT (worker, mail) DO NOTHING`, worker, mail)
	return err
}

// acquit takes back the tries that rest on the absence of a worker who is back.
// What was held for them is received again.
func acquit(ctx context.Context, t *tx, worker string) error {
	const withdraw = `
		UPDATE mails
		   SET tries = tries - 1,
		       state = CASE WHEN state = 'held' AND reason = $2 AND tries <= $3 THEN 'received' ELSE state END
		 WHERE tries > 0 AND id IN (SELECT mail FROM blames WHERE worker = $1)
		RETURNING id`
	mails, err := column[int64](ctx, t, withdraw, clean(worker), reasonInWork, tickets.MaxTries)
	if err != nil {
		return err
	}
	for _, mail := range mails {
		t.announces(WorkMail)
		addEvent(t, event{What: "acquitted", Mail: mail, Text: "the machine that had it was away and is back"})
	}
	_, err = t.exec(ctx, `DELETE FROM blames WHERE worker = $1`, clean(worker))
	return err
}
