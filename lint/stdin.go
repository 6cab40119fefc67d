package lint

import (
	"bytes"
	"errors"
	"io"

	"github.com/wslint/wslint/internal/lazyregexp"
	"github.com/wslint/wslint/internal/plainfile"
)

// stdinName is what reports call standard input.
const stdinName = "<stdin>"

// carriers are the lines with which ssh, kubectl and docker tell of themselves amid what they bring, on a terminal or
// where both streams are read as one. None could be a line of a configuration.
var carriers = lazyregexp.New(`(?m)^(` +
	`Warning: Permanently added .* to the list of known hosts\.|` +
	`\*\* (WARNING: connection is not using a post-quantum key exchange algorithm|This session may be vulnerable to ` +
	`|The server may need to be upgraded).*|` +
	`Pseudo-terminal will not be allocated because stdin is not a terminal\.|` +
	`(Shared connection|Connection) to \S+ closed\.|` +
	`Defaulted container ".*" out of: .*|` +
	`Unable to use a TTY - input is not a terminal or the right kind of file|` +
	`If you don't see a command prompt, try pressing enter\.|` +
	`command terminated with exit code \d+|` +
	`\[sudo\] password for \S+: ?|` +
	`sudo: unable to resolve host .*|` +
	`\S*sh: (line \d+: )?warning: setlocale: .*` +
	`)\r?(\n|$)`)

// readStdin reads what comes through a pipe. That nothing comes means as a rule that the command before it failed.
func readStdin(r io.Reader) ([]byte, error) {
	src, err := plainfile.ReadAll(r)
	if err != nil {
		return nil, err
	}
	src = carriers.ReplaceAll(src, nil)
	if len(bytes.TrimSpace(src)) == 0 {
		return nil, errors.New("standard input is empty: the command before the | wrote nothing")
	}
	return src, nil
}
