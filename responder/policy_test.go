package responder_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"postern/parser"
	"postern/parser/indicator"
	"postern/parser/mime"
	"postern/parser/pgp"
	"postern/responder"
	"postern/tickets"
)

func TestRefusals(t *testing.T) {
	thread := tickets.Thread{Conversation: 7, Acknowledged: true}
	for _, test := range []struct {
		name   string
		change func(*situation)
		reason string // part of it; "" when it is answered
	}{
		{"a person's first mail", func(*situation) {}, ""},
		{"import", func(s *situation) { s.filing.Claim.Unanswered = true }, "import"},
		{"two days old", func(s *situation) { s.filing.Claim.ReceivedAt = now.Add(-48*time.Hour - time.Second) }, "too old"},
		{"nearly two days old", func(s *situation) { s.filing.Claim.ReceivedAt = now.Add(-47 * time.Hour) }, ""},
		{"in Junk", func(s *situation) { s.filing.Claim.Junk = true }, "Junk"},
		{"moved out of Junk by a person", func(s *situation) { s.filing.Claim.Refile = tickets.RefileReport }, ""},
		{"filed in division Junk", func(s *situation) { s.decision.Division = tickets.Junk }, "Junk"},
		{"same mail again", func(s *situation) { s.decision.Match = tickets.MatchSame }, "filed already"},
		{"read again with a new key", func(s *situation) { s.decision.Match = tickets.MatchRefile }, "filed already"},
		{"claim without proof", func(s *situation) { s.decision.Match = tickets.MatchUnproven }, "without proof"},
		{"our mail coming back", func(s *situation) { s.decision.Match = tickets.MatchEcho }, "coming back"},
		{"no decision", func(s *situation) { s.decision.Match = "" }, "filed already"},
		{"another report of an open ticket", func(s *situation) { s.decision.Match = tickets.MatchAttach }, ""},
		{"follow-up of an acknowledged conversation", func(s *situation) {
			s.decision.Match, s.decision.Conversation = tickets.MatchFollowUp, 7
			s.evidence.ByRef = []tickets.Thread{thread}
		}, "acknowledged before"},
		{"follow-up of one that is not", func(s *situation) {
			s.decision.Match, s.decision.Conversation = tickets.MatchFollowUp, 7
			s.evidence.ByRef = []tickets.Thread{{Conversation: 7}}
		}, ""},
		{"follow-up of nobody knows what", func(s *situation) { s.decision.Match, s.decision.Conversation = tickets.MatchFollowUp, 7 }, "acknowledged before"},
		{"answer to our handler's mail", func(s *situation) {
			s.decision.Match, s.decision.Conversation = tickets.MatchFollowUp, 7
			s.evidence.ByMessage = []tickets.Hit{{Thread: tickets.Thread{Conversation: 7}, Outgoing: true}}
		}, "answer to a mail of ours"},
		{"out of office", func(s *situation) {
			s.filing.Report.Automatic.MayAnswer, s.filing.Report.Automatic.Reason = false, "Auto-Submitted: auto-replied"
		}, "Auto-Submitted"},
		{"bounce that claims to be answerable", func(s *situation) { s.filing.Report.Automatic.Kind = "bounce" }, "program"},
		{"list that claims to be answerable", func(s *situation) { s.filing.Report.Automatic.Kind = "list" }, "program"},
		{"through RT", func(s *situation) { s.filing.Report.Automatic.Kind = "bulk" }, ""},
		{"null sender", func(s *situation) { s.filing.Report.NullSender = true }, "empty"},
		{"no From", func(s *situation) { s.filing.Report.From = nil }, "no address"},
		{"several authors", func(s *situation) {
			s.filing.Report.From = append(s.filing.Report.From, mime.Address{Address: "b@example.net"})
		}, "no address"},
		{"From that is no address", func(s *situation) { s.filing.Report.From[0].Address = "x@example.net> NOTIFY=NEVER" }, "no address"},
		{"our own answer answered", func(s *situation) { s.filing.Report.From[0].Address = "CSIRT@example.org" }, "our own"},
		{"our own subaddress", func(s *situation) { s.filing.Report.From[0].Address = "csirt+abc@example.org" }, "our own"},
		{"another mailbox of ours", func(s *situation) { s.filing.Report.From[0].Address = "abuse@example.org" }, "our own"},
		{"abuse desk of somebody else", func(s *situation) { s.filing.Report.From[0].Address = "abuse@example.net" }, ""},
		{"mailer daemon", func(s *situation) { s.filing.Report.From[0].Address = "MAILER-DAEMON@example.net" }, "nobody reads"},
		{"no-reply", func(s *situation) { s.filing.Report.From[0].Address = "no-reply@example.net" }, "nobody reads"},
		{"no reply with other signs", func(s *situation) { s.filing.Report.From[0].Address = "Security.No_Reply+7@example.net" }, "nobody reads"},
		{"our own machine", func(s *situation) { s.filing.Report.From[0].Address = "root@localhost" }, "one machine"},
		{"our own machine by its whole name", func(s *situation) { s.filing.Report.From[0].Address = "root@localhost.localdomain" }, "one machine"},
		{"a number for a domain", func(s *situation) { s.filing.Report.From[0].Address = "a@192.0.2.1" }, "one machine"},
		{"somebody else behind our relay", func(s *situation) { s.filing.Report.From[0].Address = "a%example.net@example.org" }, "somebody else"},
		{"somebody else behind marks of exclamation", func(s *situation) { s.filing.Report.From[0].Address = "example.net!a@example.org" }, "somebody else"},
		{"list owner", func(s *situation) { s.filing.Report.From[0].Address = "talk-request@example.net" }, "nobody reads"},
		{"owner of a list", func(s *situation) { s.filing.Report.From[0].Address = "owner-talk@example.net" }, "nobody reads"},
		{"owner of a list, as others write it", func(s *situation) { s.filing.Report.From[0].Address = "talk-owner@example.net" }, "nobody reads"},
		{"somebody who is called so", func(s *situation) { s.filing.Report.From[0].Address = "shop.owner@example.net" }, ""},
		{"ARF", func(s *situation) { s.filing.Report.Format = "arf" }, "machines"},
		{"XARF", func(s *situation) { s.filing.Report.Format = "xarf" }, "machines"},
		{"advisory", func(s *situation) { s.decision.Kind = "advisory" }, "advisory"},
		{"spam", func(s *situation) { s.decision.Kind = "not-a-report" }, "not a report"},
		{"kind told by the report alone", func(s *situation) { s.decision.Kind, s.filing.Report.Kind = "", "advisory" }, "advisory"},
		{"request", func(s *situation) { s.decision.Kind = "request" }, ""},
		{"in Cc of a running thread", func(s *situation) {
			s.filing.Report.InReplyTo = []string{"other@example.com"}
			s.filing.Report.To, s.filing.Report.Cc = []mime.Address{{Address: "isp@example.com"}}, s.filing.Report.To
		}, "conversation of others"},
		{"in Cc of a thread that is a conversation of ours", func(s *situation) {
			s.filing.Report.InReplyTo, s.decision.Match, s.decision.Conversation = []string{"first@example.net"}, tickets.MatchFollowUp, 7
			s.evidence.ByRef = []tickets.Thread{{Conversation: 7}}
			s.filing.Report.To, s.filing.Report.Cc = nil, s.filing.Report.To
		}, ""},
		{"in To of a running thread", func(s *situation) { s.filing.Report.InReplyTo = []string{"other@example.com"} }, ""},
		{"in Cc of a first mail", func(s *situation) { s.filing.Report.To, s.filing.Report.Cc = nil, s.filing.Report.To }, ""},
		{"DMARC fail", func(s *situation) { s.filing.Report.Authentication.DMARC = "fail" }, "DMARC"},
		{"DMARC none", func(s *situation) { s.filing.Report.Authentication.DMARC = "none" }, ""},
		{"from the account reported as compromised", func(s *situation) {
			s.decision.Category = "intrusions/unprivileged-account-compromise"
			s.filing.Report.Indicators = []indicator.Indicator{{Type: "email", Value: "reporter@example.net", Role: "source"}}
		}, "compromised"},
		{"old before in Junk", func(s *situation) {
			s.filing.Claim.Junk, s.filing.Claim.ReceivedAt = true, now.Add(-100*time.Hour)
		}, "too old"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := report()
			test.change(&s)
			answer, reason := s.judge(policy())
			if test.reason == "" {
				if answer == nil || reason != "" {
					t.Fatalf("withheld: %q", reason)
				}
				return
			}
			if answer != nil || !strings.Contains(reason, test.reason) {
				t.Errorf("answer %v, reason %q; want none because of %q", answer, reason, test.reason)
			}
		})
	}
}

