package storetest

import (
	"testing"

	"postern/tickets/store"
)

// Opener opens a store for a test and closes it with it.
type Opener func(t *testing.T, o store.Options) *store.Store

// Run runs the contract of the store. Every database must pass it.
func Run(t *testing.T, open func(t *testing.T, o store.Options) *store.Store) {
	for _, c := range []struct {
		name string
		test func(t *testing.T, open Opener)
	}{
		{"mail to ticket to answer", testWholeWay},
		{"receive: a known delivery changes nothing", testKnownDelivery},
		{"receive: same bytes in two mailboxes are one mail", testTwoMailboxes},
		{"receive: a number given to another mail loses nothing", testNumberReused},
		{"receive: big and empty mails come back whole", testRawSizes},
		{"receive: a short spool stores nothing", testShortSpool},
		{"junk moved to the inbox is filed again as a report", testJunkToInbox},
		{"junk moved while it is being filed goes round again", testJunkMovedMeanwhile},
		{"a copy in a real mailbox takes the first one out of junk", testCopyOutOfJunk},
		{"claim: new mail first, then backlog, then junk", testClaimOrder},
		{"claim: how old is backlog is configured", testMaxAge},
		{"claim: a suspect goes alone", testSuspectAlone},
		{"a mail is held after three failures and can be requeued", testHeldAfterThree},
		{"release costs no try", testRelease},
		{"recover: three deaths hold a mail", testRecover},
		{"recover: a death beside an answer is no try", testRecoverBeside},
		{"recover: nobody is blamed for a death in company", testInCompany},
		{"file: two copies in one batch are one entry", testCopiesInBatch},
		{"file: two copies in two processes are one entry", testCopiesInProcesses},
		{"file: a copy with other attached files is an entry of its own", testAltered},
		{"file: filed again comes back as filed", testFiledTwice},
		{"file: a lost claim is fenced", testFence},
		{"file: one bad mail is rolled back alone", testOneBadMail},
		{"file: a panic of the judge is one mail's fault", testJudgePanics},
		{"file: a taken ID is drawn again", testDrawnAgain},
		{"file: an answer follows what it answers", testFollowUp},
		{"file: attached reports have a reference of their own", testAttach},
		{"file: an unproven entry changes nothing", testUnproven},
		{"file: a mail named before it came is awaited", testAwaited},
		{"file: read again replaces what was read", testReread},
		{"file: read again once a key was added", testKeyAdded},
		{"file: candidates by file and URL", testCandidates},
		{"file: 20,000 indicators", testManyIndicators},
		{"file: names longer than an index takes", testLongNames},
		{"file: numbers that no program holds", testLargeNumbers},
		{"budget counts what left by itself", testBudget},
		{"notices of a day are counted by themselves", testNotices},
		{"a protected subject is remembered", testProtectedSubject},
		{"what could not be opened is read again", testReadUnopened},
		{"withheld answers wait for a person", testWithheld},
		{"send: every retry has the same bytes", testSameBytes},
		{"send: one worker at a time", testTaken},
		{"send: an old list", testOldList},
		{"send: unsure is never sent again by itself", testUnsure},
		{"send: recover queues what was claimed and keeps what was handed", testRecoverOutbox},
		{"people: who sees what", testVisibility},
		{"people: claim, assign, state, note", testWork},
		{"people: reply in one conversation", testReply},
		{"people: a ticket that was set to a stricter label", testRaised},
		{"people: RED of one hides nothing of others", testStrangersRed},
		{"sealed text opens for people and stays out of lists", testSealedRead},
		{"the audit log is chained", testChain},
		{"a lease has one holder", testLease},
		{"a lease is a fence", testLeaseFence},
		{"leases are renewed and given back together", testRenew},
		{"what a worker without a lease had claimed is taken from it", testLapsedWorker},
		{"a worker known to be dead is not waited for", testKnownDead},
		{"lease: a machine that was away is no try of a mail", testPausesAreNoTries},
		{"keys are pinned", testPinnedKey},
		{"stats and the data version", testStats},
		{"directory: contacts", testContacts},
		{"directory: keys that come with mail", testKeysSeen},
		{"directory: a flood of keys", testKeyFlood},
		{"directory: verdicts are judged again", testJudgedAgain},
		{"directory: who protects subjects", testWhoProtects},
		{"directory: keys are asked for", testLookups},
		{"directory: a flood that wants keys", testLookupFlood},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, open) })
	}
}
