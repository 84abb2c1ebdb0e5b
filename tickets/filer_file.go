package tickets

import (
	"context"
	"errors"
	"fmt"
)

// fileBatch files parsed mails in their order. When the batch fails as a whole it is
// tried again, then mail by mail, so that one bad mail never blocks the others;
// what still cannot be filed is given back. An error means that the store is in
// trouble and every claim was given back or is remembered as owed.
func (f *Filer) fileBatch(ctx context.Context, filings []Filing) error {
	if len(filings) == 0 {
		return nil
	}
	filed, err := f.file(ctx, filings)
	if err == nil {
		return f.filed(ctx, filings, filed)
	}
	f.o.Log.Warn("a batch could not be filed; its mails are tried one by one", "mails", len(filings), "error", err)
	return f.oneByOne(ctx, filings, err)
}

// oneByOne files each mail in a transaction of its own. A mail that fails so
// again and again is to blame itself; the others behind it keep their order.
func (f *Filer) oneByOne(ctx context.Context, filings []Filing, trouble error) error {
	for i := range filings {
		err := f.single(ctx, filings[i])
		switch {
		case err == nil:
			continue
		case isTrouble(err) || !f.blame(ctx, filings[i].Claim, err):
			return errors.Join(fmt.Errorf("file mail %d: %w", filings[i].Claim.Mail, errors.Join(err, trouble)),
				f.giveBack(ctx, claimsOf(filings[i:])))
		}
	}
	return nil
}

// single tries one mail a few times, with a pause between.
func (f *Filer) single(ctx context.Context, filing Filing) error {
	var err error
	pause := firstBackoff
	for try := range quickTries {
		if try > 0 {
			sleep(ctx, pause)
			pause *= 2
		}
		var filed []Filed
		if filed, err = f.file(ctx, []Filing{filing}); err == nil {
			return f.filed(ctx, []Filing{filing}, filed)
		}
		if isTrouble(err) || errors.Is(err, errJudge) {
			return err
		}
		if ctx.Err() != nil {
			return errors.Join(err, ctx.Err())
		}
	}
	return err
}

// blame counts a failure of filing as the mail's own. false when the store
// could not even record that, and so it is the store that is in trouble.
func (f *Filer) blame(ctx context.Context, claim Claim, err error) bool {
	cause := "it cannot be filed: the store refuses it"
	if errors.Is(err, errJudge) {
		cause = err.Error()
	}
	return f.fail(ctx, claim, cause)
}

// isTrouble tells errors that are never a mail's fault. A deadline is none of
// them: a mail may be what takes so long.
func isTrouble(err error) bool {
	for _, known := range []error{context.Canceled, ErrFull, ErrBusy, ErrAway} {
		if errors.Is(err, known) {
			return true
		}
	}
	return false
}

// errJudge is a decision that ended in a panic.
var errJudge = errors.New("a fault of the program while deciding about it")

// file is one call of the store. A panic of the decision comes back as an error.
func (f *Filer) file(ctx context.Context, filings []Filing) (filed []Filed, err error) {
	defer func() {
		if p := recover(); p != nil {
			f.panicked("deciding about", filings[0].Claim.Mail, p)
			filed, err = nil, errJudge
		}
	}()
	return f.o.Store.File(ctx, filings, f.judgeNow())
}

// judgeNow is the decision by the rules of the moment; it is prepared once for each set of rules.
func (f *Filer) judgeNow() Judge {
	if rules := f.o.Rules(); f.judge == nil || rules != f.judgeOf {
		f.judgeOf, f.judge = rules, rules.Judge(f.o.Acknowledger, f.o.Now)
	}
	return f.judge
}

// filed settles what the store made of a batch: mails that failed alone are
// counted or given back, the rest is told.
func (f *Filer) filed(ctx context.Context, filings []Filing, filed []Filed) error {
	f.o.Hook("filer.filed")
	claims := map[int64]Claim{}
	for _, filing := range filings {
		claims[filing.Claim.Mail] = filing.Claim
	}
	var again []Claim
	var trouble error
	for _, one := range filed {
		claim := claims[one.Mail]
		switch {
		case one.Err == nil:
			f.clear(one.Mail)
			f.o.Log.Debug("filed", "mail", one.Mail, "ticket", one.Ticket, "match", one.Match)
		case errors.Is(one.Err, ErrFence):
			f.o.Log.Info("another worker took a mail over", "mail", one.Mail)
		case isTrouble(one.Err) || errors.Is(one.Err, context.DeadlineExceeded) && !f.suspect(claim):
			again, trouble = append(again, claim), one.Err
		default:
			f.o.Log.Error("a mail could not be filed", "mail", one.Mail, "error", one.Err)
			f.fail(ctx, claim, "it cannot be filed: "+one.Err.Error())
		}
	}
	f.o.Filed(filed)
	if trouble != nil {
		return errors.Join(fmt.Errorf("file mails: %w", trouble), f.giveBack(ctx, again))
	}
	return nil
}

// fail counts a failure of the mail's own. When the store cannot take even that the
// claim is owed and the answer false.
func (f *Filer) fail(ctx context.Context, claim Claim, cause string) bool {
	ctx, cancel := lastWords(ctx)
	defer cancel()
	held, err := f.o.Store.Fail(ctx, claim, cause)
	switch {
	case errors.Is(err, ErrFence):
		return true
	case err != nil:
		f.o.Log.Warn("a failed mail could not be noted", "mail", claim.Mail, "error", err)
		f.owe([]Claim{claim})
		return false
	case held:
		f.o.Log.Error("a mail is held for a person", "mail", claim.Mail, "cause", cause)
	}
	f.clear(claim.Mail)
	return true
}

// giveBack releases claims untried, and those that are owed from before. What
// cannot be released is owed on.
func (f *Filer) giveBack(ctx context.Context, claims []Claim) error {
	claims = append(f.settleDebts(), claims...)
	if len(claims) == 0 {
		return nil
	}
	ctx, cancel := lastWords(ctx)
	defer cancel()
	if err := f.o.Store.Release(ctx, claims); err != nil {
		f.owe(claims)
		return fmt.Errorf("give %d mails back: %w", len(claims), err)
	}
	return nil
}

// lastWords is a context for giving claims back: it does not end with the work
// that failed, and not never.
func lastWords(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), cleanupTime)
}

func (f *Filer) owe(claims []Claim) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.owed = append(f.owed, claims...)
}

func (f *Filer) settleDebts() []Claim {
	f.mu.Lock()
	defer f.mu.Unlock()
	owed := f.owed
	f.owed = nil
	return owed
}

func claimsOf(filings []Filing) []Claim {
	claims := make([]Claim, len(filings))
	for i, filing := range filings {
		claims[i] = filing.Claim
	}
	return claims
}
