package mime

import "strings"

// Codes of what had to be mended in an address field.
const (
	CodeMendedAddress  = "mended-address"     // an address is written against the rules and was read as meant
	CodeAddressInName  = "address-in-name"    // a sender's name looks like another address than his own
	CodeSeveralSenders = "several-senders"    // From names more than one author
	CodeExchange       = "exchange-address"   // an address that means something inside of one mail system only
	CodeManyAddresses  = "too-many-addresses" // an address field has more mailboxes than are kept
)

// addressFault is a set of what was wrong with the addresses of a field.
type addressFault uint

const (
	faultNoAddress addressFault = 1 << iota
	faultComma
	faultSemicolon
	faultSeparator
	faultBracket
	faultQuote
	faultBlanks
	faultTrailing
	faultRoute
	faultMailto
	faultSeveral
	faultBare
	faultAfter
	faultHidden
	faultSigns
	faultGroup
	faultExchange
	faultTooMany
)

// addressFaults are the sentences about them. %s is the field.
var addressFaults = []struct {
	fault          addressFault
	code, sentence string
}{
	{faultNoAddress, CodeBadAddress, "The field %s holds something that is no address."},
	{faultComma, CodeMendedAddress, "A name in the field %s has a comma and no quotes around it."},
	{faultSemicolon, CodeMendedAddress, "The addresses in the field %s are separated by semicolons."},
	{faultSeparator, CodeMendedAddress, "Addresses in the field %s stand side by side without a comma."},
	{faultBracket, CodeMendedAddress, "The angle brackets in the field %s do not match."},
	{faultQuote, CodeMendedAddress, "The quotation marks in the field %s do not match or stand in the wrong place."},
	{faultBlanks, CodeMendedAddress, "An address in the field %s has blanks inside."},
	{faultTrailing, CodeMendedAddress, "An address in the field %s ends in a sign that does not belong to it."},
	{faultRoute, CodeMendedAddress, "An address in the field %s has a source route, which was dropped."},
	{faultMailto, CodeMendedAddress, "An address in the field %s is written as a link."},
	{faultSeveral, CodeMendedAddress, "A mailbox in the field %s has several addresses; the last one counts."},
	{faultBare, CodeMendedAddress, "An address in the field %s stands beside a name without brackets."},
	{faultAfter, CodeMendedAddress, "Words follow an address in the field %s."},
	{faultHidden, CodeMendedAddress, "An address in the field %s stands only inside a name."},
	{faultSigns, CodeMendedAddress, "A name in the field %s has signs that need quotes."},
	{faultGroup, CodeMendedAddress, "A group of addresses in the field %s never ends."},
	{faultExchange, CodeExchange, "The field %s names somebody by a directory entry, which nobody outside can write to."},
	{faultTooMany, CodeManyAddresses, "The field %s has more addresses than are kept."},
}

// addresses tells what was wrong with the addresses of a field.
func (p *Problems) addresses(field string, wrong addressFault) {
	for _, row := range addressFaults {
		if wrong&row.fault != 0 {
			p.Tell(row.code, row.sentence, fieldTitle(field))
		}
	}
}

// sendersField tells the fields by which people judge whom a mail is from.
func sendersField(field string) bool {
	switch strings.ToLower(field) {
	case "from", "sender", "reply-to":
		return true
	}
	return false
}

// senders tells what about the people in such a field may mislead. Several
// authors name the one who sent (RFC 5322 section 3.6.2).
func (p *Problems) senders(field string, list []Address, sender bool) {
	if strings.EqualFold(field, "From") && len(list) > 1 && !sender {
		p.Tell(CodeSeveralSenders, "The field From names %d senders and no field Sender tells which one it was.", len(list))
	}
	for _, a := range list {
		if claimsAnother(a) {
			p.Tell(CodeAddressInName, "A name in the field %s looks like an address, and not like the one behind it.", fieldTitle(field))
			return
		}
	}
}

// claimsAnother tells a name that reads as another address than the real one:
// mail clients show the name alone.
func claimsAnother(a Address) bool {
	name := otherAt.Replace(a.Name)
	if a.Address == "" || !strings.Contains(name, "@") {
		return false
	}
	from, to := plainAddress(name)
	claimed := strings.Trim(name[from:to], ".'")
	at := strings.LastIndexByte(claimed, '@')
	return at > 0 && strings.Contains(claimed[at:], ".") && !strings.EqualFold(claimed, a.Address)
}

// otherAt undoes the look-alikes of an at sign.
var otherAt = strings.NewReplacer("＠", "@", "﹫", "@")

// plainAddress finds the first address among words: what stands around an at
// sign without a sign that separates.
func plainAddress(words string) (from, to int) {
	at := strings.IndexByte(words, '@')
	if at < 0 {
		return 0, 0
	}
	from, to = at, at+1
	for from > 0 && at-from < maxAddrSpec && !separates(words[from-1]) {
		from--
	}
	for to < len(words) && to-at < maxAddrSpec && !separates(words[to]) {
		to++
	}
	return from, to
}
