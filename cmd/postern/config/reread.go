package config

import "reflect"

// WithKeysOf is this configuration with the contacts, keys and certificates of a
// fresh one. more tells that the fresh one differs in other things too.
func (c *Config) WithKeysOf(fresh *Config) (merged *Config, more bool) {
	taken := *c
	taken.Contacts, taken.People, taken.SMIME, taken.PGP, taken.ring = fresh.Contacts, fresh.People, fresh.SMIME, fresh.PGP, fresh.ring
	taken.lines = fresh.lines
	taken.PGP.WKD = c.PGP.WKD
	return &taken, !reflect.DeepEqual(taken, *fresh)
}