func TestRecipient(t *testing.T) {
	for _, test := range []struct {
		name string
		set  func(*tickets.Report)
		want string
	}{
		{"From", func(*tickets.Report) {}, "reporter@example.net"},
		{"Reply-To in the same organisation", func(r *tickets.Report) { r.ReplyTo = []mime.Address{{Address: "desk@help.example.net"}} }, "desk@help.example.net"},
		{"Reply-To elsewhere", func(r *tickets.Report) { r.ReplyTo = []mime.Address{{Address: "victim@example.com"}} }, "reporter@example.net"},
		{"several Reply-To", func(r *tickets.Report) {
			r.ReplyTo = []mime.Address{{Address: "a@example.net"}, {Address: "b@example.net"}}
		}, "reporter@example.net"},
		{"Reply-To at a provider for everybody", func(r *tickets.Report) {
			r.From[0].Address, r.ReplyTo = "a@gmail.com", []mime.Address{{Address: "victim@gmail.com"}}
		}, "a@gmail.com"},
		{"Reply-To that is none", func(r *tickets.Report) { r.ReplyTo = []mime.Address{{Address: "x y@example.net"}} }, "reporter@example.net"},
		{"through a group address", func(r *tickets.Report) {
			r.From[0].Address, r.Reporter.Address, r.Reporter.Via = "security@example.org", "ana@example.org", "x-original-from"
		}, "ana@example.org"},
		{"report button", func(r *tickets.Report) {
			r.From[0].Address, r.Reporter.Address, r.Reporter.Via = "no-reply@addin.example", "ana@example.org", "report-button"
		}, "ana@example.org"},
		{"sender of what was forwarded", func(r *tickets.Report) { r.Reporter.Address, r.Reporter.Via = "victim@example.com", "forward" }, "reporter@example.net"},
		{"international domain", func(r *tickets.Report) { r.From[0].Address = "Jo@Bücher.example" }, "Jo@xn--bcher-kva.example"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := report()
			s.decision.Party = ""
			test.set(&s.filing.Report)
			answer, reason := s.judge(policy())
			if answer == nil || answer.To != test.want {
				t.Errorf("answer %+v (%s), want to %s", answer, reason, test.want)
			}
		})
	}
}

