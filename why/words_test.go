package why

import (
	"reflect"
	"testing"
	"time"
)

// TestParse: words are told apart by what they can be.
func TestParse(t *testing.T) {
	for text, want := range map[string]Symptom{
		"60s":         {After: time.Minute},
		"1006 60s":    {After: time.Minute, Code: 1006},
		"502":         {Status: 502},
		"reload":      {AtReload: true},
		"deploy 1006": {AtReload: true, Code: 1006},
	} {
		if got, err := Parse(text); !reflect.DeepEqual(got, want) || err != nil {
			t.Errorf("%s is %+v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "seldom", "60", "502 reload", "502 1001", "-3s"} {
		if got, err := Parse(text); err == nil {
			t.Errorf("%q is %+v", text, got)
		}
	}
}
