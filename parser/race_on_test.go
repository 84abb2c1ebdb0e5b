//go:build race

package parser_test

// underRace tells that the race detector watches: it makes pools forget what
// they hold, so that what is allocated says nothing.
const underRace = true