// The answer goes to whom the budgets were asked for, or a loop could pass them by.
func TestBudgetsAreThoseOfTheRecipient(t *testing.T) {
	rules := &tickets.Rules{Prefix: "EX"}
	for _, replyTo := range []string{"", "other@example.net", "Desk@Help.Example.net", "victim@example.com", "x y@example.net", "a@b@example.net", "reporter@gmail.com"} {
		s := report()
		if replyTo != "" {
			s.filing.Report.ReplyTo = []mime.Address{{Address: replyTo}}
		}
		s.filing.Keys = tickets.KeysOf(s.filing.Claim, s.filing.Report, rules)
		answer, reason := s.judge(policy())
		if answer == nil || strings.ToLower(answer.To) != s.filing.Keys.From {
			t.Errorf("Reply-To %q: answer %+v (%s), budgets of %s", replyTo, answer, reason, s.filing.Keys.From)
		}
	}
}

// One address over its budget is what a loop looks like and waits for a person;
// a budget of many only puts off, by as many windows as it is overrun.
func TestBudgets(t *testing.T) {
	tight := func(o *responder.PolicyOptions) {
		o.Budgets = responder.Budgets{Address: 3, Domain: 10, Overall: 50, Own: 300}
	}
	for _, test := range []struct {
		name   string
		from   string
		used   tickets.Answers
		state  string
		wait   time.Duration
		reason string
	}{
		{"within", "reporter@example.net", tickets.Answers{Address: 2, Domain: 9, Overall: 49}, tickets.OutQueued, 0, ""},
		{"address", "reporter@example.net", tickets.Answers{Address: 3}, tickets.OutWithheld, 0, "this address"},
		{"address, slowly", "reporter@example.net", tickets.Answers{Address: 1, AddressDay: 20}, tickets.OutWithheld, 0, "for a day"},
		{"domain, slowly", "reporter@example.net", tickets.Answers{Domain: 1, DomainDay: 100}, tickets.OutQueued, 24 * time.Hour, "within a day"},
		{"own domain, slowly", "ana@example.org", tickets.Answers{DomainDay: 5000}, tickets.OutQueued, 0, ""},
		{"domain", "reporter@example.net", tickets.Answers{Domain: 10}, tickets.OutQueued, time.Hour, "this domain"},
		{"domain, far over", "reporter@example.net", tickets.Answers{Domain: 35}, tickets.OutQueued, 3 * time.Hour, "this domain"},
		{"overall", "reporter@example.net", tickets.Answers{Overall: 50}, tickets.OutQueued, time.Hour, "many mails"},
		{"own people in a wave", "ana@example.org", tickets.Answers{Domain: 299, Overall: 5000}, tickets.OutQueued, 0, ""},
		{"own people below the domain", "ana@staff.example.org", tickets.Answers{Domain: 299, Overall: 5000}, tickets.OutQueued, 0, ""},
		{"own people, too many", "ana@example.org", tickets.Answers{Domain: 300}, tickets.OutQueued, time.Hour, "our own people"},
		{"own person, too often", "ana@example.org", tickets.Answers{Address: 3}, tickets.OutWithheld, 0, "this address"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := report()
			s.filing.Report.From[0].Address = test.from
			s.evidence.Answers = test.used
			answer, _ := s.judge(policy(tight))
			if answer == nil {
				t.Fatal("dropped")
			}
			if answer.State != test.state || !strings.Contains(answer.Reason, test.reason) || (answer.Reason == "") != (test.reason == "") {
				t.Errorf("got state %s, reason %q, want %s, %q", answer.State, answer.Reason, test.state, test.reason)
			}
			if test.wait == 0 && !answer.NotBefore.IsZero() {
				t.Errorf("it waits until %v", answer.NotBefore)
			}
			if test.wait > 0 && !answer.NotBefore.Equal(now.Add(test.wait)) {
				t.Errorf("it waits until %v, want %v", answer.NotBefore, now.Add(test.wait))
			}
		})
	}
	s := report()
	s.filing.Report.Authentication.Aligned = true
	for used, waits := range map[tickets.Answers]bool{{Overall: 5000}: false, {Overall: 5000, Domain: 10}: true} {
		s.evidence.Answers = used
		if answer, _ := s.judge(policy(tight)); answer == nil || answer.NotBefore.IsZero() == waits {
			t.Errorf("a proven sender in a flood of forged mail, %+v: got %+v", used, answer)
		}
	}
	s = report()
	s.evidence.Answers = tickets.Answers{Address: 1000, Domain: 1000, Overall: 1000, AddressDay: 1000, DomainDay: 1000}
	none := func(o *responder.PolicyOptions) {
		o.Budgets = responder.Budgets{Address: -1, Domain: -1, Overall: -1, Own: -1, AddressDay: -1, DomainDay: -1}
	}
	if answer, reason := s.judge(policy(none)); answer == nil || reason != "" {
		t.Errorf("without budgets: %q", reason)
	}
}

