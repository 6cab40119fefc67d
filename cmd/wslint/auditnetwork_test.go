package main

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/wslint/wslint/internal/awstest"
)

// elsewhere is an address of AWS that no resolver knows: only a proxy leads to it.
const elsewhere = "://aws.test"

// auditApart runs an audit in JSON in a process of its own: Go looks at the proxies of the environment once a process.
func auditApart(t *testing.T, variables map[string]string) (code int, r audited, output string) {
	t.Helper()
	cmd := exec.Command("wslint", "audit", "--format", "json", "--ping", "25s")
	for _, e := range os.Environ() {
		if name, _, _ := strings.Cut(e, "="); !strings.HasSuffix(strings.ToUpper(name), "_PROXY") {
			cmd.Env = append(cmd.Env, e)
		}
	}
	cmd.Env = append(cmd.Env, "AWS_MAX_ATTEMPTS=1")
	for name, value := range variables {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	var out, errs strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &errs
	cmd.Run()
	if err := json.Unmarshal([]byte(out.String()), &r); err != nil && out.Len() > 0 {
		t.Errorf("%v: %s", err, &out)
	}
	return cmd.ProcessState.ExitCode(), r, out.String() + errs.String()
}

// TestAuditNetwork: certificates are held against the system's authorities and that of AWS_CA_BUNDLE, proxies are those
// of the environment, and what stands in the way is said in plain words, without the proxy's password.
func TestAuditNetwork(t *testing.T) {
	w := awstest.New(account)
	w.ALB(account, "eu-west-1", "web", "3600")
	onDouble(t, w)
	company, other, old := awstest.NewAuthority(t), awstest.NewAuthority(t), awstest.NewAuthority(t)
	old.Ended = true
	plain, secure, ended := w.Start(t), w.StartTLS(t, company), w.StartTLS(t, old)
	const whole = account + " eu-west-1 complete 1/1"
	const reaches = "wslint: AWS cannot be reached: "
	login := base64.StdEncoding.EncodeToString([]byte("bob:PASSw0rd"))
	withLogin := func(url string) string { return strings.Replace(url, "://", "://bob:PASSw0rd@", 1) }
	for name, tc := range map[string]struct {
		endpoint, bundle string
		to               *awstest.Double     // behind the proxy; nil for no proxy
		proxyTLS         *awstest.Authority  // of the proxy itself
		login            string              // the one that the proxy wants
		url              func(string) string // of the proxy in the environment; nil for the plain one
		want             string              // the coverage, or what is said
		hosts            []string            // what the proxy was asked for
	}{
		"TLS": {endpoint: secure.URL, bundle: company.File, want: whole},
		"TLS of an unknown authority": {endpoint: secure.URL,
			want: "certificate signed by unknown authority: AWS_CA_BUNDLE names the file of certificates"},
		"TLS of another authority than the bundle's": {endpoint: secure.URL, bundle: other.File,
			want: "certificate signed by unknown authority"},
		"TLS with a certificate that has ended": {endpoint: ended.URL, bundle: old.File,
			want: "certificate has expired or is not yet valid"},
		"TLS where there is none":    {endpoint: strings.Replace(plain.URL, "http:", "https:", 1), want: reaches},
		"a bundle that is not there": {endpoint: secure.URL, bundle: "none.pem", want: "none.pem"},
		"a proxy": {endpoint: "https" + elsewhere, bundle: company.File, to: secure, want: whole,
			hosts: []string{"aws.test:443"}},
		"a proxy that opens TLS": {endpoint: "https" + elsewhere, to: secure,
			want: "certificate signed by unknown authority: AWS_CA_BUNDLE", hosts: []string{"aws.test:443"}},
		"a proxy with TLS": {endpoint: "https" + elsewhere, bundle: company.File, to: secure, proxyTLS: company,
			want: whole, hosts: []string{"aws.test:443"}},
		"a proxy with TLS of an unknown authority": {endpoint: "https" + elsewhere, bundle: company.File, to: secure,
			proxyTLS: other, want: "certificate signed by unknown authority"},
		"a proxy for HTTP": {endpoint: "http" + elsewhere, to: plain, want: whole, hosts: []string{"aws.test"}},
		"a proxy with a login": {endpoint: "https" + elsewhere, bundle: company.File, to: secure, login: login,
			url: withLogin, want: whole, hosts: []string{"aws.test:443"}},
		"a proxy that wants a login": {endpoint: "https" + elsewhere, bundle: company.File, to: secure, login: login,
			want:  reaches + "the proxy of HTTPS_PROXY or HTTP_PROXY: Proxy Authentication Required",
			hosts: []string{"aws.test:443"}},
		"a proxy that refuses the login": {endpoint: "https" + elsewhere, bundle: company.File, to: secure, login: "other",
			url: withLogin, want: reaches + "the proxy of", hosts: []string{"aws.test:443"}},
		"a proxy that is not there": {endpoint: "https" + elsewhere, bundle: company.File, to: secure,
			url:  func(string) string { return "http://bob:PASSw0rd@127.0.0.1:1" },
			want: reaches + "the proxy of HTTPS_PROXY or HTTP_PROXY: "},
	} {
		t.Run(name, func(t *testing.T) {
			variables := map[string]string{"AWS_ENDPOINT_URL": tc.endpoint}
			if tc.bundle != "" {
				variables["AWS_CA_BUNDLE"] = tc.bundle
			}
			var proxy *awstest.Proxy
			if tc.to != nil {
				proxy = tc.to.StartProxy(t, tc.proxyTLS, tc.login)
				url := proxy.URL
				if tc.url != nil {
					url = tc.url(url)
				}
				variables["HTTPS_PROXY"], variables["HTTP_PROXY"] = url, url
			}
			code, r, output := auditApart(t, variables)
			if tc.want == whole {
				if code != exitClean || r.String() != whole {
					t.Errorf("code %d\n%s", code, output)
				}
			} else if code == exitClean || !strings.Contains(output, tc.want) {
				t.Errorf("code %d\n%s\nwant %s", code, output, tc.want)
			}
			if strings.Contains(output, "PASSw0rd") || strings.Contains(output, login) {
				t.Errorf("the proxy's password is printed: %s", output)
			}
			if proxy != nil && tc.hosts != nil && !slices.Equal(proxy.Hosts(), tc.hosts) {
				t.Errorf("the proxy was asked for %q, want %q", proxy.Hosts(), tc.hosts)
			}
		})
	}
}
