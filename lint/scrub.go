package lint

import (
	"github.com/wslint/wslint/internal/lazyregexp"
)

// words are what texts are made of, as far as a secret may be one: what shorter ones say is no secret.
var words = lazyregexp.New(`[^\s;{}"'()\[\]<>#,=|\\]{6,}`)

// pieces are what words are made of: a name of Terraform stands in a text with others, "aws_lb.NAME".
var pieces = lazyregexp.New(`[^.:/@]{6,}`)

// settingName is a word of the language of configurations, like proxy_read_timeout.
var settingName = lazyregexp.New(`^[a-z]+(_[a-z0-9]+)+$`)

// Scrub takes the words out of a text that only files have whose text may not be shown: why something could not be
// determined may repeat what stands there.
func (r *Result) Scrub(text []byte) []byte {
	if r == nil || r.files == nil {
		return text
	}
	private := r.files.privateWords()
	if len(private) == 0 {
		return text
	}
	return words.ReplaceAllFunc(text, func(word []byte) []byte {
		if private[string(word)] {
			return []byte("…")
		}
		return pieces.ReplaceAllFunc(word, func(piece []byte) []byte {
			if private[string(piece)] {
				return []byte("…")
			}
			return piece
		})
	})
}

// eachWord calls see for the words of a text, and for the pieces of each.
func eachWord(src []byte, see func(word []byte)) {
	for _, word := range words.FindAll(src, -1) {
		see(word)
		for _, piece := range pieces.FindAll(word, -1) {
			see(piece)
		}
	}
}

// privateWords are those that stand in files whose text may not be shown, and in no other.
func (s *fileSet) privateWords() map[string]bool {
	if s.private != nil {
		return s.private
	}
	s.private = map[string]bool{}
	for file, src := range s.src {
		if src == nil || s.shows(file) {
			continue
		}
		eachWord(src, func(word []byte) {
			if !settingName.Match(word) {
				s.private[string(word)] = true
			}
		})
	}
	if len(s.private) == 0 {
		return s.private
	}
	for file, src := range s.src {
		if !s.shows(file) {
			continue
		}
		eachWord(src, func(word []byte) { delete(s.private, string(word)) })
	}
	return s.private
}
