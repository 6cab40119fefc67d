package awstest

import (
	"net/http"
	"testing"
)

// TestOnlyLoopback: whatever host the SDK asks, it reaches the double, and a configuration that would lead elsewhere is
// refused.
func TestOnlyLoopback(t *testing.T) {
	d := New("111111111111").Start(t)
	for _, url := range []string{"https://sts.eu-west-1.amazonaws.com/", "http://169.254.169.254/",
		"https://192.0.2.1:8443/x"} {
		req, err := http.NewRequest(http.MethodGet, url, nil)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := d.Config("eu-west-1").HTTPClient.Do(req)
		if err != nil {
			t.Errorf("%s: %v", url, err)
			continue
		}
		answer.Body.Close()
	}
	for _, addr := range []string{"", "sts.amazonaws.com:443", "192.0.2.1:80", ":80", "localhost.example:80"} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%q: the SDK may dial it", addr)
				}
			}()
			Config(addr, "eu-west-1", "AKIA111111111111")
		}()
	}
}