func TestPlan(t *testing.T) {
	alpha, finder, stranger := fingerprint(t, "cert@cert-alpha.example"), fingerprint(t, "mira@research.example"), fingerprint(t, "duty@another-team.example")
	from := func(s *situation, address string) { s.filing.Report.From[0].Address = address }
	signed := func(s *situation, key, tier string, match bool) {
		s.filing.Report.Crypto.Signatures = []pgp.Signature{{Verdict: "good", Key: key, Tier: tier, FromMatch: match, Made: now.Format(time.RFC3339)}}
	}
	sealed := func(s *situation) {
		s.filing.Report.Crypto.Encrypted, s.filing.Report.Crypto.Decrypted = true, true
	}
	for _, test := range []struct {
		name     string
		change   func(*situation)
		template string
		sign     bool
		to       string // key
		subject  string
		number   string
	}{
		{"stranger", func(*situation) {}, "ack", false, "", "", ""},
		{"vulnerability", func(s *situation) { s.decision.Kind = "vulnerability" }, "ack-vulnerability", false, "", "", ""},
		{"signed with an unknown key", func(s *situation) {
			s.filing.Report.Crypto.Signatures = []pgp.Signature{{Verdict: "unknown-key"}}
		}, "ack", true, "", "", ""},
		{"somebody whose key we have", func(s *situation) { from(s, "mira@research.example") }, "ack", true, "", "", ""},
		{"signed by somebody known", func(s *situation) { from(s, "mira@research.example"); signed(s, finder, "known", true) }, "ack", true, "", "Strange page", ""},
		{"authenticated by the domain", func(s *situation) { s.filing.Report.Authentication.Aligned = true }, "ack", false, "", "Strange page", ""},
		{"authenticated, but From stands for somebody else", func(s *situation) {
			s.filing.Report.Authentication.Aligned = true
			s.filing.Report.Reporter = parser.Reporter{Address: "victim@bank.example", Via: "x-original-from"}
		}, "ack", false, "", "", ""},
		{"authenticated, but RED", func(s *situation) { s.filing.Report.Authentication.Aligned, s.filing.Report.TLP = true, "RED" }, "ack", false, "", "", ""},
		{"authenticated, but AMBER+STRICT", func(s *situation) { s.filing.Report.Authentication.Aligned, s.filing.Report.TLP = true, "AMBER+STRICT" }, "ack", false, "", "", ""},
		{"good signature over a part", func(s *situation) {
			from(s, "mira@research.example")
			signed(s, finder, "known", true)
			s.filing.Report.Crypto.Signatures[0].Covers = "part"
		}, "ack", true, "", "", ""},
		{"a peer's signed words in an encrypted mail of somebody else", func(s *situation) {
			s.filing.Report.Crypto.Encrypted, s.filing.Report.Crypto.Decrypted = true, true
			signed(s, finder, "peer", false)
			s.filing.Report.Crypto.Signatures[0].Covers = "part"
			s.decision.TheirNumber = "www.evil.example #1"
		}, "encrypted-no-key", true, "", "", ""},
		{"good signature of another address", func(s *situation) { signed(s, finder, "known", false) }, "ack", true, "", "", ""},
		{"encrypted and signed by somebody known", func(s *situation) {
			from(s, "mira@research.example")
			signed(s, finder, "known", true)
			sealed(s)
		}, "ack", true, finder, "", ""},
		{"encrypted, key known by address", func(s *situation) { from(s, "mira@research.example"); sealed(s) }, "ack", true, finder, "", ""},
		{"encrypted, key unknown", sealed, "encrypted-no-key", true, "", "", ""},
		{"encrypted, key that nobody vouches for", func(s *situation) {
			from(s, "duty@another-team.example")
			signed(s, stranger, "unknown", true)
			s.decision.Key = stranger
			sealed(s)
		}, "encrypted-no-key", true, "", "", ""},
		{"cannot be opened, key known", func(s *situation) {
			from(s, "mira@research.example")
			s.filing.Report.Crypto.Encrypted = true
			s.filing.Report.Crypto.Problem = "it was made for the key " + stranger[len(stranger)-16:] + ", which we do not have"
		}, "cannot-decrypt", true, "", "", ""},
		{"RED in clear from somebody whose key we have", func(s *situation) { from(s, "mira@research.example"); s.filing.Report.TLP = "RED" }, "ack", true, finder, "", ""},
		{"peer by address", func(s *situation) { from(s, "cert@cert-alpha.example"); s.decision.TheirNumber = "CERT-AA #48211" }, "ack-peer", true, "", "", "CERT-AA #48211"},
		{"peer by signature, from the duty officer", func(s *situation) {
			from(s, "duty@cert-alpha.example")
			signed(s, alpha, "peer", false)
			s.decision.TheirNumber = "[rt.cert-alpha.example #123]"
		}, "ack-peer", true, "", "", "rt.cert-alpha.example #123"},
		{"peer by address with a number that is an address", func(s *situation) {
			from(s, "cert@cert-alpha.example")
			s.decision.TheirNumber = "evil.example/login #1"
		}, "ack-peer", true, "", "", ""},
		{"peer, encrypted", func(s *situation) { from(s, "cert@cert-alpha.example"); signed(s, alpha, "peer", true); sealed(s) }, "ack-peer", true, alpha, "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := report()
			test.change(&s)
			o, reason := s.judge(policy())
			if o == nil {
				t.Fatal(reason)
			}
			to := strings.Join(o.EncryptTo, " ")
			if o.Template != test.template || o.Sign != test.sign || to != test.to || o.Subject != test.subject || o.TheirNumber != test.number {
				t.Errorf("template %s, sign %v, to key %q, subject %q, number %q", o.Template, o.Sign, to, o.Subject, o.TheirNumber)
			}
			if o.Sealed != s.filing.Report.Crypto.Encrypted {
				t.Errorf("sealed %v", o.Sealed)
			}
			if _, err := renderer(t).Render(numbered(o), now); err != nil {
				t.Errorf("cannot be rendered: %v", err)
			}
		})
	}
}

