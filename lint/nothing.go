package lint

import (
	"fmt"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
)

// A NothingFoundError says that there is no configuration where one was looked for.
type NothingFoundError struct {
	In, For string
	Skipped []hop.Note // what was passed over
}

func (e *NothingFoundError) Error() string {
	text := fmt.Sprintf("no configuration found in %s: looked for %s", e.In, e.For)
	const most = 5
	for i, n := range e.Skipped {
		if i == most {
			return text + fmt.Sprintf("; and %d more passed over (--verbose lists them)", len(e.Skipped)-most)
		}
		text += fmt.Sprintf("; passed over %s: %s", n.Pos.File, n.Text)
	}
	return text
}

// searchedFor are the formats that are looked for: "haproxy or nginx".
func searchedFor(readers []parsers.Reader) string {
	var names []string
	for _, r := range readers {
		if !r.OnlyNamed {
			names = append(names, r.Name)
		}
	}
	last := len(names) - 1
	if last < 1 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:last], ", ") + " or " + names[last]
}
