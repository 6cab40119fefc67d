package why

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/wslint/wslint/hop"
)

// FlagOf is the flag of wslint why that a bare word is a value for: "status", "code", "after" or "at-reload"; "" for a
// word that is no symptom.
func FlagOf(word string) string {
	if n, err := strconv.Atoi(word); err == nil {
		switch {
		case n >= 100 && n <= 599:
			return "status"
		case n >= 600 && n <= 65535:
			return "code"
		}
		return "after" // which asks for a unit
	}
	if word == "reload" || word == "deploy" {
		return "at-reload"
	}
	if _, err := ParseAge(word); err == nil {
		return "after"
	}
	return ""
}

// Parse reads a symptom as people write it where there are no flags: "1006 60s".
func Parse(text string) (s Symptom, err error) {
	words := strings.Fields(text)
	for _, word := range words {
		switch FlagOf(word) {
		case "status":
			s.Status, err = strconv.Atoi(word)
		case "code":
			s.Code, err = strconv.Atoi(word)
		case "at-reload":
			s.AtReload = true
		case "after":
			s.After, err = ParseAge(word)
		default:
			err = errors.New("not an age (60s), a close code (1006), a status (502) or reload")
		}
		if err != nil {
			return s, fmt.Errorf("%s: %w", word, err)
		}
	}
	return s, s.Check()
}

// Check says what is wrong with a symptom as a whole.
func (s Symptom) Check() error {
	if s.After == 0 && s.Code == 0 && s.Status == 0 && !s.AtReload {
		return errors.New("why needs a symptom: an age (60s), a close code (1006), a status (502) or reload")
	}
	if s.Status != 0 && (s.Code != 0 && s.Code != 1006 || s.AtReload) {
		return errors.New("--status is for a handshake that failed, which browsers report as 1006")
	}
	return nil
}

// opened reports whether the connection opened before there was the symptom.
func (s Symptom) opened() bool {
	return s.Code != 0 && s.Code != 1006 || s.AtReload || s.After != 0 && s.Status == 0
}

// fits reports whether a timer of some length ends connections at the age.
func (s Symptom) fits(length time.Duration) bool {
	fit, _ := fits(s.After, length)
	return fit
}

// words are what somebody writes who asks again about the symptom.
func (s Symptom) words() string {
	var words []string
	if s.Status != 0 {
		words = append(words, strconv.Itoa(s.Status))
	}
	if s.Code != 0 {
		words = append(words, strconv.Itoa(s.Code))
	}
	if s.AtReload {
		words = append(words, "reload")
	}
	if s.After != 0 {
		words = append(words, hop.FormatDuration(s.After))
	}
	return strings.Join(words, " ")
}
