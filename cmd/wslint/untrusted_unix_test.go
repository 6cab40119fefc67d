//go:build unix

package main

import (
	"errors"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/wslint/wslint/report"
)

// secret is in every file that a pull request must not get to see.
const secret = "SECRETTOKEN123"

// secretFiles are texts that nginx, HAProxy, YAML and JSON choke on in different ways, each with the secret where it
// is quoted.
var secretFiles = map[string]string{
	"credentials": "[default]\naws_secret_access_key = " + secret + "\n",
	"directive":   secret + " on;\n",
	"block":       "server { listen 80; " + secret + "; }\n",
	"value":       "proxy_read_timeout " + secret + ";\n",
	"listen":      "listen " + secret + ";\n",
	"regex":       "location ~ \"" + secret + "(\" { return 200; }\n",
	"remark":      "# wslint:ignore " + secret + " x\nproxy_read_timeout 1s;\n",
	"headers":     "proxy_set_header X-Room " + secret + ";\nproxy_set_header Connection close; # " + secret + "\n",
	"addresses":   secret + " 1;\n10.0.0.1 " + secret + ";\n",
	"users":       "bob:" + secret + "\n",
	"tfvars":      "idle = \"" + secret + "\"\nunknown = \"" + secret + "\"\n",
	"hcl":         "variable \"x\" {\n  " + secret + "\n}\n",
	"variable":    "proxy_set_header X $" + secret + ";\n",
	"haproxy":     "frontend f\n bind :80\n " + secret + " x\n default_backend " + secret + "\nbackend b\n mode http\n",
	"yaml":        "paths: [{url: " + secret + "}]\n" + secret + ": 1\n",
	"json":        `{"LoadBalancers": "` + secret + `"}`,
	"sysctl":      secret + "\nnet.ipv4.tcp_keepalive_time = " + secret + "\n",
	"braces":      "} " + secret + " {",
	"quote":       "'" + secret,
}

// untrusted is a repository with the given files beside a directory of secrets, and the current directory.
func untrusted(t *testing.T, files map[string]string) (home string) {
	t.Helper()
	dir := t.TempDir()
	home = filepath.Join(dir, "home")
	t.Setenv("HOME", home)
	for name, text := range secretFiles {
		plant(t, filepath.Join(home, ".aws", name), text)
		plant(t, filepath.Join(dir, "outside", name), text)
		plant(t, filepath.Join(dir, "repo", ".git", name), text)
	}
	t.Chdir(filepath.Join(dir, "repo"))
	for name, text := range files {
		plant(t, name, text)
	}
	return home
}

func plant(t *testing.T, name, text string) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o700), os.WriteFile(name, []byte(text), 0o600)); err != nil {
		t.Fatal(err)
	}
}

// everyReport runs wslint in each of its forms and calls see with what it prints and writes.
func everyReport(t *testing.T, see func(command, output string)) {
	t.Helper()
	run := func(args ...string) {
		_, stdout, stderr := runMain("", args...)
		see(strings.Join(args, " "), stdout+stderr)
	}
	for _, f := range report.Formats {
		if !testing.Short() || f.Name == "text" || f.Name == "json" || f.Name == "html" {
			run("check", "--verbose", "--format", f.Name, ".")
		}
	}
	run("check", "--diff", "--unsafe-fixes", ".")
	run("check", "--no-config", "nginx.conf")
	run("trace", "ws://localhost/", ".")
	run("trace", "--format", "json", "ws://localhost/", "nginx.conf")
	run("trace", "--effective", "ws://localhost/", "nginx.conf")
	run("why", "--symptom", "idle", ".")
	run("baseline", ".")
	run("config", "show")
	run("config", "validate")
	if src, err := os.ReadFile(".wslint-baseline.json"); err == nil {
		if info, err := os.Lstat(".wslint-baseline.json"); err == nil && info.Mode().IsRegular() {
			see("baseline file", string(src))
		}
	}
}