func TestPlanIsTheSameAgain(t *testing.T) {
	s := report()
	s.filing.Report.References = []string{"zero@example.net", "bad id@x", "a<b@example.net", "zero@example.net"}
	one, _ := s.judge(policy())
	two, _ := s.judge(policy())
	if one.MessageID != two.MessageID || one.Dedupe != "answer:0123abcd" || !strings.HasSuffix(one.MessageID, "@example.org") || strings.Contains(one.MessageID, "0123abcd") {
		t.Errorf("Message-ID %q and %q, dedupe %q", one.MessageID, two.MessageID, one.Dedupe)
	}
	if one.InReplyTo != "first@example.net" || !slices.Equal(one.References, []string{"zero@example.net", "first@example.net"}) {
		t.Errorf("in reply to %q, references %q", one.InReplyTo, one.References)
	}
	s.filing.Keys.Identity = "other"
	if other, _ := s.judge(policy()); other.MessageID == one.MessageID {
		t.Error("two mails, one Message-ID")
	}
}

func TestLanguageOfAnswer(t *testing.T) {
	for _, test := range []struct {
		name     string
		ours     []string
		decision string
		report   string
		want     string
	}{
		{"reader's own", nil, "", "de", "de"},
		{"preference goes first", nil, "fr", "de", "fr"},
		{"one that we do not write", []string{"de", "en"}, "", "ja", "en"},
		{"no English here", []string{"de", "fr"}, "", "ja", "de"},
		{"unknown", nil, "", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := report()
			s.decision.Language, s.filing.Report.Language = test.decision, test.report
			o, _ := s.judge(policy(func(o *responder.PolicyOptions) { o.Team.Languages = test.ours }))
			if o.Language != test.want {
				t.Errorf("%q, want %q", o.Language, test.want)
			}
		})
	}
}

