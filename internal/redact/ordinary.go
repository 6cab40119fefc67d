package redact

import (
	_ "embed"
	"strings"
	"sync"
)

// words are those that wslint's own messages are made of, one a line. TestOrdinary makes the list.
//
//go:embed ordinary.txt
var words string

// ordinary are words that messages are made of. As passwords they are hidden in their own places alone: a password
// "forward" must not take that word out of every finding.
var ordinary = sync.OnceValue(func() map[string]bool {
	set := map[string]bool{}
	for w := range strings.Lines(words) {
		set[strings.TrimSpace(w)] = true
	}
	return set
})
