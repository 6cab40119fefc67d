package nginx

import (
	"bytes"
	"regexp"
)

// noise are the lines that nginx prints to standard error: people save both together.
var noise = regexp.MustCompile(`^(nginx: (the configuration file .* syntax is ok|configuration file .* test (is successful|failed)|\[[a-z]+\] .*)|\d{4}/\d\d/\d\d \d\d:\d\d:\d\d \[[a-z]+\] .*)\r?\n?$`)

// tested is what nginx says of every good configuration. Two streams that are read as one can meet in the middle of a line.
var tested = regexp.MustCompile(`nginx: (the )?configuration file [^\s;]+ (syntax is ok|test is successful)\r?\n`)

// leadingNoise parts the noise that text begins with from the rest, and returns its length.
func leadingNoise(text []byte) (int, []byte) {
	length := 0
	for l := range bytes.Lines(text) {
		if !isNoise(l) {
			break
		}
		length += len(l)
	}
	return length, text[length:]
}

// withoutNoise is the text of a file of a dump as it is on the machine where nginx ran.
func withoutNoise(text []byte) []byte {
	text = tested.ReplaceAll(text, nil)
	var kept []byte
	for l := range bytes.Lines(text) {
		if !isNoise(l) {
			kept = append(kept, l...)
		}
	}
	return kept
}

// isNoise asks the regular expression where that has a chance.
func isNoise(l []byte) bool {
	return len(l) > 6 && (l[0] == 'n' && l[1] == 'g' || '0' <= l[0] && l[0] <= '9') && noise.Match(l)
}

// couldBeDirective reports whether a line looks like one of nginx's, or the end of a block.
func couldBeDirective(l []byte) bool {
	word := bytes.IndexAny(l, " \t;{")
	_, known := knownDirectives()[string(l[:max(word, 0)])]
	return known && (bytes.HasSuffix(l, []byte(";")) || bytes.HasSuffix(l, []byte("{")) || bytes.HasSuffix(l, []byte("}"))) || string(l) == "}"
}
