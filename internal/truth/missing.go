package truth

import (
	"os"
	"testing"
)

// Missing is for a test that needs what this machine does not have. It skips t, or fails it where WSLINT_REQUIRE_what
// is 1, so that no run can pass by having tested nothing.
func Missing(t testing.TB, what string, reason any) {
	t.Helper()
	if os.Getenv("WSLINT_REQUIRE_"+what) == "1" {
		t.Fatal(reason)
	}
	t.Skip(reason)
}
