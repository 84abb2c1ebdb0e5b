package mime

// Problem is something wrong with a mail that a person should know about. It
// never stops the mail: the parser keeps what it could read and says the rest.
type Problem struct {
	Code   string `json:"code"`   // stable, lower case, words joined by "-": "broken-boundary"
	Detail string `json:"detail"` // one sentence for people; never quotes decrypted text
}
