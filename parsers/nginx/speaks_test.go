package nginx

import (
	"math/rand"
	"regexp"
	"strings"
	"testing"
)

// TestSpeaks: names speak of WebSockets as a regular expression says that would take ten times as long.
func TestSpeaks(t *testing.T) {
	re := regexp.MustCompile(`(?i)(^|[^a-z])(ws|wss)([^a-z]|$)|websocket|socket\.io|sockjs|` +
		`(^|[^a-z])sockets?([^a-z]|$)|(^|[^a-z])cable([^a-z]|$)|signalr|mqtt|realtime|novnc|websockify|webpack-hmr`)
	parts := strings.Split("ws wss WS websocket Socket socket .io sockjs s sockets cable CABLE signalr mqtt realtime "+
		"novnc websockify webpack - -hmr / . _ 1 a x @ [ ` { é http:// :80 Real time", " ")
	r := rand.New(rand.NewSource(1))
	said := 0
	for range 20_000 {
		name := ""
		for range 1 + r.Intn(4) {
			name += parts[r.Intn(len(parts))]
		}
		if speaks(name) != re.MatchString(name) {
			t.Errorf("speaks(%q) = %v", name, speaks(name))
		}
		if speaks(name) {
			said++
		}
	}
	if said < 2000 || said > 18_000 {
		t.Errorf("%d of 20,000 names speak of WebSockets", said)
	}
}