// Anybody can write our group address into From and name whom he likes.
func TestWhoIsNamedHasToBeVouchedFor(t *testing.T) {
	trusting := func(o *responder.PolicyOptions) { o.Vouched = true }
	named := func(via string) func(*tickets.Report) {
		return func(r *tickets.Report) {
			r.From[0].Address, r.Reporter.Address, r.Reporter.Via = "security@example.org", "ana@example.org", via
		}
	}
	aligned := func(r *tickets.Report) { r.Authentication.Aligned = true }
	signed := func(r *tickets.Report) {
		r.Crypto.Signatures = []pgp.Signature{{Verdict: "good", Key: "AA", FromMatch: true, Covers: "all", Made: now.Format(time.RFC3339)}}
	}
	for _, test := range []struct {
		name     string
		policy   *responder.Policy
		set      []func(*tickets.Report)
		withheld bool
	}{
		{"a group address that nothing proves", policy(trusting), []func(*tickets.Report){named("x-original-from")}, true},
		{"by Reply-To", policy(trusting), []func(*tickets.Report){named("reply-to")}, true},
		{"a report button", policy(trusting), []func(*tickets.Report){named("report-button")}, true},
		{"an authenticated report button", policy(trusting), []func(*tickets.Report){named("report-button"), aligned}, false},
		{"a signed one", policy(trusting), []func(*tickets.Report){named("report-button"), signed}, false},
		{"nobody is trusted to say who sent a mail", policy(), []func(*tickets.Report){named("report-button")}, false},
		{"the sender itself", policy(trusting), nil, false},
		{"whom our people hand on is not answered: they are", policy(trusting), []func(*tickets.Report){named("forward")}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := report()
			for _, set := range test.set {
				set(&s.filing.Report)
			}
			s.decision.Party = ""
			answer, reason := s.judge(test.policy)
			if answer == nil {
				t.Fatalf("no answer at all: %s", reason)
			}
			if got := answer.State == tickets.OutWithheld; got != test.withheld || got && !strings.Contains(reason, "nothing proves") {
				t.Errorf("withheld %v, reason %q; want %v", got, reason, test.withheld)
			}
		})
	}
}