const mainConf = "events {}\nhttp {\n  server {\n    listen 80;\n    location / {\n      %s\n" +
	"      proxy_pass http://127.0.0.1:9;\n      proxy_set_header Upgrade $http_upgrade;\n    }\n  }\n}\n"

// good passes a handshake on as a server wants it.
const good = "proxy_http_version 1.1; proxy_set_header Connection upgrade; "

// terraformConf reads three files by the functions of Terraform.
const terraformConf = `variable "idle" {}
resource "aws_lb" "a" {
  load_balancer_type     = file("%s")
  idle_timeout           = try(tonumber(file("%s")), var.idle)
  desync_mitigation_mode = templatefile("%[2]s", {})
  name                   = jsondecode(file("%s")).x
}
resource "aws_lb" "b" {
  load_balancer_type     = "application"
  idle_timeout           = var.idle
  desync_mitigation_mode = file("%[1]s")
}
module "m" {
  source = "../outside"
}
`

// TestNothingIsQuoted: whatever a pull request names, nothing of the text of a file outside the repository, or of
// git's, is printed.
func TestNothingIsQuoted(t *testing.T) {
	for name := range secretFiles {
		for kind, prepare := range map[string]func(home string){
			"an absolute include": func(home string) {
				plant(t, "nginx.conf", fmt.Sprintf(mainConf, "include "+filepath.Join(home, ".aws", name)+";"))
			},
			"a relative include": func(string) { plant(t, "nginx.conf", fmt.Sprintf(mainConf, "include ../outside/"+name+";")) },
			"an include of .git": func(string) { plant(t, "nginx.conf", fmt.Sprintf(mainConf, "include .git/"+name+";")) },
			"a symlink that is included": func(home string) {
				plant(t, "nginx.conf", fmt.Sprintf(mainConf, "include conf.d/*.conf;"))
				link(t, filepath.Join(home, ".aws", name), "conf.d/a.conf")
			},
			"a symlink that is found": func(home string) {
				plant(t, "nginx.conf", fmt.Sprintf(mainConf, ""))
				link(t, filepath.Join(home, ".aws", name), "sites/nginx.conf")
				link(t, filepath.Join(home, ".aws", name), "haproxy.cfg")
			},
			"a directory that is a symlink": func(string) {
				plant(t, "nginx.conf", fmt.Sprintf(mainConf, "include conf.d/"+name+";"))
				link(t, "../outside", "conf.d")
			},
			"a hop of HAProxy": func(string) {
				plant(t, ".wslint.yaml", "paths: [{url: ws://localhost/, through: [{haproxy: ../outside/"+name+"}]}]")
			},
			"a hop of nginx": func(home string) {
				plant(t, ".wslint.yaml", "paths: [{url: ws://localhost/, through: [{nginx: "+filepath.Join(home, ".aws", name)+
					"}]}]")
			},
			"a snapshot": func(string) {
				plant(t, ".wslint.yaml", "paths: [{url: ws://localhost/, through: [{aws: .git/"+name+"}]}]")
			},
			"lists of nginx": func(home string) {
				file := filepath.Join(home, ".aws", name)
				plant(t, "nginx.conf", strings.Replace(fmt.Sprintf(mainConf, "proxy_set_header X $g; proxy_set_header Y $m; "+
					"auth_basic x; auth_basic_user_file "+file+";"), "http {",
					"http {\n  geo $g { include "+file+"; default 1; }\n  map $host $m { include ../outside/"+name+"; }\n", 1))
				plant(t, ".wslint.yaml", "paths: [{url: \"ws://bob:b@localhost/\"}]")
			},
			"lists of HAProxy": func(home string) {
				file := filepath.Join(home, ".aws", name)
				plant(t, "haproxy.cfg", "defaults\n mode http\nfrontend f\n bind :80\n acl a src -f "+file+"\n"+
					" acl b path -f ../outside/"+name+"\n http-request deny if a\n errorfile 503 "+file+"\n"+
					" use_backend %[hdr(host),map("+file+",b)] if b\n default_backend b\nbackend b\n server s 127.0.0.1:9\n")
			},
			"files of Terraform": func(home string) {
				plant(t, "main.tf", fmt.Sprintf(terraformConf, filepath.Join(home, ".aws", name), "../outside/"+name, ".git/"+name))
				link(t, "../outside/"+name, "x.auto.tfvars")
				link(t, "../outside/"+name, "other.tf")
				link(t, "../outside/"+name, "terraform.tfvars.json")
			},
			"symlinks of other formats": func(home string) {
				link(t, filepath.Join(home, ".aws", name), "template.yaml")
				link(t, "../outside/"+name, "plan.json")
				link(t, "../../outside/"+name, ".ebextensions/a.config")
				link(t, "../../../outside/"+name, ".platform/nginx/nginx.conf")
				plant(t, "nginx.conf", fmt.Sprintf(mainConf, ""))
			},
			"kernel settings": func(string) { plant(t, ".wslint.yaml", "kernel: [../outside/"+name+"]") },
			"the configuration file": func(string) {
				plant(t, "nginx.conf", fmt.Sprintf(mainConf, ""))
				link(t, "../outside/"+name, ".wslint.yaml")
			},
			"the baseline": func(string) {
				plant(t, "nginx.conf", fmt.Sprintf(mainConf, ""))
				link(t, "../outside/"+name, ".wslint-baseline.json")
			},
		} {
			if !inSample(kind + name) {
				continue
			}
			t.Run(kind+" of "+name, func(t *testing.T) {
				prepare(untrusted(t, nil))
				everyReport(t, func(command, output string) {
					if strings.Contains(output, secret) {
						t.Errorf("wslint %s prints\n%s", command, output)
					}
				})
			})
		}
	}
}

