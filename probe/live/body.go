package live

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"io"
	"net/http/httputil"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	maxBody     = 16 << 10 // of a body, what is read at most
	maxLines    = 6        // of its lines, how many are kept
	maxLineSize = 200      // of a line, how many characters
)

// value is that of the first header line of a name; "" when there is none.
func (a *answer) value(name string) string {
	for _, h := range a.Header {
		if strings.EqualFold(h.Name, name) {
			return h.Value
		}
	}
	return ""
}

// readBody reads the beginning of the body. That it is cut off does not matter: it is for people.
func (a *answer) readBody(r *bufio.Reader) []byte {
	var body io.Reader = r
	switch {
	case strings.EqualFold(a.value("Transfer-Encoding"), "chunked"):
		body = httputil.NewChunkedReader(r)
	case a.value("Content-Length") != "":
		n, err := strconv.ParseInt(a.value("Content-Length"), 10, 64)
		if err != nil || n < 0 {
			return nil
		}
		body = io.LimitReader(r, n)
	}
	text, _ := io.ReadAll(io.LimitReader(body, maxBody))
	switch encoding := strings.ToLower(a.value("Content-Encoding")); encoding {
	case "", "identity":
		return text
	case "gzip":
		if z, err := gzip.NewReader(bytes.NewReader(text)); err == nil {
			plain, _ := io.ReadAll(io.LimitReader(z, maxBody))
			return plain
		}
		return nil
	default:
		return []byte("(compressed: " + encoding + ")")
	}
}

// firstLines are those lines at the beginning of a body that say something.
func firstLines(body []byte) (lines []string) {
	if !utf8.Valid(body) {
		body = bytes.ToValidUTF8(body, []byte("\uFFFD"))
	}
	for line := range strings.Lines(string(body)) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		if runes := []rune(line); len(runes) > maxLineSize {
			line = string(runes[:maxLineSize]) + "…"
		}
		if lines = append(lines, line); len(lines) == maxLines {
			break
		}
	}
	return lines
}