func TestHowOldIsTooOldIsToldInWords(t *testing.T) {
	s := report()
	s.filing.Claim.ReceivedAt = now.Add(-49 * time.Hour)
	for words, limit := range map[string]time.Duration{"48h ": 0, "10m ": 10 * time.Minute, "1h30m ": 90 * time.Minute} {
		_, reason := s.judge(policy(func(o *responder.PolicyOptions) { o.MaxAge = limit }))
		if !strings.Contains(reason, words) {
			t.Errorf("%v: got %q", limit, reason)
		}
	}
}

// A ciphertext can be sent again by anybody who caught it: what he gets back must
// not tell whether we can open it.
func TestNobodyLearnsWhatWeCanOpen(t *testing.T) {
	opened, closed := report(), report()
	for _, s := range []*situation{&opened, &closed} {
		s.filing.Report.Crypto.Encrypted = true
		s.filing.Report.Authentication.Aligned = true // a domain of his own is easily had
	}
	opened.filing.Report.Crypto.Decrypted = true
	opened.filing.Report.Language, opened.decision.Language, opened.decision.Kind = "de", "de", "vulnerability"
	closed.filing.Report.Crypto.Problem = "made for a recipient that it does not name; none of our keys opens it"
	closed.filing.Report.Language = ""
	var texts []string
	for _, s := range []situation{opened, closed} {
		o, reason := s.judge(policy())
		if o == nil {
			t.Fatal(reason)
		}
		out, err := renderer(t).Render(numbered(o), now)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, out.Subject+"\n"+out.Text)
	}
	if texts[0] != texts[1] {
		t.Errorf("opened:\n%s\nclosed:\n%s", texts[0], texts[1])
	}
}
