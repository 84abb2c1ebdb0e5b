package parser

import (
	"context"
	"io"
)

// Parse reads one mail. It never fails on content: what is wrong goes into
// Report.Problems. ctx bounds the work; when it ends, what was read so far is
// the report, with a problem.
func Parse(ctx context.Context, raw io.ReaderAt, size int64, env Env) Report {
	return Report{}
}
