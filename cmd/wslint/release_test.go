package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// fakeCurl gives out files of a folder in the place of a release.
const fakeCurl = `#!/bin/sh
while [ $# -gt 1 ]; do
	case $1 in --output) to=$2; shift ;; esac
	shift
done
echo "$1" >>"$RELEASE/asked"
test -f "$RELEASE/${1##*/}" && cp "$RELEASE/${1##*/}" "$to"
`

// A fakeRelease is a folder with the files of a release, and what the step said and did with it.
type fakeRelease struct {
	dir string
	log string
	// What the runner would read.
	output, path string
	code         int
}

// newRelease makes an archive by the name that .goreleaser.yaml gives it for this system, and its checksum.
func newRelease(t *testing.T, archive string) *fakeRelease {
	r := &fakeRelease{dir: t.TempDir()}
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	script := "#!/bin/sh\necho released\n"
	err := w.WriteHeader(&tar.Header{Name: "wslint", Mode: 0o755, Size: int64(len(script))})
	if err == nil {
		_, err = w.Write([]byte(script))
	}
	if err != nil {
		t.Fatal(err)
	}
	w.Close()
	z.Close()
	r.write(t, archive, b.String())
	r.write(t, "checksums.txt", fmt.Sprintf("%x  other_%s\n%x  %s\n", sha256.Sum256(nil), archive,
		sha256.Sum256(b.Bytes()), archive))
	return r
}

func (r *fakeRelease) write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(r.dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// run runs the step of the action as a runner does.
func (r *fakeRelease) run(t *testing.T, env ...string) {
	t.Helper()
	bin, temp := t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(bin, "curl"), []byte(fakeCurl), 0o700); err != nil {
		t.Fatal(err)
	}
	output, path := filepath.Join(temp, "output"), filepath.Join(temp, "path")
	cmd := exec.Command("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", readAction(t).step(t, "release").Run)
	cmd.Env = append(os.Environ(), "PATH="+bin+":"+os.Getenv("PATH"), "RELEASE="+r.dir, "RUNNER_TEMP="+temp,
		"GITHUB_OUTPUT="+output, "GITHUB_PATH="+path, "VERSION=", "REF=", "SYSTEM=Linux", "MACHINE=X64")
	cmd.Env = append(cmd.Env, env...)
	out, _ := cmd.CombinedOutput()
	r.log, r.code = string(out), cmd.ProcessState.ExitCode()
	said, _ := os.ReadFile(output) // there is none where nothing was said
	added, _ := os.ReadFile(path)
	r.output, r.path = string(said), strings.TrimSpace(string(added))
}

// TestActionRelease: what the action downloads, and that it runs nothing whose checksum is another.
func TestActionRelease(t *testing.T) {
	needProgram(t, "bash")
	const archive, compile = "wslint_1.2.3_linux_amd64.tar.gz", "compile=true\n"
	t.Run("the version that is asked for", func(t *testing.T) {
		r := newRelease(t, archive)
		r.run(t, "VERSION=v1.2.3", "REF=main")
		out, err := exec.Command(filepath.Join(r.path, "wslint")).Output()
		if r.code != 0 || r.output != "" || err != nil || string(out) != "released\n" {
			t.Errorf("code %d, %s%s; %v", r.code, r.log, r.output, err)
		}
		asked := read(t, filepath.Join(r.dir, "asked"))
		want := "https://github.com/wslint/wslint/releases/download/v1.2.3/"
		if asked != want+"checksums.txt\n"+want+archive+"\n" {
			t.Errorf("it asked for %s", asked)
		}
	})
	t.Run("that of the action", func(t *testing.T) {
		r := newRelease(t, "wslint_1.2.3_darwin_arm64.tar.gz")
		if r.run(t, "REF=v1.2.3", "SYSTEM=macOS", "MACHINE=ARM64"); r.code != 0 || r.path == "" || r.output != "" {
			t.Errorf("code %d, %s", r.code, r.log)
		}
	})
	for how, change := range map[string]func(r *fakeRelease){
		"another archive": func(r *fakeRelease) { r.write(t, archive, "changed") },
		"no checksum":     func(r *fakeRelease) { r.write(t, "checksums.txt", "0  other_"+archive+"\n") },
		"an empty list":   func(r *fakeRelease) { r.write(t, "checksums.txt", "") },
	} {
		t.Run(how, func(t *testing.T) {
			r := newRelease(t, archive)
			change(r)
			r.run(t, "VERSION=v1.2.3")
			if r.code != 2 || r.path != "" || r.output != "" || !strings.Contains(r.log, "::error::wslint: the checksum of") {
				t.Errorf("code %d, PATH %q, %s", r.code, r.path, r.log)
			}
		})
	}
	for how, env := range map[string][]string{
		"a branch": {"REF=main"}, "a commit": {"REF=0123456789abcdef0123456789abcdef01234567"}, "nothing": {},
		"a major version":              {"REF=v1"},
		"a release that is not there":  {"VERSION=v9.9.9"},
		"another machine":              {"VERSION=v1.2.3", "MACHINE=X86"},
		"no archive for this system":   {"VERSION=v1.2.3", "SYSTEM=Windows"},
		"a version of the module only": {"VERSION=latest"},
	} {
		t.Run(how, func(t *testing.T) {
			r := newRelease(t, archive)
			if r.run(t, env...); r.code != 0 || r.output != compile || r.path != "" {
				t.Errorf("code %d, output %q, PATH %q, %s", r.code, r.output, r.path, r.log)
			}
		})
	}
}

// TestReleaseNames: action.yml looks for the archives that .goreleaser.yaml makes.
func TestReleaseNames(t *testing.T) {
	var release struct {
		Builds []struct {
			Goos, Goarch []string
		}
		Archives []struct {
			Name      string `yaml:"name_template"`
			Overrides []struct {
				Goos    string
				Formats []string
			} `yaml:"format_overrides"`
			Formats []string
		}
		Checksum struct {
			Name string `yaml:"name_template"`
		}
		Nfpms []struct {
			Contents []struct{ Src string }
		}
	}
	if err := yaml.Unmarshal([]byte(read(t, "../../.goreleaser.yaml")), &release); err != nil {
		t.Fatal(err)
	}
	script := readAction(t).step(t, "release").Run
	a := release.Archives[0]
	for in, want := range map[string]string{
		fmt.Sprint(release.Builds[0].Goos): "[linux darwin windows]", fmt.Sprint(release.Builds[0].Goarch): "[amd64 arm64]",
		a.Name: "wslint_{{ .Version }}_{{ .Os }}_{{ .Arch }}", fmt.Sprint(a.Formats): "[tar.gz]",
		fmt.Sprint(a.Overrides): "[{windows [zip]}]", release.Checksum.Name: "checksums.txt",
	} {
		if in != want {
			t.Errorf(".goreleaser.yaml has %s, and action.yml looks for %s", in, want)
		}
	}
	for _, part := range []string{
		"os=linux ending=tar.gz", "os=darwin", "os=windows ending=zip", "arch=amd64", "arch=arm64",
		"wslint_${version#v}_${os}_$arch.$ending", "checksums.txt",
	} {
		if !strings.Contains(script, part) {
			t.Errorf("action.yml does not have %s", part)
		}
	}
	// What packages hold is made by .ci/packaging, and printed by the program.
	packaging := read(t, "../../.ci/packaging")
	for _, c := range release.Nfpms[0].Contents {
		if name, made := strings.CutPrefix(c.Src, "packaging/"); made && !strings.Contains(packaging, `"$dir/`+name+`"`) {
			t.Errorf(".ci/packaging does not make %s", name)
		}
	}
}