func link(t *testing.T, to, name string) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o700), os.Symlink(to, name)); err != nil {
		t.Fatal(err)
	}
}

// TestEnvironmentIsNotQuoted: the environment of the run holds the tokens of CI.
func TestEnvironmentIsNotQuoted(t *testing.T) {
	path := os.Getenv("PATH")
	for _, hop := range []string{"haproxy", "nginx", "aws", "terraform", "cloudformation", "sysctl"} {
		untrusted(
			t,
			map[string]string{".wslint.yaml": "paths: [{url: ws://localhost/, through: [{" + hop + ": /proc/self/environ}]}]"},
		)
		everyReport(t, func(command, output string) {
			if strings.Contains(output, path) {
				t.Errorf("%s: wslint %s prints\n%s", hop, command, output)
			}
		})
	}
	untrusted(t, map[string]string{"nginx.conf": fmt.Sprintf(mainConf, "include /proc/self/environ;")})
	everyReport(t, func(command, output string) {
		if strings.Contains(output, path) {
			t.Errorf("wslint %s prints\n%s", command, output)
		}
	})
}

// TestOutsideIsJudged: what is not shown is judged all the same: place, rule and values.
func TestOutsideIsJudged(t *testing.T) {
	untrusted(t, map[string]string{"nginx.conf": fmt.Sprintf(mainConf, good+"include ../shared.conf;")})
	plant(t, "../shared.conf", "# "+secret+"\nproxy_read_timeout 7s; # "+secret+"\n")
	_, stdout, stderr := runMain("", "check", "--ping", "30s", ".")
	if strings.Contains(stdout+stderr, secret) || !strings.Contains(stdout, "[idle-timeout-below-ping]") ||
		!strings.Contains(stdout, " after 7s") ||
		!strings.Contains(stdout, "../shared.conf:2:1") {
		t.Errorf("%s%s", stdout, stderr)
	}
	// The same directory, named, is shown.
	if _, stdout, _ := runMain("", "check", "--ping", "30s", ".", "../shared.conf"); !strings.Contains(
		stdout,
		"2 | proxy_read_timeout 7s;",
	) {
		t.Errorf("a directory that was named is not shown:\n%s", stdout)
	}
}

