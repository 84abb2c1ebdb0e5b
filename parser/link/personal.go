package link

import (
	"regexp"
	"strings"
)

// star stands in the place of what is personal.
const star = "*"

// Personal gives a link without what names its receiver: address, token, user
// and fragment, each replaced by "*". Links to one page that were sent to two
// people are equal then. found tells whether there was anything.
func Personal(link string) (bare string, found bool) {
	scheme, rest, ok := strings.Cut(link, "://")
	if !ok || len(link) > maxLink {
		return link, false
	}
	rest, fragment, hasFragment := strings.Cut(rest, "#")
	rest, parameters, hasQuery := strings.Cut(rest, "?")
	authority, path, hasPath := strings.Cut(rest, "/")
	host := authority[strings.LastIndexByte(authority, '@')+1:]
	bare = scheme + "://" + host
	if hasPath {
		bare += "/" + eachPart(path, "/", segment)
	}
	if hasQuery {
		bare += "?" + eachPart(parameters, "&", assignment)
	}
	if hasFragment && !isPersonal(fragment) && !strings.ContainsAny(fragment, "=@") {
		bare += "#" + fragment
	}
	return bare, bare != link
}

func eachPart(s, between string, part func(string) string) string {
	parts := strings.Split(s, between)
	for n := range parts {
		parts[n] = part(parts[n])
	}
	return strings.Join(parts, between)
}

func segment(s string) string {
	if isPersonal(s) {
		return star
	}
	return s
}

// names are parameters that say who opened a link, whatever stands in them.
var names = regexp.MustCompile(`(?i)^(e|em|email|e-mail|mail|user|username|userid|uid|login|login_hint|u?name|account|acct|customer|cust|client|clientid|client_id|member|recipient|rcpt|to|sid|session|sessionid|token|tok|auth|key|code|hash|sig|signature|ticket|id|cid|mid|rid|tid|ref|utm_\w+|fbclid|gclid|mc_eid|_hs\w+|trk\w*|track\w*|data|d|s|h|k|t)$`)

func assignment(pair string) string {
	key, value, ok := strings.Cut(pair, "=")
	switch {
	case !ok && isPersonal(key):
		return star
	case ok && value != "" && (isPersonal(value) || len(value) >= 6 && names.MatchString(key)):
		return key + "=" + star
	}
	return pair
}

// What uuid and token have at least, in bytes: most pieces of links are shorter,
// and need not be held against a pattern.
const (
	shortestUUID  = 36
	shortestToken = 16
)

// uuid and token are values that no person chose.
var (
	uuid  = regexp.MustCompile(`(?i)^[{]?[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}[}]?$`)
	token = regexp.MustCompile(`^[A-Za-z0-9_=~.+-]{16,}$`)
	word  = regexp.MustCompile(`^[A-Za-z]*[-_.]?([A-Za-z]+[-_.])*[A-Za-z]*[0-9]{0,4}(\.[A-Za-z0-9]{1,5})?$`)
)

// isPersonal tells a value that names a person or one mail: an address, also in
// base64 or hexadecimal, a random token.
func isPersonal(value string) bool {
	value = unescape(value)
	switch {
	case value == "" || value == star:
		return false
	case strings.Contains(value, "@"), len(value) >= shortestUUID && uuid.MatchString(value):
		return true
	case len(value) >= 8 && holdsAddress(decode(value)):
		return true
	}
	return len(value) >= shortestToken && mixed(value) && token.MatchString(value) && !word.MatchString(value)
}

// holdsAddress tells a decoded text that is one, and has an address in it.
func holdsAddress(s string) bool { return strings.Contains(s, "@") && printable(s) }

func printable(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' })
}

// mixed tells a value of letters and digits that change often, as random ones do.
func mixed(value string) bool {
	changes, last := 0, byte(0)
	for n := 0; n < len(value); n++ {
		kind := byte('a')
		switch c := value[n]; {
		case c >= '0' && c <= '9':
			kind = '0'
		case c >= 'A' && c <= 'Z':
			kind = 'A'
		}
		if kind != last {
			changes++
		}
		last = kind
	}
	return changes*5 >= len(value)
}

// telling is how long a piece of a path is at least to tell one page from
// others; "/r/", "/c/" and "/go/" stand before the tokens of all of them.
const telling = 4

// Key gives what two links to one page have in common, whoever they were made
// for: the link without its personal part, as long as something of the page's
// path is left. Of a link that is a host and a token nothing may be left out:
// hosts that shorten links or hold everybody's forms would make one page of all.
func Key(link string) string {
	bare, found := Personal(link)
	if !found {
		return link
	}
	_, rest, _ := strings.Cut(bare, "://")
	rest, _, _ = strings.Cut(rest, "?")
	_, path, _ := strings.Cut(rest, "/")
	for segment := range strings.SplitSeq(path, "/") {
		if segment != star && len(segment) >= telling {
			return bare
		}
	}
	return link
}
