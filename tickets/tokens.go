package tickets

// Tokens makes and checks the HMAC IDs that prove a thread.
type Tokens struct{}