// TestRealSystem: a main file outside any repository brings its includes with it, but for the secrets of users.
func TestRealSystem(t *testing.T) {
	home := untrusted(t, nil)
	plant(t, "../etc/nginx/nginx.conf", fmt.Sprintf(mainConf, good+"include "+filepath.Dir(home)+"/share/proxy.conf;"))
	plant(t, "../share/proxy.conf", "proxy_read_timeout 7s;\n")
	if _, stdout, _ := runMain("", "check", "--ping", "30s", "../etc/nginx/nginx.conf"); !strings.Contains(
		stdout,
		"1 | proxy_read_timeout 7s;",
	) {
		t.Errorf("a system's own include is not shown:\n%s", stdout)
	}
	for name := range secretFiles {
		plant(t, "../etc/nginx/nginx.conf", fmt.Sprintf(mainConf, "include "+home+"/.aws/"+name+";"))
		_, stdout, stderr := runMain("", "check", "../etc/nginx/nginx.conf")
		if strings.Contains(stdout+stderr, secret) || name == "value" && !strings.Contains(stdout, "its text is not shown") {
			t.Errorf("a user's credentials are shown:\n%s%s", stdout, stderr)
		}
	}
}

// TestNothingIsWaitedFor: what is no regular file is an error at once, wherever somebody names it.
func TestNothingIsWaitedFor(t *testing.T) {
	for kind, files := range map[string]map[string]string{
		"include": {"nginx.conf": fmt.Sprintf(mainConf, "include fifo;")},
		"glob":    {"nginx.conf": fmt.Sprintf(mainConf, "include pipes/*;")},
		"stdin": {"nginx.conf": fmt.Sprintf(mainConf, "include /proc/self/fd/0;"),
			".wslint.yaml": "kernel: [/proc/self/fd/0]"},
		"zero":     {"nginx.conf": fmt.Sprintf(mainConf, "include zero;")},
		"kernel":   {"nginx.conf": fmt.Sprintf(mainConf, ""), ".wslint.yaml": "kernel: [fifo]"},
		"aws":      {".wslint.yaml": "paths: [{url: ws://a/, through: [{aws: fifo}]}]"},
		"folder":   {".wslint.yaml": "paths: [{url: ws://a/, through: [{aws: pipes}]}]"},
		"haproxy":  {".wslint.yaml": "paths: [{url: ws://a/, through: [{haproxy: fifo}]}]"},
		"baseline": {"nginx.conf": fmt.Sprintf(mainConf, "")},
		"config":   {"nginx.conf": fmt.Sprintf(mainConf, "")},
		"found":    {"nginx.conf": fmt.Sprintf(mainConf, "")},
	} {
		t.Run(kind, func(t *testing.T) {
			untrusted(t, files)
			err := errors.Join(
				os.Mkdir("pipes", 0o700),
				syscall.Mkfifo("fifo", 0o600),
				syscall.Mkfifo("pipes/a.json", 0o600),
				os.Symlink("/dev/zero", "zero"),
			)
			switch kind {
			case "baseline":
				err = errors.Join(err, syscall.Mkfifo(".wslint-baseline.json", 0o600))
			case "config":
				err = errors.Join(err, syscall.Mkfifo(".wslint.yaml", 0o600))
			case "found":
				err = errors.Join(
					err,
					syscall.Mkfifo("haproxy.cfg", 0o600),
					syscall.Mkfifo("site.conf", 0o600),
					syscall.Mkfifo("a.tf", 0o600),
					syscall.Mkfifo("a.yaml", 0o600),
				)
			}
			if err != nil {
				t.Fatal(err)
			}
			done := make(chan string, 1)
			go func() {
				code, stdout, stderr := runMain("", "check", ".")
				done <- fmt.Sprintf("code %d\n%s%s", code, stdout, stderr)
			}()
			select {
			case out := <-done:
				if kind != "found" && !strings.Contains(out, "not a regular file") &&
					!strings.Contains(out, "outside the repository") &&
					kind != "stdin" {
					t.Error(out)
				}
			case <-time.After(20 * time.Second):
				t.Fatal("waits for ever")
			}
		})
	}
}

