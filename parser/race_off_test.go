//go:build !race

package parser_test

const underRace = false

const hostileSize = 1 << 20
