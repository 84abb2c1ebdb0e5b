//go:build race

package parser_test

// underRace tells that the race detector watches: it makes pools forget what
// they hold, so that what is allocated says nothing.
const underRace = true

// hostileSize is smaller here, where everything takes ten times as long.
const hostileSize = 1 << 17