// TestNothingIsWrittenOutside: neither --fix nor a report nor a baseline changes a file outside the project, however
// the repository leads there.
func TestNothingIsWrittenOutside(t *testing.T) {
	const fault = "location /ws { proxy_pass http://127.0.0.1:9; proxy_http_version 1.1; proxy_set_header Upgrade " +
		"$http_upgrade; " +
		"proxy_set_header Connection close; }\n"
	const server = "events {}\nhttp { server { listen 80; %s } }\n"
	for kind, prepare := range map[string]func(outside string) (file, conf string){
		"../":      func(string) (string, string) { return "../victim.conf", "include ../victim.conf;" },
		"absolute": func(dir string) (string, string) { return "../victim.conf", "include " + dir + "/victim.conf;" },
		"a symlink": func(string) (string, string) {
			link(t, "../victim.conf", "link.conf")
			return "../victim.conf", "include link.conf;"
		},
		"a folder": func(string) (string, string) {
			plant(t, "../there/victim.conf", fault)
			link(t, "../there", "dir")
			return "../there/victim.conf", "include dir/victim.conf;"
		},
		"git's own": func(string) (string, string) { return ".git/victim.conf", "include .git/victim.conf;" },
	} {
		t.Run(kind, func(t *testing.T) {
			home := untrusted(t, nil)
			plant(t, "../victim.conf", fault)
			plant(t, ".git/victim.conf", fault)
			victim, include := prepare(filepath.Dir(home))
			plant(t, "nginx.conf", fmt.Sprintf(server, include))
			_, stdout, stderr := runMain("", "check", "--fix", "--unsafe-fixes", ".")
			if src, err := os.ReadFile(victim); err != nil || string(src) != fault {
				t.Errorf("changed to %s: %v\n%s%s", src, err, stdout, stderr)
			}
			if !strings.Contains(stdout, "connection-not-upgrade") {
				t.Errorf("the fault is not told:\n%s%s", stdout, stderr)
			}
		})
	}
	for _, args := range [][]string{
		{"check", "--output", "json:out.json", "."}, {"baseline", "--baseline", "out.json", "."}, {"baseline", "."},
		{"check", "--output", "json:dir/victim.conf", "."}, {"check", "--output", "html:dir/new.html", "."},
		{"check", "--output", "json:.git/hooks", "."},
	} {
		untrusted(t, map[string]string{"nginx.conf": fmt.Sprintf(server, fault)})
		plant(t, "../there/victim.conf", fault)
		link(t, "../there/victim.conf", "out.json")
		if args[0] == "baseline" {
			link(t, "../there/victim.conf", ".wslint-baseline.json") // which a check would refuse to read
		}
		link(t, "../there", "dir")
		code, _, stderr := runMain("", args...)
		src, err := os.ReadFile("../there/victim.conf")
		_, errNew := os.Stat("../there/new.html")
		_, errGit := os.Stat(".git/hooks")
		if code != exitUsage || err != nil || string(src) != fault || errNew == nil || errGit == nil {
			t.Errorf("wslint %v: code %d, %s\n%s", args, code, stderr, src)
		}
	}
	// What the command line names plainly is written.
	untrusted(t, map[string]string{"nginx.conf": fmt.Sprintf(server, fault)})
	if code, _, stderr := runMain("", "check", "--output", "json:../out.json", "."); code != exitFindings {
		t.Error(stderr)
	}
	if _, err := os.Stat("../out.json"); err != nil {
		t.Error(err)
	}
}

// inSample reports whether one of many alike belongs to what CI runs: a third by its seed, all of them where no seed
// is given or WSLINT_ALL is.
func inSample(name string) bool {
	seed, err := strconv.Atoi(os.Getenv("WSLINT_SEED"))
	if err != nil || os.Getenv("WSLINT_ALL") != "" {
		return true
	}
	sum := fnv.New32a()
	sum.Write([]byte(name))
	return (int(sum.Sum32()%3)+seed)%3 == 0
}
