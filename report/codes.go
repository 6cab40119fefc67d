package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/wslint/wslint/codes"
)

// Codes lists close codes: the number, the name and, below it, what it usually means.
func Codes(w io.Writer, list []codes.Code) error {
	var s strings.Builder
	for _, c := range list {
		sent := "sent: " + c.Wire.String()
		fmt.Fprintf(&s, "%-10s  %-28s  %s\n%12s%s\n", c.Number(), c.Name, sent, "", c.Summary)
	}
	_, err := io.WriteString(w, s.String())
	return err
}
