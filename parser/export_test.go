package parser

// Mended gives what the tests have broken to what mends a report.
var Mended = mended
