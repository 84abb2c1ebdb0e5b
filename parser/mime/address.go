package mime

// Address is one mailbox of an address header: display name and addr-spec
// (RFC 5322 section 3.4), both decoded to UTF-8. Address is "" when the sender
// wrote something that no reading turns into an address; Name then holds it.
type Address struct {
	Name    string `json:"name"`
	Address string `json:"address"`
}
