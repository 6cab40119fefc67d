package rules

import (
	"fmt"
	"strconv"

	"github.com/wslint/wslint/hop"
)

func raise(s hop.Setting[int], to int) *Fix {
	if s.Set == nil {
		return nil
	}
	return &Fix{Title: fmt.Sprintf("raise it to %d", to), Edits: s.Set(strconv.Itoa(to))}
}
