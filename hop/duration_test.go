package hop_test

import (
	"testing"
	"time"

	"github.com/wslint/wslint/hop"
)

func TestDurations(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0s", time.Millisecond: "1ms", 1500 * time.Millisecond: "1500ms", time.Second: "1s", 75 * time.Second: "75s",
		4 * time.Minute: "240s", 5 * time.Minute: "5m", 330 * time.Second: "330s", 59 * time.Minute: "59m", time.Hour: "1h",
		90 * time.Minute: "1h30m", time.Hour + time.Second: "3601s", 24 * time.Hour: "24h", 47 * time.Hour: "47h",
		48 * time.Hour:  "2d",
		120 * time.Hour: "5d", 49 * time.Hour: "49h",
	} {
		got := hop.FormatDuration(d)
		if got != want {
			t.Errorf("%v is written %s, not %s", d, got, want)
		}
		if back, err := hop.ParseDuration(got); err != nil || back != d {
			t.Errorf("%s is read as %v, %v", got, back, err)
		}
	}
	for _, s := range []string{"", "25", "2.5", "d", "5dd", "1d2h", "five", "999999d"} {
		if d, err := hop.ParseDuration(s); err == nil {
			t.Errorf("%q is read as %v", s, d)
		}
	}
}
