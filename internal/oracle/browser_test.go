//go:build unix

package oracle

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A browser is a real one that runs without a screen.
type browser struct {
	name    string   // as paths call it: "chrome", "firefox"
	calls   []string // the programs that it goes by
	require string   // the variable that makes its absence a failure
	command func(b *browserLab, profile, program string) *exec.Cmd
}

var browsers = []browser{
	{"chrome", []string{"chromium"}, "WSLINT_REQUIRE_CHROMIUM", chromium},
	{"firefox", []string{"firefox-esr", "firefox"}, "WSLINT_REQUIRE_FIREFOX", firefox},
}

// find returns the program and its version. Without one it skips t, or fails it when the variable says so.
func (b browser) find(t *testing.T) (program string, major int) {
	for _, name := range b.calls {
		path, err := exec.LookPath(name)
		if err != nil {
			continue
		}
		out, err := exec.Command(path, "--version").Output()
		if err != nil {
			t.Fatal(path, err)
		}
		version := strings.TrimSpace(string(out))
		t.Log(version)
		major, err := strconv.Atoi(regexp.MustCompile(`[0-9]+`).FindString(version))
		if err != nil {
			t.Fatal(version, err)
		}
		return path, major
	}
	if os.Getenv(b.require) != "" {
		t.Fatalf("there is none of %s", b.calls)
	}
	t.Skipf("there is none of %s", b.calls)
	return "", 0
}

// start runs the browser on the first page of a lab until the test ends.
func (b browser) start(t *testing.T, lab *browserLab, program string) {
	cmd := b.command(lab, t.TempDir(), program)
	home := t.TempDir()
	cmd.Env = append(os.Environ(), "HOME="+home, "XDG_RUNTIME_DIR="+home, "TMPDIR="+home, "MOZ_CRASHREPORTER_DISABLE=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		cmd.Wait()
		// What it started may still be writing to its profile.
		for end := time.Now().Add(5 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
			if syscall.Kill(-cmd.Process.Pid, 0) != nil {
				break
			}
		}
	})
}

// chromium is told to ask nobody but the loopback: whatever else it wants to know goes to a proxy that is the lab's.
func chromium(lab *browserLab, profile, program string) *exec.Cmd {
	key := sha256.Sum256(mustParse(lab.cert.Certificate[0]).RawSubjectPublicKeyInfo)
	return exec.Command(program, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync",
		"--disable-background-networking", "--disable-component-update", "--disable-default-apps", "--disable-breakpad",
		"--disable-features=MediaRouter,OptimizationHints", "--no-pings", "--metrics-recording-only",
		"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
		"--proxy-server="+lab.proxy, "--proxy-bypass-list=127.0.0.1;localhost",
		"--ignore-certificate-errors-spki-list="+base64.StdEncoding.EncodeToString(key[:]),
		"--user-data-dir="+profile, lab.first())
}

// firefox likewise.
func firefox(lab *browserLab, profile, program string) *exec.Cmd {
	var prefs strings.Builder
	host, port, _ := strings.Cut(lab.proxy, ":")
	for name, value := range map[string]any{
		"network.proxy.type": 1, "network.proxy.no_proxies_on": "127.0.0.1, localhost",
		"network.proxy.http": host, "network.proxy.http_port": port,
		"network.proxy.ssl": host, "network.proxy.ssl_port": port,
		"network.captive-portal-service.enabled": false, "network.connectivity-service.enabled": false,
		"network.dns.disablePrefetch": true, "network.http.speculative-parallel-limit": 0, "network.prefetch-next": false,
		"network.websocket.delay-failed-reconnects": false, // it would wait up to a minute after each failure
		"app.normandy.enabled":                      false, "app.update.auto": false, "browser.aboutwelcome.enabled": false,
		"browser.preonboarding.enabled": false, "browser.region.update.enabled": false, "browser.search.update": false,
		"browser.safebrowsing.malware.enabled": false, "browser.safebrowsing.phishing.enabled": false,
		"browser.shell.checkDefaultBrowser": false, "browser.startup.homepage_override.mstone": "ignore",
		"datareporting.policy.dataSubmissionEnabled": false, "datareporting.policy.firstRunURL": "",
		"dom.push.connection.enabled": false, "extensions.getAddons.cache.enabled": false, "extensions.update.enabled": false,
		"media.gmp-manager.url": "data:,", "services.settings.server": "data:,#remote-settings-dummy/v1",
		"termsofuse.bypassNotification": true, "toolkit.telemetry.enabled": false, "toolkit.telemetry.server": "data:,",
		"toolkit.telemetry.unified": false,
	} {
		switch v := value.(type) {
		case string:
			if _, err := strconv.Atoi(v); err != nil {
				v = strconv.Quote(v)
			}
			fmt.Fprintf(&prefs, "user_pref(%q, %s);\n", name, v)
		default:
			fmt.Fprintf(&prefs, "user_pref(%q, %v);\n", name, v)
		}
	}
	print := sha256.Sum256(lab.cert.Certificate[0])
	var hex []string
	for _, b := range print {
		hex = append(hex, fmt.Sprintf("%02X", b))
	}
	overrides := ""
	for _, addr := range lab.trusted {
		overrides += addr + ":\tOID.2.16.840.1.101.3.4.2.1\t" + strings.Join(hex, ":") + "\t\n"
	}
	os.WriteFile(filepath.Join(profile, "user.js"), []byte(prefs.String()), 0o600)
	os.WriteFile(filepath.Join(profile, "cert_override.txt"), []byte(overrides), 0o600)
	return exec.Command(program, "--headless", "--no-remote", "--profile", profile, lab.first())
}

func mustParse(der []byte) *x509.Certificate {
	c, err := x509.ParseCertificate(der)
	if err != nil {
		panic(err)
	}
	return c
}

// TestBrowsers drives real browsers against small servers on the loopback, and holds what their pages see, and what
// they send, against what the project says of browsers: laws B1 to B7, codes, rules, hop and docs.
func TestBrowsers(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: no long runs against real programs")
	}
	for _, b := range browsers {
		t.Run(b.name, func(t *testing.T) {
			program, major := b.find(t)
			lab := newBrowserLab(t)
			b.start(t, lab, program)
			ctx, cancel := context.WithTimeout(t.Context(), 40*time.Second)
			defer cancel()
			if !lab.wait(ctx) {
				t.Errorf("the pages did not come to their end; seen so far: %v", lab.seen())
			}
			for _, host := range lab.outside() {
				t.Log("wanted, and not let through:", host)
			}
			lab.judge(t, b.name, major)
		})
	}
}
